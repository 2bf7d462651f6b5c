import type { Action } from '#policy';
import type { Register } from '#treaties';
import {
  consenter,
  dayOf,
  everBoundTogether,
  isListed,
  isOrgan,
  isParty,
  lastBound,
  oneBody,
  stateOf,
} from './books.js';
import { CONTINUING } from './codes.js';
import { consentHolds, spent } from './holding.js';
import { LAW, type InstrumentId } from './law.js';
import { messages } from './messages.js';
import { conditionsOf, passing, passingOfSend, passingOfTransfer, using } from './passing.js';
import {
  permit,
  verdict,
  type Disclose,
  type Item,
  type Reason,
  type Send,
  type Transfer,
  type Verdict,
} from './reasons.js';

/**
 * A second, slow reading of the treaty matrix: who may send what to whom, how, on what ground, and what may be done with
 * what was received. It says of every case the outcome, the articles, whether the text says so, and what is due.
 */
export function oracle(register: Register, action: Action): Verdict {
  const own =
    (by: string) =>
    ({ provider }: Item): boolean =>
      oneBody(register, provider, by, dayOf(action.at));
  switch (action.action) {
    case 'in-force': {
      const id = action.instrument as InstrumentId;
      const bound = action.between.every((state) => isParty(register, id, state, dayOf(action.at)));
      return verdict([{ effect: bound ? 'permit' : 'deny', anyOf: LAW[id].boundBy }]);
    }
    case 'send': {
      const { reasons, duties } = messages(register, action);
      return verdict(
        [
          ...parties(register, action),
          ...betweenParties(register, action),
          ...reasons,
          ...passing(register, passingOfSend(register, action)),
        ],
        [...duties, ...conditionsOf(action.items ?? [], () => false)],
      );
    }
    case 'transfer':
      // On the bus the recipient is listed; off-bus it may be anybody whom the consents name.
      // A transfer of nothing is no transfer: what no rule allows is denied.
      if (action.items.length === 0) return nothing();
      return verdict(
        [
          ...(action.channel === 'bus' ? parties(register, action) : []),
          ...passing(register, passingOfTransfer(action)),
        ],
        conditionsOf(action.items, own(action.from)),
      );
    case 'use':
      if (action.items.length === 0) return nothing();
      return verdict(
        action.items.flatMap((item) => using(register, action, item)),
        conditionsOf(action.items, own(action.by)),
      );
    case 'disclose':
      return verdict(disclosing(register, action));
  }
}

const nothing = (): Verdict => verdict([{ effect: 'deny', anyOf: ['valise#no-rule'], basis: 'inferred' }]);

/**
 * Sections 1 and 2: both bound, both listed. An organ is bound by nothing, and is listed only under 2017. What concerns
 * information that was given before one of them left may still be sent.
 */
function parties(register: Register, act: Send | Transfer): Reason[] {
  const { at, instrument, from, to } = act;
  const id = instrument as InstrumentId;
  const day = dayOf(at);
  const reasons: Reason[] = [];
  // No authority writes to itself, listed or not.
  if (from === to) reasons.push({ effect: 'deny', anyOf: LAW[id].listedBy });
  const forwards = act.action === 'send' && act.message.type === 'forwarded' && id === 'csto-infosphere-2014';
  for (const party of [from, to]) {
    const listed = isListedFor(register, act, party, day) && (!isOrgan(register, party) || LAW[id].organs);
    // CSTO #7.4: to the body of its state that is competent, listed or not.
    if (!listed && !(forwards && party === to)) reasons.push({ effect: 'deny', anyOf: LAW[id].listedBy });
  }
  const states = [from, to].map((party) => stateOf(register, party)).filter((state) => state !== null);
  const unbound = states.filter((state) => !isParty(register, id, state, day));
  if (unbound.length === 0) return reasons;
  const continues = act.action === 'send' && CONTINUING.includes(act.message.type);
  if (continues && everBoundTogether(register, id, states, day))
    return [
      ...reasons,
      { ...permit('valise#continuing'), basis: 'inferred' },
      // The officer may be told that one has left.
      { effect: 'warn', anyOf: LAW[id].boundBy, optional: true },
    ];
  return [...reasons, ...unbound.map((): Reason => ({ effect: 'deny', anyOf: LAW[id].boundBy }))];
}

/** Today, or where what was given before goes on, on the last day on which its state was bound. */
function isListedFor(register: Register, act: Send | Transfer, party: string, day: string): boolean {
  const id = act.instrument as InstrumentId;
  if (isListed(register, id, party, day)) return true;
  const state = stateOf(register, party);
  const continues = act.action === 'send' && CONTINUING.includes(act.message.type);
  if (!continues || state === null || isParty(register, id, state, day)) return false;
  const last = lastBound(register, id, state, day);
  return last !== null && isListed(register, id, party, last);
}

/** What may open an exchange, where the instrument knows it. */
const OPENING: Readonly<Record<InstrumentId, readonly string[]>> = {
  'cis-it-crime-2018': ['request', 'spontaneous'],
  'csto-infosphere-2014': ['request'],
  'cis-infosec-2013': ['request', 'standing-request', 'spontaneous'],
  'cis-counterterror-2017': ['request', 'standing-request', 'spontaneous'],
};

/** What opens an exchange goes to another state; inside a case a request may have been passed on. */
function betweenParties(register: Register, { instrument, from, to, case: about, message }: Send): Reason[] {
  if (about !== null || !OPENING[instrument as InstrumentId].includes(message.type)) return [];
  const state = stateOf(register, from);
  if (state === null || state !== stateOf(register, to)) return [];
  return [{ effect: 'deny', anyOf: LAW[instrument as InstrumentId].betweenParties }];
}

/** Section 6, the fact and content of a request. */
function disclosing(register: Register, act: Disclose): Reason[] {
  const row = LAW[act.instrument as InstrumentId];
  const same = (one: string, other: string): boolean => oneBody(register, one, other, dayOf(act.at));
  if (row.disclosureNeedsConsent === 'no-rule')
    return [{ effect: 'deny', anyOf: ['valise#no-rule'], basis: 'inferred' }];
  if (same(act.by, act.requester) || same(act.to, act.requester)) return [permit()];
  const needed = row.disclosureNeedsConsent === 'always' || act.confidentialityAsked;
  const consented = act.consents.some(
    (consent) =>
      consent.kind === 'disclosure' &&
      consent.by === consenter(register, act.requester, dayOf(consent.from)) &&
      same(consent.to, act.by) &&
      typeof consent.recipient === 'string' &&
      same(consent.recipient, act.to) &&
      consent.items === 'all' &&
      consentHolds(consent, act.at) &&
      !spent(consent) &&
      (consent.written || !row.disclosureWritten),
  );
  const ask = consenter(register, act.requester, dayOf(act.at));
  if (needed && !consented)
    return [{ effect: 'consent-required', anyOf: row.disclosure, ask, basis: row.read.told }];
  return [permit(...row.disclosure)];
}
