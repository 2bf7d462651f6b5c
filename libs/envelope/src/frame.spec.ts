import { ValiseError } from '#core';
import fc from 'fast-check';
import { z } from 'zod';
import {
  checkFrame,
  list,
  matching,
  members,
  nullable,
  oneOf,
  optional,
  requireFrame,
  strict,
  text,
  whole,
  type Check,
} from './frame.js';
import { Refusal } from './rejected.js';

interface Sample {
  readonly alg: string;
  readonly role: 'seal' | 'head';
  readonly cos: readonly string[];
  readonly n: number;
  readonly prev: string | null;
  readonly epk?: Readonly<Record<string, string>> | undefined;
}
const sample: Check<Sample> = strict<Sample>({
  alg: text(5, 1),
  role: oneOf('seal', 'head'),
  cos: list(matching(/^[a-z]$/, 'not a letter'), 1, 2),
  n: whole(9),
  prev: nullable(text(3)),
  epk: optional(members((name) => name.length <= 3, text(3), 2)),
});
/** The same schema in an independent library. */
const reference = z.strictObject({
  alg: z.string().min(1).max(5),
  role: z.enum(['seal', 'head']),
  cos: z
    .array(z.string().regex(/^[a-z]$/))
    .min(1)
    .max(2),
  n: z.int().min(0).max(9),
  prev: z.string().max(3).nullable(),
  epk: z
    .record(z.string().max(3), z.string().max(3))
    .refine((value) => Object.keys(value).length <= 2)
    .optional(),
});

const good: Sample = { alg: 'ES256', role: 'seal', cos: ['a', 'b'], n: 9, prev: null, epk: { x: 'y' } };
const member = fc.oneof(
  fc.constantFrom<unknown>('', 'a', 'seal', 'abcd', 'abcdef', 'é', 0, 9, 10, -1, 0.5, null, true),
  fc.constantFrom<unknown>([], ['a'], ['a', 'b', 'c'], ['A'], [null], {}, { x: 'y' }, { x: 1 }, { abcd: '' }),
  fc.constantFrom<unknown>({ a: '', b: '', c: '' }, Number.NaN, 2 ** 53),
);
const name = fc.constantFrom(...Object.keys(good), 'other', 'constructor', '__proto__');

function faultOf(value: unknown): string | undefined {
  try {
    expect(checkFrame(sample, value, 'sample')).toBe(value);
    return undefined;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'ENVELOPE_FORMAT') return error.detail;
    throw error;
  }
}

it('takes what a schema of the same members takes, and nothing else', () => {
  const taken = { true: 0, false: 0 };
  fc.assert(
    fc.property(fc.dictionary(name, member, { maxKeys: 3 }), fc.option(name), (over, without) => {
      const value = Object.fromEntries(
        Object.entries({ ...good, ...over }).filter(([key]) => key !== without),
      );
      const ok = reference.safeParse(value).success;
      expect(faultOf(value) === undefined).toBe(ok);
      taken[`${ok}`]++;
    }),
    { numRuns: 5_000 },
  );
  expect(Math.min(taken.true, taken.false)).toBeGreaterThan(300);
});

it.each<Partial<Sample>>([
  { alg: 'a' },
  { alg: 'abcde' },
  { cos: ['a'] },
  { n: 0 },
  { prev: '' },
  { prev: 'abc' },
  { epk: {} },
  { epk: { x: '', abc: 'abc' } },
  { epk: undefined },
])('takes %j: bounds belong to what they bound', (over) => {
  expect(faultOf({ ...good, ...over })).toBeUndefined();
});

it.each([null, undefined, 1, 'x', [], [good]])('%j is no frame', (value) => {
  expect(faultOf(value)).toBe('sample: not an object');
});

it.each([
  [{ alg: 1 }, 'sample.alg: not a text of 1 to 5 characters'],
  [{ role: 'tls' }, 'sample.role: none of seal, head'],
  [{ cos: ['a', 'B'] }, 'sample.cos[1]: not a letter'],
  [{ cos: ['a', 'b', 'c'] }, 'sample.cos: not 1 to 2 elements'],
  [{ n: 10 }, 'sample.n: not a whole number of 0 to 9'],
  [{ epk: { x: 'long' } }, 'sample.epk[…]: not a text of 0 to 3 characters'],
  [{ other: 'secret' }, 'sample: unknown members'],
])('with %j it says where the fault is and never repeats the value', (over, detail) => {
  expect(faultOf({ ...good, ...over })).toBe(detail);
});

it('throws at our own caller', () => {
  expect(requireFrame(sample, good, 'sample')).toBe(good);
  expect(() => requireFrame(sample, { ...good, n: -1 }, 'sample')).toThrow(
    new ValiseError('INPUT_INVALID', 'sample.n: not a whole number of 0 to 9', { path: '.n' }),
  );
});
