import { isOwnFault } from '#service';
import { arrayOf, type SqlType, type SqlValue } from './binary.js';

const ID = '01890a5d-ac96-774b-bcce-b302099a8057';

it.each<[SqlType, SqlValue]>([
  ['uuid', 'hello'],
  ['uuid', `${ID}.more`],
  ['uuid', ID.toUpperCase()],
  ['int4', 2 ** 31],
  ['int4', 1.5],
  ['int8', 2 ** 53],
  ['int8', NaN],
  ['timestamptz', 0.5],
])('a %s cannot be %p: that is the fault of whom it came from', (type, value) => {
  let thrown: unknown;
  try {
    arrayOf(type, [value]);
  } catch (error) {
    thrown = error;
  }
  expect(isOwnFault(thrown)).toBe(true);
});

it.each<[SqlType, SqlValue, string]>([
  ['uuid', ID, ID.replaceAll('-', '')],
  ['int4', -1, 'ffffffff'],
  ['int8', -2, 'fffffffffffffffe'],
  // 2000-01-01T00:00:00Z, and the last second that a message can name.
  ['timestamptz', 946_684_800_000, '0000000000000000'],
  ['timestamptz', 253_402_300_799_000, '0380e70b912c3dc0'],
  ['text', 'Қ', 'd29a'],
  ['jsonb', '{}', '017b7d'],
  ['bool', true, '01'],
  ['bytea', Buffer.from('ab', 'hex'), 'ab'],
])('a %s %p is written as PostgreSQL reads it', (type, value, hex) => {
  const bytes = arrayOf(type, [value, null]);
  const length = hex.length / 2;
  expect(bytes.subarray(0, 8).toString('hex')).toBe('0000000100000001');
  expect(bytes.readInt32BE(20)).toBe(length);
  expect(bytes.subarray(24, 24 + length).toString('hex')).toBe(hex);
  expect(bytes.readInt32BE(24 + length)).toBe(-1);
});
