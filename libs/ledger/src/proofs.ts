import { powerOfTwoIn, rootOfSpan, tilesOf, type ReadTile, type Span, type Tile } from './tiles.js';
import { EMPTY_ROOT, HASH_BYTES, nodeHash } from './tree.js';

/**
 * Proofs of RFC 9162 sections 2.1.3 and 2.1.4. Making one: name the tiles, load them, read. A proof of 16,777,216 leaves reads
 * at most five tiles. What is verified may come from anybody: whatever it is, the answer is yes or no.
 */

/** What the inclusion proof of one leaf reads. @param size of the tree, above `index` */
export function inclusionTiles(index: number, size: number): Tile[] {
  return tilesOf(inclusionSpans(index, size), size);
}

/** The path of leaf `index` in the tree of the first `size` leaves, from the leaf upwards (section 2.1.3.1). */
export function inclusionPath(index: number, size: number, read: ReadTile): Buffer[] {
  return inclusionSpans(index, size).map((span) => rootOfSpan(span, size, read));
}

/** What the consistency proof of two sizes reads. @param first not above `second` */
export function consistencyTiles(first: number, second: number): Tile[] {
  return tilesOf(consistencySpans(first, second), second);
}

/** That the first `first` of `second` leaves are the same (section 2.1.4.1). Empty where the sizes are equal, or one is none. */
export function consistencyPath(first: number, second: number, read: ReadTile): Buffer[] {
  return consistencySpans(first, second).map((span) => rootOfSpan(span, second, read));
}

/** Section 2.1.3.2. */
export function verifyInclusion(claim: {
  readonly index: number;
  readonly size: number;
  readonly leaf: Uint8Array;
  readonly path: readonly Uint8Array[];
  readonly root: Uint8Array;
}): boolean {
  const { index, size, leaf, path, root } = claim;
  if (!isSize(size) || !isSize(index) || index >= size || ![leaf, root, ...path].every(isHash)) return false;
  let [fn, sn, computed] = [index, size - 1, leaf];
  for (const hash of path) {
    if (sn === 0) return false;
    const isRight = isOdd(fn) || fn === sn;
    computed = isRight ? nodeHash(hash, computed) : nodeHash(computed, hash);
    if (isRight) [fn, sn] = upToLeftChild(fn, sn);
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && isSame(computed, root);
}

/** Section 2.1.4.2. Every tree continues the empty one. */
export function verifyConsistency(claim: {
  readonly first: number;
  readonly second: number;
  readonly firstRoot: Uint8Array;
  readonly secondRoot: Uint8Array;
  readonly path: readonly Uint8Array[];
}): boolean {
  const { first, second, firstRoot, secondRoot, path } = claim;
  if (!isSize(first) || !isSize(second) || first > second) return false;
  if (![firstRoot, secondRoot, ...path].every(isHash)) return false;
  if (first === second) return path.length === 0 && isSame(firstRoot, secondRoot);
  if (first === 0) return path.length === 0 && isSame(firstRoot, EMPTY_ROOT);
  // The first tree is a node of the second: its root is not in the proof.
  const [start, ...rest] = powerOfTwoIn(first) === first ? [firstRoot, ...path] : path;
  if (start === undefined) return false;
  let [fn, sn] = skipRightChildren(first - 1, second - 1);
  let [computedFirst, computedSecond] = [start, start];
  for (const hash of rest) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      computedFirst = nodeHash(hash, computedFirst);
      computedSecond = nodeHash(hash, computedSecond);
      [fn, sn] = upToLeftChild(fn, sn);
    } else computedSecond = nodeHash(computedSecond, hash);
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && isSame(computedFirst, firstRoot) && isSame(computedSecond, secondRoot);
}

/** Where section 2.1.1 splits so many leaves, which are at least two: at the largest power of two below. */
const splitOf = (leaves: number): number => powerOfTwoIn(leaves - 1);

/** The siblings on the way from a leaf to the root. */
function inclusionSpans(index: number, size: number): Span[] {
  const spans: Span[] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    const split = from + splitOf(to - from);
    if (index < split) {
      spans.push({ from: split, to });
      to = split;
    } else {
      spans.push({ from, to: split });
      from = split;
    }
  }
  return spans.reverse();
}

/** SUBPROOF of section 2.1.4.1. */
function consistencySpans(first: number, second: number): Span[] {
  const spans: Span[] = [];
  if (first === 0) return spans;
  let [from, to] = [0, second];
  while (first < to) {
    const split = from + splitOf(to - from);
    if (first <= split) {
      spans.push({ from: split, to });
      to = split;
    } else {
      spans.push({ from, to: split });
      from = split;
    }
  }
  // Where the first tree is a node of the second, the verifier has its root.
  if (from > 0) spans.push({ from, to });
  return spans.reverse();
}

/** "Right-shift both equally until either LSB(fn) is set or fn is 0": past the levels that have no sibling here. */
function upToLeftChild(fn: number, sn: number): [number, number] {
  while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
  return [fn, sn];
}

/** "If LSB(fn) is set, right-shift both equally until LSB(fn) is not set." */
function skipRightChildren(fn: number, sn: number): [number, number] {
  while (isOdd(fn)) [fn, sn] = [half(fn), half(sn)];
  return [fn, sn];
}

const isOdd = (n: number): boolean => n % 2 === 1;
const half = (n: number): number => Math.floor(n / 2);
const isSize = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;
const isHash = (bytes: Uint8Array): boolean => bytes.length === HASH_BYTES;
const isSame = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;
