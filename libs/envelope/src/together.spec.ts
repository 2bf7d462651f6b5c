import { plaintextOf } from '../testing/crafted.js';
import { worldOf, type World } from '../testing/attacks.js';
import { makeOffices, NOW, openerOf, type Offices, samplePayload, sealBy } from '../testing/offices.js';
import {
  encrypt,
  encryptTogether,
  MESSAGES_MAX,
  open,
  openAll,
  openEnclosed,
  PAYLOAD_BYTES_MAX,
  SHARED_BYTES_MAX,
  signStatement,
  unwrap,
  type Jws,
  type StatementContents,
  type StatementType,
  type Content,
  type Opened,
  type Rejected,
} from './index.js';

let offices: Offices;
let world: World;
beforeAll(async () => {
  offices = await makeOffices();
  world = worldOf(offices, { now: NOW, payload: samplePayload });
});

function content(index: number, text = ''): Content {
  const id = `01890a5d-ac96-774b-bcce-b302099a${(0x8057 + index).toString(16)}`;
  const { jws } = sealBy(offices.kz, samplePayload({ id, body: { text } }), [], NOW, {
    ep: 1,
    n: index + 1,
    prev: null,
  });
  return { jws, proofs: [], attachmentKeys: [] };
}

const contents = (count: number): Content[] => Array.from({ length: count }, (_, index) => content(index));

function together(messages: readonly Content[]): Buffer {
  const recipient = offices.by.encryption.certificate;
  return encryptTogether(messages, { from: 'kz-knb', recipient });
}

function stated<T extends StatementType>(typ: T, content: StatementContents[T]): Jws {
  return signStatement({ typ, content, signers: [{ ...offices.kz.seal, role: 'seal' }], iat: NOW });
}

const numberOf = (one: Opened | Rejected) => (one.ok && one.kind === 'message' ? one.seal.n : one);

describe('messages in one envelope', () => {
  it.each([1, 2, 3, MESSAGES_MAX])('are opened each by itself, in their order (%d)', (count) => {
    const opened = openAll(together(contents(count)), openerOf(offices.by, offices));
    expect(opened.map(numberOf)).toEqual(Array.from({ length: count }, (_, index) => index + 1));
  });

  it('may each have a payload of half a mebibyte, alone', () => {
    const size = (text: string) => Buffer.from(content(0, text).jws.payload, 'base64url').length;
    const text = 'x'.repeat(PAYLOAD_BYTES_MAX - size(''));
    expect(size(text)).toBe(524_288);
    expect(openAll(together([content(0, text)]), openerOf(offices.by, offices))).toMatchObject([
      { ok: true },
    ]);
  });

  it('are not taken for one', () => {
    expect(open(together(contents(2)), openerOf(offices.by, offices))).toMatchObject({
      ok: false,
      code: 'ENVELOPE_FORMAT',
    });
    expect(open(together(contents(1)), openerOf(offices.by, offices))).toMatchObject({ ok: true });
  });

  it('take no other along when one is refused', () => {
    const [first, second, third] = contents(3);
    if (!first || !second || !third) throw new Error('three were made');
    const spoilt = { ...second, jws: { ...second.jws, payload: first.jws.payload } };
    const opened = openAll(together([first, spoilt, third]), openerOf(offices.by, offices));
    expect(opened.map(numberOf)).toEqual([1, expect.objectContaining({ code: 'ENVELOPE_SIGNATURE' }), 3]);
  });

  it('can be kept and opened later, without the key of the envelope', () => {
    const enclosed = unwrap(together(contents(2)), openerOf(offices.by, offices));
    const kept = JSON.parse(JSON.stringify(enclosed)) as Exclude<typeof enclosed, Rejected>;
    const { resolve } = offices;
    expect(kept.map((one) => numberOf(openEnclosed(one, { resolve, now: NOW })))).toEqual([1, 2]);
    const forAnother = { ...kept[0], to: 'am-nss' } as (typeof kept)[number];
    expect(openEnclosed(forAnother, { resolve, now: NOW })).toMatchObject({ code: 'ENVELOPE_BINDING' });
  });

  it('are at most 16', () => {
    expect(() => together(contents(MESSAGES_MAX + 1))).toThrow('17 messages');
    expect(() => together([])).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });

  it('are opened where they nearly fill it', () => {
    const empty = JSON.stringify([content(0), content(1)]).length;
    // Base64url of three letters is four.
    const room = Math.floor((SHARED_BYTES_MAX - empty) / 4) * 3;
    const fits = [content(0), content(1, 'x'.repeat(room - 6))];
    expect(openAll(together(fits), openerOf(offices.by, offices)).map(numberOf)).toEqual([1, 2]);
  });

  it('have at most 256 KiB together, whatever is in them', () => {
    const filled = (payload: string): Content => ({
      jws: { payload, signatures: [{ protected: 'A', signature: 'A' }] },
      ...{ proofs: [], attachmentKeys: [] },
    });
    const rest = JSON.stringify([filled('A'), filled('')]).length;
    const oneOf = (bytes: number) => [filled('A'), filled('A'.repeat(bytes - rest))];
    const full = oneOf(SHARED_BYTES_MAX);
    expect(unwrap(together(full), openerOf(offices.by, offices))).toMatchObject(
      full.map((each) => ({ content: each, shared: true })),
    );
    const tooLarge = oneOf(SHARED_BYTES_MAX + 1);
    expect(() => together(tooLarge)).toThrow(
      expect.objectContaining({
        code: 'ENVELOPE_SIZE',
        details: { remedy: expect.stringMatching(/16 messages.*262144 bytes/) as unknown },
      }),
    );
    const plaintext = JSON.stringify(tooLarge);
    expect(openAll(world.pack(null, { plaintext }), openerOf(offices.by, offices))).toMatchObject([
      { code: 'ENVELOPE_SIZE' },
    ]);
  });

  it.each([0, 1, 17])('%d in an array are no envelope’s content', (count) => {
    const plaintext = JSON.stringify(contents(count));
    expect(openAll(world.pack(null, { plaintext }), openerOf(offices.by, offices))).toMatchObject([
      { code: 'ENVELOPE_FORMAT' },
    ]);
  });
});

