import type { Action, Consent, Item, Outcome, Purpose } from '#policy';

/** What the second reading says of one case, and why. */

export interface Reason {
  readonly effect: Outcome | 'warn';
  /** The finding must cite one of these; a reason without articles only allows. */
  readonly anyOf: readonly string[];
  /** Where the text says it, or where it is silent and this is the careful reading; left out where the matrix does not tell. */
  readonly basis?: 'explicit' | 'inferred';
  /** The provider who is still to be asked. */
  readonly ask?: string;
  /** Another reason settles it already: the decision may find this one as well, or not. */
  readonly optional?: true;
}

/** What the decision must oblige to: a deadline, or a condition to be observed. */
export interface Duty {
  readonly do: string;
  readonly by?: string;
  readonly condition?: string;
  readonly rule?: string;
}

export interface Verdict {
  readonly outcome: Outcome;
  readonly consentFrom: readonly string[];
  /** Those with the effect of the outcome. */
  readonly reasons: readonly Reason[];
  readonly warnings: readonly Reason[];
  /** Of a permit only: a decision that stops something obliges to nothing. */
  readonly duties: readonly Duty[];
}

export type Send = Extract<Action, { action: 'send' }>;
export type Use = Extract<Action, { action: 'use' }>;
export type Transfer = Extract<Action, { action: 'transfer' }>;
export type Disclose = Extract<Action, { action: 'disclose' }>;
export type { Consent, Item, Purpose };

const STRICTNESS: readonly Outcome[] = ['permit', 'off-bus', 'consent-required', 'decision-required', 'deny'];

export function verdict(reasons: readonly Reason[], duties: readonly Duty[] = []): Verdict {
  const outcome = STRICTNESS.findLast((effect) =>
    reasons.some((reason) => reason.effect === effect && reason.optional !== true),
  );
  if (outcome === undefined) throw new Error('no reason at all: the oracle does not know this case');
  const asked = outcome === 'consent-required' ? reasons.map(({ ask }) => ask ?? '') : [];
  return {
    outcome,
    consentFrom: [...new Set(asked)].filter((id) => id !== '').sort(),
    reasons: reasons.filter(({ effect }) => effect === outcome),
    warnings: reasons.filter(({ effect }) => effect === 'warn'),
    duties: outcome === 'permit' ? duties : [],
  };
}

export const permit = (...anyOf: string[]): Reason => ({ effect: 'permit', anyOf });
