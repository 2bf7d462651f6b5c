import { generateKeyPair, webcrypto, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { ValiseError } from '#core';
import type { Certificate } from './certificates.js';
import { isSameKey, privateKeyOf, type Suite } from './public-keys.js';
import { wiping, withheld } from './withheld.js';

export interface KeyPair {
  /** PKCS#8, unencrypted. Not shown by `inspect` or JSON. */
  readonly privateKeyPem: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** A certification authority with its key, as PEM or as an opened key. */
export type Issuer =
  | { readonly certificate: Certificate; readonly privateKeyPem: string }
  | { readonly certificate: Certificate; readonly privateKey: KeyObject };

const RSA_BITS = 3072;
const generate = promisify(generateKeyPair);

export async function generateKey(suite: Suite): Promise<KeyPair> {
  const { privateKey, publicKey } =
    suite === 'P-256'
      ? await generate('ec', { namedCurve: 'P-256' })
      : await generate('rsa', { modulusLength: RSA_BITS });
  return withheld({
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    privateKey,
    publicKey,
  });
}

/**
 * Demands that a private key is the certificate's.
 *
 * @throws ValiseError KEY_FILE where it is not
 */
export function requireKeyOf(certificate: Certificate, key: KeyObject): void {
  if (key.type !== 'private' || !isSameKey(key, certificate.publicKey))
    throw new ValiseError('KEY_FILE', `the key is not that of the certificate ${certificate.subject}`, {
      remedy: 'name the private key that belongs to this certificate',
    });
}

/** @throws ValiseError KEY_FILE where key and certificate of the issuer do not belong together */
export function keyOf(issuer: Issuer): KeyObject {
  const key = 'privateKey' in issuer ? issuer.privateKey : privateKeyOf(issuer.privateKeyPem);
  requireKeyOf(issuer.certificate, key);
  return key;
}

export function signingAlgorithmOf(key: KeyObject): { name: string; hash: string; namedCurve?: string } {
  return key.asymmetricKeyType === 'ec'
    ? { name: 'ECDSA', hash: 'SHA-256', namedCurve: 'P-256' }
    : { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
}

/** For libraries that sign with WebCrypto. */
export function signingKeyOf(key: KeyObject): Promise<webcrypto.CryptoKey> {
  return wiping(key.export({ type: 'pkcs8', format: 'der' }), (pkcs8) =>
    webcrypto.subtle.importKey('pkcs8', pkcs8, signingAlgorithmOf(key), false, ['sign']),
  );
}
