import { constants, privateDecrypt, publicEncrypt, sign, verify } from 'node:crypto';
import type { AlgorithmSuite } from './algorithm-suite.js';
import { CEK_BYTES } from './key-agreement.js';
import { isOf } from './key-suite.js';
import { Refusal } from './rejected.js';

/** RFC 7518 section 3.5: the salt is as long as the hash. */
const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
const OAEP = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };

/** PS256 with RSA-OAEP-256, for authorities whose certificates are RSA. */
export const rsa: AlgorithmSuite = {
  id: 'RSA',
  signature: 'PS256',
  keyManagement: 'RSA-OAEP-256',
  suits: (key) => isOf('RSA', key),
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
