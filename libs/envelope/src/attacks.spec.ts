import { createHmac, randomBytes } from 'node:crypto';
import { canonicalJson, type ErrorCode } from '#core';
import {
  asBytes,
  craftEnvelope,
  headerOf,
  malleated,
  plaintextOf,
  signedAgain,
  type CraftedParts,
} from '../testing/crafted.js';
import {
  envelopeOf,
  makeOffices,
  NOW,
  openerOf,
  samplePayload,
  sealBy,
  type Offices,
  type Sealed,
} from '../testing/offices.js';
import { ENVELOPE_BYTES_MAX, open, proofReference, signStatement, type Jws, type Payload } from './index.js';

interface World extends Offices {
  readonly sealed: Sealed;
  /** An envelope from kz to by with this inside. */
  readonly pack: (jws: unknown, over?: Partial<CraftedParts>) => Buffer;
}

type Attack = [attack: string, code: ErrorCode, make: (world: World) => Buffer];

let world: World;

beforeAll(async () => {
  const offices = await makeOffices();
  world = {
    ...offices,
    sealed: sealBy(offices.kz, samplePayload()),
    pack: (jws, over = {}) => asBytes(crafted(offices, jws, over)),
  };
});

function crafted(
  { kz, by }: Offices,
  jws: unknown,
  over: Partial<CraftedParts> = {},
): ReturnType<typeof craftEnvelope> {
  return craftEnvelope({
    plaintext: plaintextOf(jws),
    from: kz.authority,
    recipient: by.encryption.certificate,
    ...over,
  });
}

function spoilt(jws: Jws, index: number, over: object): Jws {
  return {
    ...jws,
    signatures: jws.signatures.map((entry, at) => (at === index ? { ...entry, ...over } : entry)),
  };
}

function sealOver(members: Record<string, unknown>): Attack[2] {
  return ({ sealed: { jws }, kz, pack }) =>
    pack(signedAgain(jws, 1, { ...headerOf(jws.signatures[1]), ...members }, kz.seal.key));
}

/** Bytes instead of a payload, sealed by an insider's gateway without our checks. */
function payloadText(text: string): Attack[2] {
  return ({ kz, pack }) => pack(sealBy(kz, Buffer.from(text)).jws);
}

function payloadOver(over: Partial<Payload>): Attack[2] {
  return ({ kz, pack }) => pack(sealBy(kz, samplePayload(over)).jws);
}

function envelopeOver(change: (envelope: ReturnType<typeof craftEnvelope>) => unknown): Attack[2] {
  return (w) => asBytes(change(crafted(w, w.sealed.jws)));
}

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

