import { canonicalJson, toBase64url } from '#core';
import fc from 'fast-check';
import { naiveLeaf } from '../testing/naive.js';
import { digest, dOf, idOf, leafOf, received, saltOf } from '../testing/samples.js';
import {
  entryOf,
  internalLeaf,
  pairLeaf,
  readContent,
  readEntry,
  type InternalContent,
  type PairContent,
} from './index.js';

const at = '2026-06-01T00:00:00Z';
const [D, id] = [dOf(1), idOf(1)];
const root = digest('root').toString('base64url');
const salt = saltOf('one');
const invalid = (text: string) =>
  expect.objectContaining({ code: 'INPUT_INVALID', message: expect.stringContaining(text) as unknown });

const CONTENTS: readonly [string, PairContent][] = [
  ['a message with its number', { kind: 'sent', D, id, ep: 1, n: 7, at }],
  ['a message stored', { kind: 'received', D, id, ep: 1, n: 7, stage: 'stored', at }],
  ['a message accepted', { kind: 'received', D, id, ep: 1, n: 7, stage: 'accepted', at }],
  ['a message rejected', { kind: 'received', D, id, ep: 1, n: 7, stage: 'rejected', code: 'REPLAY', at }],
  [
    'a message rejected by an article',
    {
      ...received(7),
      stage: 'rejected',
      code: 'ENVELOPE_POLICY',
      rule: 'cis-it-crime-2018#6.1',
    } as PairContent,
  ],
  ['a void', { kind: 'voided', D, id, ep: 1, n: 7, at }],
  ['a void of a message that is forgotten', { kind: 'voided', D, ep: 1, n: 7, at }],
  ['a new epoch', { kind: 'epoch', ep: 2, last: { ep: 1, size: 9, root }, at }],
  ['a new epoch of who remembers nothing', { kind: 'epoch', ep: 2, last: null, at }],
  ['an erasure', { kind: 'erased', ep: 1, index: 3, at }],
];

const WRONG: readonly [string, object, path: string][] = [
  ['a rejection without its code', received(1, { stage: 'rejected' }), 'code'],
  ['an acceptance with a code', received(1, { code: 'REPLAY' }), 'code'],
  ['an acceptance with a rule', received(1, { rule: 'a#1' }), 'rule'],
  ['a code of other letters', received(1, { stage: 'rejected', code: 'replay' }), 'code'],
  ['a code that begins with a line', received(1, { stage: 'rejected', code: '_A' }), 'code'],
  ['a code that ends in a number', received(1, { stage: 'rejected', code: 'A1' }), 'code'],
  ['a code without end', received(1, { stage: 'rejected', code: 'A'.repeat(65) }), 'code'],
  ['a stage that there is not', received(1, { stage: 'read' }), 'stage'],
  ['another member', received(1, { level: 'secret' }), ''],
  ['a void with its reason', { kind: 'voided', D, ep: 1, n: 7, at, code: 'REPLAY' }, ''],
  ['a message without its identity', { kind: 'sent', id, ep: 1, n: 7, at }, 'D'],
  ['an identity that is no hash', { kind: 'sent', D: 'D', id, ep: 1, n: 7, at }, 'D'],
  ['an id that is none', { kind: 'sent', D, id: 'one', ep: 1, n: 7, at }, 'id'],
  ['a number below 0', { kind: 'sent', D, id, ep: 1, n: -1, at }, 'n'],
  ['a day', { kind: 'sent', D, id, ep: 1, n: 7, at: '2026-06-01' }, 'at'],
  ['an erasure of nothing', { kind: 'erased', ep: 1, at }, 'index'],
  ['an epoch without the old head', { kind: 'epoch', ep: 2, at }, 'last'],
  ['an epoch with half a head', { kind: 'epoch', ep: 2, last: { ep: 1, size: 9 }, at }, 'last.root'],
  ['a sent message with a stage', { kind: 'sent', D, id, ep: 1, n: 7, stage: 'stored', at }, ''],
];

