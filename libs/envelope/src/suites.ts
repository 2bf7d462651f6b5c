import {
  constants,
  createCipheriv,
  createDecipheriv,
  createECDH,
  hash,
  privateDecrypt,
  publicEncrypt,
  sign,
  verify,
  type ECDH,
  type KeyObject,
} from 'node:crypto';
import { suiteOf, type Certificate, type Suite } from '#trust';
import { Refusal } from './rejected.js';
import { decodeExactly, encode } from './text.js';

/** An ephemeral public key, RFC 7518 section 4.6.1.1, with these members only. */
export interface EphemeralKey {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly y: string;
}

/** The recipient's part of a JWE; `epk`, `apu` and `apv` belong to key agreement only. */
export interface RecipientHeader {
  readonly alg: string;
  readonly kid: string;
  readonly epk?: EphemeralKey | undefined;
  readonly apu?: string | undefined;
  readonly apv?: string | undefined;
}

/**
 * A suite of algorithms. Which one applies follows from the certificate's key, never from the message: the message
 * only has to agree. A further suite (national algorithms, post-quantum) is one more object of this shape.
 */
export interface AlgorithmSuite {
  readonly signature: string;
  readonly keyManagement: string;
  sign(data: Buffer, key: KeyObject): Buffer;
  /** `signature` of a wrong length is no signature. */
  verify(data: Buffer, key: KeyObject, signature: Buffer): boolean;
  wrap(cek: Buffer, recipient: Certificate, from: string): { header: RecipientHeader; encryptedKey: Buffer };
  /** @returns undefined where the key does not open; @throws Refusal ENVELOPE_FORMAT for a malformed header */
  unwrap(
    encryptedKey: Buffer,
    header: RecipientHeader,
    recipient: { certificate: Certificate; key: KeyObject },
  ): Buffer | undefined;
}

export function suiteFor(certificate: Certificate): AlgorithmSuite {
  return SUITES[certificate.suite];
}

export function suiteForKey(key: KeyObject): AlgorithmSuite {
  return SUITES[suiteOf(key)];
}

export const CEK_BYTES = 32;

const ES256_BYTES = 64;
const P256_COORDINATE_BYTES = 32;
const KEY_WRAP = 'id-aes256-wrap';
/** RFC 3394 section 2.2.3.1. */
const KEY_WRAP_IV = Buffer.alloc(8, 0xa6);
const WRAPPED_CEK_BYTES = CEK_BYTES + 8;

const p256: AlgorithmSuite = {
  signature: 'ES256',
  keyManagement: 'ECDH-ES+A256KW',
  sign: (data, key) => sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' }),
  verify: (data, key, signature) =>
    signature.length === ES256_BYTES && verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, signature),

  wrap(cek, recipient, from) {
    const ephemeral = createECDH('prime256v1');
    const point = ephemeral.generateKeys();
    const header = {
      alg: 'ECDH-ES+A256KW',
      kid: recipient.thumbprint,
      epk: {
        kty: 'EC',
        crv: 'P-256',
        x: point.toString('base64url', 1, 1 + P256_COORDINATE_BYTES),
        y: point.toString('base64url', 1 + P256_COORDINATE_BYTES),
      },
      apu: encode(from),
      apv: encode(recipient.thumbprint),
    };
    const kek = keyEncryptionKey(ephemeral.computeSecret(pointOf(recipient)), header);
    const cipher = createCipheriv(KEY_WRAP, kek, KEY_WRAP_IV);
    return { header, encryptedKey: Buffer.concat([cipher.update(cek), cipher.final()]) };
  },

  unwrap(encryptedKey, header, { key }) {
    const { epk, apu, apv } = header;
    if (epk === undefined || apu === undefined || apv === undefined)
      throw new Refusal('ENVELOPE_FORMAT', 'the recipient header lacks epk, apu or apv');
    if (epk.kty !== 'EC' || epk.crv !== 'P-256')
      throw new Refusal('ENVELOPE_ALGORITHM', 'the ephemeral key is not on P-256');
    const point = Buffer.concat([
      UNCOMPRESSED,
      decodeExactly(epk.x, P256_COORDINATE_BYTES, 'epk.x'),
      decodeExactly(epk.y, P256_COORDINATE_BYTES, 'epk.y'),
    ]);
    if (encryptedKey.length !== WRAPPED_CEK_BYTES) return undefined;
    try {
      // computeSecret refuses a point that is not on the curve, so that no invalid-curve point meets our key.
      const kek = keyEncryptionKey(agreementOf(key).computeSecret(point), { apu, apv });
      const decipher = createDecipheriv(KEY_WRAP, kek, KEY_WRAP_IV);
      return Buffer.concat([decipher.update(encryptedKey), decipher.final()]);
    } catch {
      return undefined;
    }
  },
};

