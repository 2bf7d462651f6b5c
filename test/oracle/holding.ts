import type { Register } from '#treaties';
import { consenter, dayOf, isOrgan, oneBody, rank, stateOf } from './books.js';
import { LAW, type Basis, type InstrumentId } from './law.js';
import { permit, type Consent, type Item, type Purpose, type Reason } from './reasons.js';

/** Section 6: in whose hands information may be, by what steps it may have come there, and for what. */

/** A purpose of one offence, or of any, or none stated: what cannot be divided further. */
export type Part = Purpose | null;

/** "A use lies within their union, part by part": each offence by itself, whichever list gives it. */
export function partsOf(purpose: Purpose | null): readonly Part[] {
  if (purpose === null || purpose.offences === 'any' || purpose.offences.length === 0) return [purpose];
  return purpose.offences.map((offence) => ({ ...purpose, offences: [offence] }));
}

/** Same instrument, same activity, its case or any, its offence or any. "Any" lies within "any" alone, and so does none. */
export function within(part: Purpose, given: readonly Purpose[]): boolean {
  return given.some((one) => {
    if (one.instrument !== part.instrument || one.activity !== part.activity) return false;
    if (one.caseId !== null && one.caseId !== part.caseId) return false;
    if (one.offences === 'any') return true;
    const [offence] = part.offences === 'any' ? [] : part.offences;
    return offence !== undefined && one.offences.includes(offence);
  });
}

/** 2013 #6.1: what is open is free to use and pass on. */
export const isFree = (item: Item): boolean =>
  LAW[item.instrument as InstrumentId].openIsFree && item.level === 'open';

interface Act {
  readonly at: string;
  readonly derived: boolean;
  readonly consents: readonly Consent[];
}

/** The hands through which one item may have gone. */
export class Hands {
  private readonly day: string;
  /** When the present holder got it. What is dated ahead was got by now at the latest. */
  private readonly got: string;

  constructor(
    private readonly register: Register,
    private readonly act: Act,
    private readonly item: Item,
  ) {
    this.day = dayOf(act.at);
    const since = item.heldSince ?? act.at;
    this.got = Date.parse(since) < Date.parse(act.at) ? since : act.at;
  }

  same(one: string, other: string): boolean {
    return oneBody(this.register, one, other, this.day);
  }

  /** The receiver that was named, or a body to which the request was passed: of its state, as far as any list knows. */
  private firsts(): string[] {
    const { receiver, passedTo } = this.item;
    // An organ has no state in which it could pass a request on.
    if (isOrgan(this.register, receiver)) return [receiver];
    const states = [stateOf(this.register, receiver), null];
    const within = (one: string): boolean =>
      states.includes(stateOf(this.register, one)) && !isOrgan(this.register, one);
    return [receiver, ...(passedTo ?? []).filter(within)];
  }

  first(holder: string): boolean {
    return this.firsts().some((one) => this.same(one, holder));
  }

  /** May the holder have it, for that part of the purpose, over any number of steps that were each agreed to? */
  hold(holder: string, part: Part | 'whatever'): boolean {
    return this.reached(part).some((one) => this.same(one, holder));
  }

  /** Did he have it lawfully, whatever was revoked since? */
  everHeld(holder: string): boolean {
    return this.first(holder) || this.reached('whatever', true).some((one) => this.same(one, holder));
  }

  /** The consents to the last step to that holder. */
  handedTo(holder: string, part: Part): Consent[] {
    if (this.first(holder)) return [];
    const from = this.reached(part);
    return this.steps(part).filter(
      (consent) =>
        this.isRecipient(consent, holder) &&
        from.some((one) => this.same(one, consent.to)) &&
        !spent(consent),
    );
  }

  isRecipient(consent: Consent, id: string): boolean {
    const { recipient } = consent;
    return recipient !== null && recipient !== undefined && this.same(recipient, id);
  }

  /** For a new act: in force now, and not used up. */
  isOpen(consent: Consent): boolean {
    return consentHolds(consent, this.act.at) && !spent(consent);
  }

