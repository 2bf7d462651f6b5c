import { readFileSync } from 'node:fs';
import { compileRegister, decide, decisionFileSchema, type Action, type Decision } from '#policy';
import type { Register } from '#treaties';
import { FAMILIES } from './families.js';
import { INSTRUMENTS } from './law.js';
import { oracle, type Verdict } from './oracle.js';

/** Differences shown of one family; one is usually enough to see which reading is wrong. */
const SHOWN = 5;

const compiled = new WeakMap<Register, ReturnType<typeof compileRegister>>();
function judge(register: Register, action: Action): Decision {
  let ready = compiled.get(register);
  if (ready === undefined) compiled.set(register, (ready = compileRegister(register)));
  return decide(ready, action);
}

/** Outcome, who is to be asked, and that the strictest findings cite what the oracle cites, no less and no other. */
function difference(decision: Decision, expected: Verdict): string | null {
  if (decision.outcome !== expected.outcome) return `${decision.outcome}, not ${expected.outcome}`;
  if (decision.consentFrom.join() !== expected.consentFrom.join()) {
    return `asks [${decision.consentFrom.join()}], not [${expected.consentFrom.join()}]`;
  }
  const cited = decision.findings.filter(({ effect }) => effect === decision.outcome).map(({ rule }) => rule);
  for (const { anyOf } of expected.reasons) {
    if (anyOf.length > 0 && !anyOf.some((rule) => cited.includes(rule))) {
      return `cites ${cited.join()}, none of ${anyOf.join()}`;
    }
  }
  if (decision.outcome === 'permit') return cited.length > 0 ? null : 'cites nothing';
  const extra = cited.find((rule) => !expected.reasons.some(({ anyOf }) => anyOf.includes(rule)));
  return extra === undefined ? null : `cites ${extra} besides`;
}

describe('the second reading itself', () => {
  const file = decisionFileSchema.parse(
    JSON.parse(readFileSync(new URL('../vectors/decisions/contract.json', import.meta.url), 'utf8')),
  );
  const own: readonly string[] = INSTRUMENTS;
  /** Of a message it knows only the parties, the level and the items. */
  const topics = ['classified', 'onward', 'organs', 'who', 'disclosure', 'purpose', 'in-force'];
  const cases = file.cases.filter(
    ({ topic = '', input }) =>
      topics.includes(topic) && (input.action === 'use' || own.includes(input.instrument)),
  );
  it('holds in the vectors of the contract that it is about', () => {
    const wrong = cases.filter(({ input, expect: wanted }) => {
      const { outcome, consentFrom } = oracle(file.register, input);
      const asked = wanted?.consentFrom ?? consentFrom;
      return outcome !== wanted?.outcome || consentFrom.join() !== [...asked].sort().join();
    });
    expect(cases.length).toBeGreaterThan(60);
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });
});

describe('decide and the second reading of sections 6 and 7 agree', () => {
  const counted: string[] = [];
  let total = 0;
  afterAll(() => {
    console.log([...counted, `${total} cases in all`].join('\n'));
  });

  it.each(Object.entries(FAMILIES))('%s', (name, family) => {
    const differences: string[] = [];
    const outcomes: Record<string, number> = {};
    let count = 0;
    let different = 0;
    for (const { register, action } of family()) {
      count += 1;
      const decision = judge(register, action);
      outcomes[decision.outcome] = (outcomes[decision.outcome] ?? 0) + 1;
      const found = difference(decision, oracle(register, action));
      if (found === null) continue;
      different += 1;
      if (differences.length >= SHOWN) continue;
      const rules = decision.findings.map(({ rule, effect }) => `${rule} ${effect}`);
      differences.push(`${found}: ${JSON.stringify({ action, rules, register })}`);
    }
    total += count;
    counted.push(`${name}: ${count} ${JSON.stringify(outcomes)}`);
    expect({ different, differences }).toEqual({ different: 0, differences: [] });
    // A family that never permits, or never refuses, says nothing.
    expect(Object.keys(outcomes).length).toBeGreaterThan(1);
  });
});
