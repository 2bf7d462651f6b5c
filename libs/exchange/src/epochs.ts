import { toBase64url, ValiseError } from '#core';
import type { EpochStatement } from '#envelope';
import { EMPTY_EDGE, rootOf } from '#ledger';
import { MISSING_MAX, upTo } from './gaps.js';
import { keyOf } from './keys.js';
import { appendLeaf, noteInternally } from './log.js';
import { withMissing } from './numbers.js';
import { admit, type Asking } from './requests.js';
import { type Circumstances, instantAt, pairOf, putPair } from './settlement.js';
import type { EpochRow, PairRow } from './tables.js';
import type { View } from './view.js';
import { release } from './waiting.js';

const EPOCHS_A_MINUTE = 1;

type Place = NonNullable<EpochStatement['sent']>;

/** What becomes of a statement: it took effect or said what was known, nothing is answered now, or it can be none. */
export type EpochTaken =
  { readonly is: 'taken' } | { readonly is: 'refused' } | { readonly is: 'unfit'; readonly detail: string };

/** Takes the other side's statement: the beginning of an epoch of its, or its answer to ours (docs/protocol, epochs). */
export function takeEpoch(
  view: View,
  circumstances: Circumstances,
  content: EpochStatement,
  asking: Asking,
): EpochTaken {
  const { to: own, from: peer, re } = content;
  if (re !== null) {
    const detail = takeAnswer(view, circumstances, { ...content, re });
    release(view, circumstances, own, peer);
    return detail === undefined ? { is: 'taken' } : { is: 'unfit', detail };
  }
  if (!admit(view, circumstances, own, peer, 'epoch', asking.hash, EPOCHS_A_MINUTE)) return { is: 'refused' };
  takeBeginning(view, circumstances, content, asking.hash);
  release(view, circumstances, own, peer);
  return { is: 'taken' };
}

/** Their epoch begins with their own statement alone: nothing else says how far the one before it went. */
function takeBeginning(
  view: View,
  circumstances: Circumstances,
  { to: own, from: peer, ep, sent, received }: EpochStatement,
  hash: string,
): void {
  const { at } = circumstances;
  const key = keyOf.epoch(own, peer, 'in', ep);
  const known = view.read('epoch', key);
  const pair = pairOf(view, circumstances, own, peer);
  const now = { ...statement(pair, at), re: hash };
  // Written when it is given, for a restore may be behind us; but what we had of the epoch that ended is asked about.
  const answer =
    known?.hash === hash ? { ...now, received: (known.content as EpochStatement).received } : now;
  putStatement(view, own, peer, `answer ${ep}`, answer, at);
  if (ep <= pair.inEp) return;
  const before = endOfEpoch(pair, sent, at);
  putPair(view, { ...before, inEp: ep, inN: 0, inD: null });
  view.put('epoch', key, { hash, content: answer, answeredAt: at, lost: null });
  noteInternally(view, circumstances, own, 'epoch-of-peer', { peer, ep, sent });
  if (received === null || received.ep < pair.outEp) stateAgain(view, pair);
}

/** What lies beyond their last message is not waited for any more; what lies before it and is not here is missing. */
function endOfEpoch(pair: PairRow, sent: Place | null, at: number): PairRow {
  const gaps = upTo(pair.gaps, sent ?? { ep: -1, n: 0 });
  if (!sent || sent.ep < pair.inEp) return { ...pair, gaps };
  // One that nobody stated to us, and that ended too, is missing from its beginning.
  const last = sent.ep === pair.inEp ? { ...pair, gaps } : { ...pair, gaps, inEp: sent.ep, inN: 0 };
  if (sent.n <= last.inN) return last;
  const inTotal = pair.inTotal + Math.min(sent.n - last.inN, MISSING_MAX);
  return { ...last, gaps: withMissing(last, sent, at), inTotal };
}

/**
 * A peer that was restored since it answered our statement does not know our epoch. It would hold what we send in it for ever, so
 * the epoch is stated until it is answered again.
 */
function stateAgain(view: View, { own, peer, outEp }: PairRow): void {
  const key = keyOf.epoch(own, peer, 'out', outEp);
  const epoch = view.read('epoch', key);
  if (epoch && epoch.answeredAt !== null) view.put('epoch', key, { ...epoch, answeredAt: null });
}

