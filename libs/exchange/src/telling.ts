import type { Checkpoint, LogAsk } from '#envelope';
import {
  answerAsk,
  ASK_PIECES_MAX,
  checkpointOf,
  edgeAt,
  EMPTY_EDGE,
  type Edge,
  type Entry,
  entryOf,
  isDue,
  piecesOf,
  rootOf,
  TELLING_ENTRIES_MAX,
  type StoredLeaf,
} from '#ledger';
import { toBase64url } from '#core';
import { newestStatement } from './internal.js';
import { keyOf } from './keys.js';
import { noteInternally } from './log.js';
import { EMPTY_MIRROR, tilesOf } from './mirroring.js';
import { type Asking, isFresh, lastLogAsk, noteLogAsk } from './requests.js';
import { type Circumstances, instantAt, pairOf } from './settlement.js';
import type { LeafRow, PairRow, ToldRow } from './tables.js';
import type { View } from './view.js';

/** A stretch of a log of ours, to be signed and published; `noteTold` when the broker has it. */
export interface ToTell {
  readonly checkpoint: Checkpoint;
  readonly entries: readonly Entry[];
}

/** An empty telling answers duplicates; so often a pair gets one at most, in milliseconds. */
const EMPTY_INTERVAL_MS = 1_000;

/**
 * What is to be told to a peer of the log that we keep for it: receipts at once, other entries when they are many, or an hour
 * after the last.
 *
 * @param evenEmpty also where nothing is new, so that who lacks something notices
 */
export function tellDue(
  view: View,
  circumstances: Circumstances,
  own: string,
  peer: string,
  evenEmpty: boolean,
): ToTell[] {
  const { at } = circumstances;
  const pair = pairOf(view, circumstances, own, peer);
  const row = toldOf(view, pair) ?? beginTelling(view, pair, at);
  const told = Math.min(row.size, pair.log.size);
  const log = {
    size: pair.log.size,
    told,
    urgent: pair.receiptedTo,
    toldAt: row.toldAt / 1000,
  };
  const isEmptyDue = evenEmpty && at - row.emptyAt >= EMPTY_INTERVAL_MS;
  if (!isEmptyDue && !isDue(log, at / 1000)) return [];
  if (isEmptyDue) putTold(view, pair, { ...row, emptyAt: at });
  return stretchesOf(view, circumstances, pair, pair.outEp, pair.log, told);
}

/**
 * What a peer asked for, of our log as it is or of one whose epoch ended. An ask is good for an hour, once: a bus that repeats it gains
 * nothing.
 *
 * @param asking of the statement that the ask came in
 * @returns nothing where the ask is not to be answered
 */
export function tellAsked(
  view: View,
  circumstances: Circumstances,
  { to: own, from: peer, ep, have, at: signed }: LogAsk,
  asking: Pick<Asking, 'hash'>,
): ToTell[] {
  const { at } = circumstances;
  const signedAt = Date.parse(signed);
  const last = lastLogAsk(view, own, peer, ep);
  if (!isFresh(circumstances, signedAt / 1000) || (last && signedAt <= last.signedAt)) return [];
  const pair = pairOf(view, circumstances, own, peer);
  const log = ep === pair.outEp ? pair.log : view.read('closedLog', keyOf.mirror(own, peer, ep))?.edge;
  if (!log && ep <= pair.outEp) return [];
  // Of an epoch that we never began there is nothing here, and whatever it has of it is more.
  const size = log?.size ?? -1;
  // Each log is answered for by itself: of two that are asked for at once neither waits for the other.
  // What it has seen is known of the epoch in which it is now; after a restore of its own it may ask for all of it again.
  const seen = seenBy(view, pair, ep);
  const answeredAt = last && last.at / 1000;
  const answer = answerAsk({ have }, { size, seen, isRestored: false, answeredAt }, at / 1000);
  if (answer.is === 'beyond') noteBeyond(view, circumstances, pair, { ep, have });
  if (answer.is !== 'told' || !log) return [];
  noteLogAsk(view, circumstances, own, peer, asking.hash, { ep, signedAt });
  return stretchesOf(view, circumstances, pair, ep, log, answer.start);
}

