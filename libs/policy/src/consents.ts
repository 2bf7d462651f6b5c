import { levelRank } from '#treaties';
import type { Consent, Item, Purpose } from './action.js';
import type { LawAt } from './law-at.js';

/** In force from after its `from` until before its `until` and its `revokedAt`: given at the very instant it is not prior. */
export function consentInForce(consent: Consent, at: number): boolean {
  const { from, until, revokedAt } = consent;
  return Date.parse(from) < at && at < timeOf(until) && at < timeOf(revokedAt);
}

/** It was in force when the present holder got the item, and has not been revoked since; that it ended later ends no holding. */
export function consentHolds(consent: Consent, item: Item, at: number): boolean {
  return consentInForce(consent, gotAt(item, at)) && at < timeOf(consent.revokedAt);
}

/** When the present holder got it. What is dated ahead was got by now at the latest. */
export function gotAt(item: Item, at: number): number {
  const { heldSince = null } = item;
  return Math.min(at, timeOf(heldSince));
}

/** All the uses that it allows have been made: it covers no further act. */
export function isSpent({ usesMax = null, usesDone }: Consent): boolean {
  return usesMax !== null && (usesDone ?? 0) >= usesMax;
}

/** null: after every instant. */
function timeOf(instant: string | null): number {
  return instant === null ? Infinity : Date.parse(instant);
}

/**
 * Does a consent reach the item at its level, given by its provider, or by who consented for it then? To whom, is another question.
 */
export function consentReaches(
  consent: Consent,
  item: Item,
  { consenterFor }: Pick<LawAt, 'consenterFor'>,
): boolean {
  const { by, from, items, maxLevel = null } = consent;
  return (
    by === consenterFor(item.provider, Date.parse(from)) &&
    (items === 'all' || items.includes(item.id)) &&
    (maxLevel === null || levelRank(item.level) <= levelRank(maxLevel))
  );
}

/** Its conditions, in words and by their codes. */
export function conditionsOf({ conditions, conditionCodes }: Consent): readonly string[] {
  return [...conditions, ...(conditionCodes ?? [])];
}

/**
 * Does a purpose lie within given ones? Each offence it names must be given for the activity and the case; `any`
 * offence only within `any`, and a purpose without a case only where no case was named. Empty lists mean nothing.
 */
export function purposeWithin(purpose: Purpose, given: readonly Purpose[]): boolean {
  const near = given.filter(
    (g) =>
      g.instrument === purpose.instrument &&
      g.activity === purpose.activity &&
      (g.caseId === null || g.caseId === purpose.caseId),
  );
  if (near.some((g) => g.offences === 'any')) return true;
  if (purpose.offences === 'any' || purpose.offences.length === 0) return false;
  return purpose.offences.every((offence) => near.some((g) => g.offences.includes(offence)));
}

/** Its parts, one an offence: what was given and what was consented to add up part by part. */
export function partsOf(purpose: Purpose): readonly Purpose[] {
  const { offences } = purpose;
  if (offences === 'any' || offences.length < 2) return [purpose];
  return offences.map((offence) => ({ ...purpose, offences: [offence] }));
}
