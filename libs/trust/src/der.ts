import forge from 'node-forge';

const { asn1 } = forge;

/** @types/node-forge knows only the boolean form. */
const STRICT_DER = { strict: true, parseAllBytes: true, decodeBitStrings: false } as unknown as boolean;

/**
 * The parts of a signed structure `SEQUENCE { signed, algorithm, signature }`: certificates, revocation lists and requests
 * have this shape.
 *
 * @throws Error where the bytes are anything but the one DER encoding of it: two readers must not see two things
 */
export function signedParts(der: Buffer): {
  signed: forge.asn1.Asn1;
  signedBytes: Buffer;
  algorithm: Buffer;
} {
  const text = der.toString('latin1');
  const whole = asn1.fromDer(text, STRICT_DER);
  const [signed, algorithm] = Array.isArray(whole.value) ? whole.value : [];
  if (signed === undefined || algorithm === undefined) throw new Error('not a signed structure');
  if (asn1.toDer(whole).getBytes() !== text) throw new Error('not in DER');
  return { signed, signedBytes: bytesOf(signed), algorithm: bytesOf(algorithm) };
}

/** Where SubjectPublicKeyInfo stands, not counting the version: RFC 5280 section 4.1, RFC 2986 section 4.1. */
const KEY_POSITIONS = { certificate: 5, request: 1 } as const;

/**
 * The bytes of the public key in a certificate or a request, before anything makes a key of them.
 *
 * @throws Error where the bytes are not DER of such a structure
 */
export function subjectPublicKeyIn(der: Buffer, kind: keyof typeof KEY_POSITIONS): Buffer {
  const { value } = signedParts(der).signed;
  const fields = Array.isArray(value) ? value : [];
  // A certificate's version is tagged and may be absent (it is then of version 1); a request's is neither.
  const hasVersion = kind === 'request' || fields[0]?.tagClass === asn1.Class.CONTEXT_SPECIFIC;
  const key = fields[KEY_POSITIONS[kind] + (hasVersion ? 1 : 0)];
  if (key === undefined) throw new Error('it has no public key');
  return bytesOf(key);
}

export function bytesOf(item: forge.asn1.Asn1): Buffer {
  return Buffer.from(asn1.toDer(item).getBytes(), 'latin1');
}

/** A non-negative INTEGER that fits a safe integer, or undefined. */
export function smallInteger(der: Uint8Array): number | undefined {
  const [tag, length = 0, ...bytes] = der;
  if (tag !== 2 || length !== bytes.length || length < 1 || (bytes[0] ?? 0) > 0x7f) return undefined;
  const value = Number(`0x${Buffer.from(bytes).toString('hex')}`);
  return Number.isSafeInteger(value) ? value : undefined;
}
