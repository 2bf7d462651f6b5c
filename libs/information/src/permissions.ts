import { compare } from '#core';
import { partsOf, purposeWithin, type Purpose } from '#policy';
import { levelRank, type InformationRules, type Level } from '#treaties';
import type { Constraints, Passage, Source } from './constraints.js';

/**
 * What constraints permit, after whatever consents have relaxed them. The same answers as `decide` gives of the sources one
 * by one; `decide` judges besides who may exchange, how, and what is classified.
 */

/** What is known of the law and of the authorities at the instant of the act. */
export interface Law {
  /** The rules on information of the instrument under which a source came. */
  readonly rulesOf: (instrument: string) => InformationRules | undefined;
  /** Are they one body, a unit and its own authority? */
  readonly oneBody: (one: string, other: string) => boolean;
  /** Are they of one state, as far as any list knows? A request is passed on inside a state. */
  readonly oneState: (one: string, other: string) => boolean;
}

export interface Permission {
  readonly outcome: 'permit' | 'consent-required' | 'deny';
  /** The originators still to be asked, sorted. */
  readonly askOf: readonly string[];
  /** The conditions to be observed, sorted. */
  readonly conditions: readonly string[];
}

export interface Using {
  readonly by: string;
  /** null: not stated. */
  readonly purpose: Purpose | null;
  /** The case that this use is the conduct of. */
  readonly conduct: string | null;
}

export interface PassingOn {
  readonly from: string;
  readonly to: string;
  /** The level at which it is passed on. */
  readonly level: Level;
  readonly derived: boolean;
  /** null: not stated. */
  readonly purpose: Purpose | null;
}

/** May the holder use it for the purpose, or for the conduct of the case in which it was given? */
export function mayUse(constraints: Constraints, { by, purpose, conduct }: Using, law: Law): Permission {
  return judged(constraints, law, (source, originator, rules, verdict) => {
    if (law.oneBody(originator, by)) return;
    verdict.observe(source.conditions);
    if (isFree(rules, source)) return;
    const hands = new Hands(source, rules, law, false);
    if (conduct !== null && source.exchange === conduct && hands.isFirst(by)) return;
    const others: Purpose[] = [];
    for (const part of partsOrNone(purpose)) {
      const last = hands.held(by, part, verdict);
      // A use for nothing lies within nothing that was given.
      if (part === null) verdict.need([]);
      else if (!last.some(({ purposes }) => purposeWithin(part, purposes ?? []))) others.push(part);
    }
    given(source, by, others, rules, law, verdict);
  });
}

/** May the holder pass it, or what is derived from it, on to the recipient? */
export function mayPassOn(constraints: Constraints, act: PassingOn, law: Law): Permission {
  const { from, to, level, derived, purpose } = act;
  return judged(constraints, law, (source, originator, rules, verdict) => {
    if (levelRank(level) < levelRank(source.level)) verdict.deny();
    if (law.oneBody(originator, from)) return;
    verdict.observe(source.conditions);
    if (isFree(rules, source)) return;
    const hands = new Hands(source, rules, law, derived);
    // A holder that has it for some purpose may give it back without a purpose.
    if (law.oneBody(originator, to)) {
      hands.held(from, 'whatever', verdict);
      return;
    }
    const others: Purpose[] = [];
    const opening: Passage[][] = [];
    for (const part of partsOrNone(purpose)) {
      hands.held(from, part, verdict);
      const open = hands.steps(part, 'opens').filter((step) => hands.leads(step, from, to));
      opening.push(open);
      if (part !== null && !open.some(({ purposes }) => purposeWithin(part, purposes ?? [])))
        others.push(part);
    }
    if (!law.oneBody(from, to) && !hands.isFirst(to)) verdict.needEach(opening);
    given(source, from, others, rules, law, verdict);
  });
}

/** Collects what the sources of one originator require. */
class Verdict {
  asked = false;
  denied = false;
  readonly conditions = new Set<string>();

  deny(): void {
    this.denied = true;
  }

  observe(conditions: readonly string[]): void {
    for (const condition of conditions) this.conditions.add(condition);
  }

  /** One of these is needed; the conditions of all bind. */
  need(permissions: readonly { readonly conditions: readonly string[] }[]): void {
    if (permissions.length === 0) this.asked = true;
    for (const { conditions } of permissions) this.observe(conditions);
  }

  /** One of each is needed. What is granted for some of the parts alone binds nobody: it is not used. */
  needEach(parts: readonly (readonly { readonly conditions: readonly string[] }[])[]): void {
    if (parts.some((permissions) => permissions.length === 0)) this.asked = true;
    else for (const permissions of parts) this.need(permissions);
  }
}

