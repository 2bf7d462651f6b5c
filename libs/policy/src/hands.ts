import { bodyOf, knownEntry, type CompiledRegister, type InformationRules } from '#treaties';
import type { Consent, Item, Purpose } from './action.js';
import { consentHolds, consentInForce, consentReaches, gotAt, isSpent, purposeWithin } from './consents.js';

/** One offence of a purpose, as far as it is divided; null: none is stated, which a consent that names some does not cover. */
export type Part = Purpose | null | typeof ANY_OF_THEM;
/** For what needs no purpose beyond those that a consent names, if it names any. */
export const ANY_OF_THEM = 'any-of-them';

/** An act with one item of another's. */
interface Act {
  readonly register: CompiledRegister;
  readonly at: number;
  readonly derived: boolean;
  readonly consents: readonly Consent[];
}

/** A consent of the provider to hand the item on, and between which bodies. */
export interface Step {
  readonly consent: Consent;
  readonly from: string;
  readonly to: string;
}

/** Whose hands an item may be in, by what its provider agreed to (MATRIX section 6). */
export class Hands {
  #held: readonly Step[] | undefined;

  constructor(
    private readonly rules: Pick<InformationRules, 'onward'>,
    private readonly item: Item,
    private readonly act: Act,
  ) {}

  /** A unit is no third party to its own authority. */
  same(one: string, other: string): boolean {
    return this.#body(one) === this.#body(other);
  }

  /** The receiver that was named, or a body of its state to which the request was passed. */
  isFirst(holder: string): boolean {
    return this.#first().has(this.#body(holder));
  }

  /**
   * Every step on a way from the first hands to a holder that is not one of them, in any number of steps, that allows the part.
   *
   * @returns undefined where there is no such way
   */
  waysTo(holder: string, part: Part): readonly Step[] | undefined {
    const end = this.#body(holder);
    this.#held ??= this.#steps((consent) => consentHolds(consent, this.item, this.act.at));
    const steps = this.#held.filter(({ consent }) => allows(consent, part));
    const reached = spread(this.#first(), steps, 'from', 'to');
    if (!reached.has(end)) return undefined;
    const leading = spread(new Set([end]), steps, 'to', 'from');
    return steps.filter(({ from, to }) => reached.has(from) && leading.has(to));
  }

  /** It came to the holder by steps that were agreed to when it came; that one was revoked since is another matter. */
  wasLawfullyHeldBy(holder: string): boolean {
    const got = gotAt(this.item, this.act.at);
    const steps = this.#steps((consent) => consentInForce(consent, got) && allows(consent, ANY_OF_THEM));
    return spread(this.#first(), steps, 'from', 'to').has(this.#body(holder));
  }

  /** Does the step hand it to this holder, and may it still be used? Then the purposes that it names are the holder's own. */
  isLast({ consent, to }: Step, holder: string): boolean {
    return to === this.#body(holder) && !isSpent(consent);
  }

  /** Consents by which the holder may hand it to the recipient now. */
  opening(holder: string, recipient: string, part: Part): readonly Consent[] {
    const { at } = this.act;
    const ends = { from: this.#body(holder), to: this.#body(recipient) };
    return this.#steps((consent) => consentInForce(consent, at) && !isSpent(consent) && allows(consent, part))
      .filter(({ from, to }) => from === ends.from && to === ends.to)
      .map(({ consent }) => consent);
  }

  #steps(allowed: (consent: Consent) => boolean): readonly Step[] {
    return this.act.consents.flatMap((consent) => {
      const { to, recipient = null } = consent;
      if (recipient === null || !this.#agrees(consent) || !allowed(consent)) return [];
      return [{ consent, from: this.#body(to), to: this.#body(recipient) }];
    });
  }

  #agrees(consent: Consent): boolean {
    return (
      consent.kind === 'onward-transfer' &&
      consentReaches(consent, this.item) &&
      (consent.written || !this.rules.onward.written) &&
      (!this.act.derived || consent.coversDerived === true)
    );
  }

  #first(): Set<string> {
    const { receiver, passedTo } = this.item;
    const { register, at } = this.act;
    const own = knownEntry(register, receiver, at);
    const passed = (passedTo ?? []).filter((body) => {
      // An organ has no state, so no body of it. A body that is on no list is not known; one of another state is none.
      if (own?.kind === 'organ') return false;
      const known = knownEntry(register, body, at);
      return known === undefined || (known.state !== undefined && known.state === own?.state);
    });
    return new Set([receiver, ...passed].map((id) => this.#body(id)));
  }

  #body(id: string): string {
    return bodyOf(this.act.register, id, this.act.at);
  }
}

/** A purpose must lie within those of the consent. One that names none limits none; one with an empty list allows none. */
function allows({ purposes = null }: Consent, part: Part): boolean {
  if (purposes === null) return true;
  if (part === null) return false;
  if (part === ANY_OF_THEM) return purposes.some(({ offences }) => offences.length > 0);
  return purposeWithin(part, purposes);
}

/** All that can be reached from a start, step by step. */
function spread(
  start: ReadonlySet<string>,
  steps: readonly Step[],
  near: 'from' | 'to',
  far: 'from' | 'to',
): ReadonlySet<string> {
  const reached = new Set(start);
  // What is added on the way is visited too.
  for (const body of reached) for (const step of steps) if (step[near] === body) reached.add(step[far]);
  return reached;
}
