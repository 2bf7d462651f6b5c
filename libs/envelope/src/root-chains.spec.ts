import { createRoot, type Certificate } from '#trust';
import { NOT_AFTER, NOT_BEFORE } from '../testing/offices.js';
import { RootChains } from './index.js';
import { HAND_OVERS_MAX, type RecordedHandOver } from './root-chains.js';

const LIST = 'list:KZ';
let roots: Certificate[];
beforeAll(async () => {
  roots = await rootsMade(6);
});

async function rootsMade(count: number): Promise<Certificate[]> {
  const made = Array.from({ length: count }, (_, index) =>
    createRoot({ name: `Root ${index}`, suite: 'P-256', notBefore: NOT_BEFORE, notAfter: NOT_AFTER }),
  );
  return (await Promise.all(made)).map(({ certificate }) => certificate);
}

function rootAt(index: number): Certificate {
  const root = roots[index];
  if (root === undefined) throw new Error(`there is no root ${index}`);
  return root;
}
/** Of a root as it was read again. */
const numberOf = (root: Certificate | undefined): number =>
  roots.findIndex(({ thumbprint }) => thumbprint === root?.thumbprint);
const thumbprintAt = (index: number): string => rootAt(index).thumbprint;
const handedOver = (from: number, to: number, book = LIST): RecordedHandOver => ({
  book,
  fromRoot: thumbprintAt(from),
  root: rootAt(to).der,
});
/** The chains of a reader that pinned one root for the list, and of no other book. */
const chainsOf = (recorded: readonly RecordedHandOver[], pinned = 0): RootChains =>
  new RootChains((book) => (book === LIST ? rootAt(pinned) : undefined), recorded);
const allOf = (chains: RootChains): number[] => chains.all(LIST).map(numberOf);

describe('the roots of a book’s keeper', () => {
  it('are the pinned one alone where nothing was handed over', () => {
    const chains = new RootChains(() => rootAt(0));
    expect(allOf(chains)).toEqual([0]);
    expect(numberOf(chains.newestOf(LIST))).toBe(0);
    expect(chains.isFull(LIST)).toBe(false);
    expect(chains.unreadable).toStrictEqual([]);
  });

  it('are none where no root is pinned, whatever was handed over', () => {
    const chains = chainsOf([handedOver(0, 1, 'list:BY')]);
    expect(chains.all('list:BY')).toEqual([]);
    expect(chains.newestOf('list:BY')).toBeUndefined();
    expect(chains.ofStored({ book: 'list:BY', root: thumbprintAt(0) })).toBeUndefined();
  });

  it('follow each other in the order of the hand-overs, in whatever order those are recorded', () => {
    for (const recorded of [
      [handedOver(0, 1), handedOver(1, 2)],
      [handedOver(1, 2), handedOver(0, 1)],
    ]) {
      expect(allOf(chainsOf(recorded))).toEqual([0, 1, 2]);
      expect(numberOf(chainsOf(recorded).newestOf(LIST))).toBe(2);
    }
  });

  it('begin with the one that the operator pins, wherever in the chain it stands', () => {
    expect(allOf(chainsOf([handedOver(0, 1), handedOver(1, 2)], 1))).toEqual([1, 2]);
    expect(allOf(chainsOf([handedOver(0, 1)], 2))).toEqual([2]);
  });

  it('are those of that book: a hand-over of another one does not count', () => {
    expect(allOf(chainsOf([handedOver(0, 1, 'list:BY')]))).toEqual([0]);
  });

  it('end before a hand-over that cannot be read, which is told', () => {
    const broken = { ...handedOver(1, 2), root: Buffer.from('no certificate') };
    const chains = chainsOf([handedOver(0, 1), broken, handedOver(2, 3)]);
    expect(allOf(chains)).toEqual([0, 1]);
    expect(chains.unreadable).toEqual([LIST]);
  });

  it('are each followed once where they hand over in a circle', () => {
    expect(allOf(chainsOf([handedOver(0, 0)]))).toEqual([0]);
    expect(allOf(chainsOf([handedOver(0, 1), handedOver(1, 0)]))).toEqual([0, 1]);
    expect(allOf(chainsOf([handedOver(0, 1), handedOver(1, 2), handedOver(2, 3), handedOver(3, 1)]))).toEqual(
      [0, 1, 2, 3],
    );
  });

  it('are at most sixteen after the pinned one', async () => {
    expect(HAND_OVERS_MAX).toBe(16);
    const long = await rootsMade(HAND_OVERS_MAX + 2);
    const handOvers = long.slice(1).map(({ der }, index): RecordedHandOver => {
      return { book: LIST, fromRoot: long[index]?.thumbprint ?? '', root: der };
    });
    const after = (count: number) => new RootChains(() => long[0], handOvers.slice(0, count));
    expect([15, 16, 17].map((count) => after(count).isFull(LIST))).toEqual([false, true, true]);
    expect(after(17).newestOf(LIST)?.thumbprint).toBe(long[16]?.thumbprint);
  });
});

describe('a book on record', () => {
  it('stays under the root that it was signed under', () => {
    const chains = chainsOf([handedOver(0, 1), handedOver(1, 2)]);
    const rootOf = (root: string | null) => numberOf(chains.ofStored({ book: LIST, root }));
    expect([rootOf(thumbprintAt(1)), rootOf(thumbprintAt(2)), rootOf(null)]).toEqual([1, 2, 0]);
  });

  it('is judged by the pinned root where its own is relied on no more', () => {
    expect(numberOf(chainsOf([]).ofStored({ book: LIST, root: thumbprintAt(5) }))).toBe(0);
  });

  it('begins another era under a new root, and only under one that its own led to', () => {
    const chains = chainsOf([handedOver(0, 1), handedOver(1, 2)]);
    const eraAfter = (stored: number | null, next: number | null) =>
      chains.eraAfter(
        { book: LIST, era: 4, root: stored === null ? null : thumbprintAt(stored) },
        next === null ? null : thumbprintAt(next),
      );
    expect([eraAfter(0, 0), eraAfter(0, 1), eraAfter(0, 2), eraAfter(0, 3)]).toEqual([4, 5, 5, 4]);
    expect([eraAfter(1, 0), eraAfter(1, 1), eraAfter(1, 2)]).toEqual([4, 4, 5]);
    // Signed under the pinned root.
    expect([eraAfter(null, null), eraAfter(null, 0), eraAfter(null, 1)]).toEqual([4, 4, 5]);
    expect(chains.eraAfter(null, thumbprintAt(1))).toBe(0);
  });

  it('stays in its era where no root is pinned', () => {
    const chains = new RootChains(() => undefined, [handedOver(0, 1)]);
    expect(chains.eraAfter({ book: LIST, era: 4, root: null }, thumbprintAt(1))).toBe(4);
  });
});
