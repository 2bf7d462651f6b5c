import { type Asn1, bytesOf, CONTEXT, isA, partsOf, type SignedParts, TYPES } from './der.js';
import type { Suite } from './public-keys.js';

/**
 * What RFC 5280 asks of the frames of certificates and revocation lists, whatever stands in them. Libraries read past most
 * of it: they turn 31 February into a date in March, and take a serial number for text.
 */

/** AlgorithmIdentifiers of the two signatures (RFC 5758 section 3.2, RFC 4055 section 5), in their only encodings. */
const SIGNATURES: Readonly<Record<Suite, Buffer>> = {
  'P-256': Buffer.from('300a06082a8648ce3d040302', 'hex'),
  RSA: Buffer.from('300d06092a864886f70d01010b0500', 'hex'),
};

/** The suite whose keys sign so, over SHA-256; undefined for all other algorithms. */
export function suiteSigning(algorithm: Buffer): Suite | undefined {
  return (['P-256', 'RSA'] as const).find((suite) => SIGNATURES[suite].equals(algorithm));
}

/** Section 4.1.2.2. Of a number with its sign, so that 159 bits are left. */
const SERIAL_BYTES_MAX = 20;
/** INTEGER 2: version 3. */
const VERSION_3 = '\u0002';
/** INTEGER 1: version 2 of a list. */
const LIST_VERSION_2 = '\u0001';
const EXTENSIONS_TAG = 3;
const LIST_EXTENSIONS_TAG = 0;

/** A certificate's fields in their order, section 4.1, with its version apart. */
export interface CertificateFields {
  readonly version: Asn1 | undefined;
  readonly serial: Asn1;
  readonly algorithm: Asn1;
  readonly issuer: Asn1;
  readonly validity: Asn1;
  readonly subject: Asn1;
  readonly publicKey: Asn1;
  /** Unique identifiers and extensions. */
  readonly rest: readonly Asn1[];
}

/** @throws Error where fields are missing */
export function certificateFields({ signed }: SignedParts): CertificateFields {
  const fields = [...partsOf(signed)];
  const version = fields[0]?.tagClass === CONTEXT ? fields.shift() : undefined;
  if (fields.length < 6) throw new Error('it lacks fields of a certificate');
  const [serial, algorithm, issuer, validity, subject, publicKey, ...rest] = fields as [
    ...[Asn1, Asn1, Asn1, Asn1, Asn1, Asn1],
    ...Asn1[],
  ];
  return { version, serial, algorithm, issuer, validity, subject, publicKey, rest };
}

/** What is wrong with a certificate's frame, in words. */
export function frameFault(parts: SignedParts, fields: CertificateFields): string | undefined {
  const [version] = itemsIn(fields.version);
  // Section 4.1.2.1: with extensions, and ours always have them, it is version 3.
  if (version?.value !== VERSION_3) return 'is not of version 3';
  if (!isSerialNumber(fields.serial))
    return `has a serial number that is not positive or has more than ${SERIAL_BYTES_MAX} bytes`;
  if (!bytesOf(fields.algorithm).equals(parts.algorithm)) return 'names two signature algorithms';
  if (partsOf(fields.issuer).length === 0) return 'names no issuer';
  // Persons are told apart by their subjects.
  if (partsOf(fields.subject).length === 0) return 'names no subject';
  const times = partsOf(fields.validity);
  if (times.length !== 2 || !times.every(isTime)) return 'has a date that does not exist';
  // Section 4.1.2.8: unique identifiers must not be issued.
  const [extensions, ...more] = fields.rest;
  if (more.length > 0 || (extensions !== undefined && !isA(extensions, EXTENSIONS_TAG, CONTEXT)))
    return 'has other fields than a certificate';
  return undefined;
}

