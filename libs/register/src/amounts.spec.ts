import { excessOf } from './amounts.js';

const bounds = { bookVersionsPerDayMax: 48, bookBytesMax: 1_000 };
const coming = { book: 'list:KZ', version: 7, bytes: 100 };
const code = (kept: { lately: number; bytes: number }) => excessOf(coming, kept, bounds)?.code;

it('a version is taken as long as the day and the bytes have room for it', () => {
  expect(code({ lately: 47, bytes: 900 })).toBeUndefined();
  expect(code({ lately: 48, bytes: 0 })).toBe('RATE_LIMITED');
  expect(code({ lately: 0, bytes: 901 })).toBe('STORAGE_FULL');
});

it('a refusal names the book, the version and the bound', () => {
  expect(excessOf(coming, { lately: 48, bytes: 0 }, bounds)?.detail).toMatch(/list:KZ 7 .*48/);
  expect(excessOf(coming, { lately: 0, bytes: 901 }, bounds)?.detail).toMatch(/7.*list:KZ.*1000/);
});
