import type { Certificate } from './certificates.js';
import { CLOCK_SKEW_MS, isSignedBy, type Crl } from './revocation.js';

/** How old a revocation list may be. Issuers set `nextUpdate` generously; a verifier may require a newer one sooner. */
export interface FreshnessPolicy {
  /** From `thisUpdate`: older lists still count, with a warning. */
  readonly warnAfterHours: number;
  /** From `thisUpdate`: older lists do not count. */
  readonly refuseAfterHours: number;
  /** Whether there must be a list at all; true by default. */
  readonly required?: boolean | undefined;
}

export type Freshness = 'fresh' | 'stale-warn' | 'stale-refuse';

const HOUR_MS = 3_600_000;

/**
 * Whether a revocation list is recent enough to show that a certificate is not revoked. It fails closed: a list past
 * its `nextUpdate` or from the future, and an absent list where one is required, refuse.
 *
 * @param question `crl` is the newest list at hand; undefined where there is none
 */
export function crlFreshness(question: {
  readonly crl: Crl | undefined;
  readonly at: Date;
  readonly policy: FreshnessPolicy;
}): Freshness {
  const { crl, policy } = question;
  const at = question.at.getTime();
  if (crl === undefined) return policy.required === false ? 'stale-warn' : 'stale-refuse';
  if (at > crl.nextUpdate.getTime()) return 'stale-refuse';
  const age = at - crl.thisUpdate.getTime();
  if (age < -CLOCK_SKEW_MS || age > policy.refuseAfterHours * HOUR_MS) return 'stale-refuse';
  return age > policy.warnAfterHours * HOUR_MS ? 'stale-warn' : 'fresh';
}

/** The issuer's own list that was made last, but not after `at`. A younger number decides between lists of one instant. */
export function newestCrl(crls: readonly Crl[], issuer: Certificate, at: Date): Crl | undefined {
  return crls
    .filter((crl) => crl.thisUpdate.getTime() <= at.getTime() + CLOCK_SKEW_MS && isSignedBy(crl, issuer))
    .sort((a, b) => b.thisUpdate.getTime() - a.thisUpdate.getTime() || (b.number ?? 0) - (a.number ?? 0))[0];
}
