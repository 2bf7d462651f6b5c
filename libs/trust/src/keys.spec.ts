import { createPublicKey, generateKeyPairSync, webcrypto } from 'node:crypto';
import { make } from '../testing/chains.js';
import { RSA_PAIRS } from '../testing/published-keys.js';
import { generateKey, keyOf, requireKeyOf, signingAlgorithmOf, signingKeyOf } from './keys.js';
import { spkiOf } from './public-keys.js';

const foreign = expect.objectContaining({
  code: 'KEY_FILE',
  details: expect.objectContaining({ remedy: expect.stringMatching(/private key/) as unknown }) as unknown,
});
const [rsa] = RSA_PAIRS;

describe('a certificate’s key', () => {
  it('is the private one, and no other', async () => {
    const { certificate, pair } = await make({ name: 'Root', extensions: [] });
    const other = await generateKey('P-256');
    const demand = (key: typeof pair.privateKey) => () => {
      requireKeyOf(certificate, key);
    };
    expect(demand(pair.privateKey)).not.toThrow();
    for (const key of [pair.publicKey, other.privateKey, rsa.privateKey])
      expect(demand(key)).toThrow(foreign);
  });

  it('of an issuer is given as text or opened', async () => {
    const { certificate, pair } = await make({ name: 'Root', extensions: [] });
    const { privateKey, privateKeyPem } = pair;
    expect(keyOf({ certificate, privateKey })).toBe(privateKey);
    expect(keyOf({ certificate, privateKeyPem }).equals(privateKey)).toBe(true);
    const other = await generateKey('P-256');
    expect(() => keyOf({ certificate, privateKey: other.privateKey })).toThrow(foreign);
    expect(() => keyOf({ certificate, privateKeyPem: other.privateKeyPem })).toThrow(foreign);
  });
});

it('a new key is of its suite, in all its forms', async () => {
  const { privateKeyPem, privateKey, publicKey } = await generateKey('P-256');
  expect(privateKeyPem).toMatch(/^-----BEGIN PRIVATE KEY-----\n[^]+\n-----END PRIVATE KEY-----\n$/);
  expect(spkiOf(privateKey)).toEqual(spkiOf(publicKey));
  expect(spkiOf(createPublicKey(privateKeyPem))).toEqual(spkiOf(publicKey));
  expect(publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
});

it.each([
  [generateKeyPairSync('ec', { namedCurve: 'P-256' }), 'ECDSA'],
  [rsa, 'RSASSA-PKCS1-v1_5'],
])('a key for WebCrypto signs over SHA-256 and cannot be taken out again', async (pair, name) => {
  const algorithm = signingAlgorithmOf(pair.privateKey);
  expect(algorithm).toMatchObject({ name, hash: 'SHA-256' });
  const key = await signingKeyOf(pair.privateKey);
  expect(key).toMatchObject({ extractable: false, usages: ['sign'] });
  const data = Buffer.from('data');
  const signature = await webcrypto.subtle.sign(algorithm, key, data);
  const reader = await webcrypto.subtle.importKey('spki', spkiOf(pair.publicKey), algorithm, true, [
    'verify',
  ]);
  expect(await webcrypto.subtle.verify(algorithm, reader, signature, data)).toBe(true);
});
