import { type INestApplication, Logger } from '@nestjs/common';
import { ValiseError, messageOf } from '#core';
import { printable } from './printable.js';

const SHUTDOWN_SECONDS_MAX = 20;

/**
 * Runs a service until it is asked to stop. A failed start prints one line that says what is wrong and what to do, and
 * exits with 1.
 */
export async function runService(name: string, start: () => Promise<INestApplication>): Promise<void> {
  try {
    const app = await start();
    stopOnSignals(app);
  } catch (thrown) {
    process.stderr.write(`${name}: ${explain(thrown)}\n`);
    process.exit(1);
  }
}

/** One line for people: what happened and what to do. */
export function explain(thrown: unknown): string {
  const line = oneLine(startProblem(thrown));
  const remedy =
    thrown instanceof ValiseError && thrown.details.remedy ? ` What to do: ${thrown.details.remedy}.` : '';
  return `${line}${remedy}`;
}

function startProblem(thrown: unknown): string {
  if (thrown instanceof ValiseError) return `${thrown.code}: ${thrown.message}.`;
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  if (code === 'EADDRINUSE')
    return `PORT_TAKEN: ${messageOf(thrown)}. What to do: stop what listens there, or change listen.port in the configuration.`;
  if (code === 'EACCES') return `PORT_TAKEN: ${messageOf(thrown)}. What to do: choose a port above 1023.`;
  return messageOf(thrown) || String(thrown);
}

function oneLine(text: string): string {
  return printable(text.replace(/\s*\n\s*/g, ' '));
}

function stopOnSignals(app: INestApplication): void {
  const logger = new Logger('Shutdown');
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    logger.log(`${signal}: finishing what is in flight`);
    setTimeout(() => process.exit(1), SHUTDOWN_SECONDS_MAX * 1000).unref();
    app.close().then(
      () => process.exit(0),
      (thrown: unknown) => {
        logger.error(messageOf(thrown));
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
