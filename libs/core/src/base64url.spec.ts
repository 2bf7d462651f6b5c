import fc from 'fast-check';
import { fromBase64url, toBase64url } from './index.js';

/** The definition of strict decoding. */
function plainly(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}

/** As often long as short: by default nearly all would be of a few bytes. */
const anyBytes = fc.uint8Array({ minLength: 1, maxLength: 600, size: 'max' });
const characters = fc.constantFrom(
  'A',
  'Q',
  'w',
  '_',
  '-',
  '+',
  '/',
  '=',
  ' ',
  '\n',
  '.',
  'é',
  '€',
  'Ł',
  '\0',
  '',
);

describe('fromBase64url', () => {
  it('reads back whatever was written, of any length', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(fromBase64url(toBase64url(bytes))?.equals(bytes)).toBe(true);
      }),
    );
  });

  it('takes of altered texts, short and long, only those that encode to themselves', () => {
    let [taken, refused, long] = [0, 0, 0];
    fc.assert(
      fc.property(
        anyBytes,
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(2), characters), {
          maxLength: 3,
        }),
        (bytes, changes) => {
          let text = toBase64url(bytes);
          for (const [where, length, put] of changes) {
            const at = Math.round(where * text.length);
            text = text.slice(0, at) + put + text.slice(at + length);
          }
          if (text.length > 256) long += 1;
          const expected = plainly(text);
          if (expected === undefined) refused += 1;
          else taken += 1;
          expect(fromBase64url(text)?.toString('hex')).toBe(expected?.toString('hex'));
        },
      ),
      { numRuns: 5_000 },
    );
    expect(Math.min(taken, refused, long)).toBeGreaterThan(200);
  });

  it.each([8, 256, 300, 5_000])('takes no character for the one of its low byte, in %i', (length) => {
    const text = 'A'.repeat(length);
    expect(fromBase64url(text)).toHaveLength((length * 3) / 4);
    for (const at of [0, 1, 2, 3, length / 2, length - 4, length - 1])
      for (const beyond of ['\u0141', '\u0241', '\uff41', '\u{1f041}', '\u012d', '\u015f'])
        expect(fromBase64url(text.slice(0, at) + beyond + text.slice(at + 1))).toBeUndefined();
  });

  it.each([1, 2, 3])('sees stray bits in the last group of a long text, with %i bytes in it', (rest) => {
    const text = toBase64url(Buffer.alloc(300 + (rest % 3)));
    const last = Buffer.from(text.slice(-1), 'latin1');
    for (const end of 'ABCDEFGHIJKLMNOPQRSTUVWXYZ') {
      const altered = text.slice(0, -last.length) + end;
      expect(fromBase64url(altered)).toEqual(plainly(altered));
    }
  });
});
