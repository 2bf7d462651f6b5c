import 'reflect-metadata';
import { KeyUsageFlags } from '@peculiar/x509';
import { anatomyOf, type Anatomy, type Certificate } from './certificates.js';
import { crlFreshness, newestCrl, type FreshnessPolicy } from './freshness.js';
import { rememberingPairs } from './remembering.js';
import { revocationOf, type Crl } from './revocation.js';
import { ROLE_EXTENSION, type Role } from './roles.js';

export interface PathQuestion {
  readonly leaf: Certificate;
  /** Candidates; the path uses at most one of them. */
  readonly intermediates?: readonly Certificate[] | undefined;
  /** The state's root that the verifier pinned. */
  readonly root: Certificate;
  /**
   * Empty or absent: revocation is not checked. Otherwise every certificate below the root needs a fresh list of
   * its issuer among these.
   */
  readonly crls?: readonly Crl[] | undefined;
  /**
   * How old these lists may be, beyond their own `nextUpdate`; with it, an absent list refuses too, unless the policy
   * says that none is required.
   */
  readonly freshness?: FreshnessPolicy | undefined;
  readonly at: Date;
  readonly role: Role;
}

export type PathAnswer =
  /** `warning` only where a freshness policy was given: the lists are old, and still count. */
  | { readonly ok: true; readonly warning?: string }
  | {
      readonly ok: false;
      readonly code: 'CERTIFICATE_PATH' | 'CERTIFICATE_REVOKED';
      readonly detail: string;
      /** Only because no recent enough revocation list is there: with a newer one the path may be valid. */
      readonly stale?: true;
    };

const INTERMEDIATES_MAX = 16;

/** RFC 5280 section 4.2: what this validator processes, so what may be critical. Key identifiers must not be. */
const PROCESSED = [
  '2.5.29.19', // basic constraints
  '2.5.29.15', // key usage
  '2.5.29.37', // extended key usage
  '2.5.29.17', // subject alternative name
  ROLE_EXTENSION,
];
/**
 * Constraints that we would have to apply, but do not support: refused even where the issuer forgot to make them
 * critical.
 */
const CONSTRAINTS = ['2.5.29.30', '2.5.29.36', '2.5.29.33', '2.5.29.54'];

const SUBJECT_KEY_IDENTIFIER = '2.5.29.14';
const AUTHORITY_KEY_IDENTIFIER = '2.5.29.35';

/** Authentication of servers, of clients: a TLS certificate names one of them. */
const TLS_PURPOSES = ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'];
/** Any, e-mail protection, document signing: purposes that do not contradict signing or receiving messages. */
const MESSAGE_PURPOSES = ['2.5.29.37.0', '1.3.6.1.5.5.7.3.4', '1.3.6.1.5.5.7.3.36'];

/**
 * The narrow path of this system: pinned root → at most one intermediate → leaf. Everything not known to be
 * harmless is refused (RFC 5280 section 6, without policies and name constraints, which are refused).
 *
 * @returns ok, or CERTIFICATE_PATH / CERTIFICATE_REVOKED with what is wrong, for logs and people
 */
export function validatePath(question: PathQuestion): PathAnswer {
  const { leaf, root, at, role, crls = [], freshness } = question;
  const path = findPath(question);
  if (path === undefined) return refused(`no path from ${leaf.subject} to the root ${root.subject}`);

  const fault =
    path.map((certificate) => certificateFault(certificate, at)).find((found) => found !== undefined) ??
    keyIdentifierFault(path) ??
    authoritiesFault(path) ??
    leafFault(leaf, role);
  if (fault !== undefined) return refused(fault);
  return (
    revocationFault(path, crls, at, freshness?.required === false) ??
    (freshness === undefined ? { ok: true } : judgeFreshness(path, crls, at, freshness))
  );
}

/** Why a certificate can be no keeper's root at that moment: what `validatePath` asks of one. */
export function rootFault(root: Certificate, at: Date): string | undefined {
  if (!isIssuedBy(root, root)) return `${root.subject} is not signed by itself`;
  return certificateFault(root, at) ?? authoritiesFault([root, root]);
}

/** [leaf, root] or [leaf, intermediate, root], each signed by the next; undefined where there is none. */
function findPath({ leaf, intermediates = [], root }: PathQuestion): Certificate[] | undefined {
  if (!isIssuedBy(root, root)) return undefined;
  if (isIssuedBy(leaf, root)) return [leaf, root];
  const middle = intermediates
    .slice(0, INTERMEDIATES_MAX)
    .find((candidate) => isIssuedBy(leaf, candidate) && isIssuedBy(candidate, root));
  return middle === undefined ? undefined : [leaf, middle, root];
}

export const isIssuedBy = rememberingPairs((subject: Certificate, issuer: Certificate): boolean => {
  const below = anatomyOf(subject);
  const above = anatomyOf(issuer);
  // Names byte for byte, then OpenSSL's own check (key identifiers, the issuer's usage), then the signature.
  return (
    below.issuerName.equals(above.subjectName) &&
    below.native.checkIssued(above.native) &&
    below.native.verify(issuer.publicKey)
  );
});

function certificateFault(certificate: Certificate, at: Date): string | undefined {
  const { subject, notBefore, notAfter } = certificate;
  if (at.getTime() < notBefore.getTime()) return `${subject} is not valid before ${notBefore.toISOString()}`;
  if (at.getTime() > notAfter.getTime()) return `${subject} expired on ${notAfter.toISOString()}`;
  const { extensions, frameFault, hasEmptyNames, signatureAlgorithm, signatureSuite } =
    anatomyOf(certificate);
  if (frameFault !== undefined) return `${subject} ${frameFault}`;
  if (signatureSuite === undefined) return `${subject} is signed with ${signatureAlgorithm}`;
  if (hasEmptyNames) return `${subject} has an empty list of alternative names`;
  const unknown = extensions.find(
    ({ oid, critical }) => CONSTRAINTS.includes(oid) || (critical && !PROCESSED.includes(oid)),
  );
  return unknown === undefined
    ? undefined
    : `${subject} has the unknown constraint or extension ${unknown.oid}`;
}

