import { toBase64url, ValiseError } from '#core';
import type { EpochStatement, Resend, Void } from '#envelope';
import { EMPTY_EDGE, rootOf } from '#ledger';
import { takePlace } from './incoming.js';
import { asked, isMissing, missing, MISSING_MAX, opened as withGap, RANGES_MAX, upTo } from './gaps.js';
import { appendLeaf, noteInternally } from './log.js';
import { type Circumstances, instantAt, pairOf, putPair } from './settlement.js';
import { keyOf } from './keys.js';
import type { AskedRow, EpochRow, PairRow } from './tables.js';
import type { View } from './view.js';
import { tellVoid } from './voiding.js';
import { release } from './waiting.js';

/** An older request is no longer valid: whatever is still missing is asked for again. */
export const AGE_SECONDS_MAX = 3_600;
const KEPT_MS = 2 * AGE_SECONDS_MAX * 1000;
const MINUTE_MS = 60_000;
/** A peer that asks, with doubling pauses, for what the bus lost of one pair stays far below it. */
const RESENDS_A_MINUTE = 10;
const EPOCHS_A_MINUTE = 1;
/**
 * Answered of one request to send again. Each message is encrypted and published again, so a request for hundreds would
 * cost the receiver hundreds of times what it costs the sender.
 */
const RESENT_AT_ONCE_MAX = 16;

/** A signed request, and when it was signed (Unix seconds). */
export interface Asking {
  readonly hash: string;
  readonly iat: number;
}

/** @returns whether it is answered; a bus that repeats it, or a peer that asks too much, gains nothing */
export function takeResend(
  view: View,
  circumstances: Circumstances,
  { to: own, from: peer, ep, ns }: Resend,
  asking: Asking,
): boolean {
  const { at } = circumstances;
  if (asking.iat < at / 1000 - AGE_SECONDS_MAX) return false;
  if (!admit(view, circumstances, own, peer, 'resend', asking.hash, RESENDS_A_MINUTE)) return false;
  const keys = ns.slice(0, RESENT_AT_ONCE_MAX).map((n) => keyOf.message(own, peer, 'out', ep, n));
  const messages = view.readAll('message', keys);
  const states = view.readAll('state', keys);
  for (const [index, message] of messages.entries()) {
    const [state, key] = [states[index], keys[index]];
    if (!message || !state || key === undefined) continue;
    if (state.status === 'void') tellVoid(view, message, state.rejection?.code ?? 'POLICY_DENIED', at);
    // What is receipted already is published once, without waiting for a receipt.
    else {
      const once = state.status === 'accepted' || state.status === 'rejected';
      view.put('outbox', key, { kind: 'message', message: key, dueAt: at, once });
    }
  }
  return true;
}

/** Asks for what is missing for long enough. @returns whether anything is asked for */
export function askForMissing(view: View, circumstances: Circumstances, own: string, peer: string): boolean {
  const { at } = circumstances;
  const pair = pairOf(view, circumstances, own, peer);
  const due = asked(pair.gaps, at, pair.inEp, RESENT_AT_ONCE_MAX);
  if (!due) return false;
  const { ep, ns } = due;
  putPair(view, { ...pair, gaps: due.gaps });
  for (const { ep: ended, from, to } of due.given)
    noteInternally(view, circumstances, own, 'numbers-given-up', { peer, ep: ended, from, to });
  if (due.given.length > 0) release(view, circumstances, own, peer);
  if (ns.length === 0) return false;
  const typ = 'valise-resend+jws';
  view.put('outbox', keyOf.statement(own, peer, typ, `${ep} ${ns[0] ?? 0}`), {
    ...{ kind: 'statement', own, peer, typ },
    content: { from: own, to: peer, ep, ns },
    dueAt: at,
  });
  return true;
}

/** A number that the other side voided: no message can have it any more. Void where it is not open. */
export function takeVoid(
  view: View,
  circumstances: Circumstances,
  { to: own, from: peer, ep, n, D }: Void,
): boolean {
  const pair = pairOf(view, circumstances, own, peer);
  const isOpen = (ep === pair.inEp && n === pair.inN + 1) || isMissing(pair.gaps, { ep, n });
  if (!isOpen) return false;
  takePlace(view, circumstances, { own, peer, ep, n, D });
  release(view, circumstances, own, peer);
  return true;
}

/** A message may take so long after the log that says it was sent, in milliseconds. */
const SENT_AGO_MS = 10_000;

/**
 * What a peer's log says was sent to us, and did not come for a while, is missing like what a later message skips.
 *
 * @returns whether anything is
 */
