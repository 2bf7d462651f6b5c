import 'reflect-metadata';
import { createHash, X509Certificate as NativeCertificate, type KeyObject } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { messageOf, ValiseError } from '#core';
import { bytesOf, signedParts } from './der.js';
import { bytesIn } from './pem.js';
import { certificateFields, frameFault, suiteSigning } from './profile.js';
import { publicKeyOf, suiteOf, type Suite } from './public-keys.js';
import { rememberingNewest } from './remembering.js';
import { AUTHORITY_ID, AUTHORITY_URN, decodeRoles, ROLE_EXTENSION, type Role } from './roles.js';

export interface Certificate {
  readonly der: Buffer;
  readonly pem: string;
  /** base64url of SHA-256 over the DER: JOSE's `x5t#S256`, and our `kid`. */
  readonly thumbprint: string;
  readonly subject: string;
  readonly issuer: string;
  /** Lower-case hexadecimal. */
  readonly serialNumber: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly publicKey: KeyObject;
  readonly suite: Suite;
  /** From our extension; a root or an intermediate has none. */
  readonly roles: readonly Role[];
  /** From the subject alternative name `urn:valise:authority:<id>`. */
  readonly authority: string | undefined;
}

/** What path validation needs and nobody else: kept aside, so that only a parsed certificate can be validated. */
export interface Anatomy {
  readonly native: NativeCertificate;
  readonly subjectName: Buffer;
  readonly issuerName: Buffer;
  /** For people; what counts is `signatureSuite`. */
  readonly signatureAlgorithm: string;
  /** Of which suite the issuer's key must be; undefined for an algorithm that is not taken. */
  readonly signatureSuite: Suite | undefined;
  /** What is wrong with its form, in words: it is read all the same, to be shown, and no path leads through it. */
  readonly frameFault: string | undefined;
  /** Lower-case hexadecimal. */
  readonly keyIdentifier: string | undefined;
  /** Whether its subject alternative name is there and empty. */
  readonly hasEmptyNames: boolean;
  readonly extensions: readonly { readonly oid: string; readonly critical: boolean }[];
  readonly basicConstraints: { readonly ca: boolean; readonly pathLength: number | undefined } | undefined;
  readonly keyUsage: number | undefined;
  readonly extendedKeyUsage: readonly string[] | undefined;
}

/** Real certificates are 0.5 to 3 kB. */
const CERTIFICATE_BYTES_MAX = 16_384;
/** A few thousand authorities with a handful of certificates each: about 40 MB when full. */
const CACHE_MAX = 8_192;

const remember = rememberingNewest<Certificate>(CACHE_MAX);
const anatomies = new WeakMap<Certificate, Anatomy>();

/**
 * Reads one certificate; equal bytes give the same object.
 *
 * @param pemOrDer PEM text with exactly one certificate, or DER
 * @throws ValiseError CERTIFICATE_FORMAT, also for keys outside the suites (P-256; RSA of 3072 to 8192 bits)
 */
export function parseCertificate(pemOrDer: string | Uint8Array): Certificate {
  try {
    const der = bytesIn(pemOrDer, 'CERTIFICATE', CERTIFICATE_BYTES_MAX);
    const thumbprint = createHash('sha256').update(der).digest('base64url');
    return remember(thumbprint, () => read(der, thumbprint));
  } catch (error) {
    // Whatever three parsers throw at bytes of a stranger: to the caller it is one code.
    throw error instanceof ValiseError ? error : formatError(messageOf(error), error);
  }
}

/** @throws ValiseError INTERNAL where the object was not made by `parseCertificate` */
export function anatomyOf(certificate: Certificate): Anatomy {
  const anatomy = anatomies.get(certificate);
  if (anatomy === undefined) throw new ValiseError('INTERNAL', 'a certificate that was not parsed here');
  return anatomy;
}

