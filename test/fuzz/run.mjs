/**
 * `node test/fuzz/run.mjs [--seconds N] [--seed N]`: opens mutated envelopes in a process of its own, and sees that it neither ends,
 * nor hangs, nor grows. Prints the seed first, and last a report in JSON; the exit code says whether all was well.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { prepare, ROOT, run } from '../../apps/cli/bin/ready.mjs';
import { watched } from './watched.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 32) },
    child: { type: 'boolean', default: false },
  },
});

async function fuzz() {
  const module = await import(pathToFileURL(join(ROOT, 'dist/test/fuzz/envelope.js')).href);
  const alive = () => new Promise((resolve) => process.send('alive', resolve));
  const report = await module.fuzzOpening(Number(values.seed), Number(values.seconds), alive);
  process.stdout.write(`${JSON.stringify(report)}\nfuzzed: ${report.messages} inputs\n`);
  process.disconnect();
}

async function watch() {
  console.log(`fuzz seed: ${values.seed}`);
  const args = ['--child', '--seconds', values.seconds, '--seed', values.seed];
  process.exitCode = await watched(import.meta.filename, args, () => `seed ${values.seed}`);
}

await run(async () => {
  if (values.child) return fuzz();
  await prepare({ quiet: true });
  await watch();
});
