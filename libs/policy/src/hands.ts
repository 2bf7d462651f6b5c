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

/** Whose hands an item may be in, by what its provider agreed to (MATRIX section 6). */
export class Hands {
  #held: readonly Consent[] | undefined;

  constructor(
    private readonly rules: Pick<InformationRules, 'onward'>,
    private readonly item: Item,
    private readonly act: Act,
  ) {}

  /** A unit is no third party to its own authority. */
  same(one: string, other: string): boolean {
    return one === other || this.#body(one) === this.#body(other);
  }

  /** The receiver that was named, or a body of its state to which the request was passed. */
  isFirst(holder: string): boolean {
    return this.#first().has(this.#body(holder));
  }

  /**
   * Every consent on a way from the receiver to the holder, in any number of steps, that allows the part.
   *
   * @returns undefined where there is no such way
   */
  waysTo(holder: string, part: Part): readonly Consent[] | undefined {
    if (this.isFirst(holder)) return [];
    const steps = this.#steps().filter((consent) => allows(consent, part));
    const reached = this.#reached(steps);
    if (!reached.has(this.#body(holder))) return undefined;
    const leading = spread(new Set([this.#body(holder)]), steps, ({ to, recipient }) => [
      this.#bodyOrNone(recipient),
      this.#body(to),
    ]);
    return steps.filter(
      ({ to, recipient }) => reached.has(this.#body(to)) && leading.has(this.#bodyOrNone(recipient) ?? ''),
    );
  }

  /** It came to the holder by steps that were agreed to when it came; that one was revoked since is another matter. */
  wasLawfullyHeldBy(holder: string): boolean {
    if (this.isFirst(holder)) return true;
    const got = gotAt(this.item, this.act.at);
    const steps = this.act.consents.filter(
      (consent) => this.#agrees(consent) && consentInForce(consent, got) && allows(consent, ANY_OF_THEM),
    );
    return this.#reached(steps).has(this.#body(holder));
  }

  /** Those of the ways that hand it to this holder and may still be used: the purposes that they name are its own. */
  isLastStep(consent: Consent, holder: string): boolean {
    return this.#bodyOrNone(consent.recipient) === this.#body(holder) && !isSpent(consent);
  }

  /** Consents by which the holder may hand it to the recipient now. */
  opening(holder: string, recipient: string, part: Part): readonly Consent[] {
    return this.act.consents.filter(
      (consent) =>
        this.#agrees(consent) &&
        consentInForce(consent, this.act.at) &&
        !isSpent(consent) &&
        this.same(consent.to, holder) &&
        this.#bodyOrNone(consent.recipient) === this.#body(recipient) &&
        allows(consent, part),
    );
  }

  /** The steps by which it may have come to where it is: asked for only where it is not in first hands. */
  #steps(): readonly Consent[] {
    this.#held ??= this.act.consents.filter(
      (consent) => this.#agrees(consent) && consentHolds(consent, this.item, this.act.at),
    );
    return this.#held;
  }

  #reached(steps: readonly Consent[]): ReadonlySet<string> {
    return spread(this.#first(), steps, ({ to, recipient }) => [this.#body(to), this.#bodyOrNone(recipient)]);
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
      return known === undefined || (own !== undefined && known.state === own.state);
    });
    return new Set([receiver, ...passed].map((id) => this.#body(id)));
  }

  #body(id: string): string {
    return bodyOf(this.act.register, id, this.act.at);
  }

  #bodyOrNone(id: string | null | undefined): string | undefined {
    return id === null || id === undefined ? undefined : this.#body(id);
  }
}

/** A purpose must lie within those of the consent. One that names none limits none; one with an empty list allows none. */
function allows({ purposes }: Consent, part: Part): boolean {
  if (purposes === undefined || purposes === null) return true;
  if (part === null) return false;
  if (part === ANY_OF_THEM) return purposes.some(({ offences }) => offences.length > 0);
  return purposeWithin(part, purposes);
}

/** All that can be reached from a start, step by step. */
function spread(
  start: ReadonlySet<string>,
  steps: readonly Consent[],
  ends: (step: Consent) => readonly [string | undefined, string | undefined],
): ReadonlySet<string> {
  const reached = new Set(start);
  let open = steps.map(ends);
  for (;;) {
    const next = open.filter(([from, to]) => from !== undefined && to !== undefined && reached.has(from));
    if (next.length === 0) return reached;
    for (const [, to] of next) if (to !== undefined) reached.add(to);
    open = open.filter((step) => !next.includes(step));
  }
}