/** @returns why it answers none of ours, or undefined */
function takeAnswer(
  view: View,
  circumstances: Circumstances,
  { to: own, from: peer, re, sent, received, ep: theirs }: EpochStatement & { readonly re: string },
): string | undefined {
  const { at } = circumstances;
  const pair = pairOf(view, circumstances, own, peer);
  const key = keyOf.epoch(own, peer, 'out', pair.outEp);
  const epoch = view.read('epoch', key);
  if (epoch?.hash !== re) return 'it answers no epoch that we began';
  // One from before a restore of theirs may say what they do not know any more.
  if (epoch.answeredAt !== null || theirs < pair.inEp) return undefined;
  const stated = epoch.content as EpochStatement;
  const lost = longer(epoch.lost, lostBetween(stated.sent, received));
  view.put('epoch', key, { ...epoch, answeredAt: at, lost });
  noteInternally(view, circumstances, own, 'epoch-answered', { peer, ep: pair.outEp, sent, received, lost });
  const now = { ...pair, outTotal: pair.outTotal + countOf(lost) - countOf(epoch.lost) };
  // Of an epoch that they have not stated yet, their statement will say what is missing before it.
  if (sent?.ep !== now.inEp || sent.n <= now.inN) {
    putPair(view, now);
    return undefined;
  }
  const inTotal = now.inTotal + Math.min(sent.n - now.inN, MISSING_MAX);
  putPair(view, { ...now, gaps: withMissing(now, sent, at), inN: sent.n, inD: sent.D, inTotal });
  return undefined;
}

/**
 * Begins a new epoch of ours after a restore from a backup, and with it a new log: its first leaf states the head of the
 * old one that the backup knows. @returns what is to be signed and stated
 */
export function beginEpoch(
  view: View,
  circumstances: Circumstances,
  own: string,
  peer: string,
  ep: number,
): { readonly content: EpochStatement; readonly pair: PairRow } {
  const { at } = circumstances;
  const pair = pairOf(view, circumstances, own, peer);
  if (ep <= pair.outEp) throw new ValiseError('INTERNAL', `the epoch ${ep} of ${own} to ${peer} is not new`);
  const content = { ...statement(pair, at), ep, re: null };
  view.put('closedLog', keyOf.mirror(own, peer, pair.outEp), { edge: pair.log });
  const { size } = pair.log;
  const last = size === 0 ? null : { ep: pair.outEp, size, root: toBase64url(rootOf(pair.log)) };
  const begun = { ...pair, outEp: ep, outN: 0, outD: null, log: EMPTY_EDGE, receiptedTo: 0 };
  noteInternally(view, circumstances, own, 'epoch-begun', { peer, ep, last });
  return {
    content,
    pair: appendLeaf(view, circumstances, begun, { kind: 'epoch', ep, last, at: instantAt(at) }),
  };
}

/** What we know of both directions, as an epoch's statement says it. */
export function statement(pair: PairRow, at: number) {
  const { own, peer, outEp, outN, outD, inEp, inN, inD } = pair;
  return {
    from: own,
    to: peer,
    ep: outEp,
    sent: outD === null ? null : { ep: outEp, n: outN, D: outD },
    received: inD === null ? null : { ep: inEp, n: inN, D: inD },
    at: instantAt(at),
  };
}

function putStatement(
  view: View,
  own: string,
  peer: string,
  which: string,
  content: object,
  at: number,
): void {
  const typ = 'valise-epoch+jws';
  view.put('outbox', keyOf.statement(own, peer, typ, which), {
    kind: 'statement',
    own,
    peer,
    typ,
    content,
    dueAt: at,
  });
}

type Lost = EpochRow['lost'];

/** Messages of ours that the other side received and our backup does not know. */
function lostBetween(sent: Place | null, received: Place | null): Lost {
  if (received === null || (sent && sent.ep !== received.ep)) return null;
  const from = (sent?.n ?? 0) + 1;
  return received.n < from ? null : { from, to: received.n };
}

/** Both begin after what our backup knows. */
function longer(one: Lost, other: Lost): Lost {
  return one && other ? (one.to < other.to ? other : one) : (one ?? other);
}

/** More than may be missing nobody needs to know of: what mirrors may hold is counted by it. */
function countOf(lost: Lost): number {
  return lost ? Math.min(lost.to - lost.from + 1, MISSING_MAX) : 0;
}
