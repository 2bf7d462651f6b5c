import { createPrivateKey, createPublicKey, type KeyObject, type PrivateKeyInput } from 'node:crypto';
import { messageOf, ValiseError } from '#core';

export type Suite = 'P-256' | 'RSA';

/**
 * The only place where the bytes of a public key become a key (an ESLint rule enforces it).
 *
 * OpenSSL accepts many encodings of one key: compressed and hybrid points, curves written out as parameters, lengths
 * that are not minimal, `rsaEncryption` without its NULL. Each would let one key pass for two, so each suite has one
 * encoding here, compared byte for byte before OpenSSL sees anything. It must be before: the point at infinity, two
 * bytes where 66 should stand, becomes a KeyObject without complaint, and Node.js 20 and 22 abort the process when it
 * is asked for `asymmetricKeyDetails` or a JWK.
 */

/** SubjectPublicKeyInfo { id-ecPublicKey, prime256v1, BIT STRING with no unused bits } as far as the octet 04 of an uncompressed point. */
const P256_PREFIX = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex');
const P256_BYTES = P256_PREFIX.length + 64;

/** AlgorithmIdentifier { rsaEncryption, NULL }: RFC 3279 section 2.3.1 requires the NULL. */
const RSA_ALGORITHM = Buffer.from('300d06092a864886f70d0101010500', 'hex');
/**
 * INTEGER 65537: the only exponent. Small ones invite old attacks, large ones make verifying as expensive as signing.
 */
const RSA_EXPONENT = Buffer.from('0203010001', 'hex');
/** RSA below is weaker than P-256; above it is a way to make verification expensive. */
const RSA_BITS_MIN = 3072;
const RSA_BITS_MAX = 8192;
/** Tag and a length of two octets, which every RSA length between the bounds takes. */
const LONG_HEAD_BYTES = 4;
/** Info, algorithm, BIT STRING with its count of unused bits, RSAPublicKey, and the modulus' own head. */
const RSA_HEAD_BYTES = 4 * LONG_HEAD_BYTES + RSA_ALGORITHM.length + 1;

/** Keys that were parsed here, or that were checked in the same way. */
const suites = new WeakMap<KeyObject, Suite>();

/**
 * The key of a SubjectPublicKeyInfo.
 *
 * @throws ValiseError CERTIFICATE_FORMAT for anything but a P-256 key or an RSA key of 3072 to 8192 bits in its one spelling
 */
export function publicKeyOf(spki: Uint8Array): KeyObject {
  const bytes = Buffer.from(spki);
  const suite = suiteOfSpki(bytes);
  let key: KeyObject;
  try {
    key = createPublicKey({ key: bytes, format: 'der', type: 'spki' });
  } catch (error) {
    throw keyError('its point is not on the curve P-256', error);
  }
  suites.set(key, suite);
  return key;
}

/**
 * A private key of one of the suites. How it is written does not matter (it comes from its owner), but its public half does.
 *
 * @throws ValiseError CERTIFICATE_FORMAT for other kinds of keys; what Node.js throws where it is none, or is encrypted
 */
export function privateKeyOf(input: PrivateKeyInput | string): KeyObject {
  const key = createPrivateKey(input);
  suiteOf(key);
  return key;
}

/** SubjectPublicKeyInfo in DER, of a public key or of a private key's public half. */
export function spkiOf(key: KeyObject): Buffer {
  return publicHalfOf(key).export({ type: 'spki', format: 'der' });
}

export function publicHalfOf(key: KeyObject): KeyObject {
  return key.type === 'private' ? createPublicKey(key) : key;
}

/**
 * Whether two public keys, or the public halves, are the same.
 *
 * Not `KeyObject.equals`: where one is RSA and the other EC, it answers and leaves an error in OpenSSL's queue, which Node.js
 * throws out of the next call that has nothing to do with it.
 */
export function isSameKey(one: KeyObject, other: KeyObject): boolean {
  return spkiOf(one).equals(spkiOf(other));
}

/** @throws ValiseError CERTIFICATE_FORMAT for keys outside the suites */
export function suiteOf(key: KeyObject): Suite {
  const known = suites.get(key);
  if (known !== undefined) return known;
  let spki: Buffer;
  try {
    // Written out, and not asked for its details: see above.
    spki = spkiOf(key);
  } catch (error) {
    throw keyError(`it has no public half (${messageOf(error)})`, error);
  }
  const suite = suiteOfSpki(spki);
  suites.set(key, suite);
  return suite;
}

function suiteOfSpki(spki: Buffer): Suite {
  if (spki.subarray(0, P256_PREFIX.length).equals(P256_PREFIX) && spki.length === P256_BYTES) return 'P-256';
  if (!spki.includes(RSA_ALGORITHM)) throw keyError('it is not on P-256 and uncompressed, nor RSA');
  requireRsa(spki);
  return 'RSA';
}

/** All lengths follow from the whole one, so that there is one encoding to compare with. */
function requireRsa(spki: Buffer): void {
  const modulus = spki.subarray(RSA_HEAD_BYTES, -RSA_EXPONENT.length);
  const inner = Buffer.concat([long(0x02, modulus), RSA_EXPONENT]);
  const bits = Buffer.concat([Buffer.from([0]), long(0x30, inner)]);
  const only = long(0x30, Buffer.concat([RSA_ALGORITHM, long(0x03, bits)]));
  if (!only.equals(spki))
    throw keyError('it is RSA in another encoding than the usual, or its exponent is not 65537');
  const [first = 0, second = 0] = modulus;
  const isMinimal = first === 0 ? second >= 0x80 : first < 0x80;
  const isOdd = ((modulus.at(-1) ?? 0) & 1) === 1;
  if (!isMinimal || !isOdd) throw keyError('its RSA modulus is not an odd positive number');
  const significant = first === 0 ? modulus.subarray(1) : modulus;
  const length = significant.length * 8 - (Math.clz32(significant[0] ?? 0) - 24);
  if (length < RSA_BITS_MIN || length > RSA_BITS_MAX)
    throw keyError(`it is RSA of ${length} bits, and ${RSA_BITS_MIN} to ${RSA_BITS_MAX} are taken`);
}

function long(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag, 0x82, content.length >> 8, content.length & 0xff]), content]);
}

function keyError(what: string, cause?: unknown): ValiseError {
  return new ValiseError(
    'CERTIFICATE_FORMAT',
    `the key cannot be used: ${what}`,
    { remedy: `use a P-256 key, or an RSA key of at least ${RSA_BITS_MIN} bits with the exponent 65537` },
    { cause },
  );
}
