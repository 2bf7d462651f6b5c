import type { Register } from '#treaties';
import { rank, stateOf } from './books.js';
import { Hands, answer, forPurpose, isFree, partsOf, within, type Part } from './holding.js';
import { LAW, type InstrumentId } from './law.js';
import {
  permit,
  type Consent,
  type Duty,
  type Item,
  type Purpose,
  type Reason,
  type Send,
  type Transfer,
  type Use,
} from './reasons.js';
import { secrets } from './secrets.js';

/** What is passed on, whether it is called a message or a transfer. */
export interface Passing {
  readonly at: string;
  readonly instrument: InstrumentId;
  readonly from: string;
  readonly to: string;
  readonly offBus: boolean;
  readonly level: string;
  readonly released: boolean;
  readonly derived: boolean;
  readonly purpose: Purpose | null;
  readonly items: readonly Item[];
  readonly consents: readonly Consent[];
  /** The requester, where this passes the request on to a body of the same state: what it gave goes along. */
  readonly passedOnFor: string | null;
}

export function passingOfSend(register: Register, action: Send): Passing {
  const { message, case: about } = action;
  const state = stateOf(register, action.from);
  const inside = state !== null && [null, state].includes(stateOf(register, action.to));
  return {
    at: action.at,
    instrument: action.instrument as InstrumentId,
    from: action.from,
    to: action.to,
    offBus: action.channel === 'off-bus',
    level: message.level,
    released: message.releaseDecision === true,
    derived: false,
    purpose: null,
    items: action.items ?? [],
    consents: action.consents ?? [],
    passedOnFor: message.type === 'forwarded' && inside && about !== null ? about.initiator : null,
  };
}

export function passingOfTransfer(action: Transfer): Passing {
  return {
    at: action.at,
    instrument: action.instrument as InstrumentId,
    from: action.from,
    to: action.to,
    offBus: action.channel === 'off-bus',
    level: action.level,
    released: action.releaseDecision === true,
    derived: action.derived === true,
    purpose: action.purpose ?? null,
    items: action.items,
    consents: action.consents,
    passedOnFor: null,
  };
}

export function passing(register: Register, act: Passing): Reason[] {
  const reasons: Reason[] = [permit()];
  for (const item of act.items) {
    if (rank(act.level) < rank(item.level)) {
      reasons.push({ effect: 'deny', anyOf: ['valise#level'], basis: 'inferred' });
    }
    reasons.push(...partsOf(act.purpose).flatMap((part) => passingOn(register, act, item, part)));
  }
  return [...reasons, ...secrets(register, act)];
}

/**
 * Section 6, onward transfer: nobody is a third party to his own information, nor is the receiver that was named, nor the
 * body to which the request was passed. A consent to pass on says nothing of another purpose, unless it names that
 * purpose; and one that names purposes covers nothing that states none.
 */
function passingOn(register: Register, act: Passing, item: Item, part: Part): Reason[] {
  const row = LAW[item.instrument as InstrumentId];
  const hands = new Hands(register, act, item);
  if (hands.same(item.provider, act.from)) return [permit()];
  if (isFree(item)) return [permit(...row.onward)];
  // A holder that has it for some purpose may give it back without a purpose.
  const back = hands.same(item.provider, act.to);
  const reasons: Reason[] = [];
  if (!hands.hold(act.from, back ? 'whatever' : part))
    reasons.push(answer(register, act.at, false, row.onward, item, row.read.passed));
  if (back) return [...reasons, permit()];
  const given = act.consents.filter(
    (consent) =>
      consent.kind === 'onward-transfer' &&
      hands.same(consent.to, act.from) &&
      hands.isRecipient(consent, act.to) &&
      hands.isOpen(consent) &&
      hands.covers(consent, part),
  );
  const along = act.passedOnFor === item.provider && hands.same(item.receiver, act.from);
  // Inside one body nothing is handed on.
  const inside = hands.same(act.from, act.to);
  if (!along && !inside && !hands.first(act.to))
    reasons.push(answer(register, act.at, given.length > 0, row.onward, item, row.read.passed));
  if (part === null) return reasons;
  const named = given.some(({ purposes }) => within(part, purposes ?? []));
  if (!named) reasons.push(forPurpose(register, { ...act, by: act.from }, item, part));
  return reasons;
}

/** Section 6, use: in whose hands it may be, and for what it was given or consented to. Both, or nothing. */
export function using(register: Register, act: Use, item: Item): Reason[] {
  const row = LAW[item.instrument as InstrumentId];
  const hands = new Hands(register, { ...act, derived: false }, item);
  if (isFree(item)) return [permit(...row.onward)];
  if (hands.same(item.provider, act.by)) return [permit()];
  const conducts = act.conduct !== null && act.conduct !== undefined && item.exchange === act.conduct;
  if (conducts && hands.first(act.by)) return [{ ...permit('valise#conduct'), basis: 'inferred' }];
  // A former lawful holder may read it to account for its use, or to defend it in court.
  if (act.account === true && hands.everHeld(act.by))
    return [{ ...permit('valise#account'), basis: 'inferred' }];
  return partsOf(act.purpose ?? null).flatMap((part) => {
    const held = hands.hold(act.by, part)
      ? []
      : [answer(register, act.at, false, row.onward, item, row.read.passed)];
    // A use for nothing lies within nothing that was given.
    if (part === null)
      return [...held, answer(register, act.at, false, row.useConsented, item, row.read.agreed)];
    // Who agreed to the handing on for a purpose has agreed to that purpose.
    const named = hands.handedTo(act.by, part).some((consent) => within(part, consent.purposes ?? []));
    return named && held.length === 0
      ? [permit(...row.onward)]
      : [...held, forPurpose(register, act, item, part)];
  });
}

/** The conditions that must come back: those of every item of somebody else. More may, those of the consents relied on. */
export function conditionsOf(items: readonly Item[], isOwn: (item: Item) => boolean): Duty[] {
  return items
    .filter((item) => !isOwn(item))
    .flatMap(({ conditions }) => conditions)
    .map((condition) => ({ do: 'observe-condition', condition }));
}
