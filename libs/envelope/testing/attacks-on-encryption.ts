import { randomBytes } from 'node:crypto';
import { asBytes, plaintextOf } from './crafted.js';
import { envelopeOver, nested, type Attack } from './attacks.js';
import { envelopeOf } from './offices.js';
import { ENVELOPE_BYTES_MAX } from '../src/index.js';

export const ON_ENCRYPTION: Attack[] = [
  [
    'a recipient added',
    'ENVELOPE_FORMAT',
    envelopeOver((e) => ({ ...e, recipients: [...e.recipients, ...e.recipients] })),
    { covers: 'added recipient', rsaToo: true },
  ],
  [
    'a thousand recipients',
    'ENVELOPE_FORMAT',
    envelopeOver((e) => ({ ...e, recipients: Array(1000).fill(e.recipients[0]) })),
    { covers: 'thousand recipients' },
  ],
  ['no recipient', 'ENVELOPE_FORMAT', envelopeOver((e) => ({ ...e, recipients: [] }))],
  [
    'members twice',
    'ENVELOPE_FORMAT',
    envelopeOver((e) => JSON.stringify(e).replace('"iv":', '"iv":"AAAA","iv":')),
    { covers: 'duplicate JSON keys' },
  ],
  ['an unprotected header', 'ENVELOPE_FORMAT', envelopeOver((e) => ({ ...e, unprotected: { zip: 'DEF' } }))],
  ['additional authenticated data', 'ENVELOPE_FORMAT', envelopeOver((e) => ({ ...e, aad: 'AAAA' }))],
  ['for another key', 'ENVELOPE_NOT_FOR_ME', ({ kz, am, sealed }) => envelopeOf(sealed, kz, am)],
  [
    'compressed',
    'ENVELOPE_FORMAT',
    ({ sealed: { jws }, pack }) => pack(jws, { protectedOver: { zip: 'DEF' } }),
  ],
  [
    'of another type',
    'ENVELOPE_FORMAT',
    ({ sealed: { jws }, pack }) => pack(jws, { protectedOver: { typ: 'JWE' } }),
  ],
  [
    'another cipher',
    'ENVELOPE_ALGORITHM',
    ({ sealed: { jws }, pack }) => pack(jws, { protectedOver: { enc: 'A128GCM' } }),
  ],
  [
    'direct key agreement',
    'ENVELOPE_ALGORITHM',
    ({ sealed: { jws }, pack }) => pack(jws, { headerOver: { alg: 'ECDH-ES' } }),
  ],
  [
    'another suite than the certificate’s',
    'ENVELOPE_ALGORITHM',
    ({ sealed: { jws }, pack }) => pack(jws, { headerOver: { alg: 'RSA-OAEP-256' } }),
  ],
  [
    'an unknown recipient member',
    'ENVELOPE_FORMAT',
    ({ sealed: { jws }, pack }) => pack(jws, { headerOver: { p2c: 1e9 } }),
  ],
  [
    'no commitment',
    'ENVELOPE_FORMAT',
    ({ sealed: { jws }, pack }) => pack(jws, { protectedOver: { ckc: undefined } }),
  ],
  [
    'a commitment to another key',
    'ENVELOPE_COMMITMENT',
    ({ sealed: { jws }, pack }) => pack(jws, { protectedOver: { ckc: 'A'.repeat(43) } }),
    { covers: 'two-key equivocation', rsaToo: true },
  ],
  [
    'another key than it commits to, wrapped as honestly',
    'ENVELOPE_COMMITMENT',
    ({ sealed: { jws }, pack }) => {
      const [first, second] = [randomBytes(32), randomBytes(32)];
      const honest = JSON.parse(pack(jws, { cek: first }).toString()) as object;
      const other = JSON.parse(pack(jws, { cek: second }).toString()) as { recipients: unknown };
      return asBytes({ ...honest, recipients: other.recipients });
    },
    { covers: 'two-key equivocation' },
  ],
  [
    'an ephemeral key off the curve',
    'ENVELOPE_DECRYPT',
    ({ sealed: { jws }, pack }) =>
      pack(jws, { headerOver: { epk: { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) } } }),
    { covers: 'invalid-curve epk', only: 'P-256' },
  ],
  [
    'an ephemeral key on another curve',
    'ENVELOPE_ALGORITHM',
    ({ sealed: { jws }, pack }) =>
      pack(jws, {
        headerOver: { epk: { kty: 'EC', crv: 'secp256k1', x: 'A'.repeat(43), y: 'A'.repeat(43) } },
      }),
  ],
  [
    'no ephemeral key',
    'ENVELOPE_FORMAT',
    ({ sealed: { jws }, pack }) => pack(jws, { headerOver: { epk: undefined } }),
  ],
  [
    'a private member in the ephemeral key',
    'ENVELOPE_FORMAT',
    ({ sealed: { jws }, pack }) =>
      pack(jws, {
        headerOver: { epk: { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43), d: 'AA' } },
      }),
  ],
  [
    'a short tag',
    'ENVELOPE_FORMAT',
    envelopeOver((e) => ({ ...e, tag: e.tag.slice(0, 16) })),
    { covers: 'short GCM tag', rsaToo: true },
  ],
  ['a short initialisation vector', 'ENVELOPE_FORMAT', envelopeOver((e) => ({ ...e, iv: e.iv.slice(0, 8) }))],
  [
    'a spoilt wrapped key',
    'ENVELOPE_DECRYPT',
    envelopeOver((e) => ({
      ...e,
      recipients: [{ ...e.recipients[0], encrypted_key: randomBytes(40).toString('base64url') }],
    })),
  ],
  [
    'a wrapped key of another length',
    'ENVELOPE_DECRYPT',
    envelopeOver((e) => ({
      ...e,
      recipients: [{ ...e.recipients[0], encrypted_key: '' }],
    })),
  ],
  [
    'a spoilt ciphertext',
    'ENVELOPE_DECRYPT',
    envelopeOver((e) => ({
      ...e,
      ciphertext: randomBytes(e.ciphertext.length).toString('base64url'),
    })),
  ],
  [
    'padding',
    'ENVELOPE_FORMAT',
    envelopeOver((e) => ({ ...e, tag: `${e.tag}==` })),
    { covers: 'non-canonical base64' },
  ],
  [
    'stray bits',
    'ENVELOPE_FORMAT',
    envelopeOver((e) => ({ ...e, tag: `${e.tag.slice(0, -1)}${e.tag.endsWith('B') ? 'C' : 'B'}` })),
    { covers: 'non-canonical base64' },
  ],
  [
    'base64 for base64url',
    'ENVELOPE_FORMAT',
    envelopeOver((e) => ({ ...e, ciphertext: `+/${e.ciphertext.slice(2)}` })),
    { covers: 'non-canonical base64' },
  ],
  ['too large', 'ENVELOPE_SIZE', () => Buffer.alloc(ENVELOPE_BYTES_MAX + 1, 0x20)],
  ['nested without end', 'ENVELOPE_FORMAT', () => asBytes(nested(500_000))],
  ['not JSON', 'ENVELOPE_FORMAT', () => asBytes('valise')],
  ['null', 'ENVELOPE_FORMAT', () => asBytes('null')],
  ['empty', 'ENVELOPE_FORMAT', () => Buffer.alloc(0)],
  ['content that is no object', 'ENVELOPE_FORMAT', ({ pack }) => pack(null, { plaintext: '[]' })],
  ['content nested without end', 'ENVELOPE_FORMAT', ({ pack }) => pack(null, { plaintext: nested(10_000) })],
  [
    'content with members twice',
    'ENVELOPE_FORMAT',
    ({ sealed: { jws }, pack }) =>
      pack(null, { plaintext: plaintextOf(jws).replace('"proofs":[]', '"proofs":[],"proofs":[]') }),
  ],
];
