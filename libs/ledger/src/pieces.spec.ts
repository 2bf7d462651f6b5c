import fc from 'fast-check';
import { MemoryLog } from '../testing/memory-log.js';
import { digest, leafOf, received, receiptLeaves } from '../testing/samples.js';
import {
  edgeAt,
  EMPTY_EDGE,
  entryBytes,
  entryOf,
  isDue,
  piecesOf,
  rootOf,
  type StoredLeaf,
  type Untold,
} from './index.js';

const bytesOf = (leaves: readonly StoredLeaf[]): number =>
  Buffer.byteLength(JSON.stringify(leaves.map(entryOf)));
/** As long as contents get. */
const long = (count: number): StoredLeaf[] =>
  Array.from({ length: count }, (_, n) => {
    const { salt, hash } = leafOf(received(n));
    return { salt, hash, text: JSON.stringify('x'.repeat(510)) };
  });
const erased = (count: number): StoredLeaf[] =>
  Array.from({ length: count }, (_, n) => ({ hash: digest(`erased ${n}`), salt: null, text: null }));

describe('a stretch of a log', () => {
  it('goes in pieces that join, each with the roots of its ends', () => {
    const log = new MemoryLog();
    log.append(receiptLeaves(1_300));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_300 }), (start) => {
        const pieces = piecesOf(edgeAt(start, log.read), log.leaves.slice(start));
        let end = start;
        for (const piece of pieces) {
          expect(piece.start).toBe(end);
          expect(piece.size).toBe(end + piece.leaves.length);
          expect(piece.startRoot.equals(log.rootAt(piece.start))).toBe(true);
          expect(piece.root.equals(log.rootAt(piece.size))).toBe(true);
          expect(piece.leaves).toEqual(log.leaves.slice(piece.start, piece.size));
          end = piece.size;
        }
        expect(end).toBe(1_300);
        expect(pieces).toHaveLength(Math.max(1, Math.ceil((1_300 - start) / 512)));
      }),
      { numRuns: 20 },
    );
  });

  it('has at most 512 entries in a piece', () => {
    expect(piecesOf(EMPTY_EDGE, receiptLeaves(512))).toHaveLength(1);
    const [first, second, ...rest] = piecesOf(EMPTY_EDGE, receiptLeaves(513));
    expect([first?.size, second?.size, rest]).toEqual([512, 513, []]);
  });

  it('has at most 256 KiB in a piece, and as many entries as fit', () => {
    const leaves = long(600);
    const pieces = piecesOf(EMPTY_EDGE, leaves);
    for (const piece of pieces) expect(bytesOf(piece.leaves)).toBeLessThanOrEqual(262_144 + 1);
    const [{ size } = { size: 0 }] = pieces;
    expect(size).toBeLessThan(512);
    expect(bytesOf(leaves.slice(0, size + 1))).toBeGreaterThan(262_144);
  });

  it('that is empty is one empty piece', () => {
    const log = new MemoryLog();
    log.append(receiptLeaves(5));
    const root = rootOf(log.edge);
    expect(piecesOf(log.edge, [])).toEqual([{ start: 5, startRoot: root, size: 5, root, leaves: [] }]);
  });

  it('is cut off where an answer has enough pieces', () => {
    const pieces = piecesOf(EMPTY_EDGE, receiptLeaves(2_000), 2);
    expect(pieces.map(({ size }) => size)).toEqual([512, 1_024]);
  });

  it('counts the bytes that its entries take', () => {
    for (const leaves of [receiptLeaves(3), erased(3), long(2), [...erased(1), ...long(1)]]) {
      const counted = leaves.reduce((sum, { text }) => sum + entryBytes(text), 0);
      // A list of two or more has a comma less and two brackets.
      expect(bytesOf(leaves)).toBe(counted + 1);
    }
  });
});

describe('a telling is due', () => {
  const told: Untold = { size: 100, told: 100, urgent: 90, toldAt: 1_000 };

  it('at once for a receipt', () => {
    expect(isDue({ ...told, size: 101, urgent: 101 }, 1_000)).toBe(true);
  });

  it('not for what is told', () => {
    expect(isDue(told, 2_000)).toBe(false);
    expect(isDue({ ...told, urgent: 100 }, 2_000)).toBe(false);
    expect(isDue({ ...told, size: 355 }, 2_000)).toBe(false);
  });

  it('for 256 untold entries of whatever kind', () => {
    expect(isDue({ ...told, size: 356 }, 1_000)).toBe(true);
  });

  it('an hour after the last, even with nothing to tell', () => {
    expect(isDue(told, 4_599)).toBe(false);
    expect(isDue(told, 4_600)).toBe(true);
  });
});
