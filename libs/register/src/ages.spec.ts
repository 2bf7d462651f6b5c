import { ageOf, confirms, isSuperseded, type HeldBook, type Said, type Words } from './index.js';

const SIGNED = new Date('2026-06-01T00:00:00Z');
const HOUR_MS = 3_600_000;
const hoursLater = (hours: number, ms = 0) => new Date(SIGNED.getTime() + hours * HOUR_MS + ms);
const held: HeldBook = {
  ...{ book: 'list:KZ', era: 0, version: 7, hash: 'seven', content: {}, root: null },
  ...{ signedAt: SIGNED, receivedAt: hoursLater(1), receivedFrom: 'kz' },
};
const said = (version: number, hash: string, at: Date): Said => ({ version, hash, at });
const NOTHING: Words = { confirmed: undefined, announced: undefined };
const age = (now: Date, words: Partial<Words> = {}, book: Partial<HeldBook> = {}) =>
  ageOf({ ...held, ...book }, { ...NOTHING, ...words }, { now, ageHoursMax: 48 });

describe('the age of a book', () => {
  it('counts from its signing', () => {
    expect(age(hoursLater(48))).toEqual({
      ...{ book: 'list:KZ', version: 7, hash: 'seven', signedAt: SIGNED },
      ...{ receivedAt: hoursLater(1), receivedFrom: 'kz', freshAt: SIGNED, stale: false },
    });
    expect(age(hoursLater(48, 1)).stale).toBe(true);
  });

  it('counts from its keeper’s last word that this very content is the newest', () => {
    const at = hoursLater(40);
    const confirmed = said(7, 'seven', at);
    expect(age(hoursLater(88), { confirmed })).toMatchObject({ freshAt: at, stale: false });
    expect(age(hoursLater(88, 1), { confirmed })).toMatchObject({ stale: true });
    for (const another of [said(6, 'seven', at), said(7, 'six', at)])
      expect(age(hoursLater(88), { confirmed: another })).toMatchObject({ freshAt: SIGNED, stale: true });
  });

  it('ends once its keeper named a newer one that long ago, whatever it confirms since', () => {
    const words = { announced: said(8, 'eight', hoursLater(1)), confirmed: said(7, 'seven', hoursLater(49)) };
    expect(age(hoursLater(49), words).stale).toBe(false);
    expect(age(hoursLater(49, 1), words).stale).toBe(true);
    expect(age(hoursLater(49, 1), { ...words, announced: said(7, 'seven', hoursLater(1)) }).stale).toBe(
      false,
    );
  });

  it.each([
    ['treaty:CIS', true],
    ['list:KZ', true],
    ['arrangement:a', false],
    ['accreditation:a', false],
  ])('of %s counts: %s', (book, stale) => {
    expect(age(hoursLater(1_000), {}, { book }).stale).toBe(stale);
  });
});

it('a book is superseded when its keeper named a newer one that long ago', () => {
  const superseded = (now: Date, announced: Said | undefined) =>
    isSuperseded({ version: 7 }, { announced }, { now, ageHoursMax: 48 });
  expect(superseded(hoursLater(1_000), undefined)).toBe(false);
  expect(superseded(hoursLater(48), said(8, 'eight', SIGNED))).toBe(false);
  expect(superseded(hoursLater(48, 1), said(8, 'eight', SIGNED))).toBe(true);
  expect(superseded(hoursLater(48, 1), said(7, 'seven', SIGNED))).toBe(false);
});

it('a later word confirms a version, unless a newer one was named', () => {
  const now = said(7, 'seven', hoursLater(2));
  const confirming = (words: Partial<Words>) => confirms(now, { ...NOTHING, ...words });
  expect(confirming({})).toBe(true);
  expect(confirming({ confirmed: said(7, 'seven', hoursLater(2, -1)) })).toBe(true);
  expect(confirming({ confirmed: said(7, 'seven', hoursLater(2)) })).toBe(false);
  expect(confirming({ confirmed: said(7, 'seven', hoursLater(3)) })).toBe(false);
  expect(confirming({ announced: said(8, 'eight', SIGNED) })).toBe(false);
  expect(confirming({ announced: said(7, 'seven', SIGNED) })).toBe(true);
});
