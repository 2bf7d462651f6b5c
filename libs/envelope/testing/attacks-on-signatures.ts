import { createHmac, randomBytes } from 'node:crypto';
import { nested, sealOver, spoilt, type Attack } from './attacks.js';
import { headerOf, malleated, signedAgain } from './crafted.js';

export const ON_SIGNATURES: Attack[] = [
  [
    'the officer’s signature stripped',
    'ENVELOPE_SIGNATURE',
    ({ sealed: { jws }, pack }) => pack({ ...jws, signatures: jws.signatures.slice(1) }),
    { covers: 'signature stripping', rsaToo: true },
  ],
  [
    'the officer’s signature exchanged for another good one',
    'ENVELOPE_SIGNATURE',
    ({ sealed: { jws }, kz, pack }) => pack(signedAgain(jws, 0, headerOf(jws.signatures[0]), kz.head.key)),
  ],
  [
    'the officer’s signature spoilt',
    'ENVELOPE_SIGNATURE',
    ({ sealed: { jws }, pack }) => pack(spoilt(jws, 0, { signature: randomBytes(64).toString('base64url') })),
    { covers: 'bad second signature', rsaToo: true },
  ],
  [
    'the officer’s signature malleated',
    'ENVELOPE_SIGNATURE',
    ({ sealed: { jws }, pack }) =>
      pack(spoilt(jws, 0, { signature: malleated(jws.signatures[0]?.signature ?? '') })),
    { covers: 'malleable ECDSA', only: 'P-256' },
  ],
  [
    'a second officer slipped in',
    'ENVELOPE_SIGNATURE',
    ({ sealed: { jws }, kz, pack, payload, seal }) => {
      const [deputy] = seal(kz, payload(), ['deputy']).jws.signatures;
      return pack({ ...jws, signatures: [deputy, ...jws.signatures] });
    },
  ],
  [
    'the seal spoilt',
    'ENVELOPE_SIGNATURE',
    ({ sealed: { jws }, pack }) => pack(spoilt(jws, 1, { signature: randomBytes(64).toString('base64url') })),
    { rsaToo: true },
  ],
  [
    'a seal in DER',
    'ENVELOPE_SIGNATURE',
    ({ sealed: { jws }, pack }) => pack(spoilt(jws, 1, { signature: randomBytes(71).toString('base64url') })),
    { only: 'P-256' },
  ],
  [
    'an all-zero signature',
    'ENVELOPE_SIGNATURE',
    ({ sealed: { jws }, pack }) =>
      pack(spoilt(jws, 1, { signature: Buffer.alloc(64).toString('base64url') })),
    { only: 'P-256' },
  ],
  [
    'another payload under the signatures',
    'ENVELOPE_SIGNATURE',
    ({ sealed: { jws }, kz, pack, payload, seal }) =>
      pack({ ...jws, payload: seal(kz, payload({ level: 'secret' })).jws.payload }),
    { covers: 'bad second signature', rsaToo: true },
  ],
  [
    'no seal',
    'ENVELOPE_ROLE',
    ({ sealed: { jws }, pack }) => pack({ ...jws, signatures: jws.signatures.slice(0, 1) }),
    { covers: 'dropped second signature', rsaToo: true },
  ],
  [
    'the seal first',
    'ENVELOPE_ROLE',
    ({ sealed: { jws }, pack }) => pack({ ...jws, signatures: [...jws.signatures].reverse() }),
  ],
  ['no signature', 'ENVELOPE_FORMAT', ({ sealed: { jws }, pack }) => pack({ ...jws, signatures: [] })],
  [
    'five signatures',
    'ENVELOPE_FORMAT',
    ({ sealed: { jws }, pack }) => pack({ ...jws, signatures: Array(5).fill(jws.signatures[1]) }),
  ],
  [
    'HS256 with a public key',
    'ENVELOPE_ALGORITHM',
    ({ sealed: { jws }, kz, pack }) => {
      const header = { ...headerOf(jws.signatures[1]), alg: 'HS256' };
      const again = signedAgain(jws, 1, header, kz.seal.key).signatures[1]?.protected ?? '';
      const secret = kz.seal.certificate.publicKey.export({ type: 'spki', format: 'pem' });
      const signature = createHmac('sha256', secret).update(`${again}.${jws.payload}`).digest('base64url');
      return pack(spoilt(jws, 1, { protected: again, signature }));
    },
    { covers: 'HS256 with a public key', rsaToo: true },
  ],
  ['alg none', 'ENVELOPE_ALGORITHM', sealOver({ alg: 'none' })],
  ['another suite than the certificate’s', 'ENVELOPE_ALGORITHM', sealOver({ alg: 'PS256' })],
  [
    'an unlisted certificate',
    'CERTIFICATE_UNKNOWN',
    ({ sealed: { jws }, register, pack }) => {
      const kid = register.certificate.thumbprint;
      return pack(
        signedAgain(jws, 1, { ...headerOf(jws.signatures[1]), kid, 'x5t#S256': kid }, register.key),
      );
    },
  ],
  [
    'a self-asserted key',
    'ENVELOPE_FORMAT',
    sealOver({ jwk: { kty: 'EC' } }),
    { covers: 'self-asserted certificate' },
  ],
  [
    'a self-asserted certificate',
    'ENVELOPE_FORMAT',
    sealOver({ x5c: ['MII'] }),
    { covers: 'self-asserted certificate' },
  ],
  [
    'a certificate by reference',
    'ENVELOPE_FORMAT',
    sealOver({ x5u: 'https://example.org/' }),
    { covers: 'self-asserted certificate' },
  ],
  [
    'keys by reference',
    'ENVELOPE_FORMAT',
    sealOver({ jku: 'https://example.org/' }),
    { covers: 'self-asserted certificate' },
  ],
  ['an unknown crit', 'ENVELOPE_FORMAT', sealOver({ crit: ['b64'], b64: false })],
  [
    'an unprotected header',
    'ENVELOPE_FORMAT',
    ({ sealed: { jws }, pack }) => pack(spoilt(jws, 1, { header: { kid: 'x' } })),
  ],
  [
    'kid and x5t#S256 of two certificates',
    'ENVELOPE_FORMAT',
    ({ sealed: { jws }, by, kz, pack }) =>
      pack(
        signedAgain(
          jws,
          1,
          { ...headerOf(jws.signatures[1]), kid: by.seal.certificate.thumbprint },
          kz.seal.key,
        ),
      ),
  ],
  [
    'a header with a duplicate member',
    'ENVELOPE_FORMAT',
    ({ sealed: { jws }, kz, pack }) => {
      const text = JSON.stringify(headerOf(jws.signatures[1])).replace('"n":', '"n":0,"n":');
      return pack(signedAgain(jws, 1, text, kz.seal.key));
    },
    { covers: 'duplicate JSON keys' },
  ],
  ['a header of 9 KiB', 'ENVELOPE_SIZE', sealOver({ alg: 'E'.repeat(9_000) })],
  [
    'a header nested without end',
    'ENVELOPE_FORMAT',
    ({ sealed: { jws }, kz, pack }) => pack(signedAgain(jws, 1, nested(4_000), kz.seal.key)),
  ],
  [
    'an encryption certificate that signs',
    'ENVELOPE_ROLE',
    ({ sealed: { jws }, kz, pack }) => {
      const kid = kz.encryption.certificate.thumbprint;
      return pack(
        signedAgain(jws, 1, { ...headerOf(jws.signatures[1]), kid, 'x5t#S256': kid }, kz.encryption.key),
      );
    },
  ],
  [
    'a deputy who signs as head',
    'ENVELOPE_ROLE',
    ({ sealed: { jws }, kz, pack }) => {
      const kid = kz.deputy.certificate.thumbprint;
      return pack(
        signedAgain(jws, 0, { ...headerOf(jws.signatures[0]), kid, 'x5t#S256': kid }, kz.deputy.key),
      );
    },
  ],
  [
    'a seal in the place of an officer',
    'ENVELOPE_ROLE',
    ({ sealed: { jws }, kz, pack }) => {
      const kid = kz.seal.certificate.thumbprint;
      const header = { ...headerOf(jws.signatures[0]), role: 'seal', kid, 'x5t#S256': kid };
      return pack(signedAgain(jws, 0, header, kz.seal.key));
    },
  ],
];
