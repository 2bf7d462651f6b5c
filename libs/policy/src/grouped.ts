import { compare } from '#core';
import type { Provision } from '#treaties';
import type { Item } from './action.js';
import type { Effect, Findings } from './decision.js';
import type { LawAt } from './law-at.js';

/** One finding a provision and effect, about all its items in order of id: the order of lists must not show. */
export class Grouped {
  readonly #notes = new Map<string, { provision: Provision; effect: Effect; items: Set<string> }>();
  readonly #conditions = new Map<string, { condition: string; rule: string }>();
  readonly #asked = new Set<string>();

  constructor(private readonly law: Pick<LawAt, 'consenterFor'>) {}

  note(provision: Provision, effect: Effect, item: Item): void {
    const key = `${provision.cite} ${effect} ${provision.text.en}`;
    let note = this.#notes.get(key);
    if (note === undefined) this.#notes.set(key, (note = { provision, effect, items: new Set() }));
    note.items.add(item.id);
  }

  ask(provisions: readonly Provision[], item: Item): void {
    for (const provision of provisions) this.note(provision, 'consent-required', item);
    this.#asked.add(this.law.consenterFor(item.provider));
  }

  conditions({ cite: rule }: Provision, conditions: readonly string[]): void {
    for (const condition of conditions) this.#conditions.set(`${condition}\n${rule}`, { condition, rule });
  }

  into(findings: Findings): void {
    for (const { provision, effect, items } of inOrder(this.#notes)) {
      findings.add(provision, effect, [...items].sort());
    }
    for (const authority of this.#asked) findings.askConsentOf(authority);
    for (const { condition, rule } of inOrder(this.#conditions)) {
      findings.oblige({ do: 'observe-condition', condition, rule });
    }
  }
}

function inOrder<V>(map: ReadonlyMap<string, V>): V[] {
  return [...map].sort(([a], [b]) => compare(a, b)).map(([, value]) => value);
}