/** Section 4.2.1.1: who issued a certificate stands in it, and in the issuer what is cited so; a root cites itself. */
function keyIdentifierFault(path: readonly Certificate[]): string | undefined {
  for (const [position, certificate] of path.entries()) {
    const has = (wanted: string) => anatomyOf(certificate).extensions.some(({ oid }) => oid === wanted);
    if (position < path.length - 1 && !has(AUTHORITY_KEY_IDENTIFIER))
      return `${certificate.subject} does not identify its issuer’s key`;
    if (position > 0 && !has(SUBJECT_KEY_IDENTIFIER))
      return `${certificate.subject} does not identify its key`;
  }
  return undefined;
}

/** Everything above the leaf: a certification authority, allowed to issue this deep. */
function authoritiesFault(path: readonly Certificate[]): string | undefined {
  for (const [position, certificate] of path.entries()) {
    if (position === 0) continue;
    const { basicConstraints, keyUsage = 0, extensions } = anatomyOf(certificate);
    const basicIsCritical = extensions.some(({ oid, critical }) => oid === '2.5.29.19' && critical);
    if (basicConstraints?.ca !== true || !basicIsCritical)
      return `${certificate.subject} is not a certification authority`;
    if ((keyUsage & KeyUsageFlags.keyCertSign) === 0)
      return `${certificate.subject} may not sign certificates`;
    // Path length counts the intermediates below (RFC 5280 section 4.2.1.9): position - 1 of them.
    if (basicConstraints.pathLength !== undefined && basicConstraints.pathLength < position - 1)
      return `${certificate.subject} may not have ${position - 1} intermediates below it`;
  }
  return undefined;
}

function leafFault(leaf: Certificate, role: Role): string | undefined {
  const { basicConstraints, keyUsage = 0, extendedKeyUsage } = anatomyOf(leaf);
  if (basicConstraints?.ca === true) return `${leaf.subject} is a certification authority, not a leaf`;
  if (basicConstraints?.pathLength !== undefined)
    return `${leaf.subject} has a path length, and is not a certification authority`;
  if (!leaf.roles.includes(role)) return `${leaf.subject} does not carry the role ${role}`;
  if ((keyUsage & usageFor(role, leaf)) === 0)
    return `${leaf.subject} lacks the key usage that the role ${role} needs`;
  if ((keyUsage & KeyUsageFlags.keyCertSign) !== 0)
    return `${leaf.subject} may sign certificates, and is not an authority`;
  if (!allowsPurpose(role, extendedKeyUsage))
    return `${leaf.subject} has an extended key usage that excludes the role ${role}`;
  return undefined;
}

/** TLS asks for its purposes; for messages, no extended key usage is no limit. */
function allowsPurpose(role: Role, extendedKeyUsage: Anatomy['extendedKeyUsage']): boolean {
  if (role === 'tls') return extendedKeyUsage?.some((oid) => TLS_PURPOSES.includes(oid)) ?? false;
  return extendedKeyUsage?.some((oid) => MESSAGE_PURPOSES.includes(oid)) ?? true;
}

function usageFor(role: Role, leaf: Certificate): number {
  if (role !== 'encryption') return KeyUsageFlags.digitalSignature;
  return leaf.suite === 'P-256' ? KeyUsageFlags.keyAgreement : KeyUsageFlags.keyEncipherment;
}

function revocationFault(
  path: readonly Certificate[],
  crls: readonly Crl[],
  at: Date,
  listsAreOptional: boolean,
): PathAnswer | undefined {
  if (crls.length === 0) return undefined;
  for (const [position, certificate] of path.entries()) {
    const issuer = path[position + 1];
    if (issuer === undefined) continue;
    const answer = revocationOf(certificate, issuer, crls, at);
    if (answer === 'revoked')
      return { ok: false, code: 'CERTIFICATE_REVOKED', detail: `${certificate.subject} is revoked` };
    if (answer === 'stale') return stale(`the revocation list of ${issuer.subject} is out of date`);
    if (answer === 'not-covered' && !listsAreOptional)
      return stale(`no revocation list of ${issuer.subject} was given`);
  }
  return undefined;
}

/** Every certificate below the root by the newest list of its issuer. */
function judgeFreshness(
  path: readonly Certificate[],
  crls: readonly Crl[],
  at: Date,
  policy: FreshnessPolicy,
): PathAnswer {
  const old: string[] = [];
  for (const issuer of path.slice(1)) {
    const crl = newestCrl(crls, issuer, at);
    const freshness = crlFreshness({ crl, at, policy });
    const since = crl === undefined ? 'is absent' : `is of ${crl.thisUpdate.toISOString()}`;
    if (freshness === 'stale-refuse')
      return stale(
        `the revocation list of ${issuer.subject} ${since}${crl === undefined ? '' : ': too old to rely on'}`,
      );
    if (freshness === 'stale-warn') old.push(`the revocation list of ${issuer.subject} ${since}`);
  }
  return old.length === 0 ? { ok: true } : { ok: true, warning: old.join('; ') };
}

function stale(detail: string): PathAnswer {
  return { ok: false, code: 'CERTIFICATE_PATH', detail, stale: true };
}

function refused(detail: string): PathAnswer {
  return { ok: false, code: 'CERTIFICATE_PATH', detail };
}
