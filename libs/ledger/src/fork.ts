import { toBase64url } from '#core';
import { sha256Text, type Checkpoint, type Jws } from '#envelope';
import { z } from 'zod';
import { verifyCheckpoint, type Judging } from './checkpoint.js';
import { issueText } from './contents.js';
import type { Contradiction } from './mirror.js';
import { consistencyPath, consistencyTiles, verifyConsistency } from './proofs.js';
import { refused, type Refused } from './refused.js';
import type { ReadTile, Tile } from './tiles.js';

/**
 * Proof that an authority signed two histories of one log: at `size` the checkpoint `claim` states one root, and the
 * checkpoint `held` continues a tree that has another one there.
 */
export interface ForkProof {
  readonly claim: Jws;
  /** Which member of `claim` states it. */
  readonly of: 'startRoot' | 'root';
  readonly held: Jws;
  /** The root at the claim's size, and the consistency proof from there to the head of `held`. */
  readonly root: string;
  readonly path: readonly string[];
}

/** Sizes below 2^53 make no longer proof. */
const PATH_HASHES_MAX = 64;

const forkSchema = z.strictObject({
  claim: z.unknown(),
  of: z.enum(['startRoot', 'root']),
  held: z.unknown(),
  root: sha256Text,
  path: z.array(sha256Text).max(PATH_HASHES_MAX),
});

/** What `proveFork` reads. @param size of our mirror, where the checkpoint that we hold ends */
export function forkTiles(contradiction: Contradiction, size: number): Tile[] {
  return consistencyTiles(contradiction.size, size);
}

/** Makes the proof of what `mirrorTelling` found. @param claim the checkpoint that came; `held` the one that the mirror ends with */
export function proveFork(
  contradiction: Contradiction,
  { claim, held, size }: { readonly claim: Jws; readonly held: Jws; readonly size: number },
  read: ReadTile,
): ForkProof {
  const { of, ours } = contradiction;
  const path = consistencyPath(contradiction.size, size, read).map(toBase64url);
  return { claim, of, held, root: toBase64url(ours), path };
}

export interface VerifiedFork {
  readonly ok: true;
  readonly claim: Checkpoint;
  readonly held: Checkpoint;
  /** Where the histories differ at the latest. */
  readonly size: number;
}

/** Verifies a proof alone, by the certificates of the authority that is accused. Never throws. */
export function verifyFork(proof: unknown, judging: Judging): VerifiedFork | Refused {
  const parsed = forkSchema.safeParse(proof);
  if (!parsed.success) return refused('EVIDENCE_FORMAT', `fork ${issueText(parsed.error)}`);
  const { of, root, path } = parsed.data;
  const claim = verifyCheckpoint(parsed.data.claim, judging);
  if (!claim.ok) return claim;
  const held = verifyCheckpoint(parsed.data.held, judging);
  if (!held.ok) return held;
  if (!isSameLog(claim.content, held.content))
    return refused('EVIDENCE_DIGEST', 'the checkpoints are of two logs');
  const { start, startRoot, size: end, root: endRoot } = claim.content;
  const [size, claimed] = of === 'startRoot' ? [start, startRoot] : [end, endRoot];
  const isConsistent = verifyConsistency({
    first: size,
    second: held.content.size,
    firstRoot: bytesOf(root),
    secondRoot: bytesOf(held.content.root),
    path: path.map(bytesOf),
  });
  if (!isConsistent || claimed === root)
    return refused('EVIDENCE_DIGEST', 'it does not prove that the checkpoints contradict');
  return { ok: true, claim: claim.content, held: held.content, size };
}

/** A size at which two checkpoints of one log state different roots, each by itself; undefined where they need more proof, or none. */
export function contradictorySize(one: Checkpoint, other: Checkpoint): number | undefined {
  if (!isSameLog(one, other)) return undefined;
  const stated = new Map([
    [one.start, one.startRoot],
    [one.size, one.root],
  ]);
  const differs = (size: number, root: string) => (stated.get(size) ?? root) !== root;
  if (differs(other.start, other.startRoot)) return other.start;
  return differs(other.size, other.root) ? other.size : undefined;
}

function isSameLog(one: Checkpoint, other: Checkpoint): boolean {
  return one.from === other.from && one.to === other.to && one.ep === other.ep;
}

function bytesOf(hash: string): Buffer {
  return Buffer.from(hash, 'base64url');
}
