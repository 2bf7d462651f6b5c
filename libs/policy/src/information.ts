import { levelRank, type InformationRules, type Level } from '#treaties';
import type { Item, Purpose } from './action.js';
import type { Agreed, Held, Passage } from './agreed.js';
import { partsOf, purposeWithin } from './consents.js';
import { Findings, type Decision } from './decision.js';
import { Grouped } from './grouped.js';
import { ANY_OF_THEM, Hands, type Part, type Step } from './hands.js';
import type { LawAt } from './law-at.js';

interface Holding {
  readonly law: LawAt;
  readonly holder: string;
  readonly held: readonly Held[];
  /** null: not stated. */
  readonly purpose: Purpose | null;
}

export interface Onward extends Holding {
  readonly recipient: string;
  readonly level: Level;
  readonly derived: boolean;
  /** In a message: what the sender asks to be observed of its own goes with it. */
  readonly sent: boolean;
  /** Whose request is passed to a competent body of the same state, with what came with it; null: none is. */
  readonly requestOf: string | null;
}

export interface Use extends Holding {
  /** The case whose conduct the use is. */
  readonly conduct: string | null;
  /** Only to account for what was lawfully used. */
  readonly account: boolean;
}

/** One item, by the rules that its instrument has for requested or for spontaneous information. */
interface Source {
  readonly item: Item;
  readonly agreed: Agreed;
  readonly rules: InformationRules;
  readonly hands: Hands;
}

/** Passing on, judged as a matter of the information alone: not who may exchange, how, and what is classified. */
export function decideOnward(onward: Onward): Decision {
  const findings = new Findings(onward.law.house);
  judgeOnward(onward, findings);
  return findings.decision();
}

export function decideUseOf(use: Use): Decision {
  const findings = new Findings(use.law.house);
  judgeUse(use, findings);
  return findings.decision();
}

/** Passing items on: every source's own rules, providers who must consent add up (MATRIX section 6). */
export function judgeOnward(onward: Onward, findings: Findings): void {
  const { house } = onward.law;
  const grouped = new Grouped(onward.law);
  for (const held of onward.held) {
    const { item } = held;
    if (levelRank(onward.level) < levelRank(item.level)) grouped.note(house.level, 'deny', item);
    const source = sourceOf(held, onward.law, onward.derived);
    if (source === undefined) grouped.note(house.noRule, 'deny', item);
    else judgeOnwardItem(source, onward, grouped);
  }
  grouped.into(findings);
}

function judgeOnwardItem(source: Source, onward: Onward, grouped: Grouped): void {
  const { item, rules, hands } = source;
  const { holder, recipient, purpose } = onward;
  const own = hands.same(item.provider, holder);
  if (!own || onward.sent) grouped.conditions(rules.conditions, item.conditions);
  if (own || (item.provider === onward.requestOf && hands.isFirst(holder))) {
    grouped.note(rules.onward.noThirdParty, 'permit', item);
    return;
  }
  if (isFree(source, grouped)) return;
  // Back to its provider nothing is disclosed, whatever it was handed on for.
  if (hands.same(item.provider, recipient)) {
    requireHeld(source, holder, [ANY_OF_THEM], grouped);
    grouped.note(rules.onward.noThirdParty, 'permit', item);
    return;
  }
  const parts = purpose === null ? [null] : partsOf(purpose);
  requireHeld(source, holder, parts, grouped);
  const opening = parts.map((part) => ({ part, passages: hands.opening(holder, recipient, part) }));
  if (hands.isFirst(recipient) || hands.same(holder, recipient))
    grouped.note(rules.onward.noThirdParty, 'permit', item);
  else agreed(source, opening, grouped);
  const others = opening.flatMap(({ part, passages }) =>
    part === null || purposeWithin(part, namedBy(passages)) ? [] : [part],
  );
  requirePurpose(source, holder, others, grouped);
}

/** Using items for a purpose. By anyone but provider and receiver it is an onward transfer first. */
export function judgeUse(use: Use, findings: Findings): void {
  const grouped = new Grouped(use.law);
  for (const held of use.held) {
    const source = sourceOf(held, use.law, false);
    if (source === undefined) grouped.note(use.law.house.noRule, 'deny', held.item);
    else judgeUseOfItem(source, use, grouped);
  }
  grouped.into(findings);
}