type Judge = (source: Source, originator: string, rules: InformationRules, verdict: Verdict) => void;

function judged({ policies }: Constraints, { rulesOf }: Law, judge: Judge): Permission {
  const askOf = new Set<string>();
  const conditions = new Set<string>();
  // What no rule allows is denied: nothing, and what came under no instrument that is known.
  let denied = policies.length === 0;
  for (const { originator, sources } of policies) {
    for (const source of sources) {
      const verdict = new Verdict();
      const rules = rulesOf(source.instrument);
      if (rules === undefined) verdict.deny();
      else judge(source, originator, rules, verdict);
      denied ||= verdict.denied;
      if (verdict.asked) askOf.add(originator);
      for (const condition of verdict.conditions) conditions.add(condition);
    }
  }
  if (denied) return { outcome: 'deny', askOf: [], conditions: [] };
  return {
    outcome: askOf.size > 0 ? 'consent-required' : 'permit',
    askOf: [...askOf].sort(compare),
    conditions: [...conditions].sort(compare),
  };
}

function isFree(rules: InformationRules, source: Source): boolean {
  return rules.free !== null && levelRank(source.level) <= levelRank(rules.free.upTo);
}

const partsOrNone = (purpose: Purpose | null): readonly (Purpose | null)[] =>
  purpose === null ? [null] : partsOf(purpose);

/** null: no purpose is stated; `whatever`: which one does not matter. */
type Part = Purpose | null | 'whatever';

/** A step that names purposes is one for them, and an empty list names none. */
function allows({ purposes }: Passage, part: Part): boolean {
  if (purposes === null) return true;
  if (part === 'whatever') return purposes.length > 0;
  return part !== null && purposeWithin(part, purposes);
}

/** The hands through which one source may have gone, and may go. */
class Hands {
  constructor(
    private readonly source: Source,
    private readonly rules: InformationRules,
    private readonly law: Law,
    private readonly derived: boolean,
  ) {}

  /** Who got it from the originator: the receiver, or the body to which the request was passed. */
  isFirst(holder: string): boolean {
    return this.firsts().some((one) => this.law.oneBody(one, holder));
  }

  private firsts(): readonly string[] {
    const { receiver, passedTo } = this.source;
    return [receiver, ...passedTo.filter((one) => this.law.oneState(receiver, one))];
  }

  leads(step: Passage, from: string, to: string): boolean {
    return this.law.oneBody(step.from, from) && this.law.oneBody(step.to, to);
  }

  steps(part: Part, when: 'holds' | 'opens'): Passage[] {
    return this.source.passages.filter(
      (passage) =>
        passage[when] &&
        (passage.written || !this.rules.onward.written) &&
        (passage.coversDerived || !this.derived) &&
        allows(passage, part),
    );
  }

  /** By some chain of steps from the first hands: the conditions of all that lead there bind. @returns the last of them */
  held(holder: string, part: Part, verdict: Verdict): readonly Passage[] {
    if (this.isFirst(holder)) return [];
    const steps = this.steps(part, 'holds');
    const { oneBody } = this.law;
    const forward = closure(this.firsts(), steps, oneBody, 'from', 'to');
    const backward = closure([holder], steps, oneBody, 'to', 'from');
    const among = (hands: readonly string[], id: string): boolean => hands.some((one) => oneBody(one, id));
    const chain = steps.filter((step) => among(forward, step.from) && among(backward, step.to));
    verdict.need(chain);
    return chain.filter((step) => !step.spent && oneBody(step.to, holder));
  }
}

/** Everybody whom the steps connect with the first ones, forwards or backwards. */
function closure(
  first: readonly string[],
  steps: readonly Passage[],
  oneBody: Law['oneBody'],
  near: 'from' | 'to',
  far: 'from' | 'to',
): readonly string[] {
  const reached = [...first];
  for (const hand of reached)
    for (const step of steps)
      if (oneBody(step[near], hand) && !reached.includes(step[far])) reached.push(step[far]);
  return reached;
}

/** For what it was given, or for what this holder was granted since: every part of it. */
function given(
  source: Source,
  holder: string,
  parts: readonly Purpose[],
  rules: InformationRules,
  law: Law,
  verdict: Verdict,
): void {
  const others = parts.filter((part) => !purposeWithin(part, source.purposes));
  verdict.needEach(
    others.map((part) =>
      source.grants.filter(
        ({ to, purposes, written }) =>
          law.oneBody(to, holder) && (written || !rules.purpose.written) && purposeWithin(part, purposes),
      ),
    ),
  );
}
