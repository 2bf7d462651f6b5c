import 'reflect-metadata';
import { createHash, verify } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { messageOf, ValiseError } from '#core';
import { anatomyOf, type Certificate } from './certificates.js';
import { isInteger, signedParts, smallInteger } from './der.js';
import { bytesIn, pemOf } from './pem.js';
import { listFault, listFields, suiteSigning } from './profile.js';
import type { Suite } from './public-keys.js';
import { rememberingNewest, rememberingPairs } from './remembering.js';

export type RevocationReason = 'key-compromise' | 'affiliation-changed' | 'superseded' | 'cessation';

/** RFC 5280 section 5.3.1. */
export const REASONS: Readonly<Record<RevocationReason, x509.X509CrlReason>> = {
  'key-compromise': x509.X509CrlReason.keyCompromise,
  'affiliation-changed': x509.X509CrlReason.affiliationChanged,
  superseded: x509.X509CrlReason.superseded,
  cessation: x509.X509CrlReason.cessationOfOperation,
};

export interface Revocation {
  /** Lower-case hexadecimal. */
  readonly serialNumber: string;
  readonly at: Date;
  /** Absent too where the list names a reason that we do not. */
  readonly reason?: RevocationReason | undefined;
}

export interface Crl {
  readonly der: Buffer;
  readonly pem: string;
  /** base64url of SHA-256 over the DER. */
  readonly hash: string;
  readonly issuer: string;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  /** Increases from list to list of one issuer; undefined where the issuer does not count. */
  readonly number: number | undefined;
  /** Serial number (lower-case hexadecimal) → instant of revocation. */
  readonly revoked: ReadonlyMap<string, Date>;
  /** The same with reasons, in the list's order. */
  readonly entries: readonly Revocation[];
}

interface CrlAnatomy {
  readonly issuerName: Buffer;
  readonly signed: Buffer;
  readonly signature: Buffer;
  readonly signatureSuite: Suite | undefined;
  readonly issuerKey: IssuerKey;
}

/** What its authority key identifier says. */
interface IssuerKey {
  readonly keyId: string | undefined;
  readonly serialNumber: string | undefined;
  readonly names: readonly string[];
}

/** A revocation list is small here: a state's authorities, not the web's servers. */
const CRL_BYTES_MAX = 1_048_576;
/** RFC 5280 section 5.2.1; anything critical beyond is not understood. Number, reason and invalidity date must not be critical. */
const AUTHORITY_KEY_IDENTIFIER = '2.5.29.35';
const CRL_NUMBER = '2.5.29.20';
const CACHE_MAX = 1_024;

const REASON_NAMES = Object.keys(REASONS) as RevocationReason[];
/** Clocks of issuer and verifier may differ by this: the envelope's bound for `iat`. */
export const CLOCK_SKEW_MS = 5 * 60_000;

/** openssl knows this label, and not the shorter one that libraries write. */
const PEM_LABEL = 'X509 CRL';

const remember = rememberingNewest<Crl>(CACHE_MAX);
const anatomies = new WeakMap<Crl, CrlAnatomy>();

/**
 * Reads a certificate revocation list (RFC 5280 section 5). The signature is checked by `validatePath`.
 *
 * @param pemOrDer PEM with the label `X509 CRL`, or DER
 * @throws ValiseError CERTIFICATE_FORMAT, also for delta, indirect and partitioned lists
 */
export function parseCrl(pemOrDer: string | Uint8Array): Crl {
  try {
    const der = bytesIn(pemOrDer, PEM_LABEL, CRL_BYTES_MAX);
    const hash = createHash('sha256').update(der).digest('base64url');
    return remember(hash, () => read(der, hash));
  } catch (error) {
    throw error instanceof ValiseError ? error : formatError(messageOf(error), error);
  }
}

export function crlPem(der: Uint8Array): string {
  return pemOf(PEM_LABEL, der);
}

export type RevocationAnswer = 'good' | 'revoked' | 'stale' | 'not-covered';

/**
 * What the lists say about one certificate. Lists of other issuers, and lists that the issuer did not sign, do not
 * count.
 *
 * @param at instant for which the answer is wanted
 */
export function revocationOf(
  certificate: Certificate,
  issuer: Certificate,
  crls: readonly Crl[],
  at: Date,
): RevocationAnswer {
  const own = crls.filter(
    (crl) => crl.thisUpdate.getTime() <= at.getTime() + CLOCK_SKEW_MS && isSignedBy(crl, issuer),
  );
  if (own.length === 0) return 'not-covered';
  // Once revoked stays revoked: an old list still revokes, only a fresh one clears.
  for (const crl of own) {
    const since = crl.revoked.get(certificate.serialNumber);
    if (since !== undefined && since.getTime() <= at.getTime()) return 'revoked';
  }
  return own.some(({ nextUpdate }) => nextUpdate.getTime() >= at.getTime()) ? 'good' : 'stale';
}

