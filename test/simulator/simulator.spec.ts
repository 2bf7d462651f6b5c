import type { Certificate } from '#trust';
import { simulateOrShrink } from './failures.js';
import { AUTHORITIES, sealsOf } from './law.js';

/** The same runs for every change; `npm run test:long` takes others. */
const SEED = Number(process.env.VALISE_SEED ?? 1);
const RUNS = Number(process.env.VALISE_RUNS ?? 200);

describe('nodes over a bad bus', () => {
  let seals: ReadonlyMap<string, Certificate>;
  beforeAll(async () => {
    seals = await sealsOf(AUTHORITIES);
  });

  it(`lose nothing, do nothing twice and agree in the end (${RUNS} runs from seed ${SEED})`, () => {
    const totals: Record<string, number> = {};
    for (let seed = SEED; seed < SEED + RUNS; seed++)
      for (const [what, count] of Object.entries(simulateOrShrink(seed, seals)))
        totals[what] = (totals[what] ?? 0) + count;
    console.log(
      Object.entries(totals)
        .sort()
        .map(([what, count]) => `${what}: ${count}`)
        .join('\n'),
    );
  });
});
