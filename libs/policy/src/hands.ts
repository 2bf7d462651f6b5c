import type { InformationRules } from '#treaties';
import type { Purpose } from './action.js';
import type { Held, Passage } from './agreed.js';
import { purposeWithin } from './consents.js';
import type { LawAt } from './law-at.js';

/** One offence of a purpose, as far as it is divided; null: none is stated, which a consent that names some does not cover. */
export type Part = Purpose | null | typeof ANY_OF_THEM;
/** For what needs no purpose beyond those that a consent names, if it names any. */
export const ANY_OF_THEM = 'any-of-them';

/** A passage, and between which bodies it is. */
export interface Step {
  readonly passage: Passage;
  readonly from: string;
  readonly to: string;
}

/** Whose hands an item may be in, by what its provider agreed to (MATRIX section 6). */
export class Hands {
  #held: readonly Step[] | undefined;

  constructor(
    private readonly rules: Pick<InformationRules, 'onward'>,
    private readonly held: Held,
    private readonly law: LawAt,
    private readonly derived: boolean,
  ) {}

  /** A unit is no third party to its own authority. */
  same(one: string, other: string): boolean {
    return this.law.bodyOf(one) === this.law.bodyOf(other);
  }

  /** The receiver that was named, or a body of its state to which the request was passed. */
  isFirst(holder: string): boolean {
    return this.#first().has(this.law.bodyOf(holder));
  }

  /**
   * Every step on a way from the first hands to a holder that is not one of them, in any number of steps, that allows the part.
   *
   * @returns undefined where there is no such way
   */
  waysTo(holder: string, part: Part): readonly Step[] | undefined {
    const end = this.law.bodyOf(holder);
    this.#held ??= this.#steps(this.#holding());
    const steps = this.#held.filter(({ passage }) => allows(passage, part));
    const reached = spread(this.#first(), steps, 'from', 'to');
    if (!reached.has(end)) return undefined;
    const leading = spread(new Set([end]), steps, 'to', 'from');
    return steps.filter(({ from, to }) => reached.has(from) && leading.has(to));
  }

  /** It came to the holder by steps that were agreed to when it came; that one was revoked since is another matter. */
  wasLawfullyHeldBy(holder: string): boolean {
    const came = this.held.agreed.came ?? this.#holding();
    const steps = this.#steps(came.filter((passage) => allows(passage, ANY_OF_THEM)));
    return spread(this.#first(), steps, 'from', 'to').has(this.law.bodyOf(holder));
  }

  /** Does the step hand it to this holder, and may it still be used? Then the purposes that it names are the holder's own. */
  isLast({ passage, to }: Step, holder: string): boolean {
    return to === this.law.bodyOf(holder) && !passage.spent;
  }

  /** Passages by which the holder may hand it to the recipient now. */
  opening(holder: string, recipient: string, part: Part): readonly Passage[] {
    const ends = { from: this.law.bodyOf(holder), to: this.law.bodyOf(recipient) };
    const open = this.held.agreed.passages.filter((passage) => passage.opens && allows(passage, part));
    return this.#steps(open)
      .filter(({ from, to }) => from === ends.from && to === ends.to)
      .map(({ passage }) => passage);
  }

  #holding(): readonly Passage[] {
    return this.held.agreed.passages.filter(({ holds }) => holds);
  }

  /** Of those, the passages that the instrument, and this act, let count. */
  #steps(passages: readonly Passage[]): readonly Step[] {
    return passages
      .filter(
        ({ written, coversDerived }) =>
          (written || !this.rules.onward.written) && (coversDerived || !this.derived),
      )
      .map((passage) => ({
        passage,
        from: this.law.bodyOf(passage.from),
        to: this.law.bodyOf(passage.to),
      }));
  }

  #first(): Set<string> {
    const { receiver, passedTo } = this.held.item;
    const passed = (passedTo ?? []).filter((body) => this.law.oneState(receiver, body));
    return new Set([receiver, ...passed].map((id) => this.law.bodyOf(id)));
  }
}

/** A purpose must lie within those of the passage. One that names none limits none; one with an empty list allows none. */
function allows({ purposes }: Passage, part: Part): boolean {
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
