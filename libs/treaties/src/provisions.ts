import type { Law } from './catalogue.js';
import type { Provision, Types } from './operations.js';

/** What a provision does where the law has it; `obligation`: a duty comes with it. */
export type RuleEffect =
  'permit' | 'warn' | 'off-bus' | 'consent-required' | 'decision-required' | 'deny' | 'obligation';

/** One place of the law that a provision stands at. */
export interface Placed {
  readonly provision: Provision;
  /** The instrument whose data has it, or `valise`. */
  readonly instrument: string;
  /** The place without indexes: `operations.form.unmet`, `binding.entry.rule`. */
  readonly place: string;
  /** The types of message that the operation is about; null where it is not about messages. */
  readonly on: Types | null;
  readonly effects: readonly RuleEffect[];
}

/** By the end of the place, the longest first. What is not here stands at no place that decisions look at. */
const EFFECTS: readonly (readonly [string, readonly RuleEffect[]])[] = [
  ['binding.entry.rule', ['permit', 'deny']],
  ['binding.accession.rule', ['permit', 'deny']],
  ['binding.withdrawal.rule', ['deny']],
  ['binding.lastsAsLongAs.rule', ['deny']],
  ['binding.replacedBy.rule', ['deny']],
  ['continuing.rule', ['permit']],
  ['purpose.given', ['permit']],
  ['purpose.consented', ['permit']],
  ['purpose.unmet', ['consent-required']],
  ['onward.noThirdParty', ['permit']],
  ['onward.unmet', ['consent-required']],
  ['disclosure.met', ['permit', 'obligation']],
  ['disclosure.unmet', ['consent-required']],
  ['disclosure.own', ['permit']],
  ['disclosure.notAsked', ['permit']],
  ['.conditions', ['obligation']],
  ['stateSecrets.offBus', ['permit', 'off-bus']],
  ['.way.bus', ['permit']],
  ['.way.offBus', ['permit']],
  ['stateSecrets.noChannel', ['off-bus']],
  ['stateSecrets.decision.unmet', ['decision-required']],
  ['stateSecrets.decision.national.unmet', ['decision-required']],
  ['stateSecrets.uncleared', ['warn']],
  ['electronic.unmet', ['off-bus']],
  ['confirmation.unmet', ['off-bus']],
  ['urgent.met', ['permit', 'obligation']],
  ['urgent.ungrounded', ['warn']],
  ['deadline.rule', ['obligation']],
  ['.unlistedOffBus', ['off-bus']],
  ['.warning', ['warn']],
  ['.consultations', ['warn']],
  ['.missing', ['deny']],
  ['.unmet', ['deny']],
  ['.met', ['permit']],
  ['.by', ['permit']],
  ['.byOrgan', ['permit']],
  ['.withOrgan', ['permit']],
  ['house.procedure', ['permit']],
  ['house.seal', ['deny']],
  ['house.unusual', ['warn']],
  ['house.level', ['deny']],
  ['house.conduct', ['permit']],
  ['house.continuing', ['permit']],
  ['house.account', ['permit']],
  ['house.noRule', ['deny']],
];

/** Every provision of the law at every place where it stands. */
export function provisionsIn(law: Law): Placed[] {
  const placed: Placed[] = [];
  for (const instrument of law.instruments) collect(instrument, '', null, instrument.id, placed);
  collect({ house: law.house }, '', null, 'valise', placed);
  return placed;
}

function collect(value: unknown, place: string, on: Types | null, instrument: string, into: Placed[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const element of value) collect(element, place, on, instrument, into);
    return;
  }
  if (isProvision(value)) {
    into.push({ provision: value, instrument, place, on, effects: effectsAt(place) });
    return;
  }
  const { op, on: types } = value as { op?: string; on?: Types };
  const under = op === undefined ? place : `${place}.${op}`;
  for (const [key, member] of Object.entries(value)) {
    collect(member, under === '' ? key : `${under}.${key}`, types ?? on, instrument, into);
  }
}

function isProvision(value: object): value is Provision {
  return 'cite' in value;
}

function effectsAt(place: string): readonly RuleEffect[] {
  return EFFECTS.find(([end]) => place.endsWith(end))?.[1] ?? [];
}
