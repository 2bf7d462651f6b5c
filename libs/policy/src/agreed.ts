import type { Consent, Item, Purpose } from './action.js';
import { conditionsOf, consentHolds, consentInForce, consentReaches, gotAt, isSpent } from './consents.js';
import type { LawAt } from './law-at.js';

/** What consents of an item's provider come to at the instant of an act, wherever they are kept: all that is judged of them. */

/** Another purpose, consented to for one holder. */
export interface Grant {
  readonly to: string;
  readonly purposes: readonly Purpose[];
  readonly written: boolean;
  readonly conditions: readonly string[];
}

/**
 * A handing on from a holder to a recipient, for some purposes or (null) without naming any. It `holds` if it was in force
 * when the present holder got the item and is not revoked since; it `opens` if something may be handed on under it now.
 * One that is `spent` opens nothing, and its purposes cover no use any more.
 */
export interface Passage {
  readonly from: string;
  readonly to: string;
  readonly holds: boolean;
  readonly opens: boolean;
  readonly spent: boolean;
  readonly purposes: readonly Purpose[] | null;
  readonly coversDerived: boolean;
  readonly written: boolean;
  readonly conditions: readonly string[];
}

/** For one item. */
export interface Agreed {
  readonly grants: readonly Grant[];
  readonly passages: readonly Passage[];
  /** Passages in force when it came to the present holder, revoked since or not: what was lawful may be accounted for. */
  readonly came?: readonly Passage[];
}

/** Who consents for a provider that was dissolved. */
export type Consenters = Pick<LawAt, 'consenterFor'>;

/** An item, and what its provider agreed to since. */
export interface Held {
  readonly item: Item;
  readonly agreed: Agreed;
}

export function heldUnder(
  items: readonly Item[],
  consents: readonly Consent[],
  at: number,
  law: Consenters,
): readonly Held[] {
  return items.map((item) => ({ item, agreed: new Reading(item, consents, at, law) }));
}

/** One consent, as far as anything may rest on it. */
export function agreedIn(consent: Consent, item: Item, at: number, law: Consenters): Agreed {
  const one = new Reading(item, [consent], at, law);
  return { grants: one.grants, passages: one.passages };
}

/** Consents, read when they are asked for: most acts rest on none. */
class Reading implements Agreed {
  #grants: readonly Grant[] | undefined;
  #passages: readonly Passage[] | undefined;

  constructor(
    private readonly item: Item,
    private readonly consents: readonly Consent[],
    private readonly at: number,
    private readonly law: Consenters,
  ) {}

  get grants(): readonly Grant[] {
    return (this.#grants ??= this.consents.flatMap((consent) => this.#grant(consent)));
  }

  get passages(): readonly Passage[] {
    return (this.#passages ??= this.consents.flatMap((consent) =>
      this.#passage(consent).filter(({ holds, opens }) => holds || opens),
    ));
  }

  get came(): readonly Passage[] {
    const got = gotAt(this.item, this.at);
    return this.consents
      .filter((consent) => consentInForce(consent, got))
      .flatMap((consent) => this.#passage(consent));
  }

  #grant(consent: Consent): readonly Grant[] {
    const { kind, to, purposes, written } = consent;
    if (kind !== 'purpose' || !consentReaches(consent, this.item, this.law) || !this.#opens(consent))
      return [];
    return [{ to, purposes: purposes ?? [], written, conditions: conditionsOf(consent) }];
  }

  #passage(consent: Consent): readonly Passage[] {
    const { kind, to: from, recipient: to = null, purposes = null, coversDerived, written } = consent;
    if (kind !== 'onward-transfer' || to === null || !consentReaches(consent, this.item, this.law)) return [];
    return [
      {
        from,
        to,
        holds: consentHolds(consent, this.item, this.at),
        opens: this.#opens(consent),
        spent: isSpent(consent),
        purposes,
        coversDerived: coversDerived === true,
        written,
        conditions: conditionsOf(consent),
      },
    ];
  }

  #opens(consent: Consent): boolean {
    return consentInForce(consent, this.at) && !isSpent(consent);
  }
}
