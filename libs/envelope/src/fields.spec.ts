import { BOOK_VERSION_MAX } from '#core';
import type { z } from 'zod';
import * as fields from './fields.js';
import type { Check } from './frame.js';

const ids = ['a', 'Z', '0'];
const hash = `${'aZ09_-'.repeat(7)}A`;
const texts = [undefined, null, 1, true, [], {}];
const wholes = [-1, 0.5, Number.NaN, Infinity, '1', null, undefined, []];

/** A field in one of its forms: a check where every message passes, a schema where statements and books do. */
type Form = (value: unknown) => boolean;
interface Field {
  readonly forms: readonly Form[];
  readonly taken: readonly unknown[];
  readonly refused: readonly unknown[];
}
const check =
  (one: Check<unknown>): Form =>
  (value) =>
    one(value) === undefined;
const schema =
  (one: z.ZodType): Form =>
  (value) =>
    one.safeParse(value).success;

const FIELDS: Readonly<Record<string, Field>> = {
  'a SHA-256': {
    forms: [check(fields.isSha256Text), schema(fields.sha256Text)],
    taken: [hash, 'A'.repeat(43), `${'A'.repeat(42)}8`],
    refused: [...texts, '', hash.slice(1), `-${hash}`, `${hash}A`, `+${hash.slice(1)}`, `${hash.slice(1)}B`],
  },
  'an identifier': {
    forms: [check(fields.isToken), schema(fields.token)],
    taken: [...ids, 'a.b_c:d#e/f-9', 'a'.repeat(128)],
    refused: [...texts, '', ' a', 'a ', '.a', '/a', 'a b', 'é', 'aé', 'a'.repeat(129)],
  },
  'an instrument': {
    forms: [check(fields.isInstrumentId), schema(fields.instrumentId)],
    taken: ['a', '0', 'cis-it-crime-2018', 'a'.repeat(64)],
    refused: [...texts, '', 'A', 'aA', '-a', ' a', 'a ', 'a_b', 'a'.repeat(65)],
  },
  'a media type': {
    forms: [check(fields.isMediaType), schema(fields.mediaType)],
    taken: [
      'a/b',
      'application/pdf',
      'a!#$&^_.+-0/b!#$&^_.+-0',
      '0/0',
      `${'a'.repeat(64)}/${'b'.repeat(64)}`,
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    ],
    refused: [
      ...[...texts, '', 'pdf', 'a/', '/b', 'A/b', 'a/B', ' a/b', 'a/b ', 'a/b; q=1', '.a/b', 'a/.b', 'a/b/c'],
      ...[`${'a'.repeat(65)}/b`, `a/${'b'.repeat(65)}`],
    ],
  },
  'a book': {
    forms: [(value) => fields.isBookId(String(value)), schema(fields.bookId)],
    taken: ['list:KZ', 'a:b', 'a:0', 'arrangement:a.b_c:d-9', `list:${'A'.repeat(155)}`],
    refused: [
      '',
      'list',
      'list:',
      ':KZ',
      'List:KZ',
      ' list:KZ',
      'list:KZ ',
      'list:.',
      `list:${'A'.repeat(156)}`,
    ],
  },
  'a version': {
    forms: [check(fields.isBookVersion), schema(fields.bookVersion)],
    taken: [1, 2, BOOK_VERSION_MAX],
    refused: [...wholes, 0, BOOK_VERSION_MAX + 1],
  },
  'a place in a sequence': {
    forms: [check(fields.isSequence), schema(fields.sequence)],
    taken: [0, 1, Number.MAX_SAFE_INTEGER],
    refused: [...wholes, 2 ** 53],
  },
  'an epoch': {
    forms: [check(fields.isEpoch), schema(fields.epoch)],
    taken: [0, 1, 2_147_483_647],
    refused: [...wholes, 2_147_483_648],
  },
  'Unix seconds': {
    forms: [check(fields.isUnixSeconds), schema(fields.unixSeconds)],
    taken: [0, 1_800_000_000, 253_402_300_799],
    refused: [...wholes, 253_402_300_800],
  },
  'a UUID': {
    forms: [check(fields.isUuid), schema(fields.uuid)],
    taken: ['01890a5d-ac96-774b-bcce-b302099a8057'],
    refused: [
      ...texts,
      ['01890a5d-ac96-774b-bcce-b302099a8057'],
      '',
      '01890a5d-ac96-474b-bcce-b302099a8057',
      '01890A5D-ac96-774b-bcce-b302099a8057',
    ],
  },
  'a level': {
    forms: [check(fields.isLevel), schema(fields.level)],
    taken: ['open', 'restricted', 'secret', 'top-secret', 'special-importance'],
    refused: [...texts, '', 'public', 'Open'],
  },
  'a name of a file': {
    forms: [check(fields.isFileName), schema(fields.fileName)],
    taken: ['a', '...', 'a..', '..a', '.a', 'a.b', 'протокол № 1.pdf', 'x'.repeat(255)],
    refused: [...texts, '', '.', '..', 'a/b', 'a\\b', 'a\nb', 'x'.repeat(256)],
  },
  'an object': {
    forms: [check(fields.isJsonObject), schema(fields.jsonObject)],
    taken: [{}, { a: [] }],
    refused: [undefined, null, 1, '', true, [], [{}]],
  },
  'an instant': {
    forms: [schema(fields.instant)],
    taken: ['2026-06-01T00:00:00Z', '2026-06-01T00:00:00.123Z', '2028-02-29T23:59:59Z'],
    refused: [...texts, '', '2026-06-01', '2026-06-01T00:00:00+05:00', '2026-02-30T00:00:00Z'],
  },
  'a day or an instant': {
    forms: [schema(fields.dayOrInstant)],
    taken: ['2026-06-01', '2026-06-01T00:00:00Z', '2026-06-01T00:00:00.123Z'],
    refused: [
      ...[...texts, '', '2026', '26-06-01', '2026-6-01', '2026-06-1', ' 2026-06-01', '2026-06-01 '],
      ...['2026-06-01T', 'year-06-01', '2026-mm-01', '2026-06-dd'],
    ],
  },
};

describe.each(Object.entries(FIELDS))('%s', (_, { forms, taken, refused }) => {
  it.each(taken.map((value) => [value]))('may be %j', (value) => {
    expect(forms.map((takes) => takes(value))).toEqual(forms.map(() => true));
  });

  it.each(refused.map((value) => [value]))('is not %j', (value) => {
    expect(forms.map((takes) => takes(value))).toEqual(forms.map(() => false));
  });
});