/** A list's fields in their order, section 5.1. */
export interface ListFields {
  readonly version: Asn1 | undefined;
  readonly algorithm: Asn1 | undefined;
  readonly issuer: Asn1 | undefined;
  readonly thisUpdate: Asn1 | undefined;
  readonly nextUpdate: Asn1 | undefined;
  /** Each with serial number, date and perhaps extensions. */
  readonly revoked: readonly (readonly Asn1[])[];
  readonly extensions: Asn1 | undefined;
  /** What no list has. */
  readonly rest: readonly Asn1[];
}

export function listFields({ signed }: SignedParts): ListFields {
  const fields = [...partsOf(signed)];
  const next = (fits: (item: Asn1) => boolean): Asn1 | undefined =>
    fields[0] !== undefined && fits(fields[0]) ? fields.shift() : undefined;
  const isSequence = (item: Asn1): boolean => isA(item, TYPES.SEQUENCE);
  return {
    version: next((item) => isA(item, TYPES.INTEGER)),
    algorithm: next(isSequence),
    issuer: next(isSequence),
    thisUpdate: next(isTimeType),
    nextUpdate: next(isTimeType),
    revoked: itemsIn(next(isSequence)).map(partsOf),
    extensions: next((item) => isA(item, LIST_EXTENSIONS_TAG, CONTEXT)),
    rest: fields,
  };
}

/** What is wrong with a list's frame, in words. */
export function listFault({ algorithm }: SignedParts, fields: ListFields): string | undefined {
  const { version, issuer, thisUpdate, nextUpdate, revoked } = fields;
  // @peculiar/x509 loses what stands behind an entry's extensions, or beside the list's, critical or not.
  if (
    fields.rest.length > 0 ||
    itemsIn(fields.extensions).length > 1 ||
    revoked.some(({ length }) => length > 3)
  )
    return 'it has other fields than a list';
  if (fields.algorithm === undefined || !bytesOf(fields.algorithm).equals(algorithm))
    return 'two different signature algorithms';
  if (issuer === undefined || partsOf(issuer).length === 0) return 'it names no issuer';
  // Section 5.1.2.5. @peculiar/x509 loses what is revoked where it is absent.
  if (nextUpdate === undefined) return 'it has no next update';
  const times = [thisUpdate, nextUpdate, ...revoked.map(([, since]) => since)];
  if (!times.every((time) => time !== undefined && isTime(time))) return 'a date that does not exist';
  // Section 5.1.2.1: a list with extensions has version 2.
  const isExtended = fields.extensions !== undefined || revoked.some(({ length }) => length > 2);
  if (version === undefined ? isExtended : version.value !== LIST_VERSION_2) return 'it is not of version 2';
  const serials = revoked.map(([serial]) => serial && bytesOf(serial).toString('hex'));
  // Which of two instants and reasons would count?
  if (new Set(serials).size !== serials.length) return 'it names a serial number twice';
  return undefined;
}

function itemsIn(item: Asn1 | undefined): readonly Asn1[] {
  return item === undefined ? [] : partsOf(item);
}

function isSerialNumber({ value }: Asn1): boolean {
  if (typeof value !== 'string' || value.length > SERIAL_BYTES_MAX) return false;
  return value.charCodeAt(0) < 0x80 && value !== '\0';
}

function isTimeType(item: Asn1): boolean {
  return isA(item, TYPES.UTCTIME) || isA(item, TYPES.GENERALIZEDTIME);
}

/**
 * Section 4.1.2.5: to the second, in UTC, with nothing else. Years of two digits are of 1950 to 2049, and whether a day exists is
 * the same in both centuries, but for the year 00, which is 2000.
 */
function isTime(time: Asn1): boolean {
  const { value } = time;
  if (!isTimeType(time) || typeof value !== 'string') return false;
  const text = isA(time, TYPES.UTCTIME) ? `20${value}` : value;
  const day = `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}`;
  const second = `${text.slice(8, 10)}:${text.slice(10, 12)}:${text.slice(12, 14)}`;
  const iso = `${day}T${second}.000${text.slice(14)}`;
  const instant = new Date(iso);
  // Of a day that does not exist, another comes back.
  return !Number.isNaN(instant.getTime()) && instant.toISOString() === iso;
}
