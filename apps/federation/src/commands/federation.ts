import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { ValiseError } from '#core';

/** `valise federation`, behind `npm start`: the local federation with its guided exchange. */
export function federationCommand(): Command {
  return new Command('federation')
    .description(
      'run a federation on this machine: two depositaries, three national nodes and an organ; run a guided exchange',
    )
    .addOption(new Option('--data <folder>', 'data folder').env('VALISE_DATA').default('.valise'))
    .option('--once', 'run the guided exchange and exit; 0 only if every step was observed')
    .action(async (options: { data: string; once?: true }) => {
      await runFederation(resolve(options.data), options.once === true);
    });
}

async function runFederation(dataDir: string, once: boolean): Promise<void> {
  if (existsSync(dataDir) && !statSync(dataDir).isDirectory())
    throw new ValiseError('CONFIGURATION', `${dataDir} is a file, not a folder`, {
      remedy: 'name a folder with --data',
    });
  const { watchInterruption } = await import('../services/index.js');
  const { startFederation } = await import('../federation.js');
  const { isUnused } = await import('../unused.js');
  const { playGuidedExchange } = await import('../guided-exchange.js');
  const { NODES, DEPOSITARIES } = await import('../sample.js');
  const started = Date.now();
  const report = (line: string): void => {
    console.log(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}`);
  };
  const interruption = watchInterruption();
  const starting = startFederation(dataDir, report);
  // Ctrl-C during the start: the start finishes, so that everything started is ended in order.
  starting.catch(() => undefined);
  try {
    const federation = await starting;
    try {
      if (once || (await isUnused(federation))) {
        if (!interruption.isRequested()) await Promise.race([play(), interruption.requested]);
      } else
        console.log(
          '\nThere are messages from an earlier start: the guided exchange is not run again (--once runs it).\n',
        );
      if (!once && !interruption.isRequested()) {
        for (const { id, title } of [...NODES, ...DEPOSITARIES])
          console.log(`  ${title.padEnd(28)} ${federation.urlOf(id)}/docs`);
        console.log(
          `  RabbitMQ                     ${federation.broker.managementUrl.replace(/\/\/.*@/, '//')} (password in ${dataDir})`,
        );
        console.log(`  access tokens                ${dataDir}/tokens.json\n\nCtrl-C ends everything.`);
        await interruption.requested;
      }
    } finally {
      report('stopping (Ctrl-C again to stop at once)');
      await federation.stop();
      report('everything that was started has ended');
    }

    async function play(): Promise<void> {
      let number = 0;
      console.log('\nGuided exchange\n');
      await playGuidedExchange(federation, ({ title, articles, observed }) => {
        console.log(
          `${String(++number).padStart(2)}. ${title}\n      ${[...new Set(articles)].join(', ')}\n      seen: ${observed}\n`,
        );
      });
      console.log(`All ${number} steps were observed at the nodes' own interfaces.\n`);
    }
  } finally {
    interruption.release();
  }
}
