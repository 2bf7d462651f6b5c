import type { Resend, Void } from '#envelope';
import { takePlace } from './incoming.js';
import { asked, isMissing, missing, MISSING_MAX, opened as withGap, RANGES_MAX } from './gaps.js';
import { noteInternally } from './log.js';
import { admit, type Asking, isFresh } from './requests.js';
import { type Circumstances, pairOf, putPair } from './settlement.js';
import { keyOf } from './keys.js';
import type { PairRow } from './tables.js';
import type { View } from './view.js';
import { tellVoid } from './voiding.js';
import { release } from './waiting.js';

/** A peer that asks, with doubling pauses, for what the bus lost of one pair stays far below it. */
const RESENDS_A_MINUTE = 10;
/**
 * Answered of one request to send again. Each message is encrypted and published again, so a request for hundreds would
 * cost the receiver hundreds of times what it costs the sender.
 */
const RESENT_AT_ONCE_MAX = 16;

/** @returns whether it is answered; a bus that repeats it, or a peer that asks too much, gains nothing */
export function takeResend(
  view: View,
  circumstances: Circumstances,
  { to: own, from: peer, ep, ns }: Resend,
  asking: Asking,
): boolean {
  const { at } = circumstances;
  if (!isFresh(circumstances, asking.iat)) return false;
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
  const due = asked(pair.gaps, at, pair.inEp, RESENT_AT_ONCE_MAX, circumstances.bounds.resendAfterMs);
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

/**
 * What a peer's log says was sent to us, and did not come for a while, is missing like what a later message skips.
 *
 * @returns whether anything is
 */
export function noteSent(view: View, circumstances: Circumstances, own: string, peer: string): boolean {
  const pair = pairOf(view, circumstances, own, peer);
  const sent = view.read('mirror', keyOf.mirror(own, peer, pair.inEp))?.sent;
  if (!sent || sent.n <= pair.inN || sent.readAt > circumstances.at - circumstances.bounds.resendAfterMs)
    return false;
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

/** What the other side sent and we have not: it is asked for like anything that the bus lost. */
export function withMissing(
  { gaps, inEp: ep, inN }: PairRow,
  last: { readonly n: number },
  notedAt: number,
): PairRow['gaps'] {
  const room = MISSING_MAX - missing(gaps);
  const from = Math.max(inN + 1, last.n - room + 1);
  if (from > last.n || gaps.length >= RANGES_MAX) return gaps;
  return withGap(gaps, { ep, from, to: last.n, notedAt });
}
