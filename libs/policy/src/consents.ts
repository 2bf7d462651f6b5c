import { levelRank } from '#treaties';
import type { Consent, Item, Purpose } from './action.js';

/** In force from after its `from` until before its `until` and its `revokedAt`: given at the very instant it is not prior. */
export function consentInForce(consent: Consent, at: number): boolean {
  return (
    Date.parse(consent.from) < at &&
    (consent.until === null || at < Date.parse(consent.until)) &&
    (consent.revokedAt === null || at < Date.parse(consent.revokedAt))
  );
}

/** Does a consent of the item's provider to this holder reach the item at its level? */
export function consentCovers(consent: Consent, item: Item, holder: string): boolean {
  return (
    consent.by === item.provider &&
    consent.to === holder &&
    (consent.items === 'all' || consent.items.includes(item.id)) &&
    (consent.maxLevel === undefined ||
      consent.maxLevel === null ||
      levelRank(item.level) <= levelRank(consent.maxLevel))
  );
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