describe('a leaf of a pair’s log', () => {
  it.each(CONTENTS)('says %s', (_, content) => {
    const leaf = pairLeaf(content, salt);
    expect(leaf.text).toBe(canonicalJson(content));
    expect(leaf.hash).toEqual(naiveLeaf(Buffer.concat([salt, Buffer.from(leaf.text)])));
    expect(leaf.salt).toEqual(salt);
    expect(readContent(JSON.parse(leaf.text))).toEqual({ is: 'known', content });
  });

  it.each(WRONG)('does not say %s', (_, content, path) => {
    expect(() => pairLeaf(content as PairContent, salt)).toThrow(invalid(path));
    expect(readContent(content)).toEqual({
      is: 'faulty',
      detail: expect.stringContaining(`${path}: `) as unknown,
    });
  });

  it('has room for the longest that there can be', () => {
    const longest = received(1, {
      ...{ n: Number.MAX_SAFE_INTEGER, ep: 2_147_483_647, at: '2026-06-01T00:00:00.000Z' },
      ...{ stage: 'rejected', code: 'A'.repeat(64), rule: 'r'.repeat(128) },
    });
    expect(pairLeaf(longest, salt).text.length).toBeLessThanOrEqual(512);
  });

  it('has a salt of 16 bytes, which hides the content', () => {
    const content = received(1);
    expect(() => pairLeaf(content, salt.subarray(1))).toThrow(invalid('16'));
    expect(() => pairLeaf(content, Buffer.alloc(17))).toThrow(invalid('16'));
    expect(pairLeaf(content, saltOf('another')).hash).not.toEqual(pairLeaf(content, salt).hash);
  });

  it('has a salt of its own, whatever becomes of the one that was given', () => {
    const given = Buffer.from(salt);
    const leaf = pairLeaf(received(1), given);
    given.fill(0);
    expect(leaf.salt).toEqual(salt);
  });
});

describe('a leaf of the internal log', () => {
  it('says whatever its authority has to record, with a kind and an instant', () => {
    const content = { kind: 'access', at, who: 'Ивановa', what: [1, 'two'] };
    const leaf = internalLeaf(content, salt);
    expect(leaf.text).toBe(canonicalJson(content));
    expect(leaf.hash).toEqual(naiveLeaf(Buffer.concat([salt, Buffer.from(leaf.text)])));
  });

  it.each<[string, object]>([
    ['no kind', { at }],
    ['a kind of other letters', { kind: 'Access', at }],
    ['a kind that begins with a number', { kind: '1a', at }],
    ['a kind that goes on in other letters', { kind: 'a b', at }],
    ['a kind without end', { kind: 'a'.repeat(65), at }],
    ['no instant', { kind: 'access' }],
    ['no canonical form', { kind: 'access', at, share: 0.5 }],
  ])('with %s is refused', (_, content) => {
    expect(() => internalLeaf(content as InternalContent, salt)).toThrow(invalid(''));
  });

  it('has at most 4,096 bytes', () => {
    const frame = canonicalJson({ kind: 'a', at, text: '' }).length;
    const letters = (bytes: number) => ({ kind: 'a', at, text: 'я'.repeat(bytes / 2) });
    const room = 4_096 - frame;
    expect(internalLeaf(letters(room - (room % 2)), salt).hash).toHaveLength(32);
    expect(() => internalLeaf(letters(room - (room % 2) + 2), salt)).toThrow(invalid('4096'));
  });
});

