import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { ValiseError } from '#core';
import { projectRoot } from '#setup';

const MESSAGES_MAX = 100_000;
const CALLERS_MAX = 256;

interface BenchOptions {
  readonly messages?: number;
  readonly callers: number;
  readonly profile?: string;
  readonly oneCore?: boolean;
}

/**
 * `valise bench`, behind `npm run bench`: how fast it is, compared with what is possible and with a straightforward
 * build.
 */
export function benchCommand(): Command {
  return new Command('bench')
    .description(
      'measure this machine: Valise, the limit of its envelope and bus, and an obvious build, in one run',
    )
    .option(
      '--messages <count>',
      'exactly this many messages (default: 2000, or fewer on a slow machine)',
      whole(1, MESSAGES_MAX),
    )
    .option('--callers <count>', 'number of concurrent callers', whole(1, CALLERS_MAX), 32)
    .option('--profile <folder>', 'also write profiles of the gateways')
    .option('--one-core', 'only sealing, opening and deciding, which need no services')
    .action(async (options: BenchOptions) => {
      await runBenchmark(options);
    });
}

/** What the benchmark's own code exports; it lies with the tests, and a production build has none. */
interface BenchModule {
  readonly runBench: (
    options: BenchOptions & { readonly root: string; readonly signal: AbortSignal },
    report: (line: string) => void,
  ) => Promise<void>;
  readonly benchOneCore: (
    options: { readonly root: string },
    report: (line: string) => void,
  ) => Promise<void>;
}

async function runBenchmark(options: BenchOptions): Promise<void> {
  const { beginRun, endAbandonedRuns, endRun, watchInterruption } = await import('../services/index.js');
  const root = projectRoot();
  const script = join(root, 'dist/test/bench/run.js');
  if (!existsSync(script))
    throw new ValiseError('NOT_FOUND', 'the benchmark is not part of this build', {
      remedy: 'run it in a clone: npm run bench',
    });
  const { runBench, benchOneCore } = (await import(pathToFileURL(script).href)) as BenchModule;
  const interruption = watchInterruption();
  const ending = new AbortController();
  void interruption.requested.then(() => {
    process.stderr.write('stopping (Ctrl-C again to stop at once)\n');
    ending.abort(new ValiseError('SERVICE_UNAVAILABLE', 'the benchmark was interrupted'));
  });
  const started = Date.now();
  const report = (line: string): void => {
    process.stderr.write(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}\n`);
  };
  const { profile, oneCore, ...rest } = options;
  let run: string | undefined;
  try {
    const left = await endAbandonedRuns(root);
    if (left > 0) report(`ended ${left} processes that an earlier run had left behind`);
    run = beginRun(root);
    if (oneCore === true) await benchOneCore({ root }, report);
    else
      await runBench(
        { ...rest, ...(profile !== undefined && { profile: resolve(profile) }), root, signal: ending.signal },
        report,
      );
    report('done; everything that was started has ended');
  } finally {
    // Where something could not be ended in order.
    if (run !== undefined) await endRun(run);
    interruption.release();
  }
}

function whole(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max)
      throw new InvalidArgumentError(`a whole number from ${min} to ${max}`);
    return value;
  };
}
