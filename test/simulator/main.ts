import { parseArgs } from 'node:util';
import { AUTHORITIES, sealsOf } from './law.js';
import { simulate } from './run.js';

/**
 * `node dist/test/simulator/main.js [--runs N] [--seed N]`: many runs, with what happened in them. A run that fails is printed
 * with its seed, which reproduces it, and ends the program with 1.
 */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
});
const [runs, first] = [Number(values.runs), Number(values.seed)];
if (!Number.isSafeInteger(runs) || !Number.isSafeInteger(first))
  throw new Error('--runs and --seed take whole numbers');

const seals = await sealsOf(AUTHORITIES);
const totals = new Map<string, number>();
const started = Date.now();
console.log(`${runs} runs from seed ${first}`);
for (let seed = first; seed < first + runs; seed++) {
  try {
    for (const [what, count] of Object.entries(simulate(seed, seals).counts))
      totals.set(what, (totals.get(what) ?? 0) + count);
  } catch (thrown) {
    console.error(`--seed ${seed} --runs 1:`, thrown);
    process.exit(1);
  }
}
for (const [what, count] of [...totals].sort(([one], [other]) => (one < other ? -1 : 1)))
  console.log(`${what}: ${count}`);
console.log(
  `${runs} runs in ${((Date.now() - started) / 1000).toFixed(1)} s: nothing lost, nothing twice, both ends alike`,
);
