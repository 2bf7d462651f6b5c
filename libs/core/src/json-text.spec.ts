import fc from 'fast-check';
import { canonicalJson, isCanonicalJson, scanJson } from './index.js';

const depthOf = (text: string): number => scanJson(text).depth;

const anyName = fc.oneof(
  fc.constantFrom('a', 'b', 'c', '0', '1', '10', '2', '', '\ud83d\ude00', '\ufb33', '__proto__', '"'),
  fc.string(),
);

/** Values whose texts are of every kind: with members in and out of order, like an index, escaped, and long numbers. */
const anyValue = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, true, false, 0, -1, 'x', '€', '', 'a\\b', '"', '\n', '{"a":1}', 'b":1,"a'),
    fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -20, max: 20 }), fc.constantFrom(1e21, 0.5, -1e-7, 1e15)),
    fc.array(tie('any'), { maxLength: 3 }),
    fc
      .uniqueArray(fc.tuple(anyName, tie('any')), { selector: ([name]) => name, maxLength: 5 })
      .map(Object.fromEntries),
  ),
})).any;
/** Spoils a text at one place, most often so that it stays JSON. */
const spoilt = fc.tuple(
  anyValue,
  fc.nat(),
  fc.constantFrom('', ' ', '\n', '0', '.0', 'e0', '-', '\\u0061', '"a":1,', ',', '\ud800', '}', ']'),
);

function valueOf(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** What the scan says must hold; how often it said so. */
function judge(text: string, said: Record<'compact' | 'canonical', number>): void {
  const parsed = valueOf(text);
  if (parsed === undefined) return;
  const { compact, canonical } = scanJson(text);
  if (compact) expect(JSON.stringify(parsed.value)).toBe(text);
  if (canonical) expect(isCanonicalJson(text, parsed.value)).toBe(true);
  said.compact += Number(compact);
  said.canonical += Number(canonical);
}

describe('what the scan says of a text', () => {
  it('is so, whatever the text', () => {
    const said = { compact: 0, canonical: 0 };
    fc.assert(
      fc.property(spoilt, ([value, place, addition]) => {
        for (const text of [JSON.stringify(value), JSON.stringify(value, null, 1)]) {
          judge(text, said);
          const at = place % (text.length + 1);
          judge(text.slice(0, at) + addition + text.slice(at), said);
          judge(text.slice(0, at) + text.slice(at + 1), said);
        }
      }),
      { numRuns: 5_000 },
    );
    expect(Math.min(said.compact, said.canonical)).toBeGreaterThan(1_000);
  });

  it.each([
    ['a duplicate member', '{"a":1,"a":1}'],
    ['a duplicate member, far apart and out of order', '{"b":1,"a":1,"c":{"b":1},"b":2}'],
    ['white space', '{"a": 1}'],
    ['an escape', '"\\u0041"'],
    ['a fraction', '[1.0]'],
    ['an exponent', '[1e2]'],
    ['a negative zero', '[-0]'],
    ['an integer that is not safe', '[9007199254740993]'],
    ['a lone surrogate', '["\ud800"]'],
    ['a member for one reader and a prototype for another', '{"__proto__":1}'],
  ])('is nothing where there is %s', (_, text) => {
    expect(scanJson(text)).toMatchObject({ compact: false, canonical: false });
  });

  it('tells compact from canonical by the order of members', () => {
    expect(scanJson('{"b":1,"a":{"d":1,"c":2}}')).toEqual({ depth: 2, compact: true, canonical: false });
    expect(scanJson('{"a":{"c":2,"d":1},"b":1}')).toEqual({ depth: 2, compact: true, canonical: true });
    // In the order of RFC 8785, but JSON.stringify writes 2 first.
    expect(scanJson('{"10":1,"2":1}')).toEqual({ depth: 1, compact: false, canonical: true });
  });

  it.each(['0', '9', '10', '07'])('leaves it open where a name may be an index, as %s', (name) => {
    expect(scanJson(`{"b":1,"${name}":1}`)).toMatchObject({ compact: false });
  });

  it.each(['', '!', '$id', '-1', '/', ':', 'a1'])('knows that "%s" is no index', (name) => {
    expect(scanJson(`{"b":1,"${name}":1}`)).toMatchObject({ compact: true });
  });

  it.each(['}"a":1', ']"a":1', '{"a":1}}"a":1', ':', ','])(
    'is given even of %s, which is no JSON',
    (text) => {
      expect(scanJson(text).depth).toBe(text.startsWith('{') ? 1 : 0);
    },
  );

  it('is nothing of an object with many members out of order, and takes no longer', () => {
    const names = Array.from({ length: 50_000 }, (_, index) => `n${50_000 - index}`);
    const text = JSON.stringify(Object.fromEntries(names.map((name) => [name, 0])));
    expect(scanJson(text)).toEqual({ depth: 1, compact: false, canonical: false });
  });

  it('is true of what the gateway writes', () => {
    const text = canonicalJson({ body: { ask: 'Прошу', items: [1, 2] }, exp: 1_800_000_000, to: 'KZ' });
    expect(scanJson(text)).toEqual({ depth: 3, compact: true, canonical: true });
  });
});

describe('the depth', () => {
  it('counts nesting outside strings only', () => {
    expect(depthOf('{"a":[[1]],"b":"[[[[\\"[["}')).toBe(3);
    expect(depthOf('1')).toBe(0);
  });

  it.each([
    [1, '["a\\","[["]'],
    [2, '["a\\\\","[["]'],
    [3, '["a\\\\\\","[["]'],
    [4, '["a\\\\\\\\","[["]'],
  ])('sees whether %i backslashes before a quote leave it in its string', (backslashes, text) => {
    expect(depthOf(text)).toBe(backslashes % 2 === 0 ? 1 : 3);
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
        expect(depthOf(characters.join(''))).toBe(naive(characters.join('')));
      }),
      { numRuns: 2_000 },
    );
  });

  it('measures a million brackets without recursing', () => {
    expect(depthOf('['.repeat(1_000_000))).toBe(1_000_000);
  });
});
