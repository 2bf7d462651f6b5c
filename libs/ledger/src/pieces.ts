import type { Stretch } from './checkpoint.js';
import type { ErasedLeaf, Leaf } from './leaf.js';
import { TELLING_BYTES_MAX, TELLING_ENTRIES_MAX, TELLING_INTERVAL_SECONDS, UNTOLD_MAX } from './limits.js';
import { entryBytes } from './telling.js';
import { append, rootOf, type Edge } from './tree.js';

/** A leaf as its row has it. */
export type StoredLeaf = Leaf | ErasedLeaf;

/** One telling: what its checkpoint states, and the leaves that travel beside it. */
export interface Piece extends Stretch {
  readonly leaves: readonly StoredLeaf[];
}

/**
 * Cuts a stretch of a log into tellings within bounds.
 *
 * @param edge of the log where the stretch begins
 * @param leaves from there on, in order; none make one empty telling
 * @param piecesMax what is beyond is asked for again
 */
export function piecesOf(edge: Edge, leaves: readonly StoredLeaf[], piecesMax = Infinity): Piece[] {
  const pieces: Piece[] = [];
  let [begin, before] = [0, edge];
  do {
    const end = endOfPiece(leaves, begin);
    const own = leaves.slice(begin, end);
    const after = append(
      before,
      own.map(({ hash }) => hash),
    ).edge;
    const [startRoot, root] = [rootOf(before), rootOf(after)];
    pieces.push({ start: before.size, startRoot, size: after.size, root, leaves: own });
    [begin, before] = [end, after];
  } while (begin < leaves.length && pieces.length < piecesMax);
  return pieces;
}

function endOfPiece(leaves: readonly StoredLeaf[], begin: number): number {
  let [end, bytes] = [begin, 0];
  for (const { text } of leaves.slice(begin, begin + TELLING_ENTRIES_MAX)) {
    bytes += entryBytes(text);
    if (bytes > TELLING_BYTES_MAX) break;
    end += 1;
  }
  return end;
}

/** How a log stands with its counterpart. Instants in Unix seconds. */
export interface Untold {
  readonly size: number;
  /** The broker has confirmed the tellings up to here. */
  readonly told: number;
  /** Up to here the counterpart waits for it: behind the newest receipt. */
  readonly urgent: number;
  /** When something was last told; the log's beginning where nothing was. */
  readonly toldAt: number;
}

/** Whether a telling is due: at once for a receipt; for other entries when they are many, or an hour after the last. */
export function isDue({ size, told, urgent, toldAt }: Untold, now: number): boolean {
  return urgent > told || size - told >= UNTOLD_MAX || now - toldAt >= TELLING_INTERVAL_SECONDS;
}
