import { hash } from 'node:crypto';
import { ValiseError } from '#core';

/** The Merkle tree of RFC 9162 section 2.1, appended to without reading it: only its right edge is kept. */

export const HASH_BYTES = 32;
/** A row of the shell for each complete subtree of 256, 256², … leaves: a proof reads few rows, and few are written. */
export const TILE_WIDTH = 256;
const TILE_HEIGHT = 8;

const LEAF_PREFIX = 0x00;
const NODE_PREFIX = 0x01;

/** MTH({}). */
export const EMPTY_ROOT = hash('sha256', '', 'buffer');

/** The roots of the complete subtrees on the right, the largest first: one for each bit that is set in `size`. */
export interface Edge {
  readonly size: number;
  readonly hashes: readonly Buffer[];
}
export const EMPTY_EDGE: Edge = { size: 0, hashes: [] };

/** The root of the complete subtree over leaves [idx · 256^level, (idx + 1) · 256^level). */
export interface TreeNode {
  readonly level: number;
  readonly idx: number;
  readonly hash: Buffer;
}

/** SHA-256(0x00 ‖ entry). */
export function leafHash(entry: Uint8Array): Buffer {
  const input = Buffer.allocUnsafe(entry.length + 1);
  input[0] = LEAF_PREFIX;
  input.set(entry, 1);
  return hash('sha256', input, 'buffer');
}

/** SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  const input = Buffer.allocUnsafe(1 + 2 * HASH_BYTES);
  input[0] = NODE_PREFIX;
  input.set(left, 1);
  input.set(right, 1 + HASH_BYTES);
  return hash('sha256', input, 'buffer');
}

/**
 * Appends leaves.
 *
 * @param leaves their hashes
 * @returns the new edge, and the subtrees of 256^k leaves that it completed, lower levels first where one completes another
 * @throws ValiseError INTERNAL where the edge is not that of its size
 */
export function append(
  edge: Edge,
  leaves: readonly Buffer[],
): { readonly edge: Edge; readonly nodes: readonly TreeNode[] } {
  const hashes = [...edge.hashes];
  const nodes: TreeNode[] = [];
  let size = edge.size;
  for (const leaf of leaves) {
    let [subtree, index] = [leaf, size];
    for (let height = 1; index % 2 === 1; height++) {
      const left = hashes.pop();
      if (left === undefined)
        throw new ValiseError('INTERNAL', `these are not the hashes of the edge of ${edge.size} entries`);
      subtree = nodeHash(left, subtree);
      index = (index - 1) / 2;
      if (height % TILE_HEIGHT === 0) nodes.push({ level: height / TILE_HEIGHT, idx: index, hash: subtree });
    }
    hashes.push(subtree);
    size += 1;
  }
  return { edge: { size, hashes }, nodes };
}

/** The root of the tree that has this edge. */
export function rootOf({ hashes }: Edge): Buffer {
  return joined(hashes);
}

/** The root over neighbouring subtrees, each smaller than the one before. */
export function joined(subtrees: readonly Buffer[]): Buffer {
  return subtrees.length === 0 ? EMPTY_ROOT : subtrees.reduceRight((right, left) => nodeHash(left, right));
}

/** An edge as one column of a row keeps it, beside the size. */
export function edgeBytes({ hashes }: Edge): Buffer {
  return Buffer.concat(hashes);
}

/** @throws ValiseError INTERNAL where the bytes are not those of a tree of this size */
export function edgeFrom(size: number, bytes: Buffer): Edge {
  const count = bitsOf(size);
  if (bytes.length !== count * HASH_BYTES)
    throw new ValiseError('INTERNAL', `${bytes.length} bytes are not the edge of ${size} entries`);
  const hashes = Array.from({ length: count }, (_, at) =>
    bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  );
  return { size, hashes };
}

/** How many bits are set. Sizes go beyond the 32 bits of JavaScript's operators. */
function bitsOf(size: number): number {
  let bits = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) bits += rest % 2;
  return bits;
}
