import { canonicalJson } from '#core';
import fc from 'fast-check';
import { z } from 'zod';
import { anyBody } from '../testing/bodies.js';
import { Refusal } from './rejected.js';
import {
  check,
  decode,
  decodeExactly,
  encode,
  frameBytes,
  parseCanonical,
  parseCompact,
  parseFrame,
  require,
  sha256,
} from './text.js';

const BULK = ['jws', 'payload'];
const base64url = fc.stringMatching(/^[A-Za-z0-9_-]{0,200}$/);
/** Frames have no other letters. */
const asciiJson = fc.jsonValue({ stringUnit: 'binary-ascii' });
const name = fc.constantFrom('a', 'payload', 'jws', 'proofs', '');
/** A frame of any shape, often with a bulk at its place. */
const frame = fc
  .tuple(
    fc.dictionary(name, fc.jsonValue({ maxDepth: 3 })),
    fc.dictionary(name, fc.jsonValue({ maxDepth: 2 })),
    base64url,
  )
  .chain(([outer, inner, payload]) =>
    fc.constantFrom<object>(
      { ...outer, jws: { ...inner, payload } },
      { jws: { payload, ...inner }, ...outer },
      outer,
    ),
  );

function outcomeOf(read: () => unknown): { ok: boolean; value?: unknown } {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false };
    throw error;
  }
}

/** Schemas refuse those: an empty one could stand for the bulk. */
function hasEmptyPayload(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([key, member]) => (key === 'payload' && member === '') || hasEmptyPayload(member),
  );
}

describe('the text of a frame', () => {
  it('is that of JSON.stringify where nothing in the bulk is to be escaped', () => {
    const rest = fc.record({ signatures: fc.array(base64url), proofs: fc.array(asciiJson) });
    fc.assert(
      fc.property(rest, base64url, ({ signatures, proofs }, payload) => {
        const written = (bulk: string) => ({ jws: { payload: bulk, signatures }, proofs });
        const bytes = frameBytes(written(''), BULK, payload);
        expect(bytes.toString()).toBe(JSON.stringify(written(payload)));
      }),
    );
  });

  it('is read as other compact JSON, or refused', () => {
    const accepted = new Map<boolean, number>();
    fc.assert(
      fc.property(frame, fc.constantFrom(0, 1), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const read = outcomeOf(() => parseFrame(text, 'frame', BULK));
        const plain = outcomeOf(() => parseCompact(text, 'frame'));
        accepted.set(read.ok, (accepted.get(read.ok) ?? 0) + 1);
        if (!hasEmptyPayload(JSON.parse(text))) expect(read).toEqual(plain);
        else expect(read.ok).toBe(plain.ok);
      }),
      { numRuns: 2_000 },
    );
    expect(Math.min(...[true, false].map((ok) => accepted.get(ok) ?? 0))).toBeGreaterThan(100);
  });

  it.each([
    ['white space', '{"jws":{"payload":"AAAA"} }'],
    ['a duplicate bulk', '{"jws":{"payload":"AAAA","payload":"AAAA"}}'],
    ['a duplicate member', '{"jws":{"payload":"AAAA"},"jws":{"payload":"AAAA"}}'],
    ['an escape in the bulk', '{"jws":{"payload":"\\u0041AAA"}}'],
    ['a bulk without an end', '{"jws":{"payload":"AAAA'],
    ['a bulk without an end or a beginning', '{"jws":{"payload":"'],
    ['an empty text before the bulk', '{"proofs":[{"payload":""}],"jws":{"payload":"AAAA" }}'],
  ])('with %s is refused', (_, text) => {
    expect(() => parseFrame(text, 'frame', BULK)).toThrow(Refusal);
  });

  it.each([
    [
      ['ciphertext'],
      '{"iv":"AAAA","ciphertext":"A\nA","tag":""}',
      { iv: 'AAAA', ciphertext: 'A\nA', tag: '' },
    ],
    [BULK, '{"jws":{"a":"","payload":"A\nA"},"b":1}', { jws: { a: '', payload: 'A\nA' }, b: 1 }],
  ])('takes its bulk at %j as it stands, to be decoded later', (path, text, value) => {
    expect(parseFrame(text, 'frame', path)).toEqual(value);
    expect(() => decode('A\nA', 'bulk')).toThrow(Refusal);
  });

  it('holds its bulk at the end, in the middle, or not at all', () => {
    for (const text of [
      '{"jws":{"payload":"AAAA"}}',
      '{"jws":{"payload":"AAAA","a":1},"b":""}',
      '{"payload":"AAAA"}',
      '{}',
      '[]',
      '1',
      'null',
      '{"jws":null,"b":{"payload":"AAAA"}}',
      '{"jws":"AAAA","b":{"payload":"AAAA"}}',
      '{"jws":{"payload":{"payload":"AAAA"}}}',
    ])
      expect(parseFrame(text, 'frame', BULK)).toEqual(JSON.parse(text));
  });
});

