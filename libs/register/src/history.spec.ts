import { BookHistory } from './history.js';

const history = new BookHistory([
  { book: 'list:KZ', version: 7, hash: 'seven' },
  { book: 'list:KZ', version: 5, hash: 'five' },
  { book: 'treaty:CIS', version: 2, hash: 'two' },
]);
const nothing = { behind: [], differing: [] };

it.each<[string, number, string]>([
  ['the newest version', 7, 'seven'],
  ['an older one', 5, 'five'],
  ['one that was passed over here', 6, 'anything'],
])('%s with the same content is no difference', (_, version, hash) => {
  expect(history.compare({ 'list:KZ': { version, hash } })).toEqual(nothing);
});

it.each([
  ['the newest number', 7],
  ['an older one', 5],
])('another content under %s is a difference', (_, version) => {
  const { differing, behind } = history.compare({ 'list:KZ': { version, hash: 'another' } });
  expect(differing).toMatchObject([{ book: 'list:KZ', version, hash: 'another' }]);
  expect(behind).toEqual([]);
});

it('what was signed under an older root is known, whatever its number', () => {
  const again = new BookHistory([
    { book: 'list:KZ', version: 1, hash: 'again' },
    { book: 'list:KZ', version: 57, hash: 'fifty-seven' },
    { book: 'list:KZ', version: 1, hash: 'one' },
  ]);
  for (const [version, hash] of [
    [57, 'fifty-seven'],
    [1, 'one'],
    [1, 'again'],
  ] as const)
    expect(again.compare({ 'list:KZ': { version, hash } })).toEqual(nothing);
  expect(again.compare({ 'list:KZ': { version: 2, hash: 'two' } }).behind).toHaveLength(1);
  expect(again.compare({ 'list:KZ': { version: 1, hash: 'x' } }).differing).toMatchObject([
    { ours: 'again' },
  ]);
});

it('a newer version, and a book that is not here, are told as newer', () => {
  const { behind, differing } = history.compare({
    'treaty:CIS': { version: 3, hash: 'three' },
    'list:BY': { version: 1, hash: 'one' },
  });
  expect(behind.map(({ book }) => book)).toEqual(['treaty:CIS', 'list:BY']);
  expect(differing).toEqual([]);
});

it('256 versions of a book are kept in mind, whatever there is of others', () => {
  const version = (number: number, book = 'list:KZ') => ({
    book,
    version: number,
    hash: `hash of ${number}`,
  });
  const newestFirst = Array.from({ length: 257 }, (_, index) => version(257 - index));
  const long = new BookHistory([...newestFirst, version(1, 'list:BY')]);
  expect(long.has(version(2))).toBe(true);
  expect(long.has(version(1))).toBe(false);
  expect(long.has(version(1, 'list:BY'))).toBe(true);
  const compare = (number: number, hash: string) => long.compare({ 'list:KZ': { version: number, hash } });
  expect(compare(2, 'x').differing).toEqual([{ ...version(2), hash: 'x', ours: 'hash of 2' }]);
  expect(compare(1, 'x')).toEqual(nothing);
});

it('what was taken is known by its content, whatever its number; of a book that is not here nothing is', () => {
  expect(history.has({ book: 'list:KZ', hash: 'five' })).toBe(true);
  expect(history.has({ book: 'list:KZ', hash: 'two' })).toBe(false);
  expect(history.has({ book: 'list:BY', hash: 'five' })).toBe(false);
});
