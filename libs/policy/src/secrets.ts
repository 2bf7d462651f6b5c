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
import { hasOrgan } from './sides.js';

export interface Transmission {
  readonly register: CompiledRegister;
  readonly at: number;
  readonly from: Entry | undefined;
  readonly to: Entry | undefined;
  readonly level: Level;
  readonly channel: 'bus' | 'off-bus';
  readonly releaseDecision: boolean;
}

/** What the instrument says of state secrets (MATRIX section 7). A side that the register does not know is bound by nothing. */
export function judgeStateSecret(rules: StateSecrets, transmission: Transmission, findings: Findings): void {
  switch (rules.regime) {
    case 'never':
      findings.addAll(rules.unmet, 'deny');
      return;
    case 'other-treaties': {
      const counting = hasOrgan(transmission) ? rules.organAgreements : transmission.register.secrecy;
      const binding = bindingBoth(transmission, counting);
      if (binding.length === 0) findings.addAll(rules.unmet, 'deny');
      else {
        findings.addAll(rules.offBus, transmission.channel === 'bus' ? 'off-bus' : 'permit');
        if (!binding.some(({ cleared }) => cleared)) findings.add(rules.uncleared, 'warn');
      }
      return;
    }
    case 'agreement':
      judgeUnderAgreement(rules, transmission, findings);
  }
}

/** Agreement, clearance and channel must be of one agreement throughout. */
function judgeUnderAgreement(
  rules: Extract<StateSecrets, { regime: 'agreement' }>,
  transmission: Transmission,
  findings: Findings,
): void {
  const { register, channel } = transmission;
  const organ = hasOrgan(transmission);
  const counting = organ
    ? rules.organs.agreements
    : rules.agreements === 'any'
      ? register.secrecy
      : rules.agreements;
  const cleared = bindingBoth(transmission, counting).filter((agreement) => agreement.cleared);
  if (cleared.length === 0) {
    findings.addAll(rules.unmet, 'deny');
    if (organ) findings.addAll(rules.organs.unmet, 'deny');
  } else {
    findings.addAll(rules.met, 'permit');
    if (organ) findings.addAll(rules.organs.met, 'permit');
    if (channel === 'bus' && !cleared.some(({ accredited }) => accredited))
      findings.addAll(rules.noChannel, 'off-bus');
  }
  if (rules.decision !== null) judgeRelease(rules.decision, transmission, findings);
}

/** Each release is decided on; what leaves a national system, for another state or an organ, by that state's law too. */
function judgeRelease(
  { met, unmet, national }: NonNullable<Extract<StateSecrets, { regime: 'agreement' }>['decision']>,
  { from, to, releaseDecision }: Transmission,
  findings: Findings,
): void {
  const leaves = from?.state !== undefined && from.state !== to?.state;
  if (releaseDecision) findings.addAll(leaves ? [met, national.met] : [met], 'permit');
  else findings.addAll(leaves ? [unmet, national.unmet] : [unmet], 'decision-required');
}

/** What a secrecy agreement that binds both sides has for a transmission at its level. */
interface Agreement {
  /** The receiver's entry is valid today, and cleared under the agreement. */
  readonly cleared: boolean;
  /** A channel between the two is accredited under it. */
  readonly accredited: boolean;
}

/** Those of the agreements that bind both sides; organs are bound by what an instrument counts for them. */
function bindingBoth(transmission: Transmission, agreements: readonly string[]): readonly Agreement[] {
  const { register, at, from, to, level } = transmission;
  if (from === undefined || to === undefined) return [];
  const states = [from.state, to.state].filter((state) => state !== undefined);
  const rank = levelRank(level);
  const isValid = to.start <= at && at < to.end;
  return agreements
    .filter((id) => secrecyBinds(register, id, states, at))
    .map((id) => ({
      cleared: isValid && (to.clearance.get(id) ?? -Infinity) >= rank,
      accredited: channelRank(register, id, from.id, to.id, at) >= rank,
    }));
}