describe('entries beside a checkpoint', () => {
  const at = '2026-06-01T00:00:00Z';
  const root = 'A'.repeat(43);
  const checkpoint = {
    ...{
      from: 'kz-knb',
      to: 'by-mvd',
      ep: 1,
      start: 1,
      startRoot: root,
      size: 1,
      root,
      seen: null,
      internal: null,
      at,
    },
  };

  it('come with it as they were put there', () => {
    const jws = stated('valise-checkpoint+jws', checkpoint);
    const entries = [{ salt: 'A'.repeat(22), content: { any: 'thing' } }, { erased: root }];
    const bytes = encrypt({ jws, entries, from: 'kz-knb', recipient: offices.by.encryption.certificate });
    expect(open(bytes, openerOf(offices.by, offices))).toMatchObject({ ok: true, entries });
  });

  it.each<[string, object | undefined]>([
    ['none', undefined],
    ['more than 512', Array.from({ length: 513 }, () => ({ erased: root }))],
    ['an object', {}],
  ])('cannot be %s', (_, entries) => {
    const jws = stated('valise-checkpoint+jws', checkpoint);
    const plaintext = plaintextOf(jws, { entries });
    expect(open(world.pack(null, { plaintext }), openerOf(offices.by, offices))).toMatchObject({
      code: 'ENVELOPE_FORMAT',
    });
  });

  it.each([
    ['not JSON', (plaintext: string) => plaintext.slice(0, -1), /^content is not JSON$/],
    [
      'no list',
      (plaintext: string) => plaintext.replace('"entries":[]', '"entries":{}'),
      /^content\.entries: /,
    ],
  ])('are refused with the place where they are %s', (_, spoil, detail) => {
    const jws = stated('valise-checkpoint+jws', checkpoint);
    const plaintext = spoil(plaintextOf(jws, { entries: [] }));
    const opened = open(world.pack(null, { plaintext }), openerOf(offices.by, offices));
    expect(opened).toMatchObject({
      code: 'ENVELOPE_FORMAT',
      detail: expect.stringMatching(detail) as unknown,
    });
  });

  it.each([
    [278_528, { ok: true }],
    [278_529, { code: 'ENVELOPE_SIZE' }],
  ])('cannot have more bytes than a telling: %d', (length, outcome) => {
    const jws = stated('valise-checkpoint+jws', checkpoint);
    const withText = (any: string) => plaintextOf(jws, { entries: [{ any }] });
    const plaintext = withText('x'.repeat(length - withText('').length));
    expect(open(world.pack(null, { plaintext }), openerOf(offices.by, offices))).toMatchObject(outcome);
  });

  it('in one of several messages spoil that one alone', () => {
    const several = [{ ...content(0), entries: [] }, content(1)];
    const opened = openAll(
      world.pack(null, { plaintext: JSON.stringify(several) }),
      openerOf(offices.by, offices),
    );
    expect(opened).toMatchObject([{ code: 'ENVELOPE_FORMAT' }, { ok: true }]);
  });

  it('lend the checkpoint no payload, whatever stands in them', () => {
    const jws = stated('valise-checkpoint+jws', checkpoint);
    const { payload } = jws;
    const plaintext = `{"entries":[{"payload":"${payload}"}],"jws":${JSON.stringify({ ...jws, payload: '' })},"proofs":[],"attachmentKeys":[]}`;
    expect(open(world.pack(null, { plaintext }), openerOf(offices.by, offices))).toMatchObject({ ok: false });
    const whole = plaintext.replace('"payload":""', `"payload":"${payload}"`);
    expect(open(world.pack(null, { plaintext: whole }), openerOf(offices.by, offices))).toMatchObject({
      ok: true,
      entries: [{ payload }],
    });
  });

  it('stand beside nothing else', () => {
    const ask = stated('valise-log-ask+jws', { from: 'kz-knb', to: 'by-mvd', ep: 1, have: 0, at });
    for (const jws of [ask, world.sealed.jws])
      expect(
        open(
          world.pack(null, { plaintext: plaintextOf(jws, { entries: [] }) }),
          openerOf(offices.by, offices),
        ),
      ).toMatchObject({ code: 'ENVELOPE_FORMAT' });
  });
});
