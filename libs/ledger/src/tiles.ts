import { ValiseError } from '#core';
import { append, EMPTY_EDGE, joined, rootOf, TILE_WIDTH, type Edge } from './tree.js';

/**
 * Reading a tree from its rows: leaves, and complete subtrees of 256^k leaves. What a proof needs is named beforehand as
 * tiles, so that the shell loads all of them with one query.
 */

/** The rows [from, to) of a level, all of one stretch of 256: leaves at level 0, subtrees of 256^level leaves above. */
export interface Tile {
  readonly level: number;
  readonly from: number;
  readonly to: number;
}
/** The hashes of a tile's rows, in their order. */
export type ReadTile = (tile: Tile) => readonly Buffer[];

/** The leaves [from, to), where they are a node of the tree: `from` is a multiple of the power of two that covers them. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Which tiles the roots of these spans are made of, each once, in a tree of this size. */
export function tilesOf(spans: readonly Span[], size: number): Tile[] {
  const tiles = new Map<string, Tile>();
  for (const span of spans)
    for (const subtree of subtreesOf(span)) {
      const tile = tileOf(subtree, size);
      tiles.set(`${tile.level} ${tile.from}`, tile);
    }
  return [...tiles.values()];
}

/** The root over a span of a tree of this size. @throws ValiseError INTERNAL where rows are missing */
export function rootOfSpan(span: Span, size: number, read: ReadTile): Buffer {
  return joined(subtreesOf(span).map((subtree) => rootOfSubtree(subtree, size, read)));
}

/** What the root of the first `size` leaves is made of. */
export function rootTiles(size: number): Tile[] {
  return tilesOf([{ from: 0, to: size }], size);
}

/** The edge of the first `size` leaves, for telling from there on. @throws ValiseError INTERNAL where rows are missing */
export function edgeAt(size: number, read: ReadTile): Edge {
  const hashes = subtreesOf({ from: 0, to: size }).map((subtree) => rootOfSubtree(subtree, size, read));
  return { size, hashes };
}

/** The root of the first `size` leaves. @throws ValiseError INTERNAL where rows are missing */
export function rootAt(size: number, read: ReadTile): Buffer {
  return rootOf(edgeAt(size, read));
}

/** The largest power of two that is not above a positive number. */
export function powerOfTwoIn(n: number): number {
  let power = 1;
  while (power * 2 <= n) power *= 2;
  return power;
}

/** The complete subtrees of a span, the largest first. */
function subtreesOf({ from, to }: Span): Span[] {
  const subtrees: Span[] = [];
  for (let at = from; at < to;) {
    const leaves = powerOfTwoIn(to - at);
    subtrees.push({ from: at, to: at + leaves });
    at += leaves;
  }
  return subtrees;
}

/** The level whose rows are the largest that a subtree is made of, and how many leaves are below one of them. */
function levelOf({ from, to }: Span): { level: number; unit: number } {
  let [level, unit] = [0, 1];
  while (unit * TILE_WIDTH <= to - from) {
    unit *= TILE_WIDTH;
    level += 1;
  }
  return { level, unit };
}

function tileOf(subtree: Span, size: number): Tile {
  const { level, unit } = levelOf(subtree);
  const from = subtree.from / unit - ((subtree.from / unit) % TILE_WIDTH);
  return { level, from, to: Math.min(from + TILE_WIDTH, Math.floor(size / unit)) };
}

function rootOfSubtree(subtree: Span, size: number, read: ReadTile): Buffer {
  const { unit } = levelOf(subtree);
  const tile = tileOf(subtree, size);
  const rows = read(tile);
  if (rows.length !== tile.to - tile.from)
    throw new ValiseError('INTERNAL', `level ${tile.level} has not all rows of ${tile.from} to ${tile.to}`);
  const own = rows.slice(subtree.from / unit - tile.from, subtree.to / unit - tile.from);
  return rootOf(append(EMPTY_EDGE, own).edge);
}
