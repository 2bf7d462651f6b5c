import { createHash } from 'node:crypto';
import { instantOf, uuidv7 } from '#core';
import type { Checkpoint } from '#envelope';
import {
  checkpointOf,
  entryOf,
  pairLeaf,
  piecesOf,
  edgeAt,
  type Entry,
  type Leaf,
  type PairContent,
  type Piece,
} from '../src/index.js';
import type { MemoryLog } from './memory-log.js';
import { AUTHORITIES, NOW } from './offices.js';

/** Contents, salts and tellings that are the same in every run. The log is the one that `by` keeps for `kz`. */

export const digest = (what: string): Buffer => createHash('sha256').update(what).digest();
export const idOf = (n: number): string => uuidv7((NOW + n) * 1000, digest(`id ${n}`).subarray(0, 16));
export const dOf = (n: number): string => digest(`D ${n}`).toString('base64url');
export const saltOf = (what: string): Buffer => digest(`salt ${what}`).subarray(0, 16);

export function received(n: number, over: object = {}): PairContent {
  const at = instantOf(NOW + n);
  return {
    kind: 'received',
    D: dOf(n),
    id: idOf(n),
    ep: 1,
    n,
    stage: 'accepted',
    at,
    ...over,
  };
}

export function leafOf(content: PairContent, salt = JSON.stringify(content)): Leaf {
  return pairLeaf(content, saltOf(salt));
}

/** Receipts for messages 0 to `count` - 1. */
export function receiptLeaves(count: number): Leaf[] {
  return Array.from({ length: count }, (_, n) => leafOf(received(n)));
}

export interface ToldPiece {
  readonly checkpoint: Checkpoint;
  readonly entries: readonly Entry[];
}

export function told(piece: Piece, over: Partial<Checkpoint> = {}): ToldPiece {
  const about = { from: AUTHORITIES.by, to: AUTHORITIES.kz, ep: 1, seen: null, internal: null };
  const checkpoint = { ...checkpointOf(piece, { ...about, at: instantOf(NOW) }), ...over };
  return { checkpoint, entries: piece.leaves.map(entryOf) };
}

/** One telling of [start, size) of a log. */
export function tellingOf(
  log: MemoryLog,
  start: number,
  size: number,
  over: Partial<Checkpoint> = {},
): ToldPiece {
  const [piece] = piecesOf(edgeAt(start, log.read), log.leaves.slice(start, size));
  if (piece?.size !== size) throw new Error(`[${start}, ${size}) is more than one telling`);
  return told(piece, over);
}
