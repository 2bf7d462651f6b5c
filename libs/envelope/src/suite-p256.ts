import { createECDH, sign, verify, type ECDH, type KeyObject } from 'node:crypto';
import { spkiOf, type Certificate } from '#trust';
import type { AlgorithmSuite } from './algorithm-suite.js';
import { KEY_AGREEMENT, parties, unwrapUnder, wrapUnder, WRAPPED_CEK_BYTES } from './key-agreement.js';
import { isOf } from './key-suite.js';
import { Refusal } from './rejected.js';
import { decodeExactly } from './text.js';

const ES256_BYTES = 64;
const COORDINATE_BYTES = 32;
const UNCOMPRESSED = Buffer.from([4]);
const POINT_BYTES = UNCOMPRESSED.length + 2 * COORDINATE_BYTES;
/** kty, crv, x and y: RFC 7518 section 6.2.1. */
const EPHEMERAL_MEMBERS = 4;

/** ES256 with ECDH-ES+A256KW: the default. */
export const p256: AlgorithmSuite = {
  id: 'P-256',
  signature: 'ES256',
  keyManagement: KEY_AGREEMENT,
  suits: (key) => isOf('P-256', key),
  sign: (data, key) => sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' }),
  verify: (data, key, signature) =>
    signature.length === ES256_BYTES && verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, signature),

  wrap(cek, recipient, from) {
    const ephemeral = createECDH('prime256v1');
    const point = ephemeral.generateKeys();
    const { apu, apv } = parties(from, recipient.thumbprint);
    const header = {
      alg: KEY_AGREEMENT,
      kid: recipient.thumbprint,
      epk: {
        kty: 'EC',
        crv: 'P-256',
        x: point.toString('base64url', 1, 1 + COORDINATE_BYTES),
        y: point.toString('base64url', 1 + COORDINATE_BYTES),
      },
      apu,
      apv,
    };
    return { header, encryptedKey: wrapUnder(ephemeral.computeSecret(pointOf(recipient)), header, cek) };
  },

  unwrap(encryptedKey, { epk, apu, apv }, { key }) {
    if (epk === undefined || apu === undefined || apv === undefined)
      throw new Refusal('ENVELOPE_FORMAT', 'the recipient header lacks epk, apu or apv');
    const { kty, crv, x = '', y = '' } = epk;
    if (kty !== 'EC' || crv !== 'P-256')
      throw new Refusal('ENVELOPE_ALGORITHM', 'the ephemeral key is not on P-256');
    if (Object.keys(epk).length !== EPHEMERAL_MEMBERS)
      throw new Refusal('ENVELOPE_FORMAT', 'the ephemeral key has other members than kty, crv, x and y');
    const point = Buffer.concat([
      UNCOMPRESSED,
      decodeExactly(x, COORDINATE_BYTES, 'epk.x'),
      decodeExactly(y, COORDINATE_BYTES, 'epk.y'),
    ]);
    if (encryptedKey.length !== WRAPPED_CEK_BYTES) return undefined;
    try {
      // computeSecret refuses a point that is not on the curve, so that no invalid-curve point meets our key.
      return unwrapUnder(agreementOf(key).computeSecret(point), { apu, apv }, encryptedKey);
    } catch {
      return undefined;
    }
  },
};

const points = new WeakMap<Certificate, Buffer>();
const agreements = new WeakMap<KeyObject, ECDH>();

/** The certificate's public point, uncompressed (SEC 1 section 2.3.3). */
function pointOf(certificate: Certificate): Buffer {
  let point = points.get(certificate);
  if (point === undefined) {
    // It ends the one spelling in which trust takes a key of P-256.
    point = spkiOf(certificate.publicKey).subarray(-POINT_BYTES);
    points.set(certificate, point);
  }
  return point;
}

/** Importing every ephemeral key as a KeyObject costs as much as half an agreement; a reused ECDH object does not. */
function agreementOf(key: KeyObject): ECDH {
  let agreement = agreements.get(key);
  if (agreement === undefined) {
    const { d = '' } = key.export({ format: 'jwk' });
    const scalar = Buffer.from(d, 'base64url');
    agreement = createECDH('prime256v1');
    agreement.setPrivateKey(scalar);
    scalar.fill(0);
    agreements.set(key, agreement);
  }
  return agreement;
}
