import type { CaseState } from '#cases';
import { type Instant, ValiseError } from '#core';
import type { Payload } from '#envelope';
import { type CompiledRegister, decide, type Decision } from '#policy';
import { isUnit, knownEntry, type Level, LEVEL_TEXTS, levelRank, listedEntry } from '#treaties';
import { sendAction } from './action.js';
import type { Body, MessageType } from './body.js';

/** What a decision is about: a message as it was or would be signed. */
export interface Intended {
  readonly payload: Payload;
  readonly body: Body;
  readonly type: MessageType;
  /** Roles of the officers who signed. */
  readonly officers: readonly string[];
}

/** What a node decides on: the register at one moment, and the highest level that it lets onto the bus. */
export interface JudgingBasis {
  readonly register: CompiledRegister;
  readonly busLevelMax: Level;
}

/** May this message go now? The same question is asked before a message leaves and again when it arrives. */
export function judge(
  basis: JudgingBasis,
  intended: Intended,
  at: Instant,
  state: CaseState | null,
): Decision {
  const { payload, body, type, officers } = intended;
  const signers = { officers, seal: sealOf(basis.register, payload, at) };
  const decision = decide(basis.register, sendAction(payload, body, type, signers, at, state));
  return underCeiling(decision, payload.level, basis.busLevelMax);
}

/** The decision on something that leaves over the bus, limited by this node's own ceiling too. */
export function underCeiling(decision: Decision, level: Level, ceiling: Level): Decision {
  return levelRank(level) > levelRank(ceiling) ? overCeiling(decision, ceiling) : decision;
}

/** A unit that is listed in its own right has its own seal (2018 #6.4.b). */
function sealOf(
  register: CompiledRegister,
  { from, instrument }: Payload,
  at: Instant,
): 'authority' | 'unit' {
  const day = Date.parse(at);
  const entry = listedEntry(register, from, instrument, day) ?? knownEntry(register, from, day);
  return isUnit(entry) ? 'unit' : 'authority';
}

/** A node's own ceiling applies besides the treaties: messages above it go another way. */
function overCeiling(decision: Decision, ceiling: Level): Decision {
  const finding = {
    rule: 'valise#ceiling',
    basis: 'inferred',
    effect: 'off-bus',
    text: {
      ru: `Узел передаёт по шине сведения с грифом не выше «${LEVEL_TEXTS[ceiling].ru}».`,
      kk: `Түйін шина арқылы «${LEVEL_TEXTS[ceiling].kk}» белгісінен жоғары емес мәліметтерді ғана береді.`,
      en: `This node carries information up to the level "${ceiling}" over the bus.`,
    },
    about: [],
  } as const;
  const outcome = decision.outcome === 'permit' ? 'off-bus' : decision.outcome;
  return { ...decision, outcome, findings: [...decision.findings, finding] };
}

/** The first finding that stands in the way. */
export function obstacleIn(decision: Decision) {
  return decision.findings.find(({ effect }) => effect === decision.outcome);
}

/** @throws ValiseError POLICY_DENIED with all findings, unless the decision is a permit */
export function requirePermit(decision: Decision): void {
  if (decision.outcome === 'permit') return;
  const obstacle = obstacleIn(decision);
  throw new ValiseError(
    'POLICY_DENIED',
    `${decision.outcome}: ${obstacle?.rule ?? 'no rule allows it'}: ${obstacle?.text.en ?? ''}`,
    {
      ...(obstacle && { rule: obstacle.rule }),
      outcome: decision.outcome,
      findings: decision.findings,
      consentFrom: decision.consentFrom,
    },
  );
}
