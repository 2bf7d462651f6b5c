import forge from 'node-forge';

const { asn1 } = forge;

export type Asn1 = forge.asn1.Asn1;
export const TYPES = asn1.Type;
export const CONTEXT = asn1.Class.CONTEXT_SPECIFIC;

/** Strict, to the last byte, and what is in a bit string stays bytes. @types/node-forge knows only the boolean form. */
const STRICT_DER = { decodeBitStrings: false } as unknown as boolean;

export interface SignedParts {
  readonly signed: Asn1;
  readonly signedBytes: Buffer;
  readonly algorithm: Buffer;
}

/**
 * The parts of a signed structure `SEQUENCE { signed, algorithm, signature }`: certificates, revocation lists and requests
 * have this shape.
 *
 * @throws Error where the bytes are anything but the one DER encoding of it: two readers must not see two things
 */
export function signedParts(der: Buffer): SignedParts {
  const text = der.toString('latin1');
  const whole = asn1.fromDer(text, STRICT_DER);
  const parts = partsOf(whole);
  if (parts.length !== 3) throw new Error('not a signed structure');
  const [signed, algorithm, signature] = parts as readonly [Asn1, Asn1, Asn1];
  // Whole bytes, and nothing behind them, for that would be unsigned.
  const { value } = signature;
  if (!isA(signature, TYPES.BITSTRING) || typeof value !== 'string' || !value.startsWith('\0'))
    throw new Error('no signature');
  if (asn1.toDer(whole).getBytes() !== text) throw new Error('not in DER');
  return { signed, signedBytes: bytesOf(signed), algorithm: bytesOf(algorithm) };
}

export function isA(
  { type, tagClass }: Asn1,
  wanted: number,
  wantedClass: number = asn1.Class.UNIVERSAL,
): boolean {
  // Numbers of tags and of universal types are one enumeration to the types of node-forge.
  return (type as number) === wanted && (tagClass as number) === wantedClass;
}

/** The items of a constructed one; a primitive has none. */
export function partsOf({ value }: Asn1): readonly Asn1[] {
  return Array.isArray(value) ? value : [];
}

export function bytesOf(item: Asn1): Buffer {
  return Buffer.from(asn1.toDer(item).getBytes(), 'latin1');
}

/** An INTEGER, minimal and not negative, of at most 20 octets (RFC 5280 section 5.2.3). */
export function isInteger(der: Uint8Array): boolean {
  const [tag, length, first = 0x80, second = 0] = der;
  const isMinimal = first !== 0 || length === 1 || second > 0x7f;
  return tag === 2 && length === der.length - 2 && length <= 20 && first < 0x80 && isMinimal;
}

/** The number in such an INTEGER, or undefined where it is no safe integer. */
export function smallInteger(der: Uint8Array): number | undefined {
  const value = Number(`0x${Buffer.from(der.subarray(2)).toString('hex')}`);
  return Number.isSafeInteger(value) ? value : undefined;
}
