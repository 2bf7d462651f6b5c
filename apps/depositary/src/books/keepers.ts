import type { Certificate } from '#trust';

/**
 * Whether a register certificate is a keeper's own: it names `state:KZ`, or `KZ` alone, for under the pinned root
 * of that state nothing else bears this name.
 *
 * @param keeper `state:KZ`, `organ:cis-atc` or `depositary:CIS`
 */
export function speaksFor(certificate: Certificate, keeper: string): boolean {
  const bare = keeper.slice(keeper.indexOf(':') + 1);
  return certificate.authority === keeper || certificate.authority === bare;
}
