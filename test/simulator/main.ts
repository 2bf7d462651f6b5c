import { parseArgs } from 'node:util';
import { FailedRun, simulateOrShrink } from './failures.js';
import { AUTHORITIES, sealsOf } from './law.js';
import { States } from './states.js';

/**
 * `node dist/test/simulator/main.js [--runs N] [--seed N] [--steps N,N…]`: many runs, with what happened in them. A run that fails is
 * printed with its seed and the fewest of its steps that fail too, which reproduce it, and ends the program with 1.
 */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    steps: { type: 'string' },
  },
});
const [first, asked] = [Number(values.seed), Number(values.runs)];
const steps =
  values.steps === undefined
    ? undefined
    : new Set(
        values.steps
          .split(',')
          .filter((step) => step !== 'none')
          .map(Number),
      );
if (![first, asked, ...(steps ?? [])].every((number) => Number.isSafeInteger(number) && number >= 0))
  throw new Error('--runs, --seed and --steps take whole numbers');
const runs = steps ? 1 : asked;

const seals = await sealsOf(AUTHORITIES);
const states = new States();
const totals = new Map<string, number>();
const started = Date.now();
console.log(`${runs} runs from seed ${first}`);
for (let seed = first; seed < first + runs; seed++) {
  try {
    for (const [what, count] of Object.entries(simulateOrShrink(seed, seals, { states, steps })))
      totals.set(what, (totals.get(what) ?? 0) + count);
  } catch (thrown) {
    if (!(thrown instanceof FailedRun)) throw thrown;
    console.error(thrown.message, thrown.cause);
    process.exit(1);
  }
}
for (const [what, count] of [...totals].sort(([one], [other]) => (one < other ? -1 : 1)))
  console.log(`${what}: ${count}`);
console.log(`distinct states: about ${states.count}`);
console.log(
  `${runs} runs in ${((Date.now() - started) / 1000).toFixed(1)} s: nothing lost, nothing twice, both ends alike`,
);