describe('an entry that travels', () => {
  it.each(CONTENTS)('says %s, and has the hash of its leaf', (_, content) => {
    const leaf = pairLeaf(content, salt);
    const entry = entryOf(leaf);
    expect(entry).toEqual({ salt: toBase64url(salt), content });
    expect(readEntry(JSON.parse(JSON.stringify(entry)))).toEqual({ ...leaf, erased: false, content });
  });

  it('is its hash alone where it was erased', () => {
    const { hash } = leafOf(received(1));
    const entry = entryOf({ hash, salt: null, text: null });
    expect(entry).toEqual({ erased: toBase64url(hash) });
    expect(readEntry(entry)).toEqual({ erased: true, hash });
  });

  it('is mirrored whatever its content is, if that is canonical and within bounds', () => {
    for (const content of [null, 1, 'text', [], {}, { kind: 'vote', for: true }, { kind: 'sent' }, [[[1]]]]) {
      const text = canonicalJson(content);
      const hash = naiveLeaf(Buffer.concat([salt, Buffer.from(text)]));
      expect(readEntry({ salt: toBase64url(salt), content })).toMatchObject({ hash, text });
    }
  });

  it('has a content of at most 512 bytes', () => {
    const entry = (letters: number) => readEntry({ salt: toBase64url(salt), content: 'x'.repeat(letters) });
    expect(entry(510)).toMatchObject({ erased: false });
    expect(entry(511)).toMatchObject({ code: 'LEDGER_ENTRY' });
  });

  const saltText = toBase64url(salt);
  it.each<[string, unknown]>([
    ['nothing', null],
    ['nothing at all', undefined],
    ['a text', 'entry'],
    ['a list', []],
    ['no salt', { content: 1 }],
    ['no content', { salt: saltText }],
    ['another member', { salt: saltText, content: 1, index: 1 }],
    ['a hash beside', { salt: saltText, content: 1, erased: toBase64url(digest('x')) }],
    ['a short salt', { salt: saltText.slice(4), content: 1 }],
    ['a salt spelled in another way', { salt: `${saltText}==`, content: 1 }],
    ['a salt that is a number', { salt: 1, content: 1 }],
    ['a broken number', { salt: saltText, content: 0.5 }],
    ['a number that is not exact', { salt: saltText, content: 2 ** 53 }],
    ['half a character', { salt: saltText, content: '\ud800' }],
    ['letters that an envelope has not', { salt: saltText, content: 'я' }],
    ['a short hash', { erased: toBase64url(digest('x').subarray(1)) }],
    ['a hash that is none', { erased: null }],
    ['a hash spelled in another way', { erased: `${toBase64url(digest('x'))}=` }],
  ])('with %s is refused', (_, value) => {
    expect(readEntry(value)).toMatchObject({ ok: false, code: 'LEDGER_ENTRY' });
  });

  it('without an end to its nesting is refused', () => {
    let content: unknown = 1;
    for (let depth = 0; depth < 50_000; depth++) content = [content];
    expect(readEntry({ salt: saltText, content })).toMatchObject({ ok: false, code: 'LEDGER_ENTRY' });
  });

  it('never throws for what JSON can say', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        for (const value of [
          one,
          { salt: one, content: other },
          { salt: saltText, content: one },
          { erased: one },
        ])
          expect(readEntry(value)).toBeDefined();
        expect(readContent(one)).toBeDefined();
        expect(readContent({ kind: one })).toBeDefined();
      }),
    );
  });
});

describe('a content', () => {
  it('is described in at most 200 letters, whatever a stranger calls its members', () => {
    const faulty = readContent({ ...received(1), ['x'.repeat(400)]: 1 });
    expect(faulty).toMatchObject({ is: 'faulty', detail: expect.stringMatching(/^.{200}$/) as unknown });
  });

  it('of a kind that is not known has no effect, and is not faulty', () => {
    expect(readContent({ kind: 'vote' })).toEqual({ is: 'unknown' });
    expect(readContent({ kind: '' })).toEqual({ is: 'unknown' });
  });

  it.each([null, 1, 'sent', [], {}, { kind: 1 }, { kind: null }, { kind: 'sent' }])(
    '%j is faulty',
    (content) => {
      expect(readContent(content)).toMatchObject({ is: 'faulty' });
    },
  );
});
