import { BOOK_VERSION_JUMP_MAX, successionOf, type Coming } from './succession.js';

const signed = { instrument: 'cis-it-crime-2018', state: 'KZ', event: 'signed', on: '2018-09-28' };
const notified = { ...signed, event: 'notified', on: '2019-12-20' };
const agreement = {
  id: 'by-kz-2008',
  kind: 'secrecy',
  between: ['BY', 'KZ'],
  from: '2008-09-01',
  until: null,
};
const record = { events: [signed, notified], agreements: [agreement] };
const newest = { version: 4, hash: 'newest', content: record };
const coming = (content: unknown, version = 5, hash = 'new'): Coming => ({
  book: 'treaty:CIS',
  version,
  hash,
  content,
});
interface Row {
  readonly version: number;
  readonly hash: string;
  readonly content: unknown;
}
const found = (arrived: Coming, on: { same?: Row; newest?: Row }) =>
  successionOf<Row>(arrived, { same: on.same ?? null, newest: on.newest ?? null });
const codeOf = (...asked: Parameters<typeof found>): string => {
  const answer = found(...asked);
  return 'code' in answer ? `${answer.code} ${answer.detail}` : answer.kind;
};

it.each<[string, object]>([
  ['more events', { ...record, events: [...record.events, { ...notified, state: 'BY' }] }],
  ['its events in another order', { ...record, events: [notified, signed] }],
  [
    'members in another order',
    { ...record, events: [signed, Object.fromEntries(Object.entries(notified).reverse())] },
  ],
  ['more agreements', { ...record, agreements: [agreement, { ...agreement, id: 'am-kz' }] }],
  ['the same', record],
])('a newer version with %s extends the older one', (_, content) => {
  expect(codeOf(coming(content), { newest })).toBe('newer');
});

it.each<[string, object, RegExp]>([
  [
    'an event gone',
    { ...record, events: [signed] },
    /the event cis-it-crime-2018 KZ notified 2019-12-20 is gone/,
  ],
  ['all gone', { events: [], agreements: [] }, /is gone/],
  ['no record at all', {}, /is gone/],
  ['an event of another day', { ...record, events: [signed, { ...notified, on: '2020-12-20' }] }, /is gone/],
  ['a source changed', { ...record, events: [signed, { ...notified, source: 'note' }] }, /is changed/],
  [
    'another word beside the old one',
    { ...record, events: [signed, notified, { ...signed, source: 'note' }] },
    /is changed/,
  ],
  ['an agreement gone', { ...record, agreements: [] }, /the agreement by-kz-2008 is gone/],
  [
    'an agreement changed',
    { ...record, agreements: [{ ...agreement, until: '2026-01-01' }] },
    /agreement by-kz-2008 is changed/,
  ],
])('a newer version with %s is another history', (_, content, told) => {
  const answer = codeOf(coming(content), { newest });
  expect(answer).toMatch(/^BOOK_CONFLICT treaty:CIS 5 does not extend 4: /);
  expect(answer).toMatch(told);
});

it('one number has one content: the same again is known, another one contradicts it', () => {
  const same = { version: 4, hash: 'old', content: record };
  expect(found(coming(record, 4, 'old'), { same, newest })).toEqual({ kind: 'known', held: same });
  const other = found(coming(record, 4), { same, newest });
  expect(other).toMatchObject({ kind: 'conflict', code: 'BOOK_CONFLICT', ours: same });
  // It is known although a newer one is on record.
  expect(codeOf(coming(record, 3, 'old'), { same: { ...same, version: 3 }, newest })).toBe('known');
});

it('a version that rewrites the record contradicts the newest one', () => {
  expect(found(coming({ events: [] }), { newest })).toMatchObject({ kind: 'conflict', ours: newest });
});

it('numbers go forward, and not without end', () => {
  expect(codeOf(coming(record, 3), { newest })).toMatch(/^BOOK_NOT_NEWER/);
  // Also if the caller did not look for the one of the same number.
  expect(codeOf(coming(record, 4), { newest })).toMatch(/^BOOK_NOT_NEWER/);
  expect(codeOf(coming(record, 5), { newest })).toBe('newer');
  expect(BOOK_VERSION_JUMP_MAX).toBe(1_000);
  expect(codeOf(coming(record, 4 + BOOK_VERSION_JUMP_MAX), { newest })).toBe('newer');
  expect(codeOf(coming(record, 5 + BOOK_VERSION_JUMP_MAX), { newest })).toMatch(/^BOOK_VERSION /);
  expect(codeOf(coming(record, 2_000_000_000), {})).toBe('newer');
});

it.each([
  ['a list', { authorities: [{ id: 'kz-knb' }], certificates: [] }],
  ['what cannot be read', undefined],
])('%s has no record to rewrite', (_, content) => {
  const list = { version: 1, hash: 'list', content };
  expect(codeOf(coming({ authorities: [], certificates: [] }), { newest: list })).toBe('newer');
});

it('the first version of an arrangement is not of others, and a treaty book may begin to have a record', () => {
  expect(codeOf(coming({ between: ['kz-knb', 'by-mvd'] }, 1), {})).toBe('newer');
  expect(codeOf(coming(record), { newest: { version: 4, hash: 'old', content: {} } })).toBe('newer');
});

const agreed = { version: 4, hash: 'old', content: { between: ['kz-knb', 'by-mvd'] } };
it.each([
  ['as the next version', { newest: agreed }],
  ['under a number that is taken', { same: agreed, newest: { ...agreed, content: {} } }],
])('what two agreed is not changed by others %s', (_, on) => {
  const between = (...parties: string[]) => codeOf(coming({ between: parties }), on);
  expect(between('am-nss', 'by-mvd')).toMatch(
    /^BOOK_SIGNATURE .*between by-mvd and kz-knb, this one between am-nss and by-mvd$/,
  );
  expect(codeOf(coming({}), on)).toMatch(/^BOOK_SIGNATURE .*between nobody$/);
  expect(between('by-mvd', 'kz-knb')).not.toMatch(/^BOOK_SIGNATURE/);
});