it('canonical text is read as UTF-8, whatever its letters', () => {
  fc.assert(
    fc.property(anyBody, (value) => {
      expect(parseCanonical(Buffer.from(canonicalJson(value)), 'payload')).toEqual(value);
    }),
  );
});

it('nests thirty-two deep, and not deeper', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  const tooDeep = expect.objectContaining({
    code: 'ENVELOPE_FORMAT',
    detail: expect.stringMatching('32$') as unknown,
  });
  expect(parseCompact(nested(32), 'frame')).toEqual(JSON.parse(nested(32)));
  expect(parseCanonical(Buffer.from(nested(32)), 'payload')).toEqual(JSON.parse(nested(32)));
  expect(() => parseCompact(nested(33), 'frame')).toThrow(tooDeep);
  expect(() => parseCanonical(Buffer.from(nested(33)), 'payload')).toThrow(tooDeep);
});

it.each(['{', '[1,]', '"', 'nil', '', '\u00e9'])('%j is no JSON', (text) => {
  const malformed = expect.objectContaining({ code: 'ENVELOPE_FORMAT' });
  expect(() => parseCompact(text, 'frame')).toThrow(malformed);
  expect(() => parseFrame(text, 'frame', BULK)).toThrow(malformed);
  expect(() => parseCanonical(Buffer.from(text), 'payload')).toThrow(malformed);
});

describe('base64url', () => {
  it('is that of the bytes, or of a text in UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const text = value.toWellFormed();
        expect(encode(text)).toBe(encode(Buffer.from(text)));
        expect(decode(encode(text), 'text').toString()).toBe(text);
      }),
    );
    expect(encode(Buffer.from([0xfb, 0xff]))).toBe('-_8');
    expect(sha256('')).toBe('47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU');
  });

  it.each(['A', 'AB', 'A=', 'AA==', '+/==', 'A A', 'Ł'])('is not %j', (text) => {
    expect(() => decode(text, 'text')).toThrow(
      expect.objectContaining({ code: 'ENVELOPE_FORMAT', detail: 'text is not canonical base64url' }),
    );
  });

  it('has the length that it must have', () => {
    expect(decodeExactly('AAAA', 3, 'text')).toHaveLength(3);
    for (const length of [2, 4])
      expect(() => decodeExactly('AAAA', length, 'text')).toThrow(
        expect.objectContaining({ code: 'ENVELOPE_FORMAT', detail: `text has 3 bytes, not ${length}` }),
      );
  });
});

describe('a value of a schema', () => {
  const schema = z.strictObject({ list: z.array(z.strictObject({ n: z.int() })) });

  it('is refused where a stranger wrote it, and is misuse where we did, with the path of its first fault', () => {
    expect(check(schema, { list: [{ n: 1 }] }, 'it')).toEqual({ list: [{ n: 1 }] });
    expect(require(schema, { list: [] }, 'it')).toEqual({ list: [] });
    const wrong = { list: [{ n: 1 }, { n: 'secret' }] };
    expect(() => check(schema, wrong, 'it')).toThrow(
      expect.objectContaining({
        code: 'ENVELOPE_FORMAT',
        detail: expect.stringMatching(/^it\.list\[1\]\.n: (?!.*secret)/) as unknown,
      }),
    );
    expect(() => require(schema, wrong, 'it')).toThrow(
      expect.objectContaining({
        code: 'INPUT_INVALID',
        message: expect.stringMatching(/^it\.list\[1\]\.n: /) as unknown,
        details: { path: '.list[1].n' },
      }),
    );
  });
});
