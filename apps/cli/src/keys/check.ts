import type { KeyObject } from 'node:crypto';
import { messageOf } from '#core';
import {
  type Certificate,
  type Crl,
  type FreshnessPolicy,
  requireKeyOf,
  type Role,
  validatePath,
} from '#trust';

export interface Expectation {
  readonly certificate: Certificate;
  readonly key?: KeyObject | undefined;
  readonly role?: Role | undefined;
  readonly authority?: string | undefined;
  /** The pinned root; without it the path is not judged. */
  readonly anchor?: Certificate | undefined;
  readonly intermediates?: readonly Certificate[] | undefined;
  readonly crls?: readonly Crl[] | undefined;
  readonly freshness?: FreshnessPolicy | undefined;
  readonly at: Date;
}

export interface Verdict {
  /** What is wrong, and what to do; empty where nothing is wrong. */
  readonly faults: readonly { readonly what: string; readonly remedy: string }[];
  readonly warnings: readonly string[];
}

const DAY_MS = 86_400_000;
/** Long enough to have a successor issued, listed and relayed. */
export const EXPIRES_SOON_DAYS = 30;

/**
 * Whether key, certificate, owner, role, dates and path fit: everything at once, so that one run reports all faults.
 */
export function judge(expectation: Expectation): Verdict {
  const { certificate, key, role, authority, anchor, at } = expectation;
  const faults: { what: string; remedy: string }[] = [];
  const warnings: string[] = [];
  const fault = (what: string, remedy: string): void => {
    faults.push({ what, remedy });
  };
  if (key !== undefined)
    try {
      requireKeyOf(certificate, key);
    } catch (error) {
      fault(messageOf(error), 'name the private key that this certificate was issued for');
    }
  if (authority !== undefined && certificate.authority !== authority)
    fault(
      `it is of ${certificate.authority ?? 'no authority'}, not of ${authority}`,
      'have a certificate issued in the name of its owner',
    );
  if (role !== undefined && !certificate.roles.includes(role))
    fault(
      `it has the role ${certificate.roles.join(', ') || 'of an issuer'}, not ${role}`,
      'use the certificate of that role, or have one issued',
    );
  judgeDates(certificate, at, fault, warnings);
  const usedAs = role ?? certificate.roles[0];
  // A wrong date or role is reported once, in its own words.
  if (anchor !== undefined && usedAs !== undefined && faults.length === 0) {
    const { intermediates, crls, freshness } = expectation;
    const path = { leaf: certificate, root: anchor, intermediates, crls, freshness, at, role: usedAs };
    const answer = validatePath(path);
    if (!answer.ok)
      fault(
        answer.detail,
        answer.code === 'CERTIFICATE_REVOKED'
          ? 'do not use it; have another issued'
          : 'check root, intermediate and lists, or have another issued',
      );
    else if (answer.warning !== undefined) warnings.push(answer.warning);
  }
  return { faults, warnings };
}

function judgeDates(
  { notBefore, notAfter }: Certificate,
  at: Date,
  fault: (what: string, remedy: string) => void,
  warnings: string[],
): void {
  if (at < notBefore) fault(`it is not valid before ${notBefore.toISOString()}`, 'wait, or check the clock');
  else if (at > notAfter)
    fault(`it expired on ${notAfter.toISOString()}`, 'have its successor issued and listed');
  else {
    const days = daysLeft(notAfter, at);
    if (days < EXPIRES_SOON_DAYS)
      warnings.push(`it expires in ${days} days: have its successor issued and listed`);
  }
}

export function daysLeft(notAfter: Date, at: Date): number {
  return Math.floor((notAfter.getTime() - at.getTime()) / DAY_MS);
}

/** One line for each, and whether nothing is wrong. */
export function tell(name: string, { faults, warnings }: Verdict): { lines: string[]; ok: boolean } {
  return {
    ok: faults.length === 0,
    lines: [
      ...faults.map(({ what, remedy }) => `fail  ${name}: ${what} — ${remedy}`),
      ...warnings.map((warning) => `warn  ${name}: ${warning}`),
      ...(faults.length === 0 ? [`ok    ${name}`] : []),
    ],
  };
}
