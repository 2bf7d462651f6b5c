import {
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hash,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import type { Certificate, Role } from '#trust';
import type { AlgorithmSuite } from '../src/index.js';
import { CEK_BYTES, KEY_AGREEMENT, parties, unwrapUnder, wrapUnder } from '../src/key-agreement.js';
import { Refusal } from '../src/rejected.js';

/**
 * A suite that the profile does not have: Ed25519 signs (RFC 8037, RFC 9864), X25519 agrees on keys. It shows what a further one has
 * to bring, and that the format stays.
 */
export const edwards: AlgorithmSuite = {
  id: 'Curve25519',
  signature: 'Ed25519',
  keyManagement: KEY_AGREEMENT,
  suits: ({ asymmetricKeyType }) => asymmetricKeyType === 'ed25519' || asymmetricKeyType === 'x25519',
  sign: (data, key) => sign(null, data, key),
  verify: (data, key, signature) => verify(null, data, key, signature),
  wrap(cek, { publicKey, thumbprint }, from) {
    const ephemeral = generateKeyPairSync('x25519');
    const { crv = '', x = '' } = ephemeral.publicKey.export({ format: 'jwk' });
    const agreed = parties(from, thumbprint);
    const secret = diffieHellman({ privateKey: ephemeral.privateKey, publicKey });
    return {
      header: { alg: KEY_AGREEMENT, kid: thumbprint, epk: { kty: 'OKP', crv, x }, ...agreed },
      encryptedKey: wrapUnder(secret, agreed, cek),
    };
  },
  unwrap(encryptedKey, { epk, apu, apv }, { key }) {
    if (epk === undefined || apu === undefined || apv === undefined || Object.keys(epk).length !== 3)
      throw new Refusal('ENVELOPE_FORMAT', 'the recipient header lacks epk, apu or apv');
    if (encryptedKey.length !== CEK_BYTES + 8) return undefined;
    try {
      const publicKey = createPublicKey({ key: epk, format: 'jwk' });
      return unwrapUnder(diffieHellman({ privateKey: key, publicKey }), { apu, apv }, encryptedKey);
    } catch {
      return undefined;
    }
  },
};

/**
 * A holder whose certificate no issuer here would make and no parser would take: trust, too, has to learn a further suite
 * before anybody can use it.
 */
export function edwardsHolder(role: Role, authority: string): { certificate: Certificate; key: KeyObject } {
  const { publicKey, privateKey } =
    role === 'encryption' ? generateKeyPairSync('x25519') : generateKeyPairSync('ed25519');
  const der = publicKey.export({ type: 'spki', format: 'der' });
  const certificate = {
    der,
    pem: '',
    thumbprint: hash('sha256', der, 'base64url'),
    subject: `CN=${authority} ${role}`,
    issuer: 'CN=nobody',
    serialNumber: '01',
    notBefore: new Date(0),
    notAfter: new Date(0),
    publicKey,
    suite: 'Curve25519' as never,
    roles: [role],
    authority,
  };
  return { certificate, key: privateKey };
}
