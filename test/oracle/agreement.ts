import { compileRegister, decide, type Action, type Decision } from '#policy';
import type { Register } from '#treaties';
import { FAMILIES } from './families.js';
import { oracle } from './oracle.js';
import type { Reason, Verdict } from './reasons.js';

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
    const { decision, found } = compared(register, action);
    const outcome = decision?.outcome ?? 'thrown';
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    if (found === null) continue;
    different += 1;
    if (differences.length >= SHOWN) continue;
    const rules = decision?.findings.map(({ rule, effect }) => `${rule} ${effect}`) ?? [];
    differences.push(`${found}: ${JSON.stringify({ action, rules, register })}`);
  }
  return { family, count, outcomes, different, differences };
}

/** What throws decides nothing, and is told like any other difference. */
export function compared(
  register: Register,
  action: Action,
): { decision: Decision | null; found: string | null } {
  let decision: Decision;
  try {
    decision = judge(register, action);
  } catch (error) {
    return { decision: null, found: `throws ${String(error)}` };
  }
  return { decision, found: difference(decision, oracle(register, action)) };
}

const compiled = new WeakMap<Register, ReturnType<typeof compileRegister>>();
function judge(register: Register, action: Action): Decision {
  let ready = compiled.get(register);
  if (ready === undefined) compiled.set(register, (ready = compileRegister(register)));
  return decide(ready, action);
}

/** Outcome, who is to be asked, that the strictest findings cite what the oracle cites, no less and no other, and what is due. */
function difference(decision: Decision, expected: Verdict): string | null {
  if (decision.outcome !== expected.outcome) return `${decision.outcome}, not ${expected.outcome}`;
  if (decision.consentFrom.join() !== expected.consentFrom.join()) {
    return `asks [${decision.consentFrom.join()}], not [${expected.consentFrom.join()}]`;
  }
  return (
    citations(decision, expected.reasons) ??
    citations(decision, expected.warnings, 'warn') ??
    duties(decision, expected)
  );
}

function citations(
  decision: Decision,
  reasons: readonly Reason[],
  effect: string = decision.outcome,
): string | null {
  const cited = decision.findings.filter((finding) => finding.effect === effect);
  const told = cited.map(({ rule, basis }) => `${rule} (${basis})`).join();
  for (const { anyOf, basis, optional } of reasons) {
    if (optional === true) continue;
    const fitting = cited.filter(({ rule }) => anyOf.includes(rule));
    if (anyOf.length > 0 && fitting.length === 0) return `${effect} cites ${told}, none of ${anyOf.join()}`;
    const read = basis === undefined || fitting.some((finding) => finding.basis === basis);
    if (anyOf.length > 0 && !read) return `${effect} cites ${told}, and not as ${basis}`;
  }
  if (effect === 'permit') return cited.length > 0 ? null : 'cites nothing';
  // A warning beside those that must be is a warning too many only if it is of another article.
  const extra = cited.find(({ rule }) => !reasons.some(({ anyOf }) => anyOf.includes(rule)));
  if (extra === undefined || (effect === 'warn' && extra.rule === 'valise#procedure')) return null;
  return `${effect} cites ${extra.rule} besides`;
}

/** Deadlines are kept to the second. */
const seconds = (instant: string): number => Math.floor(Date.parse(instant) / 1000);

/** Every duty that is due; and no deadline besides. */
function duties(decision: Decision, { outcome, duties: due }: Verdict): string | null {
  if (outcome !== 'permit') return null;
  const missing = due.find(
    (duty) =>
      !decision.obligations.some(
        (one) =>
          one.do === duty.do &&
          (duty.by === undefined || ('by' in one && seconds(one.by) === seconds(duty.by))) &&
          (duty.condition === undefined || ('condition' in one && one.condition === duty.condition)) &&
          (duty.rule === undefined || one.rule === duty.rule),
      ),
  );
  if (missing !== undefined) return `does not oblige to ${JSON.stringify(missing)}`;
  const extra = decision.obligations.find(
    (one) => one.do !== 'observe-condition' && !due.some((duty) => duty.do === one.do),
  );
  return extra === undefined ? null : `obliges to ${JSON.stringify(extra)} besides`;
}
