import { canonicalJson } from '#core';
import { nested, payloadOver, payloadText, receiptJws, sealOver, type Attack } from './attacks.js';
import { plaintextOf } from './crafted.js';
import { NOW, samplePayload, sealBy } from './offices.js';
import { proofReference, signStatement } from '../src/index.js';

export const ON_BINDING: Attack[] = [
  [
    'forwarded by its recipient to a third',
    'ENVELOPE_BINDING',
    ({ kz, am, pack }) => pack(sealBy(kz, samplePayload({ to: am.authority })).jws),
  ],
  [
    'wrapped again under another name',
    'ENVELOPE_BINDING',
    ({ sealed: { jws }, am, pack }) => pack(jws, { from: am.authority }),
  ],
  [
    'sealed by an authority that is not the sender',
    'ENVELOPE_BINDING',
    ({ am, pack }) => pack(sealBy(am, samplePayload()).jws),
  ],
  [
    'an officer of another authority',
    'ENVELOPE_BINDING',
    ({ kz, am, pack }) => pack(sealBy({ ...kz, head: am.head }, samplePayload()).jws),
  ],
  [
    'apv of another key',
    'ENVELOPE_BINDING',
    ({ sealed: { jws }, pack }) => pack(jws, { headerOver: { apv: 'AAAA' } }),
  ],
  [
    'a receipt as a message',
    'ENVELOPE_FORMAT',
    ({ sealed: { jws }, kz, pack }) => {
      const receipt = receiptJws(kz);
      return pack({ ...receipt, signatures: [...receipt.signatures, jws.signatures[1]] });
    },
  ],
  [
    'a book statement in an envelope',
    'ENVELOPE_FORMAT',
    ({ register, pack }) =>
      pack(
        signStatement({
          typ: 'valise-book-statement+jws',
          content: { book: 'list:KZ', version: 1, hash: 'A'.repeat(43), at: '2026-06-01T00:00:00Z' },
          signers: [{ ...register, role: 'register' }],
          iat: NOW,
        }),
      ),
  ],
  ['an unknown type', 'ENVELOPE_FORMAT', sealOver({ typ: 'JWT' })],
];

export const ON_PAYLOAD: Attack[] = [
  ['version 2', 'ENVELOPE_VERSION', payloadText(canonicalJson({ ...samplePayload(), v: 2 }))],
  [
    'duplicate members',
    'ENVELOPE_FORMAT',
    payloadText(canonicalJson(samplePayload()).replace('"level":"open"', '"level":"secret","level":"open"')),
  ],
  ['members in another order', 'ENVELOPE_FORMAT', payloadText(JSON.stringify(samplePayload()))],
  ['white space', 'ENVELOPE_FORMAT', payloadText(`${canonicalJson(samplePayload())} `)],
  [
    'another spelling of a character',
    'ENVELOPE_FORMAT',
    payloadText(canonicalJson(samplePayload()).replace('request', '\\u0072equest')),
  ],
  [
    'a number beyond the safe ones',
    'ENVELOPE_FORMAT',
    payloadText(canonicalJson(samplePayload()).replace('"contents"', '"big":9007199254740993,"contents"')),
  ],
  [
    'a prototype',
    'ENVELOPE_FORMAT',
    payloadText(canonicalJson(samplePayload()).replace('"body":{', '"body":{"__proto__":{"level":"open"},')),
  ],
  [
    'invalid UTF-8',
    'ENVELOPE_FORMAT',
    ({ kz, pack }) => {
      const bytes = Buffer.from(canonicalJson(samplePayload()));
      bytes[bytes.indexOf('request')] = 0xff;
      return pack(sealBy(kz, bytes).jws);
    },
  ],
  ['a deep nest', 'ENVELOPE_FORMAT', payloadText(nested(100_000))],
  ['an unknown member', 'ENVELOPE_FORMAT', payloadText(canonicalJson({ ...samplePayload(), cc: 'am-nss' }))],
  [
    'a path for a name',
    'ENVELOPE_FORMAT',
    payloadText(
      canonicalJson(
        samplePayload({
          attachments: [
            { id: 'a1', name: '../x', mediaType: 'text/plain', bytes: 1, sha256: 'A'.repeat(43) },
          ],
        }),
      ),
    ),
  ],
  [
    'an attachment without its key',
    'ENVELOPE_ATTACHMENT',
    payloadOver({
      attachments: [
        { id: 'a1', name: 'x.pdf', mediaType: 'application/pdf', bytes: 1, sha256: 'A'.repeat(43) },
      ],
    }),
  ],
  [
    'a key without its attachment',
    'ENVELOPE_ATTACHMENT',
    ({ sealed: { jws }, pack }) =>
      pack(jws, {
        plaintext: plaintextOf(jws, {
          attachmentKeys: [
            { id: 'a1', key: 'A'.repeat(43), chunkBytes: 65536, bytes: 1, sha256: 'A'.repeat(43) },
          ],
        }),
      }),
  ],
  [
    'a proof that is not there',
    'ENVELOPE_PROOF',
    payloadOver({
      proofs: [{ typ: 'valise-consent+jws', id: 'c1', sha256: 'A'.repeat(43) }],
    }),
  ],
  [
    'a proof that was not named',
    'ENVELOPE_PROOF',
    ({ sealed: { jws }, kz, pack }) =>
      pack(jws, { plaintext: plaintextOf(jws, { proofs: [receiptJws(kz)] }) }),
  ],
  [
    'a proof of another type than named',
    'ENVELOPE_PROOF',
    ({ kz, pack }) => {
      const proof = receiptJws(kz);
      const proofs = [proofReference('valise-consent+jws', samplePayload().id, proof)];
      const { jws } = sealBy(kz, samplePayload({ proofs }));
      return pack(jws, { plaintext: plaintextOf(jws, { proofs: [proof] }) });
    },
  ],
  [
    'arrival after its expiry',
    'REPLAY',
    ({ kz, pack }) => pack(sealBy(kz, samplePayload({ exp: NOW - 1 }), ['head'], NOW - 60).jws),
  ],
  ['signed after its expiry', 'ENVELOPE_EXPIRED', payloadOver({ exp: NOW - 1 })],
  ['dated ahead', 'ENVELOPE_EXPIRED', ({ kz, pack }) => pack(sealBy(kz, samplePayload(), [], NOW + 301).jws)],
];
