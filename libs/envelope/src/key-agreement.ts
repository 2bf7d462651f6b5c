import { createCipheriv, createDecipheriv, hash } from 'node:crypto';
import { encode } from './text.js';

/** What every key agreement of `ECDH-ES+A256KW` shares, whatever its curve: RFC 7518 section 4.6 and RFC 3394. */

export const KEY_AGREEMENT = 'ECDH-ES+A256KW';
export const CEK_BYTES = 32;

const KEY_WRAP = 'id-aes256-wrap';
/** RFC 3394 section 2.2.3.1. */
const KEY_WRAP_IV = Buffer.alloc(8, 0xa6);
export const WRAPPED_CEK_BYTES = CEK_BYTES + 8;

const ALGORITHM_ID = lengthPrefixed(Buffer.from(KEY_AGREEMENT));
const ROUND_ONE = Buffer.from([0, 0, 0, 1]);
const KEY_BITS = Buffer.from([0, 0, 1, 0]);

/** Who agrees with whom: the sending authority, and the recipient's certificate. */
export function parties(from: string, thumbprint: string): { apu: string; apv: string } {
  return { apu: encode(from), apv: encode(thumbprint) };
}

/** Wraps the content's key under an agreed secret, which is wiped. */
export function wrapUnder(secret: Buffer, header: { apu: string; apv: string }, cek: Buffer): Buffer {
  const kek = keyEncryptionKey(secret, header);
  try {
    const cipher = createCipheriv(KEY_WRAP, kek, KEY_WRAP_IV);
    return Buffer.concat([cipher.update(cek), cipher.final()]);
  } finally {
    kek.fill(0);
  }
}

/** The other way, wiping the secret as well. @throws Error of OpenSSL where it is another secret or key */
export function unwrapUnder(secret: Buffer, header: { apu: string; apv: string }, wrapped: Buffer): Buffer {
  const kek = keyEncryptionKey(secret, header);
  try {
    const decipher = createDecipheriv(KEY_WRAP, kek, KEY_WRAP_IV);
    return Buffer.concat([decipher.update(wrapped), decipher.final()]);
  } finally {
    kek.fill(0);
  }
}

/** Concat KDF of RFC 7518 section 4.6.2 for 256 bits: one round of SHA-256. */
function keyEncryptionKey(secret: Buffer, { apu, apv }: { apu: string; apv: string }): Buffer {
  const partyU = lengthPrefixed(Buffer.from(apu, 'base64url'));
  const partyV = lengthPrefixed(Buffer.from(apv, 'base64url'));
  const input = Buffer.concat([ROUND_ONE, secret, ALGORITHM_ID, partyU, partyV, KEY_BITS]);
  const kek = hash('sha256', input, 'buffer');
  input.fill(0);
  secret.fill(0);
  return kek;
}

function lengthPrefixed(bytes: Buffer): Buffer {
  const prefixed = Buffer.allocUnsafe(4 + bytes.length);
  prefixed.writeUInt32BE(bytes.length);
  prefixed.set(bytes, 4);
  return prefixed;
}