const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
const OAEP = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };

const rsa: AlgorithmSuite = {
  signature: 'PS256',
  keyManagement: 'RSA-OAEP-256',
  sign: (data, key) => sign('sha256', data, { key, ...PSS }),
  verify: (data, key, signature) => verify('sha256', data, { key, ...PSS }, signature),
  wrap: (cek, recipient) => ({
    header: { alg: 'RSA-OAEP-256', kid: recipient.thumbprint },
    encryptedKey: publicEncrypt({ key: recipient.publicKey, ...OAEP }, cek),
  }),
  unwrap(encryptedKey, header, { key }) {
    if (header.epk !== undefined || header.apu !== undefined || header.apv !== undefined)
      throw new Refusal('ENVELOPE_FORMAT', 'the recipient header has members of another algorithm');
    try {
      const cek = privateDecrypt({ key, ...OAEP }, encryptedKey);
      return cek.length === CEK_BYTES ? cek : undefined;
    } catch {
      return undefined;
    }
  },
};

const SUITES: Readonly<Record<Suite, AlgorithmSuite>> = { 'P-256': p256, RSA: rsa };

const UNCOMPRESSED = Buffer.from([4]);
const ALGORITHM_ID = lengthPrefixed(Buffer.from('ECDH-ES+A256KW'));
const ROUND_ONE = Buffer.from([0, 0, 0, 1]);
const KEY_BITS = Buffer.from([0, 0, 1, 0]);

/** Concat KDF of RFC 7518 section 4.6.2 for 256 bits: one round of SHA-256. */
function keyEncryptionKey(secret: Buffer, header: { apu: string; apv: string }): Buffer {
  const input = Buffer.concat([
    ROUND_ONE,
    secret,
    ALGORITHM_ID,
    lengthPrefixed(Buffer.from(header.apu, 'base64url')),
    lengthPrefixed(Buffer.from(header.apv, 'base64url')),
    KEY_BITS,
  ]);
  return hash('sha256', input, 'buffer');
}

function lengthPrefixed(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

const points = new WeakMap<Certificate, Buffer>();
const agreements = new WeakMap<KeyObject, ECDH>();

/** The certificate's public point, uncompressed (SEC 1 section 2.3.3). */
function pointOf(certificate: Certificate): Buffer {
  let point = points.get(certificate);
  if (point === undefined) {
    const { x = '', y = '' } = certificate.publicKey.export({ format: 'jwk' });
    point = Buffer.concat([UNCOMPRESSED, Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
    points.set(certificate, point);
  }
  return point;
}

/** Importing every ephemeral key as a KeyObject costs as much as half an agreement; a reused ECDH object does not. */
function agreementOf(key: KeyObject): ECDH {
  let agreement = agreements.get(key);
  if (agreement === undefined) {
    const { d = '' } = key.export({ format: 'jwk' });
    agreement = createECDH('prime256v1');
    agreement.setPrivateKey(Buffer.from(d, 'base64url'));
    agreements.set(key, agreement);
  }
  return agreement;
}
