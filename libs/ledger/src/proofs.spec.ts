import fc from 'fast-check';
import { MemoryLog } from '../testing/memory-log.js';
import { NaiveTree } from '../testing/naive.js';
import { digest } from '../testing/samples.js';
import {
  consistencyPath,
  consistencyTiles,
  inclusionPath,
  inclusionTiles,
  nodeHash,
  verifyConsistency,
  verifyInclusion,
} from './index.js';

const LEAVES = 70_000;
const log = new MemoryLog();
let naive: NaiveTree;
let leaves: Buffer[];
beforeAll(() => {
  leaves = Array.from({ length: LEAVES }, (_, n) => digest(`leaf ${n}`));
  log.append(leaves.map((hash) => ({ hash, salt: null, text: null })));
  naive = new NaiveTree(leaves);
});

const inclusionOf = (index: number, size: number) => ({
  index,
  size,
  leaf: leaves[index] ?? Buffer.alloc(0),
  path: inclusionPath(index, size, log.read),
  root: naive.mth(0, size),
});
const consistencyOf = (first: number, second: number) => ({
  first,
  second,
  firstRoot: naive.mth(0, first),
  secondRoot: naive.mth(0, second),
  path: consistencyPath(first, second, log.read),
});

/** As one text: Jest compares bytes one by one. */
const hex = (path: readonly Buffer[]): string => path.map((hash) => hash.toString('hex')).join();

/** Every way to spoil one hash, leave one out, or put one more. */
function spoilt(path: readonly Buffer[]): Buffer[][] {
  const stranger = digest('stranger');
  return [
    ...path.flatMap((hash, at) => {
      const flipped = Buffer.from(hash);
      flipped[at % 32] = (flipped[at % 32] ?? 0) ^ 1;
      return [path.with(at, flipped), path.toSpliced(at, 1), path.toSpliced(at, 0, stranger)];
    }),
    [...path, stranger],
    [...path, Buffer.alloc(0)],
    ...path.map((hash, at) => path.with(at, hash.subarray(0, 31))),
  ];
}

/** Reads no more tiles than there are levels of rows, twice, but for the highest. */
function tilesMax(size: number): number {
  let levels = 1;
  while (256 ** levels < size) levels += 1;
  return 2 * levels - 1;
}

const size = fc.oneof(
  fc.integer({ min: 1, max: 300 }),
  fc.integer({ min: 1, max: LEAVES }),
  fc.constantFrom(256, 257, 512, 65_535, 65_536, 65_537, 65_792),
);
const below = (limit: number) => fc.integer({ min: 0, max: limit - 1 });

