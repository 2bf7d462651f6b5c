import fc from 'fast-check';
import { canonicalJson, jsonDepth } from './index.js';

describe('canonicalJson', () => {
  it('orders keys by UTF-16 code unit, as RFC 8785 section 3.2.3 wants', () => {
    expect(
      canonicalJson({ '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, ö: 7 }),
    ).toBe('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"\ud83d\ude00":5,"\ufb33":3}');
  });

  it('refuses what readers could read differently, naming the place', () => {
    expect(() => canonicalJson({ a: [1, 2 ** 53] })).toThrow('$.a[1]');
    expect(() => canonicalJson({ a: 1.5 })).toThrow('$.a');
    expect(() => canonicalJson({ a: -0 })).toThrow('$.a');
    expect(() => canonicalJson({ a: '\ud800' })).toThrow('lone surrogate');
    expect(() => canonicalJson({ a: undefined })).toThrow('undefined');
    expect(() => canonicalJson({ a: new Date(0) })).toThrow('$.a');
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
        fc.dictionary(fc.string(), tie('any'), { maxKeys: 4 }),
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

describe('jsonDepth', () => {
  it('counts nesting outside strings only', () => {
    expect(jsonDepth('{"a":[[1]],"b":"[[[[\\"[["}')).toBe(3);
    expect(jsonDepth('1')).toBe(0);
  });

  it('is what a reader that goes character by character finds, in any text', () => {
    const naive = (text: string): number => {
      let [depth, deepest, inString] = [0, 0, false];
      for (let i = 0; i < text.length; i++) {
        const c = text[i];
        if (inString && c === '\\') i++;
        else if (c === '"') inString = !inString;
        else if (inString) continue;
        else if (c === '{' || c === '[') deepest = Math.max(deepest, ++depth);
        else if (c === '}' || c === ']') depth--;
      }
      return deepest;
    };
    const text = fc.array(fc.constantFrom('"', '\\', '[', ']', '{', '}', 'a'), { maxLength: 40 });
    fc.assert(
      fc.property(text, (characters) => {
        expect(jsonDepth(characters.join(''))).toBe(naive(characters.join('')));
      }),
      { numRuns: 2_000 },
    );
  });

  it('measures a million brackets without recursing', () => {
    expect(jsonDepth('['.repeat(1_000_000))).toBe(1_000_000);
  });
});
