import {
  channelRank,
  levelRank,
  secrecyBinds,
  type CompiledRegister,
  type Entry,
  type Level,
  type StateSecrets,
} from '#treaties';
import type { Findings } from './decision.js';

export interface Passage {
  readonly register: CompiledRegister;
  readonly at: number;
  readonly from: Entry | undefined;
  readonly to: Entry | undefined;
  readonly level: Level;
  readonly channel: 'bus' | 'off-bus';
  readonly releaseDecision: boolean;
}

/** What the instrument says of state secrets (MATRIX section 7). A side that the register does not know is bound by nothing. */
export function judgeStateSecret(rules: StateSecrets, passage: Passage, findings: Findings): void {
  switch (rules.regime) {
    case 'never':
      findings.addAll(rules.unmet, 'deny');
      return;
    case 'other-treaties': {
      const counting = hasOrgan(passage) ? rules.organAgreements : passage.register.secrecy;
      const bound = binding(passage, counting);
      if (bound.length === 0) findings.addAll(rules.unmet, 'deny');
      else {
        findings.addAll(rules.offBus, passage.channel === 'bus' ? 'off-bus' : 'permit');
        if (!bound.some((id) => isCleared(passage, id))) findings.add(rules.uncleared, 'warn');
      }
      return;
    }
    case 'agreement':
      judgeUnderAgreement(rules, passage, findings);
  }
}

/** Agreement, clearance and channel must be of one agreement throughout. */
function judgeUnderAgreement(
  rules: Extract<StateSecrets, { regime: 'agreement' }>,
  passage: Passage,
  findings: Findings,
): void {
  const { register, at, from, to, channel } = passage;
  const rank = levelRank(passage.level);
  const organ = hasOrgan(passage);
  const counting = organ
    ? rules.organs.agreements
    : rules.agreements === 'any'
      ? register.secrecy
      : rules.agreements;
  const cleared = binding(passage, counting).filter((id) => isCleared(passage, id));
  if (cleared.length === 0) {
    findings.addAll(rules.unmet, 'deny');
    if (organ) findings.addAll(rules.organs.unmet, 'deny');
  } else {
    findings.addAll(rules.met, 'permit');
    if (organ) findings.addAll(rules.organs.met, 'permit');
    const accredited = cleared.some(
      (id) => from && to && channelRank(register, id, from.id, to.id, at) >= rank,
    );
    if (channel === 'bus' && !accredited) findings.addAll(rules.noChannel, 'off-bus');
  }
  if (rules.decision !== null) judgeRelease(rules.decision, passage, findings);
}

/** The receiver's entry is valid today, and cleared under the agreement to the level. */
function isCleared({ to, at, level }: Passage, agreement: string): boolean {
  if (to === undefined || at < to.start || at >= to.end) return false;
  return (to.clearance.get(agreement) ?? -1) >= levelRank(level);
}

/** Each release is decided on; what leaves a national system, for another state or an organ, by that state's law too. */
function judgeRelease(
  { met, unmet, national }: NonNullable<Extract<StateSecrets, { regime: 'agreement' }>['decision']>,
  { from, to, releaseDecision }: Passage,
  findings: Findings,
): void {
  const leaves = from?.state !== undefined && from.state !== to?.state;
  if (releaseDecision) findings.addAll(leaves ? [met, national.met] : [met], 'permit');
  else findings.addAll(leaves ? [unmet, national.unmet] : [unmet], 'decision-required');
}

function hasOrgan({ from, to }: Passage): boolean {
  return from?.kind === 'organ' || to?.kind === 'organ';
}

/** Those of the agreements that bind both sides; organs are bound by what an instrument counts for them. */
function binding(passage: Passage, agreements: readonly string[]): readonly string[] {
  const { register, at, from, to } = passage;
  if (from === undefined || to === undefined) return [];
  const states = [from.state, to.state].filter((state) => state !== undefined);
  return agreements.filter((id) => secrecyBinds(register, id, states, at));
}
