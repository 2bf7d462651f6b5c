import { append, type PairContent, pairLeaf, SALT_BYTES } from '#ledger';
import { type Circumstances, putPair } from './settlement.js';
import { keyOf } from './keys.js';
import type { PairRow } from './tables.js';
import type { View } from './view.js';

/**
 * What one log may hold beside what its numbers need, so that the counterpart can mirror all of it: three leaves for a
 * number of theirs, two for one of ours, and some besides (contracts of docs/protocol: mirror).
 */
const LEAVES_PER_THEIRS = 3;
const LEAVES_PER_OURS = 2;
const LEAVES_BESIDES = 60;

/** Whether one more leaf that no number pays for (a conflict, for example) still fits what they mirror. */
export function hasRoomInLog({ log, inTotal, outTotal }: PairRow): boolean {
  return log.size < LEAVES_PER_THEIRS * inTotal + LEAVES_PER_OURS * outTotal + LEAVES_BESIDES;
}

/** Appends a leaf to the log that we keep for the pair's peer. @returns the pair's row, as it is put */
export function appendLeaf(
  view: View,
  { random }: Circumstances,
  pair: PairRow,
  content: PairContent,
): PairRow {
  const { own, peer, outEp: ep } = pair;
  const leaf = pairLeaf(content, random(SALT_BYTES));
  const index = pair.log.size;
  const { edge: log, nodes } = append(pair.log, [leaf.hash]);
  view.put('leaf', keyOf.leaf(own, peer, ep, 'own', index), leaf);
  for (const { level, idx, hash } of nodes)
    view.put('node', keyOf.node(own, peer, ep, 'own', level, idx), { hash });
  const receiptedTo = content.kind === 'received' ? log.size : pair.receiptedTo;
  return putPair(view, { ...pair, log, receiptedTo });
}

/** Notes something that is no counterpart's affair in the authority's internal log; the leader gives it its index. */
export function noteInternally(
  view: View,
  { random, at }: Circumstances,
  own: string,
  kind: string,
  content: object,
): void {
  view.put('internal', random(16).toString('base64url'), { own, kind, content, at });
}
