import { canonicalBytes, canonicalJson } from '#core';
import { crafted, payloadText, spoilt, worldOf, type World } from '../testing/attacks.js';
import { asBytes, headerOf, plaintextOf, signedAgain } from '../testing/crafted.js';
import { sampleReceipt } from '../testing/statements.js';
import {
  makeOffices,
  NOW,
  openerOf,
  samplePayload,
  type MadeOffices,
  type Office,
} from '../testing/offices.js';
import { encrypt, ENVELOPE_BYTES_MAX, open, signAsOfficer, signStatement } from './index.js';
import { cosignature } from './seal.js';

let world: World & MadeOffices;
beforeAll(async () => {
  world = worldOf(await makeOffices(), { now: NOW, payload: samplePayload });
});

const opened = (bytes: Buffer) => open(bytes, openerOf(world.by, world));

describe('a refusal tells what is malformed', () => {
  const packed = (change: (plaintext: string) => string) => (w: World) =>
    w.pack(null, { plaintext: change(plaintextOf(w.sealed.jws)) });
  const enveloped = (over: object) => (w: World) =>
    asBytes({ ...(JSON.parse(w.pack(w.sealed.jws).toString()) as object), ...over });
  const signed = (index: number, over: object) => (w: World) => w.pack(spoilt(w.sealed.jws, index, over));
  const recipient = (over: Record<string, unknown>) => (w: World) =>
    w.pack(w.sealed.jws, { headerOver: over });

  const keyed = (encrypted_key: string) => (w: World) => {
    const envelope = crafted(w, w.sealed.jws);
    return asBytes({ ...envelope, recipients: [{ ...envelope.recipients[0], encrypted_key }] });
  };

  it.each<[string, (w: World) => Buffer]>([
    ['envelope is not JSON', () => asBytes('{"iv":')],
    ['envelope is not compact JSON', (w) => asBytes(` ${w.pack(w.sealed.jws).toString()}`)],
    ['envelope: unknown members', enveloped({ aad: '' })],
    ['envelope.tag: ', enveloped({ tag: 1 })],
    ['envelope header: unknown members', (w) => w.pack(w.sealed.jws, { protectedOver: { zip: 'DEF' } })],
    ['protected header is not canonical base64url', enveloped({ protected: 'A' })],
    ['protected header is not JSON', enveloped({ protected: 'AAAA' })],
    ['apu is not canonical base64url', recipient({ apu: 'A' })],
    ['epk.x has 3 bytes, not 32', recipient({ epk: { kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA' } })],
    [
      'epk.y has 3 bytes, not 32',
      recipient({ epk: { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'AAAA' } }),
    ],
    ['epk.x', recipient({ epk: { kty: 'EC', crv: 'P-256', y: 'AAAA', z: 'AAAA' } })],
    ['encrypted_key is not canonical base64url', keyed('A')],
    ['iv has 3 bytes, not 12', enveloped({ iv: 'AAAA' })],
    ['tag has 3 bytes, not 16', enveloped({ tag: 'AAAA' })],
    ['ciphertext is not canonical base64url', enveloped({ ciphertext: 'A' })],
    ['content is not JSON', packed((text) => text.slice(1))],
    ['content is not compact JSON', packed((text) => `${text} `)],
    ['content: unknown members', packed((text) => text.replace('{', '{"a":1,'))],
    ['content.proofs: not an array', packed((text) => text.replace('"proofs":[]', '"proofs":{}'))],
    ['content is not compact JSON', packed((text) => `[${text}, ${text}]`)],
    ['content[1]: unknown members', packed((text) => `[${text},${text.replace('{', '{"a":1,')}]`)],
    ['signature is not canonical base64url', signed(0, { signature: 'A' })],
    ['signature is not canonical base64url', signed(1, { signature: 'A' })],
    ['payload is not canonical base64url', (w) => sealedOver(w, 'A')],
    ['payload is not UTF-8', (w) => w.pack(w.seal(w.kz, Buffer.from([0xff]), []).jws)],
    ['payload is not JSON', payloadText(() => '{')],
    ['payload is not in its canonical form', payloadText(() => '{ }')],
    ['payload nests deeper than 32', payloadText(() => '['.repeat(33) + ']'.repeat(33))],
    [
      'payload.level: none of ',
      (w) => w.pack(w.seal(w.kz, canonicalBytes({ ...w.payload(), level: 1 })).jws),
    ],
  ])('%s…', (detail, make) => {
    expect(opened(make(world))).toMatchObject({
      ok: false,
      code: 'ENVELOPE_FORMAT',
      detail: expect.stringContaining(detail) as unknown,
    });
  });

  /** A seal over a text in the place of the payload. */
  function sealedOver({ kz, pack, sealed }: World, payload: string): Buffer {
    const [, seal] = sealed.jws.signatures;
    const jws = { payload, signatures: [{ protected: '', signature: '' }] };
    return pack(signedAgain(jws, 0, { ...headerOf(seal), cos: [] }, kz.seal.key));
  }

  it('by the bytes where they are too many, before it reads them', () => {
    const filled = (bytes: number) => opened(Buffer.alloc(bytes, 0x20));
    expect(filled(ENVELOPE_BYTES_MAX)).toMatchObject({ code: 'ENVELOPE_FORMAT' });
    expect(filled(ENVELOPE_BYTES_MAX + 1)).toMatchObject({ code: 'ENVELOPE_SIZE' });
  });
});

describe('the first and the last signature', () => {
  it.each(['null', '5', '"valise-msg+jws"', '[]', '{}', '{"typ":5}', '{"typ":null}'])(
    'are refused where a header is %s',
    (header) => {
      const { sealed, kz, pack } = world;
      for (const index of [0, 1])
        expect(opened(pack(signedAgain(sealed.jws, index, header, kz.head.key)))).toMatchObject({
          code: 'ENVELOPE_FORMAT',
        });
    },
  );

  it('are of one type: what is no message has no seal to miss', () => {
    const { sealed, kz, pack } = world;
    const last = (over: object) =>
      opened(
        pack(signedAgain(sealed.jws, 1, { ...headerOf(sealed.jws.signatures[1]), ...over }, kz.seal.key)),
      );
    expect(last({ typ: 'valise-receipt+jws', role: 'head' })).toMatchObject({ code: 'ENVELOPE_FORMAT' });
    expect(last({ role: 'head' })).toMatchObject({ code: 'ENVELOPE_ROLE' });
  });
});

describe('a seal', () => {
  it('stands for the authority that the message names, with officers beside it or without', () => {
    const { am, kz, pack, seal } = world;
    const sealedBy = (office: Office) => opened(pack(seal(office, samplePayload(), []).jws));
    expect(sealedBy(kz)).toMatchObject({ ok: true });
    expect(sealedBy(am)).toMatchObject({ ok: false, code: 'ENVELOPE_BINDING' });
  });
});

describe('what names no sender', () => {
  const { id } = samplePayload();
  it.each<[string, unknown]>([
    ['null', null],
    ['a number', 5],
    ['a list', []],
    ['nothing', {}],
    ['another sender', { from: 'am-nss', to: 'by-mvd', id }],
    ['another recipient', { from: 'kz-knb', to: 'am-nss', id }],
    ['no id', { from: 'kz-knb', to: 'by-mvd' }],
    ['a number for an id', { from: 'kz-knb', to: 'by-mvd', id: 5 }],
    ['a list for an id', { from: 'kz-knb', to: 'by-mvd', id: [id] }],
    ['another kind of id', { from: 'kz-knb', to: 'by-mvd', id: 'case-1' }],
  ])('is refused unanswered: a payload with %s', (_, payload) => {
    const answer = opened(payloadText(() => canonicalJson(payload))(world));
    expect(answer).toMatchObject({ ok: false, code: 'ENVELOPE_VERSION' });
    expect(answer).not.toHaveProperty('sender');
  });

  it('is refused answered as soon as it names one', () => {
    const named = canonicalJson({ from: 'kz-knb', to: 'by-mvd', id });
    expect(opened(payloadText(() => named)(world))).toEqual({
      ok: false,
      code: 'ENVELOPE_VERSION',
      detail: expect.any(String) as unknown,
      sender: { from: 'kz-knb', to: 'by-mvd', id, D: expect.any(String) as unknown, ep: 1, n: 7, prev: null },
    });
  });
});

describe('the times of a message', () => {
  it('are those of every signature: an officer’s counts like the seal’s', () => {
    const { kz, pack } = world;
    const signedAt = (iat: number, exp = NOW + 900) => {
      const payload = canonicalBytes(samplePayload({ exp }));
      const officer = signAsOfficer({ payload, ...kz.head, role: 'head', iat });
      const sealed = world.seal(kz, samplePayload({ exp }), ['head']);
      const header = headerOf(sealed.jws.signatures[1]);
      const jws = { ...sealed.jws, signatures: [officer, ...sealed.jws.signatures.slice(1)] };
      return opened(pack(signedAgain(jws, 1, { ...header, cos: [cosignature(officer)] }, kz.seal.key)));
    };
    expect(signedAt(NOW + 300)).toMatchObject({ ok: true });
    expect(signedAt(NOW + 301)).toMatchObject({ code: 'ENVELOPE_EXPIRED' });
    expect(signedAt(NOW + 60, NOW + 60)).toMatchObject({ ok: true });
    expect(signedAt(NOW + 61, NOW + 60)).toMatchObject({ code: 'ENVELOPE_EXPIRED' });
  });

  it('are the signature’s in a statement', () => {
    const statedAt = (iat: number) => {
      const signers = [{ ...world.kz.seal, role: 'seal' as const }];
      const jws = signStatement({ typ: 'valise-receipt+jws', content: sampleReceipt, signers, iat });
      return opened(encrypt({ jws, from: 'kz-knb', recipient: world.by.encryption.certificate }));
    };
    expect(statedAt(NOW + 300)).toMatchObject({ ok: true });
    expect(statedAt(NOW + 301)).toMatchObject({ ok: false, code: 'ENVELOPE_EXPIRED' });
  });
});
