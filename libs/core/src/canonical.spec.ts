import fc from 'fast-check';
import { canonicalBytes, canonicalJson, isCanonicalJson } from './index.js';

const anyName = fc.string().filter((name) => name !== '__proto__');

describe('canonicalJson', () => {
  it('orders keys by UTF-16 code unit, as RFC 8785 section 3.2.3 requires', () => {
    expect(
      canonicalJson({ '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, ö: 7 }),
    ).toBe('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"\ud83d\ude00":5,"\ufb33":3}');
  });

  it('refuses what readers could read differently, naming the place', () => {
    expect(() => canonicalJson({ a: [1, 2 ** 53] })).toThrow('$.a[1]');
    expect(() => canonicalJson({ a: 1.5 })).toThrow('$.a');
    expect(() => canonicalJson({ a: -0 })).toThrow('$.a');
    expect(() => canonicalJson({ a: '\ud800' })).toThrow('lone surrogate');
    expect(() => canonicalJson({ a: JSON.parse('{"__proto__":1}') as unknown })).toThrow(
      '$.a: a member named',
    );
  });

  it.each([undefined, 1n, Symbol('s'), () => 1, new Date(0), new Map()])(
    'refuses %p, which is no JSON, with its path',
    (value) => {
      expect(() => canonicalJson({ a: [value] })).toThrow(
        expect.objectContaining({ code: 'INPUT_INVALID', details: { path: '$.a[0]' } }),
      );
    },
  );

  it('is the same in bytes, which are UTF-8', () => {
    const text = canonicalJson({ ask: 'Прошу', sum: '5 €', mood: '\ud83d\ude00' });
    expect(canonicalBytes(JSON.parse(text)).toString('utf8')).toBe(text);
  });

  it('is a fixed point: parsing and writing again gives the same text', () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.constant(null),
        fc.boolean(),
        fc.maxSafeInteger().map((n) => n || 0),
        fc.string({ unit: 'grapheme' }),
        fc.array(tie('any'), { maxLength: 4 }),
        fc.dictionary(anyName, tie('any'), { maxKeys: 4 }),
      ),
    })).any;
    fc.assert(
      fc.property(value, (v) => {
        const text = canonicalJson(v);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });
});

describe('isCanonicalJson', () => {
  const judged = (text: string): boolean => isCanonicalJson(text, JSON.parse(text));

  it.each([
    '{"10":1,"2":1}',
    '{"a":[{"b":null,"c":true}],"é":"\\n/"}',
    '"\u20ac"',
    '[]',
    '{"\\u007f":1}'.replace('\\u007f', '\u007f'),
    '-5',
    '{"a":"__proto__","b":["__proto__",{"c":"\\"__proto__\\":"}]}',
  ])('%s is', (text) => {
    expect(judged(text)).toBe(true);
  });

  it.each([
    '{"2":1,"10":1}',
    '{"b":1,"a":1}',
    '{"a":{"d":1,"c":1}}',
    '{"a":1,"a":1}',
    '{"a": 1}',
    '{"a":1}\n',
    '"\\u0041"',
    '"\\/"',
    '1.0',
    '1e2',
    '-0',
    '9007199254740993',
    '1.5',
    '"\\ud800"',
    '{"\\ud800":1}',
    '{"__proto__":1}',
    '{"a":[{"__proto__":{}}]}',
  ])('%s is not', (text) => {
    expect(judged(text)).toBe(false);
  });

  it('gives no answer about a value that cannot be read', () => {
    const value = {
      get a(): never {
        throw new RangeError('gone');
      },
    };
    expect(() => isCanonicalJson('{}', value)).toThrow('gone');
  });

  it('says of any text what writing its value canonically says', () => {
    const key = fc.oneof(fc.constantFrom('a', 'b', '1', '10', '2', '\ud83d\ude00', '\ufb33'), anyName);
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom(null, true, 0, -1, 'x', '€'),
        fc.array(tie('any'), { maxLength: 3 }),
        fc
          .uniqueArray(fc.tuple(key, tie('any')), { selector: ([name]) => name, maxLength: 4 })
          .map(Object.fromEntries),
      ),
    })).any;
    fc.assert(
      fc.property(value, (any) => {
        for (const text of [JSON.stringify(any), canonicalJson(any), JSON.stringify(any, null, 1)])
          expect(judged(text)).toBe(canonicalJson(JSON.parse(text)) === text);
      }),
    );
  });
});
