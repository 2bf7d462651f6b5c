import { constants, sign, type KeyObject } from 'node:crypto';
import { publicHalfOf, suiteOf, type Suite } from './public-keys.js';

/**
 * A private key that signs, wherever it is kept: in memory, or in a hardware module that never gives it out.
 */
export interface Signer {
  readonly suite: Suite;
  readonly publicKey: KeyObject;
  /**
   * The signature of JOSE's algorithm of the suite (RFC 7518 sections 3.4 and 3.5): `ES256` as r ‖ s, 64 bytes, or
   * `PS256` with a salt of 32 bytes.
   */
  sign(data: Buffer): Buffer;
}

/** RFC 7518 section 3.5: the salt is as long as the hash. */
export const PSS_SALT_BYTES = 32;

/** @throws ValiseError CERTIFICATE_FORMAT for keys outside the suites */
export function softwareSigner(key: KeyObject): Signer {
  const suite = suiteOf(key);
  const options =
    suite === 'P-256'
      ? { key, dsaEncoding: 'ieee-p1363' as const }
      : { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: PSS_SALT_BYTES };
  return { suite, publicKey: publicHalfOf(key), sign: (data) => sign('sha256', data, options) };
}
