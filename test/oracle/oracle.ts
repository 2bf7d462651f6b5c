import type { Action, Consent, Item, Outcome, Purpose } from '#policy';
import type { Register } from '#treaties';
import {
  agreementsBinding,
  dayOf,
  isAccredited,
  isCleared,
  isListed,
  isOrgan,
  isParty,
  rank,
  stateOf,
} from './books.js';
import { LAW, SECRET, type InstrumentId } from './law.js';

/**
 * A second, slow reading of sections 6 and 7: who must consent, and what may be done with restricted and classified
 * information. Of a `send` it judges the parties, the level and the items; the message must be in order otherwise.
 */

export interface Reason {
  readonly effect: Outcome;
  /** The finding must cite one of these; a reason without articles only allows. */
  readonly anyOf: readonly string[];
  /** The provider who is still to be asked. */
  readonly ask?: string;
  /** Another reason already settles it: decide may find this one as well, or not. */
  readonly optional?: boolean;
}

export interface Verdict {
  readonly outcome: Outcome;
  readonly consentFrom: readonly string[];
  /** Those with the effect of the outcome. */
  readonly reasons: readonly Reason[];
}

type Send = Extract<Action, { action: 'send' }>;
type Use = Extract<Action, { action: 'use' }>;
type Transfer = Extract<Action, { action: 'transfer' }>;
type Disclose = Extract<Action, { action: 'disclose' }>;

export function oracle(register: Register, action: Action): Verdict {
  switch (action.action) {
    case 'in-force': {
      const id = action.instrument as InstrumentId;
      const bound = action.between.every((state) => isParty(register, id, state, dayOf(action.at)));
      return verdict([{ effect: bound ? 'permit' : 'deny', anyOf: LAW[id].boundBy }]);
    }
    case 'send':
      return verdict([
        ...parties(register, action),
        ...betweenParties(register, action),
        ...passing(register, passingOfSend(action)),
      ]);
    case 'transfer':
      // On the bus the recipient is listed; off-bus it may be anybody whom the consents name.
      // A transfer of nothing is no transfer: what no rule allows is denied.
      if (action.items.length === 0) return verdict([{ effect: 'deny', anyOf: ['valise#no-rule'] }]);
      return verdict([
        ...(action.channel === 'bus' ? parties(register, action) : []),
        ...passing(register, passingOfTransfer(action)),
      ]);
    case 'use':
      return verdict(action.items.flatMap((item) => using(action, item)));
    case 'disclose':
      return verdict(disclosing(action));
  }
}

const STRICTNESS: readonly Outcome[] = ['permit', 'off-bus', 'consent-required', 'decision-required', 'deny'];

function verdict(reasons: readonly Reason[]): Verdict {
  const outcome = STRICTNESS.findLast((effect) => reasons.some((reason) => reason.effect === effect));
  if (outcome === undefined) throw new Error('no reason at all: the oracle does not know this case');
  const asked = outcome === 'consent-required' ? reasons.map(({ ask }) => ask ?? '') : [];
  return {
    outcome,
    consentFrom: [...new Set(asked)].filter((id) => id !== '').sort(),
    reasons: reasons.filter(({ effect }) => effect === outcome),
  };
}

/** Sections 1 and 2: both bound, both listed. An organ is bound by nothing, and is listed only under 2017. */
function parties(register: Register, { at, instrument, from, to }: Send | Transfer): Reason[] {
  const id = instrument as InstrumentId;
  const day = dayOf(at);
  const reasons: Reason[] = [];
  for (const party of [from, to]) {
    const listed = isListed(register, id, party, day) && (!isOrgan(register, party) || LAW[id].organs);
    if (!listed) reasons.push({ effect: 'deny', anyOf: LAW[id].listedBy });
    const state = stateOf(register, party);
    if (state !== null && !isParty(register, id, state, day)) {
      reasons.push({ effect: 'deny', anyOf: LAW[id].boundBy });
    }
  }
  return reasons;
}

/** Cooperation is between the Parties: only a request that was passed on inside a state has a case between its authorities. */
function betweenParties(register: Register, { instrument, from, to, case: about }: Send): Reason[] {
  if (about !== null) return [];
  const state = stateOf(register, from);
  if (state === null || state !== stateOf(register, to)) return [];
  return [{ effect: 'deny', anyOf: LAW[instrument as InstrumentId].betweenParties }];
}

/** What is passed on, whether it is called a message or a transfer. */
interface Passing {
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
}