export const isSignedBy = rememberingPairs((crl: Crl, issuer: Certificate): boolean => {
  const anatomy = anatomies.get(crl);
  if (anatomy === undefined) throw new ValiseError('INTERNAL', 'a revocation list that was not parsed here');
  const { subjectName, keyUsage = 0 } = anatomyOf(issuer);
  return (
    anatomy.issuerName.equals(subjectName) &&
    (keyUsage & x509.KeyUsageFlags.cRLSign) !== 0 &&
    anatomy.signatureSuite === issuer.suite &&
    identifies(anatomy.issuerKey, issuer) &&
    verify('sha256', anatomy.signed, issuer.publicKey, anatomy.signature)
  );
});

/** Section 5.2.1: where a list says which certificate or key of its issuer signed it, it is that one. */
function identifies({ keyId, serialNumber, names }: IssuerKey, issuer: Certificate): boolean {
  const { keyIdentifier } = anatomyOf(issuer);
  return (
    (keyId === undefined || keyIdentifier === undefined || keyId === keyIdentifier) &&
    (serialNumber === undefined || serialNumber === issuer.serialNumber) &&
    (names.length === 0 || names.includes(issuer.issuer))
  );
}

function issuerKeyIn(list: x509.X509Crl): IssuerKey {
  const { keyId, certId } = list.getExtension(x509.AuthorityKeyIdentifierExtension) ?? {};
  const names = certId && new x509.GeneralNames(certId.name as x509.JsonGeneralNames);
  const directory = names?.items.filter(({ type }) => type === x509.DN);
  return {
    keyId: keyId?.toLowerCase(),
    // The library writes an absent one as an empty text.
    serialNumber: certId?.serialNumber === '' ? undefined : certId?.serialNumber.toLowerCase(),
    names: directory?.map(({ value }) => value) ?? [],
  };
}

function read(der: Buffer, hash: string): Crl {
  const parts = signedParts(der);
  const fields = listFields(parts);
  const fault = listFault(parts, fields);
  if (fault !== undefined) throw formatError(fault);
  const parsed = new x509.X509Crl(der);
  const { nextUpdate } = parsed;
  // Entries that the library loses must not clear a certificate.
  if (nextUpdate === undefined || parsed.entries.length !== fields.revoked.length)
    throw formatError('two readers read it differently');
  requireOnce(parsed.extensions);
  for (const { type, critical } of parsed.extensions)
    if (critical && type !== AUTHORITY_KEY_IDENTIFIER) throw formatError(`critical extension ${type}`);
  // A delta list (2.5.29.27) must be critical; without that it is still only a difference.
  if (parsed.extensions.some(({ type }) => type === '2.5.29.27' || type === '2.5.29.28'))
    throw formatError('a delta or partitioned list');
  const entries = parsed.entries.map(readEntry);
  const number = parsed.extensions.find(({ type }) => type === CRL_NUMBER);
  if (number !== undefined && !isInteger(new Uint8Array(number.value)))
    throw formatError('its number is invalid');
  const crl: Crl = Object.freeze({
    der,
    pem: crlPem(der),
    hash,
    issuer: parsed.issuer,
    thisUpdate: parsed.thisUpdate,
    nextUpdate,
    number: number && smallInteger(new Uint8Array(number.value)),
    revoked: new Map(entries.map(({ serialNumber, at }) => [serialNumber, at])),
    entries: Object.freeze(entries),
  });
  anatomies.set(crl, {
    issuerName: Buffer.from(parsed.issuerName.toArrayBuffer()),
    signed: parts.signedBytes,
    signature: Buffer.from(parsed.signature),
    signatureSuite: suiteSigning(parts.algorithm),
    issuerKey: issuerKeyIn(parsed),
  });
  return crl;
}

function readEntry(entry: x509.X509CrlEntry): Revocation {
  requireOnce(entry.extensions);
  for (const { type, critical } of entry.extensions)
    if (critical) throw formatError(`critical entry extension ${type}`);
  const reason = REASON_NAMES.find((name) => REASONS[name] === entry.reason);
  return {
    serialNumber: entry.serialNumber.toLowerCase(),
    at: entry.revocationDate,
    reason,
  };
}

function requireOnce(extensions: readonly x509.Extension[]): void {
  if (new Set(extensions.map(({ type }) => type)).size !== extensions.length)
    throw formatError('an extension occurs twice');
}

function formatError(what: string, cause?: unknown): ValiseError {
  return new ValiseError('CERTIFICATE_FORMAT', `the revocation list cannot be used: ${what}`, {}, { cause });
}