describe('an inclusion proof', () => {
  it('is that of the definition, and verifies, for every leaf of every size up to 40', () => {
    for (let n = 1; n <= 40; n++)
      for (let m = 0; m < n; m++) {
        const claim = inclusionOf(m, n);
        expect(hex(claim.path)).toBe(hex(naive.path(m, n)));
        expect(verifyInclusion(claim)).toBe(true);
      }
  });

  it('is that of the definition, and verifies, at random sizes up to 70,000', () => {
    const one = size.chain((n) => fc.tuple(below(n), fc.constant(n)));
    fc.assert(
      fc.property(one, ([m, n]) => {
        const claim = inclusionOf(m, n);
        expect(hex(claim.path)).toBe(hex(naive.path(m, n)));
        expect(verifyInclusion(claim)).toBe(true);
        expect(inclusionTiles(m, n).length).toBeLessThanOrEqual(tilesMax(n));
      }),
      { numRuns: 60 },
    );
  });

  it('that is spoilt, cut or stretched at any place is refused', () => {
    const one = size.chain((n) => fc.tuple(below(n), fc.constant(n)));
    fc.assert(
      fc.property(one, ([m, n]) => {
        const claim = inclusionOf(m, n);
        for (const path of spoilt(claim.path)) expect(verifyInclusion({ ...claim, path })).toBe(false);
      }),
      { numRuns: 30 },
    );
  });

  it('does not prove another leaf, place, size or root', () => {
    const one = size.chain((n) => fc.tuple(below(n), fc.constant(n), size));
    fc.assert(
      fc.property(one, ([m, n, other]) => {
        const claim = inclusionOf(m, n);
        const stranger = digest('stranger');
        expect(verifyInclusion({ ...claim, leaf: stranger })).toBe(false);
        expect(verifyInclusion({ ...claim, root: stranger })).toBe(false);
        if (m !== other % n) expect(verifyInclusion({ ...claim, index: other % n })).toBe(false);
        if (other !== n) expect(verifyInclusion({ ...claim, root: naive.mth(0, other) })).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it('does not reach above the root that its size has', () => {
    const claim = inclusionOf(2, 8);
    const more = digest('more');
    const above = { ...claim, path: [...claim.path, more], root: nodeHash(claim.root, more) };
    expect(verifyInclusion(above)).toBe(false);
    expect(verifyInclusion({ ...above, root: nodeHash(more, claim.root) })).toBe(false);
    expect(verifyInclusion({ ...inclusionOf(2, 8), size: 16 })).toBe(false);
  });

  it.each([
    ['an index at the size', { index: 1, size: 1 }],
    ['an index below 0', { index: -1, size: 1 }],
    ['a size of 0', { index: 0, size: 0 }],
    ['a broken index', { index: 0.5, size: 1 }],
    ['a broken size', { index: 0, size: 1.5 }],
    ['no numbers', { index: NaN, size: NaN }],
    ['an endless size', { index: 0, size: Infinity }],
    ['a size that no number counts exactly', { index: 2 ** 53, size: 2 ** 53 + 2 }],
  ])('with %s is refused', (_, numbers) => {
    expect(verifyInclusion({ ...inclusionOf(0, 1), ...numbers })).toBe(false);
  });

  it('of hashes of another length is refused', () => {
    const claim = inclusionOf(0, 1);
    const short = claim.leaf.subarray(1);
    expect(verifyInclusion(claim)).toBe(true);
    expect(verifyInclusion({ ...claim, leaf: short, root: short })).toBe(false);
  });
});

describe('a consistency proof', () => {
  it('is that of the definition, and verifies, for all sizes up to 40', () => {
    for (let n = 1; n <= 40; n++)
      for (let m = 1; m <= n; m++) {
        const claim = consistencyOf(m, n);
        expect(hex(claim.path)).toBe(hex(naive.proof(m, n)));
        expect(verifyConsistency(claim)).toBe(true);
      }
  });

  it('is that of the definition, and verifies, at random sizes up to 70,000', () => {
    const two = size.chain((n) => fc.tuple(fc.integer({ min: 1, max: n }), fc.constant(n)));
    fc.assert(
      fc.property(two, ([m, n]) => {
        const claim = consistencyOf(m, n);
        expect(hex(claim.path)).toBe(hex(naive.proof(m, n)));
        expect(verifyConsistency(claim)).toBe(true);
        expect(consistencyTiles(m, n).length).toBeLessThanOrEqual(tilesMax(n));
      }),
      { numRuns: 60 },
    );
  });

  it('that is spoilt, cut or stretched at any place is refused', () => {
    const two = size.chain((n) => fc.tuple(fc.integer({ min: 1, max: n }), fc.constant(n)));
    fc.assert(
      fc.property(two, ([m, n]) => {
        const claim = consistencyOf(m, n);
        for (const path of spoilt(claim.path)) expect(verifyConsistency({ ...claim, path })).toBe(false);
        for (const member of ['firstRoot', 'secondRoot'])
          expect(verifyConsistency({ ...claim, [member]: digest('stranger') })).toBe(false);
      }),
      { numRuns: 30 },
    );
  });

  it('does not reach above the root that its size has', () => {
    const claim = consistencyOf(4, 8);
    const more = digest('more');
    const above = { ...claim, path: [...claim.path, more], secondRoot: nodeHash(claim.secondRoot, more) };
    expect(verifyConsistency(above)).toBe(false);
    const left = { ...above, firstRoot: nodeHash(more, claim.firstRoot) };
    expect(verifyConsistency({ ...left, secondRoot: nodeHash(more, claim.secondRoot) })).toBe(false);
    expect(verifyConsistency({ ...claim, second: 16 })).toBe(false);
  });

  it('of the empty tree and of equal trees is empty', () => {
    for (const [first, second] of [
      [0, 0],
      [0, 5],
      [5, 5],
    ] as const) {
      const claim = consistencyOf(first, second);
      expect(claim.path).toEqual([]);
      expect(consistencyTiles(first, second)).toEqual([]);
      expect(verifyConsistency(claim)).toBe(true);
      expect(verifyConsistency({ ...claim, path: [digest('one')] })).toBe(false);
      expect(verifyConsistency({ ...claim, firstRoot: digest('one') })).toBe(false);
    }
    expect(verifyConsistency({ ...consistencyOf(3, 5), path: [] })).toBe(false);
    expect(verifyConsistency({ ...consistencyOf(4, 5), path: [] })).toBe(false);
  });

  it.each([
    ['a first size above the second', { first: 5, second: 4 }],
    ['a first size below 0', { first: -1, second: 4 }],
    ['broken sizes', { first: 0.5, second: 0.5 }],
    ['a broken second size', { first: 0, second: 0.5 }],
    ['no numbers', { first: NaN, second: NaN }],
    ['endless sizes', { first: Infinity, second: Infinity }],
  ])('with %s is refused', (_, numbers) => {
    expect(verifyConsistency({ ...consistencyOf(0, 0), ...numbers })).toBe(false);
  });

  it('of hashes of another length is refused', () => {
    const short = digest('one').subarray(1);
    expect(verifyConsistency({ ...consistencyOf(4, 4), firstRoot: short, secondRoot: short })).toBe(false);
    expect(verifyConsistency({ ...consistencyOf(0, 4), secondRoot: short })).toBe(false);
  });
});

it('a proof reads at most five tiles of rows up to 16,777,216 leaves', () => {
  const sizes = fc.integer({ min: 1, max: 256 ** 3 }).chain((n) => fc.tuple(below(n), fc.constant(n)));
  fc.assert(
    fc.property(sizes, ([m, n]) => {
      for (const tiles of [inclusionTiles(m, n), consistencyTiles(m, n)]) {
        expect(tiles.length).toBeLessThanOrEqual(5);
        for (const { level, from, to } of tiles) {
          expect(from % 256).toBe(0);
          expect(to).toBeGreaterThan(from);
          expect(to).toBeLessThanOrEqual(Math.min(from + 256, Math.floor(n / 256 ** level)));
        }
      }
    }),
    { numRuns: 300 },
  );
});