export function noteSent(view: View, circumstances: Circumstances, own: string, peer: string): boolean {
  const pair = pairOf(view, circumstances, own, peer);
  const sent = view.read('mirror', keyOf.mirror(own, peer, pair.inEp))?.sent;
  if (!sent || sent.n <= pair.inN || sent.readAt > circumstances.at - SENT_AGO_MS) return false;
  const gaps = withMissing(pair, sent, circumstances.at);
  // Beyond the bound of a gap it is not waited for yet.
  if (gaps === pair.gaps || missing(gaps) - missing(pair.gaps) < sent.n - pair.inN) return false;
  putPair(view, { ...pair, gaps, inN: sent.n, inD: sent.D, inTotal: pair.inTotal + sent.n - pair.inN });
  return true;
}

/** One of an ended epoch is missing too, unless it came meanwhile. @returns whether it is */
export function noteOverdue(view: View, circumstances: Circumstances, key: string): boolean {
  const row = view.read('overdue', key);
  if (!row) return false;
  const { own, peer, id, D, ep, n } = row;
  const pair = pairOf(view, circumstances, own, peer);
  if (ep < pair.inEp && pair.gaps.length >= RANGES_MAX) return false;
  view.remove('overdue', key);
  const isHere = (view.read('arrival', keyOf.arrival(own, peer, id))?.seen ?? []).some((one) => one.D === D);
  const isTaken = view.read('message', keyOf.message(own, peer, 'in', ep, n)) !== null;
  if (isHere || isTaken || ep >= pair.inEp || isMissing(pair.gaps, { ep, n })) return false;
  putPair(view, { ...pair, gaps: withGap(pair.gaps, { ep, from: n, to: n, notedAt: circumstances.at }) });
  return true;
}

type Place = NonNullable<EpochStatement['sent']>;

/**
 * Takes the other side's statement: the beginning of an epoch of its, or its answer to ours (docs/protocol, epochs).
 *
 * @returns why it cannot be one, or undefined
 */
export function takeEpoch(
  view: View,
  circumstances: Circumstances,
  content: EpochStatement,
  asking: Asking,
): string | undefined {
  const { to: own, from: peer, re } = content;
  if (re !== null) {
    const unfit = takeAnswer(view, circumstances, { ...content, re });
    release(view, circumstances, own, peer);
    return unfit;
  }
  if (!admit(view, circumstances, own, peer, 'epoch', asking.hash, EPOCHS_A_MINUTE)) return undefined;
  takeBeginning(view, circumstances, content, asking.hash);
  release(view, circumstances, own, peer);
  return undefined;
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

/** What the other side sent and we have not: it is asked for like anything that the bus lost. */
function withMissing(
  { gaps, inEp: ep, inN }: PairRow,
  last: Pick<Place, 'n'>,
  notedAt: number,
): PairRow['gaps'] {
  const room = MISSING_MAX - missing(gaps);
  const from = Math.max(inN + 1, last.n - room + 1);
  if (from > last.n || gaps.length >= RANGES_MAX) return gaps;
  return withGap(gaps, { ep, from, to: last.n, notedAt });
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

/** Each request once, and of one pair so many a minute; an epoch's statement may come any number of times. */
function admit(
  view: View,
  { at }: Circumstances,
  own: string,
  peer: string,
  kind: AskedRow['lately'][number]['kind'],
  hash: string,
  aMinute: number,
): boolean {
  const key = keyOf.pair(own, peer);
  const lately = (view.read('asked', key)?.lately ?? []).filter((one) => one.at > at - KEPT_MS);
  if (kind !== 'epoch' && lately.some((one) => one.hash === hash)) return false;
  const inMinute = lately.filter((one) => one.kind === kind && one.at > at - MINUTE_MS);
  if (inMinute.length >= aMinute) return false;
  const others = kind === 'epoch' ? lately.filter((one) => one.kind !== 'epoch') : lately;
  view.put('asked', key, { lately: [...others, { kind, hash, at, cost: 1 }] });
  return true;
}

/** The same of requests for parts of attachments, of which it is the parts that cost. */
export function admitCost(
  view: View,
  { at }: Circumstances,
  own: string,
  peer: string,
  hash: string,
  cost: number,
  aMinute: number,
): boolean {
  const key = keyOf.pair(own, peer);
  const lately = (view.read('asked', key)?.lately ?? []).filter((one) => one.at > at - KEPT_MS);
  if (lately.some((one) => one.hash === hash)) return false;
  const spent = lately
    .filter((one) => one.kind === 'range' && one.at > at - MINUTE_MS)
    .reduce((sum, one) => sum + one.cost, 0);
  if (cost > 0 && spent + cost > aMinute) return false;
  view.put('asked', key, { lately: [...lately, { kind: 'range', hash, at, cost }] });
  return true;
}
