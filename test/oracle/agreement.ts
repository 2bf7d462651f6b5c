import { compileRegister, decide, type Action, type Decision } from '#policy';
import type { Register } from '#treaties';
import { FAMILIES } from './families.js';
import { oracle, type Verdict } from './oracle.js';

/** Differences shown of one family; one is usually enough to see which reading is wrong. */
const SHOWN = 5;

/** What became of one family of cases, decided by both readings. */
export interface Agreement {
  readonly family: string;
  readonly count: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly different: number;
  /** The first of them, in words. */
  readonly differences: readonly string[];
}

export function* agreements(): Generator<Agreement> {
  for (const [family, cases] of Object.entries(FAMILIES)) yield agreementOf(family, cases());
}

function agreementOf(
  family: string,
  cases: Iterable<{ readonly register: Register; readonly action: Action }>,
): Agreement {
  const differences: string[] = [];
  const outcomes: Record<string, number> = {};
  let count = 0;
  let different = 0;
  for (const { register, action } of cases) {
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
  return { family, count, outcomes, different, differences };
}

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
