import {
  instrumentAt,
  levelRank,
  type CompiledRegister,
  type InformationRules,
  type Level,
  type Provision,
} from '#treaties';
import type { Consent, Item, Purpose } from './action.js';
import { consentCovers, consentInForce, purposeWithin } from './consents.js';
import type { Effect, Findings } from './decision.js';

interface Holding {
  readonly register: CompiledRegister;
  readonly at: number;
  readonly holder: string;
  readonly items: readonly Item[];
  readonly consents: readonly Consent[];
}

export interface Onward extends Holding {
  readonly recipient: string;
  readonly level: Level;
  readonly derived: boolean;
  /** null: not stated. */
  readonly purpose: Purpose | null;
  /** In a message: what the sender asks to be observed of its own goes with it. */
  readonly sent: boolean;
  /** Whose request is passed to a competent body of the same state, with what came with it; null: none is. */
  readonly requestOf: string | null;
}

export interface Use extends Holding {
  readonly purpose: Purpose;
}

/** Passing items on: every source's own rules, providers who must consent add up (MATRIX section 6). */
export function judgeOnward(onward: Onward, findings: Findings): void {
  const { house } = onward.register;
  const grouped = new Grouped();
  for (const item of onward.items) {
    if (levelRank(onward.level) < levelRank(item.level)) grouped.note(house.level, 'deny', item);
    const rules = rulesOf(item, onward);
    if (rules === undefined) grouped.note(house.noRule, 'deny', item);
    else judgeOnwardItem(rules, item, onward, grouped);
  }
  grouped.into(findings);
}

function judgeOnwardItem(rules: InformationRules, item: Item, onward: Onward, grouped: Grouped): void {
  const { holder, recipient, purpose, at } = onward;
  if (item.provider !== holder || onward.sent) grouped.conditions(rules.conditions, item.conditions);
  if (item.provider === holder || (item.provider === onward.requestOf && item.receiver === holder)) {
    grouped.note(rules.onward.noThirdParty, 'permit', item);
    return;
  }
  if (isFree(rules, item, grouped)) return;
  requireHeld(rules, item, onward, purpose, onward.derived, grouped);
  if (item.provider === recipient) {
    grouped.note(rules.onward.noThirdParty, 'permit', item);
    return;
  }
  const reaching = onward.consents.filter(
    (consent) =>
      isOnwardConsent(consent, rules, at) &&
      consentCovers(consent, item, holder) &&
      consent.recipient === recipient &&
      (!onward.derived || consent.coversDerived === true),
  );
  const consents = reaching.filter((consent) => allowsPurpose(consent, purpose));
  if (item.receiver === recipient) grouped.note(rules.onward.noThirdParty, 'permit', item);
  else if (consents.length > 0) {
    for (const met of rules.onward.met) grouped.note(met, 'permit', item);
    for (const consent of consents) grouped.conditions(rules.onward.met[0], consent.conditions);
  } else grouped.ask(rules.onward.unmet, item);
  if (purpose !== null && !purposeWithin(purpose, namedBy(consents)))
    requirePurpose(rules, item, onward, purpose, grouped);
}

/** Using items for a purpose. By anyone but provider and receiver it is an onward transfer first. */
export function judgeUse(use: Use, findings: Findings): void {
  const grouped = new Grouped();
  for (const item of use.items) {
    const rules = rulesOf(item, use);
    if (rules === undefined) {
      grouped.note(use.register.house.noRule, 'deny', item);
      continue;
    }
    if (item.provider === use.holder) {
      grouped.note(rules.onward.noThirdParty, 'permit', item);
      continue;
    }
    grouped.conditions(rules.conditions, item.conditions);
    if (isFree(rules, item, grouped)) continue;
    const named = requireHeld(rules, item, use, use.purpose, false, grouped);
    if (!purposeWithin(use.purpose, named)) requirePurpose(rules, item, use, use.purpose, grouped);
  }
  grouped.into(findings);
}

/**
 * The holder is the receiver, or the provider agreed that the receiver hands the item to it, for that purpose if for any.
 *
 * @returns the purposes that the provider named when it agreed: for these the holder has its consent already
 */
