import {
  conditionsIn,
  decideOnward,
  decideUseOf,
  type Decision,
  type LawAt,
  type Outcome,
  type Purpose,
} from '#policy';
import type { Level } from '#treaties';
import { heldIn, type Constraints } from './constraints.js';

/**
 * What constraints permit, after whatever consents have relaxed them: the judgement of `decide` on their sources. It is about
 * the information alone; `decide` judges besides who may exchange, how, and what is classified.
 */

export interface Permission {
  readonly outcome: Outcome;
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
export function mayUse(constraints: Constraints, { by, purpose, conduct }: Using, law: LawAt): Permission {
  const held = heldIn(constraints);
  return permissionOf(decideUseOf({ law, holder: by, held, purpose, conduct, account: false }));
}

/** May the holder pass it, or what is derived from it, on to the recipient? */
export function mayPassOn(constraints: Constraints, act: PassingOn, law: LawAt): Permission {
  const { from, to, ...rest } = act;
  const held = heldIn(constraints);
  return permissionOf(
    decideOnward({ ...rest, law, holder: from, recipient: to, held, sent: false, requestOf: null }),
  );
}

function permissionOf(decision: Decision): Permission {
  const { outcome, consentFrom } = decision;
  return { outcome, askOf: consentFrom, conditions: conditionsIn(decision) };
}
