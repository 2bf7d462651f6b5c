import { levelRank, type InformationRules, type Level } from '#treaties';
import type { Purpose } from './action.js';
import type { Constraints, Passage, Source } from './constraints.js';
import { compare } from './constraints-purposes.js';
import { purposeWithin } from './consents.js';

/**
 * What constraints permit, after whatever consents have relaxed them. The same answers as `decide` gives of the sources one
 * by one; `decide` judges besides who may exchange, how, and what is classified.
 */

/** The rules on information of the instrument under which a source came, at the instant of the act. */
export type RulesOf = (instrument: string) => InformationRules | undefined;

export interface Permission {
  readonly outcome: 'permit' | 'consent-required' | 'deny';
  /** The originators still to be asked, sorted. */
  readonly askOf: readonly string[];
  /** The conditions to be observed, sorted. */
  readonly conditions: readonly string[];
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

/** May the holder use it for the purpose? */
export function mayUse(constraints: Constraints, by: string, purpose: Purpose, rulesOf: RulesOf): Permission {
  return judged(constraints, rulesOf, (source, originator, rules, verdict) => {
    if (originator === by) return;
    verdict.observe(source.conditions);
    if (isFree(rules, source)) return;
    const named = held(source, by, purpose, false, rules, verdict);
    if (!purposeWithin(purpose, named)) given(source, by, purpose, rules, verdict);
  });
}

/** May the holder pass it, or what is derived from it, on to the recipient? */
export function mayPassOn(constraints: Constraints, act: PassingOn, rulesOf: RulesOf): Permission {
  const { from, to, level, derived, purpose } = act;
  return judged(constraints, rulesOf, (source, originator, rules, verdict) => {
    if (levelRank(level) < levelRank(source.level)) verdict.deny();
    if (originator === from) return;
    verdict.observe(source.conditions);
    if (isFree(rules, source)) return;
    held(source, from, purpose, derived, rules, verdict);
    if (originator === to) return;
    const open = passages(source, from, to, purpose, derived, rules);
    if (source.receiver !== to) verdict.need(open);
    if (purpose !== null && !purposeWithin(purpose, namedBy(open)))
      given(source, from, purpose, rules, verdict);
  });
}

/** Collects what the sources of one originator want. */
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
}

type Judge = (source: Source, originator: string, rules: InformationRules, verdict: Verdict) => void;

function judged({ policies }: Constraints, rulesOf: RulesOf, judge: Judge): Permission {
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

/** The holder is the receiver, or the receiver was allowed to hand it on to him. @returns for which purposes, where it was said */
function held(
  source: Source,
  holder: string,
  purpose: Purpose | null,
  derived: boolean,
  rules: InformationRules,
  verdict: Verdict,
): readonly Purpose[] {
  if (source.receiver === holder) return [];
  const handed = passages(source, source.receiver, holder, purpose, derived, rules);
  verdict.need(handed);
  return namedBy(handed);
}

const namedBy = (handed: readonly Passage[]): readonly Purpose[] =>
  handed.flatMap(({ purposes }) => purposes ?? []);

/** For what it was given, or for what this holder was granted since. */
function given(
  source: Source,
  holder: string,
  purpose: Purpose,
  rules: InformationRules,
  verdict: Verdict,
): void {
  if (purposeWithin(purpose, source.purposes)) return;
  verdict.need(
    source.grants.filter(
      ({ to, purposes, written }) =>
        to === holder && (written || !rules.purpose.written) && purposeWithin(purpose, purposes),
    ),
  );
}

function passages(
  source: Source,
  from: string,
  to: string,
  purpose: Purpose | null,
  derived: boolean,
  rules: InformationRules,
): Passage[] {
  return source.passages.filter(
    (passage) =>
      passage.from === from &&
      passage.to === to &&
      (passage.written || !rules.onward.written) &&
      (passage.coversDerived || !derived) &&
      (purpose === null || passage.purposes === null || purposeWithin(purpose, passage.purposes)),
  );
}
