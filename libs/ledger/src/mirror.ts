import { ValiseError, type Instant } from '#core';
import type { Checkpoint } from '#envelope';
import { readContent, type Reading } from './contents.js';
import type { ReadEntry } from './leaf.js';
import { MIRRORED_BESIDES, MIRRORED_PER_OWN_NUMBER, MIRRORED_PER_PEER_NUMBER } from './limits.js';
import { readEntries } from './telling.js';
import { append, EMPTY_EDGE, EMPTY_ROOT, rootOf, type Edge, type TreeNode } from './tree.js';

/** Our copy of the log that `peer` keeps for `own`. It ends where the newest checkpoint that we hold ends. */
export interface Mirror {
  readonly own: string;
  readonly peer: string;
  /** The log's epoch. */
  readonly ep: number;
  readonly edge: Edge;
  /** Of the newest checkpoint that we hold; null before the first. */
  readonly heldAt: Instant | null;
}

/** The mirror of a log of which nothing came yet. */
export function emptyMirror(ends: Pick<Mirror, 'own' | 'peer' | 'ep'>): Mirror {
  return { ...ends, edge: EMPTY_EDGE, heldAt: null };
}

/** How many messages went each way: an honest log has only so many entries about them. */
export interface Numbers {
  /** Of ours to the peer. */
  readonly own: number;
  /** Of the peer's to us, those that are on their way included. */
  readonly peer: number;
}

/** A checkpoint that was verified and is of this log, and what came beside it, which nobody looked at. */
export interface ToldBy {
  readonly checkpoint: Checkpoint;
  readonly entries: unknown;
}

export interface MirroredLeaf {
  readonly index: number;
  readonly hash: Buffer;
  /** Null where only the hash came. */
  readonly salt: Buffer | null;
  readonly text: string | null;
  readonly reading: Reading | { readonly is: 'erased' };
}

/** Two roots of one size: ours, which the checkpoint that we hold continues, and the one that the peer signed now. */
export interface Contradiction {
  /** Which member of the new checkpoint says it. */
  readonly of: 'startRoot' | 'root';
  readonly size: number;
  readonly ours: Buffer;
  readonly theirs: Buffer;
}

export type MirrorOutcome =
  /** Nothing that we lack. `isNewer`: it is of the same head and later, so it is the one to hold. */
  | { readonly is: 'unchanged'; readonly isNewer: boolean }
  | {
      readonly is: 'appended';
      readonly mirror: Mirror;
      readonly leaves: readonly MirroredLeaf[];
      readonly nodes: readonly TreeNode[];
      /** Erased entries that no later leaf of this telling names; one must come. */
      readonly unnamed: readonly number[];
    }
  /** It begins beyond our end: keep it, and if it is still ahead in a second, ask from `have` on. */
  | { readonly is: 'ahead'; readonly code: 'LEDGER_BEHIND'; readonly have: number }
  /** The entries are not those of the checkpoint. Ask again from `have` on; anybody may have put them there. */
  | { readonly is: 'unlike'; readonly code: 'LEDGER_ENTRY'; readonly detail: string; readonly have: number }
  /** The log is longer than an honest one could be: take no more, alarm. */
  | { readonly is: 'too-long'; readonly code: 'LEDGER_ENTRY'; readonly detail: string }
  /** Its signatures contradict: take no more, alarm, keep the proof (`proveFork`). */
  | { readonly is: 'fork'; readonly code: 'LEDGER_FORK'; readonly contradiction: Contradiction };

/** Of which older sizes `mirrorTelling` needs the roots. */
export function rootsNeeded({ edge }: Mirror, { start, size }: Checkpoint): number[] {
  return [start, size].filter((one) => one > 0 && one < edge.size);
}

/**
 * What a telling does to a mirror. The root decides what is mirrored, unknown and faulty contents too. What came before, in any
 * pieces and any order, changes nothing.
 *
 * @param rootOfSize our roots at the sizes that `rootsNeeded` names
 * @throws ValiseError INPUT_INVALID for a checkpoint of another log: the caller finds the mirror by its ends and epoch
 */
