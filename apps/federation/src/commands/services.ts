import { resolve } from 'node:path';
import { Command } from 'commander';

/** `valise services`: a broker and a database as the local federation uses them, for development. */
export function servicesCommand(): Command {
  return new Command('services')
    .description('start RabbitMQ and PostgreSQL alone, show their addresses and stay up until Ctrl-C')
    .option('--data <folder>', 'data folder', '.valise/services')
    .option('--once', 'stop as soon as they answer')
    .action(async (options: { data: string; once?: true }) => {
      await runServices(resolve(options.data), options.once === true);
    });
}

async function runServices(dataDir: string, once: boolean): Promise<void> {
  const { acquireLock, provideServices, watchInterruption } = await import('../services/index.js');
  const report = (line: string): void => void process.stderr.write(`${line}\n`);
  const lock = await acquireLock(dataDir);
  const interruption = watchInterruption();
  try {
    const services = await provideServices({ dataDir, report });
    console.log(`${services.rabbitmq.how}\n  management  ${services.rabbitmq.managementUrl}`);
    console.log(`${services.postgres.how}\n  database    ${services.postgres.adminUrl}`);
    if (!once) await interruption.requested;
    report('stopping (Ctrl-C again to stop at once)');
    await services.stop();
  } finally {
    interruption.release();
    await lock.release();
  }
}