function requireHeld(
  rules: InformationRules,
  item: Item,
  holding: Holding,
  purpose: Purpose | null,
  derived: boolean,
  grouped: Grouped,
): readonly Purpose[] {
  if (item.receiver === holding.holder) return [];
  const handed = holding.consents.filter(
    (consent) =>
      isOnwardConsent(consent, rules, holding.at) &&
      consentCovers(consent, item, item.receiver) &&
      consent.recipient === holding.holder &&
      (!derived || consent.coversDerived === true) &&
      allowsPurpose(consent, purpose),
  );
  if (handed.length === 0) {
    grouped.ask(rules.onward.unmet, item);
    return [];
  }
  for (const met of rules.onward.met) grouped.note(met, 'permit', item);
  for (const consent of handed) grouped.conditions(rules.onward.met[0], consent.conditions);
  return namedBy(handed);
}

const namedBy = (consents: readonly Consent[]): readonly Purpose[] =>
  consents.flatMap(({ purposes }) => purposes ?? []);

function requirePurpose(
  rules: InformationRules,
  item: Item,
  holding: Holding,
  purpose: Purpose,
  grouped: Grouped,
): void {
  if (purposeWithin(purpose, item.purposes)) {
    grouped.note(rules.purpose.given, 'permit', item);
    return;
  }
  const consents = holding.consents.filter(
    (consent) =>
      consent.kind === 'purpose' &&
      consentInForce(consent, holding.at) &&
      (consent.written || !rules.purpose.written) &&
      consentCovers(consent, item, holding.holder) &&
      purposeWithin(purpose, consent.purposes ?? []),
  );
  if (consents.length === 0) {
    grouped.ask(rules.purpose.unmet, item);
    return;
  }
  grouped.note(rules.purpose.consented, 'permit', item);
  for (const consent of consents) grouped.conditions(rules.purpose.consented, consent.conditions);
}

/** A purpose must lie within those of the consent. One that names none limits none; one with an empty list allows none. */
function allowsPurpose({ purposes }: Consent, purpose: Purpose | null): boolean {
  return purpose === null || purposes === undefined || purposes === null || purposeWithin(purpose, purposes);
}

function isOnwardConsent(consent: Consent, rules: InformationRules, at: number): boolean {
  return (
    consent.kind === 'onward-transfer' &&
    consentInForce(consent, at) &&
    (consent.written || !rules.onward.written)
  );
}

function isFree(rules: InformationRules, item: Item, grouped: Grouped): boolean {
  if (rules.free === null || levelRank(item.level) > levelRank(rules.free.upTo)) return false;
  grouped.note(rules.free.met, 'permit', item);
  return true;
}

function rulesOf(item: Item, { register, at }: Holding): InformationRules | undefined {
  return instrumentAt(register, item.instrument, at)?.exchange?.information;
}

/** One finding a provision and effect, about all its items in order of id: the order of lists must not show. */
class Grouped {
  readonly #notes = new Map<string, { provision: Provision; effect: Effect; items: Set<string> }>();
  readonly #conditions = new Map<string, { condition: string; rule: string }>();
  readonly #providers = new Set<string>();

  note(provision: Provision, effect: Effect, item: Item): void {
    const key = `${provision.cite} ${effect} ${provision.text.en}`;
    let note = this.#notes.get(key);
    if (note === undefined) this.#notes.set(key, (note = { provision, effect, items: new Set() }));
    note.items.add(item.id);
  }

  ask(provisions: readonly Provision[], item: Item): void {
    for (const provision of provisions) this.note(provision, 'consent-required', item);
    this.#providers.add(item.provider);
  }

  conditions({ cite: rule }: Provision, conditions: readonly string[]): void {
    for (const condition of conditions) this.#conditions.set(`${condition}\n${rule}`, { condition, rule });
  }

  into(findings: Findings): void {
    for (const [, { provision, effect, items }] of sortedEntries(this.#notes)) {
      findings.add(provision, effect, [...items].sort());
    }
    for (const provider of this.#providers) findings.askConsentOf(provider);
    for (const [, { condition, rule }] of sortedEntries(this.#conditions)) {
      findings.oblige({ do: 'observe-condition', condition, rule });
    }
  }
}

function sortedEntries<V>(map: ReadonlyMap<string, V>): [string, V][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
