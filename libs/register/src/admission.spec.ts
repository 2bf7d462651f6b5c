import fc from 'fast-check';
import {
  admit,
  BOOK_VERSION_JUMP_MAX,
  type Admission,
  type Announced,
  type BookRecord,
  type OnRecord,
  type ReadBook,
} from './index.js';

const BOUNDS = { bookVersionsPerDayMax: 48, bookBytesMax: 1_000 };
const AT = new Date('2026-06-01T00:00:00Z');
/** `r1` is the root that the pinned one (null) handed over to, `r2` the next one. */
const place = (root: string | null) => Number(root?.slice(1) ?? 0);
const chains = {
  eraAfter: (newest: { era: number; root: string | null } | null, root: string | null) =>
    newest === null ? 0 : newest.era + (place(root) > place(newest.root) ? 1 : 0),
};
const row = (version: number, over: Partial<OnRecord> = {}): OnRecord => ({
  ...{ book: 'list:KZ', era: 0, version, hash: `hash of ${version}`, root: null, content: {} },
  ...over,
});
const coming = (version: number, over: Partial<ReadBook> = {}): ReadBook => ({
  ...{ book: 'list:KZ', version, hash: 'new', content: {}, text: 'signed', signedAt: AT, root: null },
  ...over,
});
const record = (over: Partial<BookRecord<OnRecord>> = {}): BookRecord<OnRecord> => ({
  ...{ newest: null, numbered: null, amounts: { lately: 0, bytes: 0 }, announced: null },
  ...over,
});
const plan = (book: ReadBook, on: Partial<BookRecord<OnRecord>> = {}): Admission<OnRecord> =>
  admit(book, record(on), { chains, bounds: BOUNDS });

describe('a book', () => {
  it('is admitted as the first one, with any number', () => {
    const first = coming(57);
    expect(plan(first)).toEqual({
      outcome: 'admitted',
      row: { ...first, era: 0 },
      supersedes: null,
      endsAnnouncement: false,
    });
  });

  it('is admitted after an older one, which it supersedes', () => {
    const newest = row(4);
    expect(plan(coming(5), { newest })).toMatchObject({
      outcome: 'admitted',
      row: { era: 0 },
      supersedes: newest,
    });
  });

  it('is a repetition where its content is on record under its number', () => {
    const held = row(4, { hash: 'new' });
    expect(plan(coming(4), { newest: row(9), numbered: held })).toEqual({ outcome: 'repeated', held });
  });

  it('is refused where it is older, or too far ahead', () => {
    expect(plan(coming(3), { newest: row(4) })).toEqual({
      outcome: 'refused',
      code: 'BOOK_NOT_NEWER',
      detail: expect.stringContaining('list:KZ 3 is not newer than 4') as unknown,
    });
    const far = coming(5 + BOOK_VERSION_JUMP_MAX);
    expect(plan(far, { newest: row(4) })).toMatchObject({ outcome: 'refused', code: 'BOOK_VERSION' });
  });

  it('is a conflict with another content under its number, and both are the proof', () => {
    const ours = row(4);
    expect(plan(coming(4), { newest: row(9), numbered: ours })).toEqual({
      outcome: 'conflict',
      code: 'BOOK_CONFLICT',
      detail: 'list:KZ 4 is on record with the hash hash of 4, this one has new',
      proof: { book: 'list:KZ', version: 4, hash: 'new', text: 'signed', ours },
    });
  });

  it('is a conflict with the newest one whose record it rewrites', () => {
    const ours = row(4, { content: { events: [{ state: 'KZ' }] } });
    const rewriting = coming(5, { content: { events: [] } });
    expect(plan(rewriting, { newest: ours })).toMatchObject({ outcome: 'conflict', proof: { ours } });
  });
});

describe('amounts', () => {
  it('are bounded by the day and by bytes, as signed', () => {
    const after = (lately: number, bytes: number, text = 'ы') =>
      plan(coming(5, { text }), { newest: row(4), amounts: { lately, bytes } });
    expect(after(47, 998)).toMatchObject({ outcome: 'admitted' });
    expect(after(48, 0)).toEqual({
      outcome: 'refused',
      code: 'RATE_LIMITED',
      detail: expect.stringContaining('list:KZ 5') as unknown,
    });
    expect(after(0, 999)).toMatchObject({ outcome: 'refused', code: 'STORAGE_FULL' });
  });

  it('hide neither a repetition nor a second history', () => {
    const amounts = { lately: 48, bytes: 1_000 };
    const numbered = row(4, { hash: 'new' });
    expect(plan(coming(4), { newest: numbered, numbered, amounts }).outcome).toBe('repeated');
    expect(plan(coming(4), { newest: row(4), numbered: row(4), amounts }).outcome).toBe('conflict');
  });
});

describe('a new root', () => {
  const newest = row(9);
  const under = (version: number, over: Partial<ReadBook> = {}) => coming(version, { root: 'r1', ...over });

  it('begins versions again, with any number and any content', () => {
    const recorded = row(9, { content: { events: [{ state: 'KZ' }] } });
    for (const version of [1, 9, 9 + 2 * BOOK_VERSION_JUMP_MAX])
      expect(
        plan(under(version), { newest: recorded, numbered: version === 9 ? recorded : row(1) }),
      ).toMatchObject({
        outcome: 'admitted',
        row: { era: 1, version },
        supersedes: recorded,
      });
  });

  it('has the versions under it go on from there', () => {
    const first = row(1, { era: 1, root: 'r1' });
    expect(plan(under(2), { newest: first, numbered: row(2) })).toMatchObject({
      outcome: 'admitted',
      row: { era: 1 },
    });
    expect(plan(under(1), { newest: first, numbered: first })).toMatchObject({ outcome: 'conflict' });
    expect(plan(under(3), { newest: row(4, { era: 1, root: 'r1' }), numbered: row(3) })).toMatchObject({
      code: 'BOOK_NOT_NEWER',
    });
  });

  it('does not forgive amounts', () => {
    const amounts = { lately: 48, bytes: 0 };
    expect(plan(under(1), { newest, amounts })).toMatchObject({ outcome: 'refused', code: 'RATE_LIMITED' });
  });
});

