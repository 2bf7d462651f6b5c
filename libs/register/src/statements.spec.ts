import { RootChains } from '#envelope';
import type { Certificate } from '#trust';
import { AT, newKeeper, newRoot, signedStatement, VALIDITY } from '../testing/keepers.js';
import { announcementIn, awaitsNewRoot, BOOK_VERSION_JUMP_MAX, standingOf } from './index.js';

let pinned: Certificate;
let next: Certificate;
beforeAll(async () => {
  [pinned, next] = (await Promise.all([newRoot('Old'), newRoot('New')])).map(
    ({ certificate }) => certificate,
  ) as [Certificate, Certificate];
});
const oneRoot = () => new RootChains(() => pinned);
const handedOver = () =>
  new RootChains(() => pinned, [{ book: 'list:KZ', fromRoot: pinned.thumbprint, root: next.der }]);
const row = (version: number, over: object = {}) => ({
  ...{ book: 'list:KZ', era: 0, version, hash: `hash of ${version}`, root: null as string | null },
  ...over,
});
const said = (version: number, hash = `hash of ${version}`) => ({
  book: 'list:KZ',
  version,
  hash,
  text: 'stated',
});

describe('what a keeper states', () => {
  const newest = row(7);
  const standing = (statement: ReturnType<typeof said>, numbered: typeof newest | null = null) =>
    standingOf(statement, { newest, numbered }, oneRoot());

  it('is unknown where nothing of the book is on record', () => {
    expect(standingOf(said(1), { newest: null, numbered: null }, oneRoot())).toEqual({ place: 'unknown' });
  });

  it('is the newest on record, an older or a newer one', () => {
    expect(standing(said(7), newest)).toEqual({ place: 'current' });
    expect(standing(said(6))).toEqual({ place: 'older', newest });
    expect(standing(said(6), row(6))).toEqual({ place: 'older', newest });
    expect(standing(said(8))).toEqual({ place: 'newer' });
    expect(standing(said(7 + BOOK_VERSION_JUMP_MAX))).toEqual({ place: 'newer' });
  });

  it('is refused where it is out of reach', () => {
    const far = 8 + BOOK_VERSION_JUMP_MAX;
    expect(standing(said(far))).toEqual({
      place: 'out-of-reach',
      code: 'BOOK_VERSION',
      detail: `version ${far} of list:KZ is too far ahead of 7`,
    });
  });

  it.each([7, 6])(
    'contradicts version %i, which is on record with another hash, and both are the proof',
    (version) => {
      const ours = row(version);
      expect(standing(said(version, 'another'), ours)).toEqual({
        place: 'conflict',
        code: 'BOOK_CONFLICT',
        detail: `it states the hash another for version ${version} of list:KZ, on record with hash of ${version}`,
        proof: { book: 'list:KZ', version, hash: 'another', text: 'stated', ours },
      });
    },
  );
});

describe('after the keeper handed over to a new root', () => {
  it('what it states is unknown until a version under that root has come, and may confirm the old one', () => {
    const newest = row(7);
    const standing = (statement: ReturnType<typeof said>) =>
      standingOf(statement, { newest, numbered: newest }, handedOver());
    expect(standing(said(7, 'another'))).toEqual({ place: 'unknown' });
    expect(standing(said(1, 'another'))).toEqual({ place: 'unknown' });
    expect(standing(said(7))).toEqual({ place: 'current' });
  });

  it('versions under the old root are no second history', () => {
    const newest = row(8, { era: 1, root: next.thumbprint });
    const standing = (numbered: ReturnType<typeof row>) =>
      standingOf(said(7, 'another'), { newest, numbered }, handedOver());
    expect(standing(row(7))).toEqual({ place: 'older', newest });
    expect(standing(row(7, { era: 1 }))).toMatchObject({ place: 'conflict' });
  });

  it('the new root’s first version is awaited, until it is there', () => {
    expect(awaitsNewRoot(row(7), handedOver())).toBe(true);
    expect(awaitsNewRoot(row(1, { era: 1, root: next.thumbprint }), handedOver())).toBe(false);
    expect(awaitsNewRoot(row(7), oneRoot())).toBe(false);
    // Nobody's root is pinned for what two authorities agreed between themselves.
    expect(awaitsNewRoot(row(7, { book: 'arrangement:a' }), new RootChains(() => undefined))).toBe(false);
  });
});

describe('a statement on record', () => {
  it('is a word about what comes under the root that signed it, and under no other', async () => {
    const [old, successor] = await Promise.all([newKeeper('KZ'), newKeeper('KZ')]);
    const statement = { ...said(8), at: AT, text: signedStatement(old, { version: 8 }) };
    expect(announcementIn(statement, old.root.certificate)).toBe(statement);
    expect(announcementIn(statement, successor.root.certificate)).toBeNull();
    expect(announcementIn(statement, undefined)).toBeNull();
  });

  it('is verified as of its time, not of now', async () => {
    const keeper = await newKeeper('KZ');
    const statement = { ...said(8), text: signedStatement(keeper) };
    expect(announcementIn({ ...statement, at: AT }, keeper.root.certificate)).not.toBeNull();
    const later = new Date(VALIDITY.notAfter.getTime() + 1_000);
    expect(announcementIn({ ...statement, at: later }, keeper.root.certificate)).toBeNull();
  });
});
