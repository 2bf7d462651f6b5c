import { createCipheriv, randomBytes, type KeyObject } from 'node:crypto';
import type { Certificate } from '#trust';
import type { Jws } from '../src/index.js';
import { signingInput, type JwsSignature } from '../src/jws.js';
import { suiteFor } from '../src/suites.js';
import { encode, sha256 } from '../src/text.js';

/** What an attacker writes: envelopes and signatures without any of the checks that the library makes. */

type Members = Record<string, unknown>;

export interface CraftedParts {
  readonly plaintext: string | Buffer;
  readonly from: string;
  readonly recipient: Certificate;
  readonly protectedOver?: Members;
  readonly headerOver?: Members;
  readonly cek?: Buffer;
}

/** An envelope in which everything fits, but for what is given over; returned as an object to be spoilt further. */
export function craftEnvelope(parts: CraftedParts): {
  protected: string;
  recipients: { header: Members; encrypted_key: string }[];
  iv: string;
  ciphertext: string;
  tag: string;
} {
  const cek = parts.cek ?? randomBytes(32);
  const iv = randomBytes(12);
  const { header, encryptedKey } = suiteFor(parts.recipient.publicKey, undefined).wrap(
    cek,
    parts.recipient,
    parts.from,
  );
  const ckc = sha256(Buffer.concat([Buffer.from('valise-cek-v1\0'), cek]));
  const protectedHeader = encode(
    JSON.stringify({ enc: 'A256GCM', typ: 'valise-env+jwe', ckc, ...parts.protectedOver }),
  );
  const cipher = createCipheriv('aes-256-gcm', cek, iv);
  cipher.setAAD(Buffer.from(protectedHeader));
  const ciphertext = Buffer.concat([cipher.update(parts.plaintext), cipher.final()]);
  return {
    protected: protectedHeader,
    recipients: [{ header: { ...header, ...parts.headerOver }, encrypted_key: encode(encryptedKey) }],
    iv: encode(iv),
    ciphertext: encode(ciphertext),
    tag: encode(cipher.getAuthTag()),
  };
}

export function asBytes(value: unknown): Buffer {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
}

export function plaintextOf(jws: unknown, over: Members = {}): string {
  return JSON.stringify({ jws, proofs: [], attachmentKeys: [], ...over });
}

export function headerOf(entry: JwsSignature | undefined): Members {
  return JSON.parse(Buffer.from(entry?.protected ?? '', 'base64url').toString()) as Members;
}

/** Signs again with other members in the header, or with a header text as it stands. */
export function signedAgain(jws: Jws, index: number, header: Members | string, key: KeyObject): Jws {
  const text = encode(typeof header === 'string' ? header : JSON.stringify(header));
  const signature = encode(suiteFor(key, undefined).sign(signingInput(text, jws.payload), key));
  return {
    payload: jws.payload,
    signatures: jws.signatures.map((entry, at) => (at === index ? { protected: text, signature } : entry)),
  };
}

/** The order of P-256, SEC 2 section 2.4.2. */
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** (r, s) → (r, n - s): another signature that verifies as well, made without the key. */
export function malleated(signature: string): string {
  const bytes = Buffer.from(signature, 'base64url');
  const s = P256_ORDER - BigInt(`0x${bytes.subarray(32).toString('hex')}`);
  return Buffer.concat([
    bytes.subarray(0, 32),
    Buffer.from(s.toString(16).padStart(64, '0'), 'hex'),
  ]).toString('base64url');
}
