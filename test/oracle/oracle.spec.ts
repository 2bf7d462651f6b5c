import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { decisionFileSchema } from '#policy';
import { compared, type Agreement } from './agreement.js';
import { action, register } from './arbitraries.js';
import { FAMILIES } from './families.js';
import { INSTRUMENTS } from './law.js';
import { oracle } from './oracle.js';

/** Differences of the two readings are printed in full, with the registers. */
const OUTPUT_BYTES_MAX = 2 ** 26;

const own: readonly string[] = INSTRUMENTS;
const FOLDER = new URL('../vectors/decisions/', import.meta.url);
const read = (name: string) =>
  decisionFileSchema.parse(JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')));

describe('the second reading itself', () => {
  const file = read('contract.json');
  const cases = file.cases.filter(({ input }) => input.action === 'use' || own.includes(input.instrument));
  it('holds in the vectors of the contract that it is about', () => {
    const wrong = cases.filter(({ input, expect: wanted }) => {
      const { outcome, consentFrom } = oracle(file.register, input);
      const asked = wanted?.consentFrom ?? consentFrom;
      return outcome !== wanted?.outcome || consentFrom.join() !== [...asked].sort().join();
    });
    expect(cases.length).toBeGreaterThan(200);
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });
});

describe('decide and the second reading agree on every case of the decision files', () => {
  it.each(readdirSync(FOLDER).filter((name) => name.endsWith('.json')))('%s', (name) => {
    const { register: books, cases } = read(name);
    const different = cases
      .filter(({ input }) => input.action === 'use' || own.includes(input.instrument))
      .map(({ id, input }) => ({ id, found: compared(books, input).found }))
      .filter(({ found }) => found !== null);
    expect(different).toEqual([]);
  });
});

describe('decide and the second reading agree on random registers and acts', () => {
  const seed = Number(process.env.VALISE_SEED ?? Math.floor(Math.random() * 2 ** 31));

  it('on the outcome, the articles, their basis and what is due', () => {
    const outcomes: Record<string, number> = {};
    fc.assert(
      fc.property(register, action, (books, act) => {
        // A secrecy agreement has no rules of its own to be read a second time.
        if (act.action === 'in-force' && !own.includes(act.instrument)) return;
        const { decision, found } = compared(books, act);
        const outcome = decision?.outcome ?? 'thrown';
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
        if (found !== null) throw new Error(found);
      }),
      { seed, numRuns: 3000 },
    );
    console.log(`seed: ${String(seed)} of the second reading, outcomes ${JSON.stringify(outcomes)}`);
  });
});

describe('decide and the second reading agree on every family', () => {
  const decided = new Map<string, Agreement>();
  beforeAll(async () => {
    const script = join(import.meta.dirname, 'run.mjs');
    const { stdout } = await promisify(execFile)(process.execPath, [script], { maxBuffer: OUTPUT_BYTES_MAX });
    for (const line of stdout.trim().split('\n')) {
      const agreement = JSON.parse(line) as Agreement;
      decided.set(agreement.family, agreement);
    }
  }, 180_000);
  afterAll(() => {
    const all = [...decided.values()];
    const lines = all.map(({ family, count, outcomes }) => `${family}: ${count} ${JSON.stringify(outcomes)}`);
    const total = all.reduce((sum, { count }) => sum + count, 0);
    console.log([...lines, `${total} cases in all`].join('\n'));
  });

  it.each(Object.keys(FAMILIES))('%s', (family) => {
    const { different, differences, outcomes } = decided.get(family) ?? {};
    expect({ different, differences }).toEqual({ different: 0, differences: [] });
    // A family that never permits, or never refuses, says nothing.
    expect(Object.keys(outcomes ?? {}).length).toBeGreaterThan(1);
  });
});