export function mirrorTelling(
  mirror: Mirror,
  { checkpoint, entries }: ToldBy,
  numbers: Numbers,
  rootOfSize: (size: number) => Buffer,
): MirrorOutcome {
  const { edge, own, peer, ep } = mirror;
  const { start, size } = checkpoint;
  if (checkpoint.from !== peer || checkpoint.to !== own || checkpoint.ep !== ep)
    throw new ValiseError('INPUT_INVALID', 'the checkpoint is of another log than the mirror');

  const contradiction = contradictionIn(checkpoint, edge, rootOfSize);
  if (contradiction) return { is: 'fork', code: 'LEDGER_FORK', contradiction };
  if (size <= edge.size)
    return { is: 'unchanged', isNewer: size === edge.size && isLater(checkpoint, mirror) };
  const leavesMax = mirroredMax(numbers);
  if (size > leavesMax) return tooLong(size, leavesMax);
  if (start > edge.size) return { is: 'ahead', code: 'LEDGER_BEHIND', have: edge.size };

  const read = readEntries(entries, edge.size - start, size - start);
  if (!read.ok) return unlike(read.detail, edge);
  const { edge: longer, nodes } = append(
    edge,
    read.entries.map(({ hash }) => hash),
  );
  if (!rootOf(longer).equals(hashOf(checkpoint.root))) return unlike('they miss the root', edge);
  const leaves = read.entries.map((entry, at) => mirrored(entry, edge.size + at));
  return {
    is: 'appended',
    mirror: { ...mirror, edge: longer, heldAt: checkpoint.at },
    leaves,
    nodes,
    unnamed: unnamedIn(leaves, ep),
  };
}

/** How many leaves of a counterpart's log are taken. */
export function mirroredMax({ own, peer }: Numbers): number {
  return MIRRORED_PER_OWN_NUMBER * own + MIRRORED_PER_PEER_NUMBER * peer + MIRRORED_BESIDES;
}

function contradictionIn(
  checkpoint: Checkpoint,
  edge: Edge,
  rootOfSize: (size: number) => Buffer,
): Contradiction | undefined {
  const claims = [
    { of: 'startRoot', size: checkpoint.start, theirs: hashOf(checkpoint.startRoot) },
    { of: 'root', size: checkpoint.size, theirs: hashOf(checkpoint.root) },
  ] as const;
  for (const claim of claims) {
    if (claim.size > edge.size) continue;
    const ours =
      claim.size === edge.size ? rootOf(edge) : claim.size === 0 ? EMPTY_ROOT : rootOfSize(claim.size);
    if (!ours.equals(claim.theirs)) return { ...claim, ours };
  }
  return undefined;
}

function isLater({ at }: Checkpoint, { heldAt }: Mirror): boolean {
  return heldAt === null || Date.parse(at) > Date.parse(heldAt);
}

function mirrored(entry: ReadEntry, index: number): MirroredLeaf {
  const { hash } = entry;
  if (entry.erased) return { index, hash, salt: null, text: null, reading: { is: 'erased' } };
  const { salt, text, content } = entry;
  return { index, hash, salt, text, reading: readContent(content) };
}

function unnamedIn(leaves: readonly MirroredLeaf[], ep: number): number[] {
  const named = new Map<number, number>();
  for (const { index, reading } of leaves)
    if (reading.is === 'known' && reading.content.kind === 'erased' && reading.content.ep === ep)
      named.set(reading.content.index, index);
  return leaves
    .filter(({ index, reading }) => reading.is === 'erased' && (named.get(index) ?? -1) < index)
    .map(({ index }) => index);
}

/** A verified checkpoint's roots are hashes. */
function hashOf(text: string): Buffer {
  return Buffer.from(text, 'base64url');
}

function tooLong(size: number, leavesMax: number): MirrorOutcome {
  const detail = `${size} entries, where there can be ${leavesMax}`;
  return { is: 'too-long', code: 'LEDGER_ENTRY', detail };
}

function unlike(detail: string, edge: Edge): MirrorOutcome {
  return { is: 'unlike', code: 'LEDGER_ENTRY', detail, have: edge.size };
}
