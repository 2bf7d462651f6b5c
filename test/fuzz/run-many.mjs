/**
 * `node test/fuzz/run-many.mjs [--inputs N] [--seed N] [--first N] [--workers N]`: mutated inputs for every reader of foreign bytes, without a bus,
 * in as many processes as the machine has processors. Each sees that none of its inputs throws, takes long or lets it grow, and this one
 * that none of them hangs. Prints the seed first, and last how many inputs there were; the exit code says whether all was well.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { prepare, ROOT, run } from '../../apps/cli/bin/ready.mjs';
import { watched } from './watched.mjs';

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 32) },
    first: { type: 'string', default: '0' },
    workers: { type: 'string', default: String(availableParallelism()) },
    child: { type: 'boolean', default: false },
  },
});
const [inputs, first, workers] = [values.inputs, values.first, values.workers].map(Number);

async function fuzz() {
  const load = (name) => import(pathToFileURL(join(ROOT, `dist/test/fuzz/${name}.js`)).href);
  const [{ fuzzMany }, { readers }] = await Promise.all([load('many'), load('readers')]);
  const range = { seed: Number(values.seed), first, count: inputs };
  const alive = (next) => new Promise((resolve) => process.send(next, resolve));
  const tally = await fuzzMany(await readers(), range, alive);
  process.stdout.write(`${JSON.stringify(tally)}\n`);
  process.disconnect();
}

async function watch() {
  console.log(`fuzz seed: ${values.seed}`);
  const each = Math.ceil(inputs / workers);
  const begins = Array.from({ length: workers }, (_, index) => index * each).filter((at) => at < inputs);
  const codes = await Promise.all(
    begins.map((at) => {
      const count = String(Math.min(each, inputs - at));
      const args = ['--child', '--seed', values.seed, '--first', String(first + at), '--inputs', count];
      return watched(
        import.meta.filename,
        args,
        (next) => `seed ${values.seed}, from input ${next ?? first + at}`,
      );
    }),
  );
  process.exitCode = codes.find((code) => code !== 0) ?? 0;
  if (process.exitCode === 0) console.log(`fuzzed: ${inputs} inputs`);
}

await run(async () => {
  if (values.child) return fuzz();
  await prepare({ quiet: true });
  await watch();
});