  covers(consent: Consent, part: Part | 'whatever'): boolean {
    const writing = LAW[this.item.instrument as InstrumentId].onwardWritten;
    if (!covered(this.register, consent, this.item, writing)) return false;
    if (this.act.derived && consent.coversDerived !== true) return false;
    const { purposes } = consent;
    if (purposes === null || purposes === undefined) return true;
    // An empty list names nothing.
    if (part === 'whatever') return purposes.some(({ offences }) => offences.length > 0);
    return part !== null && within(part, purposes);
  }

  private reached(part: Part | 'whatever', evenRevoked = false): readonly string[] {
    const hands = this.firsts();
    const steps = this.steps(part, evenRevoked);
    // The list grows while it is walked.
    for (const giver of hands) {
      for (const consent of steps) {
        const { recipient } = consent;
        if (!this.same(consent.to, giver) || recipient === null || recipient === undefined) continue;
        if (!hands.includes(recipient)) hands.push(recipient);
      }
    }
    return hands;
  }

  /** In force when it was got, and not revoked since: that it ended later ends no holding. */
  private steps(part: Part | 'whatever', evenRevoked = false): Consent[] {
    return this.act.consents.filter(
      (consent) =>
        consent.kind === 'onward-transfer' &&
        this.covers(consent, part) &&
        consentHolds(consent, this.got) &&
        (evenRevoked || !isRevoked(consent, this.act.at)),
    );
  }
}

/** The purposes given, or those that the provider consented to since. */
export function forPurpose(
  register: Register,
  act: { readonly at: string; readonly by: string; readonly consents: readonly Consent[] },
  item: Item,
  part: Purpose,
): Reason {
  const row = LAW[item.instrument as InstrumentId];
  // What was given may have been consented to as well: either article allows it then.
  if (within(part, item.purposes))
    return { ...permit(...row.usePermitted, ...row.useConsented), basis: readOf(item, row.read.given) };
  const consented = act.consents.some(
    (consent) =>
      consent.kind === 'purpose' &&
      oneBody(register, consent.to, act.by, dayOf(act.at)) &&
      covered(register, consent, item, row.useWritten) &&
      consentHolds(consent, act.at) &&
      !spent(consent) &&
      within(part, consent.purposes ?? []),
  );
  return answer(register, act.at, consented, row.useConsented, item, row.read.agreed);
}

/** What of 2018 #9 and #10 the text says of results, it does not say of spontaneous information. */
export const readOf = (item: Item, basis: Basis): Basis =>
  item.instrument === 'cis-it-crime-2018' && item.spontaneous === true ? 'inferred' : basis;

export function answer(
  register: Register,
  at: string,
  consented: boolean,
  anyOf: readonly string[],
  item: Item,
  basis: Basis,
): Reason {
  if (consented) return { ...permit(...anyOf), basis: readOf(item, basis) };
  const ask = consenter(register, item.provider, dayOf(at));
  const refused: Reason = { effect: 'consent-required', anyOf, ask };
  // Where the text forbids, and the way out by a consent is inferred, the matrix does not tell which of the two counts.
  const told = ['cis-it-crime-2018', 'csto-infosphere-2014'].includes(item.instrument);
  return told ? { ...refused, basis: readOf(item, basis) } : refused;
}

/** By who speaks for the provider on the day of the consent, of this item and its level, in writing where the text requires that. */
const covered = (register: Register, consent: Consent, item: Item, writing: boolean): boolean =>
  consent.by === consenter(register, item.provider, dayOf(consent.from)) &&
  (consent.items === 'all' || consent.items.includes(item.id)) &&
  (!consent.maxLevel || rank(item.level) <= rank(consent.maxLevel)) &&
  (consent.written || !writing);

export const spent = ({ usesMax, usesDone }: Consent): boolean =>
  usesMax !== null && usesMax !== undefined && (usesDone ?? 0) >= usesMax;

const isRevoked = ({ revokedAt }: Consent, at: string): boolean =>
  revokedAt !== null && Date.parse(revokedAt) <= Date.parse(at);

/** From after `from`; before `until`; before the revocation. */
export function consentHolds(consent: Consent, at: string): boolean {
  const then = Date.parse(at);
  if (!(Date.parse(consent.from) < then)) return false;
  if (consent.until !== null && !(then < Date.parse(consent.until))) return false;
  return !isRevoked(consent, at);
}
