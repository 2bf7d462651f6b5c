import type { Instant } from '#core';
import { instantOf } from '#core';
import type { JudgingBasis } from './judge.js';
import { keyOf } from './keys.js';
import type { PairRow } from './tables.js';
import type { View } from './view.js';

/** What a settlement is given beside rows: one instant, one register, bytes that nobody can guess. */
export interface Circumstances {
  /** Unix milliseconds. */
  readonly at: number;
  readonly basis: JudgingBasis;
  /** Names the books of the register; a decision taken on others is taken again. */
  readonly registerMark: string;
  readonly random: (bytes: number) => Buffer;
  /** The node of a listed authority; undefined of one that no list names. */
  readonly nodeOf: (authority: string) => string | undefined;
  readonly isRevoked: (thumbprint: string, authority: string, at: number) => boolean;
  readonly bounds: Bounds;
  /** The epoch in which a pair begins that no row is there for: 1, or that of the last restore. */
  readonly firstEpoch: number;
}

export interface Bounds {
  /** Messages, and bytes of their payloads, that may wait behind a gap of one pair. */
  readonly waitingMax: number;
  readonly waitingBytesMax: number;
  /** Rows, and bytes of their bodies, that are held or quarantined of one sending node. */
  readonly nodeRowsMax: number;
  readonly nodeBytesMax: number;
  readonly attachmentBytesMax: number;
  readonly peerFilesMax: number;
  readonly peerBytesMax: number;
  /** So long a missing number is left alone before it is asked for, in milliseconds. */
  readonly resendAfterMs: number;
}

/** Treaties' clocks run in whole seconds of UTC. @param at Unix milliseconds */
export function instantAt(at: number): Instant {
  return instantOf(Math.floor(at / 1000));
}

/** Unix milliseconds without the part of a second. */
export function wholeSecond(at: number): number {
  return Math.floor(at / 1000) * 1000;
}

/** The pair's row, or the one that it begins with. */
export function pairOf(view: View, { firstEpoch }: Circumstances, own: string, peer: string): PairRow {
  return (
    view.read('pair', keyOf.pair(own, peer)) ?? {
      own,
      peer,
      outEp: firstEpoch,
      outN: 0,
      outD: null,
      outTotal: 0,
      inEp: 1,
      inN: 0,
      inD: null,
      inTotal: 0,
      gaps: [],
      waiting: [],
      log: { size: 0, hashes: [] },
      receiptedTo: 0,
      duplicates: 0,
    }
  );
}

/**
 * Makes the pair's row where there is none: a restored backup may not have known the pair. Its epoch then begins and is stated, and
 * the peer's answer says in which epoch the peer sends.
 */
export function makePair(view: View, circumstances: Circumstances, own: string, peer: string): void {
  if (!view.read('pair', keyOf.pair(own, peer))) putPair(view, pairOf(view, circumstances, own, peer));
}

export function putPair(view: View, pair: PairRow): PairRow {
  view.put('pair', keyOf.pair(pair.own, pair.peer), pair);
  return pair;
}