function read(der: Buffer, thumbprint: string): Certificate {
  // First: neither of the others may see a key in another encoding, on which Node.js aborts the process.
  const parts = signedParts(der);
  const fields = certificateFields(parts);
  const publicKey = publicKeyOf(bytesOf(fields.publicKey));
  // Two parsers read it, OpenSSL for signatures and @peculiar/x509 for extensions, in the one encoding that is left.
  const native = new NativeCertificate(der);
  // The parts were read from the one DER encoding; whatever OpenSSL makes of it must be the same bytes all the same.
  if (!native.raw.equals(der)) throw new Error('not in DER, or with bytes behind it');
  const parsed = new x509.X509Certificate(der);
  const anatomy = {
    ...dissect(native, parsed),
    signatureSuite: suiteSigning(parts.algorithm),
    frameFault: frameFault(parts, fields),
  };
  const certificate: Certificate = Object.freeze({
    der,
    pem: native.toString(),
    thumbprint,
    subject: parsed.subject,
    issuer: parsed.issuer,
    serialNumber: parsed.serialNumber.toLowerCase(),
    notBefore: parsed.notBefore,
    notAfter: parsed.notAfter,
    publicKey,
    suite: suiteOf(publicKey),
    roles: Object.freeze(rolesOf(parsed)),
    authority: authorityOf(parsed),
  });
  anatomies.set(certificate, anatomy);
  return certificate;
}

function dissect(
  native: NativeCertificate,
  parsed: x509.X509Certificate,
): Omit<Anatomy, 'signatureSuite' | 'frameFault'> {
  const oids = parsed.extensions.map(({ type }) => type);
  // RFC 5280 section 4.2: a certificate must not include more than one instance of an extension.
  if (new Set(oids).size !== oids.length) throw new Error('an extension occurs twice');
  const basic = parsed.getExtension(x509.BasicConstraintsExtension);
  const { name, hash } = parsed.signatureAlgorithm as { name: string; hash?: { name: string } };
  return {
    native,
    subjectName: Buffer.from(parsed.subjectName.toArrayBuffer()),
    issuerName: Buffer.from(parsed.issuerName.toArrayBuffer()),
    signatureAlgorithm: hash === undefined ? name : `${name}/${hash.name}`,
    extensions: parsed.extensions.map(({ type, critical }) => ({ oid: type, critical })),
    basicConstraints: basic === null ? undefined : { ca: basic.ca, pathLength: basic.pathLength },
    keyUsage: parsed.getExtension(x509.KeyUsagesExtension)?.usages,
    keyIdentifier: parsed.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId.toLowerCase(),
    hasEmptyNames: parsed.getExtension(x509.SubjectAlternativeNameExtension)?.names.items.length === 0,
    extendedKeyUsage: parsed.getExtension(x509.ExtendedKeyUsageExtension)?.usages.map(String),
  };
}

function rolesOf(parsed: x509.X509Certificate): readonly Role[] {
  const extension = parsed.getExtension(ROLE_EXTENSION);
  if (extension === null) return [];
  const roles = decodeRoles(new Uint8Array(extension.value));
  if (roles === undefined) throw formatError('the role extension is not a list of known roles');
  return roles;
}

function authorityOf(parsed: x509.X509Certificate): string | undefined {
  const names = parsed
    .getExtension(x509.SubjectAlternativeNameExtension)
    ?.names.items.filter(({ type, value }) => type === x509.URL && value.startsWith(AUTHORITY_URN));
  const ids = names?.map(({ value }) => value.slice(AUTHORITY_URN.length)) ?? [];
  if (ids.length > 1) throw formatError('it names several authorities');
  if (!ids.every((id) => AUTHORITY_ID.test(id))) throw formatError('the authority id is malformed');
  return ids[0];
}

function formatError(what: string, cause?: unknown): ValiseError {
  return new ValiseError(
    'CERTIFICATE_FORMAT',
    `the certificate cannot be used: ${what}`,
    { remedy: 'give one X.509 certificate with a P-256 key or an RSA key of at least 3072 bits' },
    { cause },
  );
}
