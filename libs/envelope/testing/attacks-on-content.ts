import { canonicalJson } from '#core';
import { nested, payloadOver, payloadText, receiptJws, sealOver, type Attack } from './attacks.js';
import { plaintextOf } from './crafted.js';
import { signStatement } from '../src/index.js';

export const ON_BINDING: Attack[] = [
  [
    'forwarded by its recipient to a third',
    'ENVELOPE_BINDING',
    ({ kz, am, pack, payload, seal }) => pack(seal(kz, payload({ to: am.authority })).jws),
    { covers: 'surreptitious forwarding' },
  ],
  [
    'wrapped again under another name',
    'ENVELOPE_BINDING',
    ({ sealed: { jws }, am, pack }) => pack(jws, { from: am.authority }),
    { covers: 'surreptitious forwarding' },
  ],
  [
    'sealed by an authority that is not the sender',
    'ENVELOPE_BINDING',
    ({ am, pack, payload, seal }) => pack(seal(am, payload()).jws),
  ],
  [
    'an officer of another authority',
    'ENVELOPE_BINDING',
    ({ kz, am, pack, payload, seal }) => pack(seal({ ...kz, head: am.head }, payload()).jws),
  ],
  [
    'apv of another key',
    'ENVELOPE_BINDING',
    ({ sealed: { jws }, pack }) => pack(jws, { headerOver: { apv: 'AAAA' } }),
  ],
  [
    'a receipt as a message',
    'ENVELOPE_FORMAT',
    (w) => {
      const { pack, sealed } = w;
      const receipt = receiptJws(w);
      return pack({ ...receipt, signatures: [...receipt.signatures, sealed.jws.signatures[1]] });
    },
    { covers: 'token-type confusion' },
  ],
  [
    'a book statement in an envelope',
    'ENVELOPE_FORMAT',
    ({ register, pack, now }) =>
      pack(
        signStatement({
          typ: 'valise-book-statement+jws',
          content: { book: 'list:KZ', version: 1, hash: 'A'.repeat(43), at: '2026-06-01T00:00:00Z' },
          signers: [{ ...register, role: 'register' }],
          iat: now,
        }),
      ),
    { covers: 'token-type confusion' },
  ],
  ['an unknown type', 'ENVELOPE_FORMAT', sealOver({ typ: 'JWT' })],
];

export const ON_PAYLOAD: Attack[] = [
  [
    'version 2',
    'ENVELOPE_VERSION',
    payloadText((payload) => canonicalJson({ ...payload(), v: 2 })),
    { authenticated: true },
  ],
  [
    'duplicate members',
    'ENVELOPE_FORMAT',
    payloadText((payload) =>
      canonicalJson(payload()).replace('"level":"open"', '"level":"secret","level":"open"'),
    ),
    { covers: 'duplicate JSON keys' },
  ],
  ['members in another order', 'ENVELOPE_FORMAT', payloadText((payload) => JSON.stringify(payload()))],
  ['white space', 'ENVELOPE_FORMAT', payloadText((payload) => `${canonicalJson(payload())} `)],
  [
    'another spelling of a character',
    'ENVELOPE_FORMAT',
    payloadText((payload) => canonicalJson(payload()).replace('"act"', '"\\u0061ct"')),
  ],
  [
    'a number beyond the safe ones',
    'ENVELOPE_FORMAT',
    payloadText((payload) => canonicalJson(payload()).replace('"body":{', '"body":{"big":9007199254740993,')),
  ],
  [
    'a prototype',
    'ENVELOPE_FORMAT',
    payloadText((payload) =>
      canonicalJson(payload()).replace('"body":{', '"body":{"__proto__":{"level":"open"},'),
    ),
  ],
  [
    'invalid UTF-8',
    'ENVELOPE_FORMAT',
    ({ kz, pack, payload, seal }) => {
      const bytes = Buffer.from(canonicalJson(payload()));
      bytes[bytes.indexOf('"act"') + 1] = 0xff;
      return pack(seal(kz, bytes).jws);
    },
  ],
  ['a deep nest', 'ENVELOPE_FORMAT', payloadText(() => nested(1_000))],
  [
    'an unknown member',
    'ENVELOPE_FORMAT',
    payloadText((payload) => canonicalJson({ ...payload(), cc: 'am-nss' })),
    { authenticated: true },
  ],
  [
    'a path for a name',
    'ENVELOPE_FORMAT',
    payloadText((payload) =>
      canonicalJson(
        payload({
          attachments: [
            { id: 'a1', name: '../x', mediaType: 'text/plain', bytes: 1, sha256: 'A'.repeat(43) },
          ],
        }),
      ),
    ),
    { authenticated: true },
  ],
  [
    'an attachment without its key',
    'ENVELOPE_ATTACHMENT',
    payloadOver(() => ({
      attachments: [
        { id: 'a1', name: 'x.pdf', mediaType: 'application/pdf', bytes: 1, sha256: 'A'.repeat(43) },
      ],
    })),
    { authenticated: true },
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
    { authenticated: true },
  ],
  [
    'arrival after its expiry',
    'REPLAY',
    ({ kz, pack, payload, seal, now }) => pack(seal(kz, payload({ exp: now - 1 }), ['head'], now - 60).jws),
    { authenticated: true, covers: 'replay' },
  ],
  [
    'signed after its expiry',
    'ENVELOPE_EXPIRED',
    payloadOver(({ now }) => ({ exp: now - 1 })),
    { authenticated: true },
  ],
  [
    'dated ahead',
    'ENVELOPE_EXPIRED',
    ({ kz, pack, payload, seal, now }) => pack(seal(kz, payload(), [], now + 3_600).jws),
    { authenticated: true },
  ],
];
