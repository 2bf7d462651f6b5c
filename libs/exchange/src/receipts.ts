import type { ErrorCode } from '#core';
import type { Received } from '#ledger';
import { noteReceived } from './cases.js';
import { noteInternally } from './log.js';
import type { Circumstances } from './settlement.js';
import { keyOf } from './keys.js';
import type { MessageRow, Rejection, StateRow } from './tables.js';
import type { View } from './view.js';

/** Clocks of two nodes may be so far apart, in milliseconds. */
const SKEW_MS = 300_000;

/**
 * What a receipt says of a message of ours takes effect. Stages only go forward; the first final verdict and the earliest
 * `stored` stand.
 *
 * @param leaf where it is kept if it has to wait for our clock
 * @param stale gets the case where it must be made again (`rebuildCases`): many receipts can be about one case
 * @returns why it cannot be a receipt of ours, or undefined
 */
export function takeReceipt(
  view: View,
  circumstances: Circumstances,
  own: string,
  peer: string,
  received: Received,
  leaf: string,
  stale: Set<string>,
): ErrorCode | undefined {
  const key = keyOf.message(own, peer, 'out', received.ep, received.n);
  const message = view.read('message', key);
  const state = view.read('state', key);
  if (!message || !state || message.D !== received.D) return 'RECEIPT_UNKNOWN';
  const at = Date.parse(received.at);
  if (at < message.sentAt - SKEW_MS) return 'RECEIPT_TIME';
  if (at > circumstances.at + SKEW_MS) {
    view.put('deferred', leaf, { own, peer, received, dueAt: at });
    return undefined;
  }
  if (received.stage === 'rejected') takeRejection(view, circumstances, key, message, state, received, stale);
  else takeArrival(view, circumstances, key, message, state, received, at, stale);
  return undefined;
}

function takeRejection(
  view: View,
  circumstances: Circumstances,
  key: string,
  message: MessageRow,
  state: StateRow,
  { code = '', rule }: Received,
  stale: Set<string>,
): void {
  view.remove('outbox', key);
  if (state.status === 'accepted') {
    contrary(view, circumstances, message, 'rejected', state);
    return;
  }
  if (state.status === 'rejected') return;
  const rejection: Rejection = {
    code,
    detail: 'rejected by the recipient',
    ...(rule !== undefined && { rule }),
  };
  view.put('state', key, { ...state, status: 'rejected', rejection });
  // It had no effect there, so it has none in our view of its case.
  stale.add(message.caseId);
}

function takeArrival(
  view: View,
  circumstances: Circumstances,
  key: string,
  message: MessageRow,
  state: StateRow,
  { stage }: Received,
  at: number,
  stale: Set<string>,
): void {
  if (stage === 'accepted') view.remove('outbox', key);
  if (stage === 'accepted' && state.status === 'rejected') {
    contrary(view, circumstances, message, 'accepted', state);
    return;
  }
  const storedAt = Math.min(state.storedAt ?? at, at);
  const final = stage === 'accepted' || state.status === 'accepted' || state.status === 'rejected';
  const status =
    stage === 'accepted' ? 'accepted' : final || state.status === 'void' ? state.status : 'stored';
  const acceptedAt = stage === 'accepted' ? (state.acceptedAt ?? at) : state.acceptedAt;
  const rejection = status === 'accepted' ? null : state.rejection;
  const next: StateRow = { ...state, status, storedAt, acceptedAt, rejection };
  view.put('state', key, next);
  // It was on its way when its number was voided, and arrived; or the earliest receipt came later than another.
  const isLate = state.storedAt !== null && storedAt < state.storedAt;
  if ((state.status === 'void' && status === 'accepted') || isLate) stale.add(message.caseId);
  else if (state.status !== 'void') noteReceived(view, message, next, storedAt);
}

/** Two final verdicts on one message: the first stands, and somebody must look. */
function contrary(
  view: View,
  circumstances: Circumstances,
  { own, peer, D }: MessageRow,
  stage: string,
  { status }: StateRow,
): void {
  noteInternally(view, circumstances, own, 'receipt-contrary', { peer, D, stage, stands: status });
}