function passingOfSend(action: Send): Passing {
  return {
    at: action.at,
    instrument: action.instrument as InstrumentId,
    from: action.from,
    to: action.to,
    offBus: action.channel === 'off-bus',
    level: action.message.level,
    released: action.message.releaseDecision === true,
    derived: false,
    purpose: null,
    items: action.items ?? [],
    consents: action.consents ?? [],
  };
}

function passingOfTransfer(action: Transfer): Passing {
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
  };
}

function passing(register: Register, act: Passing): Reason[] {
  const reasons: Reason[] = [{ effect: 'permit', anyOf: [] }];
  for (const item of act.items) {
    if (rank(act.level) < rank(item.level)) reasons.push({ effect: 'deny', anyOf: ['valise#level'] });
    reasons.push(...passingOn(act, item));
  }
  if (rank(act.level) >= SECRET) reasons.push(...secrets(register, act));
  return reasons;
}

/** Section 7, first row, column by column. */
function secrets(register: Register, act: Passing): Reason[] {
  const { from, to, level, offBus } = act;
  const day = dayOf(act.at);
  const row = LAW[act.instrument];
  const denied: Reason = { effect: 'deny', anyOf: row.secretsDenied };
  const onlyOffBus: Reason[] = offBus ? [] : [{ effect: 'off-bus', anyOf: row.secretsOffBus }];
  const binding = agreementsBinding(register, from, to, day);
  const carries = (agreement: string): boolean => isAccredited(register, [from, to], agreement, level, day);
  switch (row.secrets) {
    case 'never':
      return [denied];
    case 'not-governed':
      return binding.length > 0 ? onlyOffBus : [denied];
    case 'csto-secrets-2004': {
      const agreement = 'csto-secrets-2004';
      if (!binding.includes(agreement)) return [denied];
      if (!isCleared(register, to, agreement, level, day)) return [denied];
      return carries(agreement) ? [] : onlyOffBus;
    }
    case 'an-agreement-throughout': {
      const undecided: Reason[] = act.released
        ? []
        : [{ effect: 'decision-required', anyOf: row.releaseDecision ?? [] }];
      const cleared = binding.filter((agreement) => isCleared(register, to, agreement, level, day));
      if (cleared.length === 0) return [denied, ...undecided];
      return cleared.some(carries) ? undecided : [...onlyOffBus, ...undecided];
    }
  }
}

/**
 * Section 6, onward transfer: nobody is a third party to his own information, nor is the receiver that was named. A consent
 * to pass on says nothing of another purpose, unless it names that purpose: a transfer for one needs both.
 */
function passingOn(act: Passing, item: Item): Reason[] {
  const row = LAW[item.instrument as InstrumentId];
  if (item.provider === act.from) return [{ effect: 'permit', anyOf: [] }];
  if (row.openIsFree && item.level === 'open') return [{ effect: 'permit', anyOf: row.onward }];
  const { purpose } = act;
  const reasons = holding(act, act.from, item);
  if (item.provider === act.to) return [...reasons, { effect: 'permit', anyOf: [] }];
  const given = act.consents.filter(
    (consent) =>
      consent.kind === 'onward-transfer' &&
      consent.by === item.provider &&
      consent.to === act.from &&
      consent.recipient === act.to &&
      holdsFor(consent, item, act.at, row.onwardWritten) &&
      (!act.derived || consent.coversDerived === true) &&
      allows(consent, purpose),
  );
  if (item.receiver !== act.to) reasons.push(answer(given.length > 0, row.onward, item));
  const named = given.some(({ purposes }) => purpose && purposes && lies(purpose, purposes));
  if (purpose && !named) reasons.push(forPurpose(act.at, act.from, purpose, act.consents, item));
  return reasons;
}

/** Section 6, use: in whose hands it may be, and for what it was given or consented to. Both, or nothing. */
function using(act: Use, item: Item): Reason[] {
  const row = LAW[item.instrument as InstrumentId];
  if (row.openIsFree && item.level === 'open') return [{ effect: 'permit', anyOf: row.onward }];
  if (item.provider === act.by) return [{ effect: 'permit', anyOf: [] }];
  const held = holding({ ...act, derived: false }, act.by, item);
  // Who agreed to the handing on for a purpose has agreed to that purpose.
  const named = handedOn({ ...act, derived: false }, act.by, item).flatMap(({ purposes }) => purposes ?? []);
  if (lies(act.purpose, named)) return held;
  return [...held, forPurpose(act.at, act.by, act.purpose, act.consents, item)];
}