describe('an announcement', () => {
  const newest = row(4);
  const said = (version: number, hash: string): Announced => ({ version, hash, text: 'stated' });

  it('with another hash makes the book a conflict, with the statement as the proof', () => {
    const announced = said(5, 'stated hash');
    expect(plan(coming(5), { newest, announced })).toEqual({
      outcome: 'conflict',
      code: 'BOOK_CONFLICT',
      detail: 'its keeper stated the hash stated hash for list:KZ 5, this one has new',
      proof: { book: 'list:KZ', version: 5, hash: 'new', text: 'signed', ours: announced },
    });
  });

  it.each<[string, Announced, boolean]>([
    ['of the book that comes ends', said(5, 'new'), true],
    ['of one before it ends', said(4, 'stated hash'), true],
    ['of a later one stays', said(6, 'stated hash'), false],
  ])('%s', (_, announced, endsAnnouncement) => {
    expect(plan(coming(5), { newest, announced })).toMatchObject({ outcome: 'admitted', endsAnnouncement });
  });

  it('of an old root ends with the first book under the new one, and says nothing of it', () => {
    const begins = plan(coming(5, { root: 'r1' }), { newest, announced: said(5, 'stated hash') });
    expect(begins).toMatchObject({ outcome: 'admitted', endsAnnouncement: true });
    const first = plan(coming(5, { root: 'r1' }), { newest, announced: said(6, 'stated hash') });
    expect(first).toMatchObject({ outcome: 'admitted', endsAnnouncement: true });
    const alone = plan(coming(5), { announced: said(6, 'stated hash') });
    expect(alone).toMatchObject({ outcome: 'admitted', endsAnnouncement: true });
  });

  it('is not looked at where the book is too much', () => {
    const amounts = { lately: 48, bytes: 0 };
    const found = plan(coming(5), { newest, amounts, announced: said(5, 'stated hash') });
    expect(found).toMatchObject({ code: 'RATE_LIMITED' });
  });
});

describe('whatever comes, in whatever order', () => {
  interface Held extends OnRecord {
    readonly text: string;
  }
  /** A reader that keeps its record in a list and writes what the plan says. */
  class Shelf {
    readonly rows: Held[] = [];

    put(book: ReadBook): Admission<Held> {
      const ranked = this.rows.toSorted((a, b) => b.era - a.era || b.version - a.version);
      const bytes = this.rows.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
      const found = admit<Held>(
        book,
        {
          newest: ranked[0] ?? null,
          numbered: ranked.find(({ version }) => version === book.version) ?? null,
          amounts: { lately: this.rows.length, bytes },
          announced: null,
        },
        { chains, bounds: { bookVersionsPerDayMax: 8, bookBytesMax: 60 } },
      );
      if (found.outcome === 'admitted') this.rows.push(found.row);
      return found;
    }
  }
  /** Under the newest root of the moment, as a reader has them. */
  const arrivals = fc
    .array(
      fc.record({
        handsOver: fc.integer({ min: 0, max: 9 }).map((drawn) => drawn === 0),
        version: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 990, max: 1_010 })),
        content: fc.integer({ min: 0, max: 1 }),
        text: fc.string({ maxLength: 20 }),
      }),
      { maxLength: 30 },
    )
    .map((drawn) => {
      let roots = 0;
      return drawn.map(({ handsOver, version, content, text }) => {
        if (handsOver) roots++;
        const root = roots === 0 ? null : `r${roots}`;
        return coming(version, { hash: `${roots} ${version} ${content}`, root, text });
      });
    });

  it('a place has one content, numbers grow within a root, and amounts keep their bounds', () => {
    fc.assert(
      fc.property(arrivals, (books) => {
        const shelf = new Shelf();
        for (const book of books) {
          const before = shelf.rows.at(-1);
          const found = shelf.put(book);
          if (found.outcome === 'conflict') expect(found.proof.hash).not.toBe(found.proof.ours.hash);
          if (found.outcome === 'repeated') expect(found.held.hash).toBe(book.hash);
          if (found.outcome !== 'admitted' || !before) continue;
          expect(found.row.era).toBeGreaterThanOrEqual(before.era);
          if (found.row.era > before.era) continue;
          expect(book.version).toBeGreaterThan(before.version);
          expect(book.version).toBeLessThanOrEqual(before.version + BOOK_VERSION_JUMP_MAX);
        }
        const places = shelf.rows.map(({ era, version }) => `${era} ${version}`);
        expect(new Set(places).size).toBe(places.length);
        expect(shelf.rows.length).toBeLessThanOrEqual(8);
        expect(shelf.rows.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0)).toBeLessThanOrEqual(
          60,
        );
      }),
    );
  });

  it('what was admitted in the newest era is a repetition ever after', () => {
    fc.assert(
      fc.property(arrivals, (books) => {
        const shelf = new Shelf();
        const admitted = books.filter((book) => shelf.put(book).outcome === 'admitted');
        const era = shelf.rows.at(-1)?.era ?? 0;
        const newest = admitted.filter((_, index) => shelf.rows[index]?.era === era);
        for (const book of newest) expect(shelf.put(book).outcome).toBe('repeated');
        expect(shelf.rows).toHaveLength(admitted.length);
      }),
    );
  });
});
