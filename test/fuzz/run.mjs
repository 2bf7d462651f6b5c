/**
 * `node test/fuzz/run.mjs [--seconds N] [--seed N]`: opens mutated envelopes in a process of its own, and sees that it neither ends,
 * nor hangs, nor grows. Prints the seed first, and last a report in JSON; the exit code says whether all was well.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { prepare, ROOT, run } from '../../apps/cli/bin/ready.mjs';

/** Of a slice of messages, each of which takes a millisecond: a process that is silent for so long hangs. */
const SILENCE_MS = 30_000;

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
  process.stdout.write(`${JSON.stringify(report)}\n`);
  process.disconnect();
}

function watch() {
  console.log(`fuzz seed: ${values.seed}`);
  const args = [
    '--expose-gc',
    import.meta.filename,
    '--child',
    '--seconds',
    values.seconds,
    '--seed',
    values.seed,
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const hangs = () => {
    console.error(`hangs: no sign of life for ${SILENCE_MS / 1000} s, seed ${values.seed}`);
    child.kill('SIGKILL');
  };
  let timer = setTimeout(hangs, SILENCE_MS);
  child.on('message', () => {
    clearTimeout(timer);
    timer = setTimeout(hangs, SILENCE_MS);
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearTimeout(timer);
      process.exitCode = code ?? 1;
      resolve();
    });
  });
}

await run(async () => {
  if (values.child) return fuzz();
  await prepare({ quiet: true });
  await watch();
});