/** Whoever is not the receiver has it only if the provider agreed that the receiver passes it on to him. */
function holding(act: Passing | (Use & { derived: false }), holder: string, item: Item): Reason[] {
  if (item.receiver === holder) return [];
  const row = LAW[item.instrument as InstrumentId];
  return [answer(handedOn(act, holder, item).length > 0, row.onward, item)];
}

function handedOn(act: Passing | (Use & { derived: false }), holder: string, item: Item): Consent[] {
  if (item.receiver === holder) return [];
  const row = LAW[item.instrument as InstrumentId];
  return act.consents.filter(
    (consent) =>
      consent.kind === 'onward-transfer' &&
      consent.by === item.provider &&
      consent.to === item.receiver &&
      consent.recipient === holder &&
      holdsFor(consent, item, act.at, row.onwardWritten) &&
      (!act.derived || consent.coversDerived === true) &&
      allows(consent, act.purpose),
  );
}

/** A consent to pass on may be limited to purposes; nothing stated is nothing to limit. */
const allows = (consent: Consent, purpose: Purpose | null): boolean =>
  !purpose || !consent.purposes || lies(purpose, consent.purposes);

/** The purposes given, or those that the provider consented to since. */
function forPurpose(
  at: string,
  by: string,
  purpose: Purpose,
  consents: readonly Consent[],
  item: Item,
): Reason {
  const row = LAW[item.instrument as InstrumentId];
  if (lies(purpose, item.purposes)) return { effect: 'permit', anyOf: row.usePermitted };
  const consented = consents.some(
    (consent) =>
      consent.kind === 'purpose' &&
      consent.by === item.provider &&
      consent.to === by &&
      holdsFor(consent, item, at, row.useWritten) &&
      lies(purpose, consent.purposes ?? []),
  );
  return answer(consented, row.useConsented, item);
}

const answer = (consented: boolean, anyOf: readonly string[], item: Item): Reason =>
  consented ? { effect: 'permit', anyOf } : { effect: 'consent-required', anyOf, ask: item.provider };

/** Section 6, the fact and content of a request. */
function disclosing(act: Disclose): Reason[] {
  const row = LAW[act.instrument as InstrumentId];
  if (row.disclosureNeedsConsent === 'no-rule') return [{ effect: 'deny', anyOf: ['valise#no-rule'] }];
  if (act.by === act.requester || act.to === act.requester) return [{ effect: 'permit', anyOf: [] }];
  const needed = row.disclosureNeedsConsent === 'always' || act.confidentialityAsked;
  const consented = act.consents.some(
    (consent) =>
      consent.kind === 'disclosure' &&
      consent.by === act.requester &&
      consent.to === act.by &&
      consent.recipient === act.to &&
      consent.items === 'all' &&
      inForce(consent, act.at) &&
      (consent.written || !row.disclosureWritten),
  );
  return needed && !consented
    ? [{ effect: 'consent-required', anyOf: row.disclosure, ask: act.requester }]
    : [{ effect: 'permit', anyOf: row.disclosure }];
}

/** A consent in force that covers the item, its level, and is in writing where the text wants that. */
const holdsFor = (consent: Consent, item: Item, at: string, writing: boolean): boolean =>
  (consent.items === 'all' || consent.items.includes(item.id)) &&
  (!consent.maxLevel || rank(item.level) <= rank(consent.maxLevel)) &&
  (consent.written || !writing) &&
  inForce(consent, at);

/** From after `from`; before `until`; before the revocation. */
function inForce(consent: Consent, at: string): boolean {
  const now = Date.parse(at);
  if (!(Date.parse(consent.from) < now)) return false;
  if (consent.until !== null && !(now < Date.parse(consent.until))) return false;
  return consent.revokedAt === null || now < Date.parse(consent.revokedAt);
}

/**
 * A purpose lies within what was given: same instrument, same activity, the case named or any, and every offence named by
 * one or another of those. "Any offence" lies only within "any offence", and so does a purpose that names none.
 */
function lies(purpose: Purpose, given: readonly Purpose[]): boolean {
  const fitting = given.filter(
    (one) =>
      one.instrument === purpose.instrument &&
      one.activity === purpose.activity &&
      (one.caseId === null || one.caseId === purpose.caseId),
  );
  if (fitting.some(({ offences }) => offences === 'any')) return true;
  if (purpose.offences === 'any') return false;
  return (
    purpose.offences.length > 0 &&
    purpose.offences.every((offence) => fitting.some(({ offences }) => offences.includes(offence)))
  );
}