function judgeUseOfItem(source: Source, use: Use, grouped: Grouped): void {
  const { item, rules, hands } = source;
  const { holder, purpose, conduct } = use;
  const { house } = use.law;
  if (hands.same(item.provider, holder)) {
    grouped.note(rules.onward.noThirdParty, 'permit', item);
    return;
  }
  grouped.conditions(rules.conditions, item.conditions);
  if (isFree(source, grouped)) return;
  if (conduct !== null && item.exchange === conduct && hands.isFirst(holder)) {
    grouped.note(house.conduct, 'permit', item);
    return;
  }
  if (use.account && hands.wasLawfullyHeldBy(holder)) {
    grouped.note(house.account, 'permit', item);
    return;
  }
  if (purpose === null) {
    requireHeld(source, holder, [null], grouped);
    grouped.ask(rules.purpose.unmet, item);
    return;
  }
  const parts = partsOf(purpose);
  const ways = requireHeld(source, holder, parts, grouped);
  // Each part by the steps that are open for it: what is agreed for one lends no other a way.
  const others = parts.filter((part, nth) => {
    const last = ways[nth]?.filter((step) => hands.isLast(step, holder)).map(({ passage }) => passage);
    return !purposeWithin(part, namedBy(last));
  });
  requirePurpose(source, holder, others, grouped);
}

/**
 * The holder is the receiver, or the provider agreed to every step by which it came to the holder, for each part of the
 * purpose if for any.
 *
 * @returns those steps, by part: for the purposes that the last names, the holder has its consent already
 */
function requireHeld(
  { item, rules, hands }: Source,
  holder: string,
  parts: readonly Part[],
  grouped: Grouped,
): readonly (readonly Step[] | undefined)[] {
  if (hands.isFirst(holder)) return [];
  const ways = parts.map((part) => hands.waysTo(holder, part));
  if (ways.includes(undefined)) grouped.ask(rules.onward.unmet, item);
  else for (const met of rules.onward.met) grouped.note(met, 'permit', item);
  for (const step of ways.flat())
    if (step !== undefined) grouped.conditions(rules.onward.conditions, step.passage.conditions);
  return ways;
}

/** Each part has a consent to hand it on; those of all of them bind. */
function agreed(
  { item, rules }: Source,
  opening: readonly { readonly passages: readonly Passage[] }[],
  grouped: Grouped,
): void {
  if (opening.some(({ passages }) => passages.length === 0)) {
    grouped.ask(rules.onward.unmet, item);
    return;
  }
  for (const met of rules.onward.met) grouped.note(met, 'permit', item);
  for (const { conditions } of opening.flatMap(({ passages }) => passages))
    grouped.conditions(rules.onward.conditions, conditions);
}

function namedBy(passages: readonly Passage[] = []): readonly Purpose[] {
  return passages.flatMap(({ purposes }) => purposes ?? []);
}

/** What was given and what was consented to since add up, part by part; nothing is asked for no part. */
function requirePurpose(
  { item, agreed, rules, hands }: Source,
  holder: string,
  parts: readonly Purpose[],
  grouped: Grouped,
): void {
  const others = parts.filter((part) => !purposeWithin(part, item.purposes));
  if (others.length < parts.length) grouped.note(rules.purpose.given, 'permit', item);
  if (others.length === 0) return;
  const granting = agreed.grants.filter(
    ({ to, purposes, written }) =>
      (written || !rules.purpose.written) &&
      hands.same(to, holder) &&
      others.some((part) => purposeWithin(part, purposes)),
  );
  const granted = granting.flatMap(({ purposes }) => purposes);
  if (!others.every((part) => purposeWithin(part, granted))) {
    grouped.ask(rules.purpose.unmet, item);
    return;
  }
  grouped.note(rules.purpose.consented, 'permit', item);
  for (const { conditions } of granting) grouped.conditions(rules.purpose.conditions, conditions);
}

function isFree({ item, rules }: Source, grouped: Grouped): boolean {
  if (rules.free === null || levelRank(item.level) > levelRank(rules.free.upTo)) return false;
  grouped.note(rules.free.met, 'permit', item);
  return true;
}

function sourceOf(held: Held, law: LawAt, derived: boolean): Source | undefined {
  const { item, agreed } = held;
  const common = law.rulesOf(item.instrument);
  if (common === undefined) return undefined;
  const rules = { ...common, ...(item.spontaneous === true ? common.spontaneous : null) };
  return { item, agreed, rules, hands: new Hands(rules, held, law, derived) };
}