/** A peer has more of a log of ours than we: like a `seen` that says so, it stops our telling until somebody has looked. */
function noteBeyond(
  view: View,
  circumstances: Circumstances,
  { own, peer, outEp, inEp }: PairRow,
  asked: Pick<LogAsk, 'ep' | 'have'>,
): void {
  // Of a log that a restore ended it rightly has more than the backup knew.
  if (asked.ep < outEp) return;
  const key = keyOf.mirror(own, peer, inEp);
  const mirror = view.read('mirror', key) ?? { ...EMPTY_MIRROR, edge: EMPTY_EDGE };
  if (mirror.seenAmiss !== null) return;
  noteInternally(view, circumstances, own, 'log-seen-amiss', { peer, asked, is: 'beyond' });
  view.put('mirror', key, { ...mirror, seenAmiss: 'beyond' });
}

/** The broker has taken a telling: what it told is not told again by itself. */
export function noteTold(
  view: View,
  circumstances: Circumstances,
  { from: own, to: peer, ep, start, size }: Checkpoint,
): void {
  const pair = pairOf(view, circumstances, own, peer);
  if (ep !== pair.outEp) return;
  const { at } = circumstances;
  const row = toldOf(view, pair) ?? beginTelling(view, pair, at);
  // The answer to an ask may begin beyond what was told: the asker says that it has what is before.
  if (start <= row.size) putTold(view, pair, { ...row, size: Math.max(row.size, size), toldAt: at });
}

function stretchesOf(
  view: View,
  { at }: Circumstances,
  pair: PairRow,
  ep: number,
  log: Edge,
  start: number,
): ToTell[] {
  const { own, peer } = pair;
  const mirror = view.read('mirror', keyOf.mirror(own, peer, pair.inEp));
  // Where the peer says that it saw what cannot be, somebody must look first.
  if (mirror?.seenAmiss) return [];
  const count = Math.min(log.size - start, ASK_PIECES_MAX * TELLING_ENTRIES_MAX);
  const keys = Array.from({ length: count }, (_, index) => keyOf.leaf(own, peer, ep, 'own', start + index));
  const leaves = view.readAll('leaf', keys).map((row) => storedLeaf(row));
  const before = start === log.size ? log : edgeAt(start, tilesOf(view, own, peer, ep, 'own'));
  const seen = mirror && { ep: pair.inEp, size: mirror.edge.size, root: toBase64url(rootOf(mirror.edge)) };
  const internal = newestStatement(view, own);
  return piecesOf(before, leaves, ASK_PIECES_MAX).map((piece) => ({
    checkpoint: checkpointOf(piece, { from: own, to: peer, ep, seen, internal, at: instantAt(at) }),
    entries: piece.leaves.map((leaf) => entryOf(leaf)),
  }));
}

function storedLeaf(row: LeafRow | null): StoredLeaf {
  if (row === null) throw new Error('a leaf of a log of ours is not there');
  const { hash, salt, text } = row;
  return salt === null || text === null ? { hash, salt: null, text: null } : { hash, salt, text };
}

/** How much of our log the peer's newest checkpoint has seen. */
function seenBy(view: View, { own, peer, inEp }: PairRow, ep: number): number {
  const payload = view.read('mirror', keyOf.mirror(own, peer, inEp))?.checkpoint?.payload;
  if (payload === undefined) return 0;
  const { seen } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Pick<Checkpoint, 'seen'>;
  return seen?.ep === ep ? seen.size : 0;
}

function toldOf(view: View, { own, peer, outEp }: PairRow): ToldRow | null {
  return view.read('told', keyOf.mirror(own, peer, outEp));
}

/** The hour in which other entries than receipts are told begins with the first look at the log. */
function beginTelling(view: View, pair: PairRow, at: number): ToldRow {
  const row = { size: 0, toldAt: at, emptyAt: 0 };
  putTold(view, pair, row);
  return row;
}

function putTold(view: View, { own, peer, outEp }: PairRow, row: ToldRow): void {
  view.put('told', keyOf.mirror(own, peer, outEp), row);
}
