import { apartFrom, BookHistory, type HeldBook, type Ours } from './index.js';

const held = (book: string, version: number): HeldBook => ({
  ...{ book, era: 0, version, hash: `${book} ${version}`, content: {}, root: null },
  ...{ signedAt: new Date(0), receivedAt: new Date(0), receivedFrom: 'kz' },
});
const books = [held('list:KZ', 7), held('treaty:CIS', 2)];
const ours = (over: Partial<Ours> = {}): Ours => ({
  history: new BookHistory(books),
  books,
  isProven: () => false,
  awaitsNewRoot: () => false,
  isSuperseded: () => false,
  ...over,
});
const kz = (version: number, hash = `list:KZ ${version}`) => ({ 'list:KZ': { version, hash } });
const differing = { book: 'list:KZ', version: 7, hash: 'another', ours: 'list:KZ 7' };

describe('what a peer decided on', () => {
  it('can be judged where it is what is here', () => {
    expect(apartFrom(kz(7), ours())).toBeUndefined();
    expect(apartFrom({}, ours({ isSuperseded: () => true }))).toBeUndefined();
  });

  it('is waited for where it is newer', () => {
    expect(apartFrom(kz(8), ours())).toEqual({
      code: 'REGISTER_BEHIND',
      detail: 'it was decided on list:KZ 8, which is newer',
      claims: [],
      missing: ['list:KZ'],
    });
  });

  it('is claimed to be a second history where it is another content under a number of ours', () => {
    expect(apartFrom(kz(7, 'another'), ours())).toEqual({
      code: 'REGISTER_BEHIND',
      detail: 'it was decided on list:KZ 7 with the hash another, and ours is list:KZ 7',
      claims: [differing],
      missing: ['list:KZ'],
    });
  });

  it('accuses no keeper of which the first version under a new root is awaited', () => {
    const awaited = ours({ awaitsNewRoot: ({ book }) => book === 'list:KZ' });
    expect(apartFrom(kz(7, 'another'), awaited)).toMatchObject({ code: 'REGISTER_BEHIND', claims: [] });
    const other = ours({ awaitsNewRoot: ({ book }) => book === 'treaty:CIS' });
    expect(apartFrom(kz(7, 'another'), other)).toMatchObject({ claims: [differing] });
  });

  it('is refused where the keeper’s signature is here on both contents', () => {
    const proven = ours({ isProven: ({ hash }) => hash === 'another' });
    const theirs = { 'treaty:CIS': { version: 9, hash: 'newer' }, ...kz(7, 'another') };
    expect(apartFrom(theirs, proven)).toEqual({
      code: 'BOOK_CONFLICT',
      detail: 'its sender has list:KZ 7 with the hash another, and ours is list:KZ 7',
      claims: [],
      missing: [],
    });
    expect(apartFrom(kz(7, 'third'), proven)).toMatchObject({ code: 'REGISTER_BEHIND' });
  });

  it('is waited for where its keeper named a newer version long ago', () => {
    const superseded = ours({ isSuperseded: ({ book }) => book === 'list:KZ' });
    expect(apartFrom(kz(7), superseded)).toEqual({
      code: 'REGISTER_BEHIND',
      detail: 'list:KZ 7 is superseded, and the newer one has not arrived',
      claims: [],
      missing: ['list:KZ'],
    });
    expect(apartFrom({ 'treaty:CIS': { version: 2, hash: 'treaty:CIS 2' } }, superseded)).toBeUndefined();
  });

  it('is told with all its reasons, and all that is missing', () => {
    const superseded = ours({ isSuperseded: ({ book }) => book === 'list:KZ' });
    const theirs = { 'list:BY': { version: 1, hash: 'new' }, ...kz(7, 'another') };
    expect(apartFrom(theirs, superseded)).toMatchObject({
      detail: expect.stringMatching(/^.*list:BY 1.*; .*another.*; .*superseded.*$/) as unknown,
      missing: ['list:BY', 'list:KZ', 'list:KZ'],
    });
  });
});