const ON_SIGNATURES: Attack[] = [
  [
    'the officer’s signature stripped',
    'ENVELOPE_SIGNATURE',
    ({ sealed: { jws }, pack }) => pack({ ...jws, signatures: jws.signatures.slice(1) }),
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
  ],
  [
    'the officer’s signature malleated',
    'ENVELOPE_SIGNATURE',
    ({ sealed: { jws }, pack }) =>
      pack(spoilt(jws, 0, { signature: malleated(jws.signatures[0]?.signature ?? '') })),
  ],
  [
    'a second officer slipped in',
    'ENVELOPE_SIGNATURE',
    ({ sealed: { jws }, kz, pack }) => {
      const [deputy] = sealBy(kz, samplePayload(), ['deputy']).jws.signatures;
      return pack({ ...jws, signatures: [deputy, ...jws.signatures] });
    },
  ],
  [
    'the seal spoilt',
    'ENVELOPE_SIGNATURE',
    ({ sealed: { jws }, pack }) => pack(spoilt(jws, 1, { signature: randomBytes(64).toString('base64url') })),
  ],
  [
    'a seal in DER',
    'ENVELOPE_SIGNATURE',
    ({ sealed: { jws }, pack }) => pack(spoilt(jws, 1, { signature: randomBytes(71).toString('base64url') })),
  ],
  [
    'an all-zero signature',
    'ENVELOPE_SIGNATURE',
    ({ sealed: { jws }, pack }) =>
      pack(spoilt(jws, 1, { signature: Buffer.alloc(64).toString('base64url') })),
  ],
  [
    'another payload under the signatures',
    'ENVELOPE_SIGNATURE',
    ({ sealed: { jws }, kz, pack }) =>
      pack({ ...jws, payload: sealBy(kz, samplePayload({ level: 'secret' })).jws.payload }),
  ],
  [
    'no seal',
    'ENVELOPE_ROLE',
    ({ sealed: { jws }, pack }) => pack({ ...jws, signatures: jws.signatures.slice(0, 1) }),
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
  ['a self-asserted key', 'ENVELOPE_FORMAT', sealOver({ jwk: { kty: 'EC' } })],
  ['a self-asserted certificate', 'ENVELOPE_FORMAT', sealOver({ x5c: ['MII'] })],
  ['a certificate by reference', 'ENVELOPE_FORMAT', sealOver({ x5u: 'https://example.org/' })],
  ['keys by reference', 'ENVELOPE_FORMAT', sealOver({ jku: 'https://example.org/' })],
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
      const text = JSON.stringify(headerOf(jws.signatures[1])).replace('"n":7', '"n":8,"n":7');
      return pack(signedAgain(jws, 1, text, kz.seal.key));
    },
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

const ON_BINDING: Attack[] = [
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

function receiptJws(kz: Offices['kz']): Jws {
  return signStatement({
    typ: 'valise-receipt+jws',
    content: {
      id: samplePayload().id,
      D: 'A'.repeat(43),
      by: 'kz-knb',
      to: 'by-mvd',
      ep: 1,
      n: 1,
      stage: 'stored',
      at: '2026-06-01T00:00:00Z',
      checkpoint: null,
    },
    signers: [{ ...kz.seal, role: 'seal' }],
    iat: NOW,
  });
}

const ON_PAYLOAD: Attack[] = [
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

const ON_ENCRYPTION: Attack[] = [
  [
    'a recipient added',
    'ENVELOPE_FORMAT',
    envelopeOver((e) => ({ ...e, recipients: [...e.recipients, ...e.recipients] })),
  ],
  [
    'a thousand recipients',
    'ENVELOPE_FORMAT',
    envelopeOver((e) => ({ ...e, recipients: Array(1000).fill(e.recipients[0]) })),
  ],
  ['no recipient', 'ENVELOPE_FORMAT', envelopeOver((e) => ({ ...e, recipients: [] }))],
  [
    'members twice',
    'ENVELOPE_FORMAT',
    envelopeOver((e) => JSON.stringify(e).replace('"iv":', '"iv":"AAAA","iv":')),
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
  ],
  [
    'an ephemeral key off the curve',
    'ENVELOPE_DECRYPT',
    ({ sealed: { jws }, pack }) =>
      pack(jws, { headerOver: { epk: { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) } } }),
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
  ['a short tag', 'ENVELOPE_FORMAT', envelopeOver((e) => ({ ...e, tag: e.tag.slice(0, 16) }))],
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
  ['padding', 'ENVELOPE_FORMAT', envelopeOver((e) => ({ ...e, tag: `${e.tag}==` }))],
  [
    'stray bits',
    'ENVELOPE_FORMAT',
    envelopeOver((e) => ({ ...e, tag: `${e.tag.slice(0, -1)}${e.tag.endsWith('B') ? 'C' : 'B'}` })),
  ],
  [
    'base64 for base64url',
    'ENVELOPE_FORMAT',
    envelopeOver((e) => ({ ...e, ciphertext: `+/${e.ciphertext.slice(2)}` })),
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

describe.each([
  ['signatures', ON_SIGNATURES],
  ['binding', ON_BINDING],
  ['the payload', ON_PAYLOAD],
  ['encryption', ON_ENCRYPTION],
])('attacks on %s', (_, attacks) => {
  it.each(attacks)('%s: %s', (_attack, code, make) => {
    expect(open(make(world), openerOf(world.by, world))).toMatchObject({ ok: false, code });
  });
});

describe('what an attack leaves untouched', () => {
  it('opens the message that the attacks were made from', () => {
    const { sealed, pack } = world;
    expect(open(pack(sealed.jws), openerOf(world.by, world))).toMatchObject({ ok: true, D: sealed.D });
  });

  it('keeps the identity D under a malleated seal, so that it counts as the same message', () => {
    const { sealed, pack } = world;
    const jws = spoilt(sealed.jws, 1, { signature: malleated(sealed.jws.signatures[1]?.signature ?? '') });
    expect(jws).not.toEqual(sealed.jws);
    expect(open(pack(jws), openerOf(world.by, world))).toMatchObject({ ok: true, D: sealed.D });
  });

  it('commits to its key: one ciphertext cannot serve two', () => {
    // Both keys are wrapped honestly; the header commits to the first only.
    const { sealed, pack } = world;
    const [first, second] = [randomBytes(32), randomBytes(32)];
    const honest = JSON.parse(pack(sealed.jws, { cek: first }).toString()) as Record<string, unknown>;
    const other = JSON.parse(pack(sealed.jws, { cek: second }).toString()) as Record<string, unknown>;
    const equivocal = asBytes({ ...honest, recipients: other['recipients'] });
    expect(open(equivocal, openerOf(world.by, world))).toMatchObject({ code: 'ENVELOPE_COMMITMENT' });
  });
});

describe('a rejection', () => {
  const sender = { from: 'kz-knb', to: 'by-mvd', id: samplePayload().id, ep: 1, n: 7 };

  it.each([
    ['an unknown version', payloadText(canonicalJson({ ...samplePayload(), v: 2 }))],
    ['an unknown member', payloadText(canonicalJson({ ...samplePayload(), cc: 'am-nss' }))],
    ['an expired message', payloadOver({ exp: NOW - 1 })],
  ])('names the authenticated sender of %s, so that it can be answered and counted', (_, make) => {
    expect(open(make(world), openerOf(world.by, world))).toMatchObject({ ok: false, sender });
  });

  it.each([...ON_SIGNATURES, ...ON_BINDING, ...ON_ENCRYPTION])(
    'names nobody after: %s',
    (_attack, _code, make) => {
      expect(open(make(world), openerOf(world.by, world))).not.toHaveProperty('sender');
    },
  );

  it('passes on what the register says of a certificate', () => {
    const resolve = () => ({ ok: false as const, code: 'CERTIFICATE_REVOKED' as const, detail: 'revoked' });
    const options = { ...openerOf(world.by, world), resolve };
    expect(open(world.pack(world.sealed.jws), options)).toMatchObject({ code: 'CERTIFICATE_REVOKED' });
  });

  it('does not verify with another certificate than the one named', () => {
    const { certificate } = world.am.seal;
    const resolve = () => ({ ok: true as const, certificate, authority: 'kz-knb' });
    const options = { ...openerOf(world.by, world), resolve };
    expect(open(world.pack(world.sealed.jws), options)).toMatchObject({ code: 'CERTIFICATE_UNKNOWN' });
  });

  it('does not accept a certificate listed under another authority than it names', () => {
    const resolve: Offices['resolve'] = (thumbprint) => {
      const answer = world.resolve(thumbprint);
      return answer.ok ? { ...answer, authority: 'am-nss' } : answer;
    };
    const options = { ...openerOf(world.by, world), resolve };
    expect(open(world.pack(world.sealed.jws), options)).toMatchObject({ code: 'ENVELOPE_BINDING' });
  });
});
