import { unixSeconds, type Instant } from '#core';
import { CLOCK_SKEW_SECONDS } from '#envelope';
import type { Received } from './contents.js';
import { refused, type Refused } from './refused.js';

/** A message of ours, as its receipts must name it. */
export interface OwnMessage {
  readonly D: string;
  readonly id: string;
  readonly ep: number;
  readonly n: number;
  /** Of its seal, Unix seconds. */
  readonly iat: number;
}

/**
 * Whether a receipt is for a message of ours, at a time that can be.
 *
 * @param message found by D; undefined where there is none
 * @param now Unix seconds
 * @returns RECEIPT_UNKNOWN, RECEIPT_TIME; or from when it counts: one that is dated ahead waits until our clock is there
 */
export function judgeReceived(
  received: Received,
  message: OwnMessage | undefined,
  now: number,
): { readonly ok: true; readonly effectiveAt: number } | Refused {
  const { D, id, ep, n } = received;
  if (message?.D !== D || message.id !== id || message.ep !== ep || message.n !== n)
    return refused('RECEIPT_UNKNOWN', 'the receipt is for no message of ours');
  const at = unixSeconds(received.at);
  if (at < message.iat - CLOCK_SKEW_SECONDS)
    return refused('RECEIPT_TIME', 'the receipt is older than the message');
  return { ok: true, effectiveAt: at > now + CLOCK_SKEW_SECONDS ? at : now };
}

/** What the receipts so far say of one message. */
export interface Standing {
  readonly storedAt: Instant | null;
  readonly verdict: Received | null;
}

/**
 * Takes one more receipt: the earliest `stored` and the first verdict stand.
 *
 * @returns `isContrary` for a verdict against the one that stands: it is kept, with an alarm
 */
export function standingWith(
  before: Standing,
  received: Received,
): { readonly standing: Standing; readonly isContrary: boolean } {
  const { stage, at } = received;
  const { storedAt, verdict } = before;
  const isEarlier = storedAt === null || Date.parse(at) < Date.parse(storedAt);
  return {
    standing: {
      storedAt: stage !== 'rejected' && isEarlier ? at : storedAt,
      verdict: verdict ?? (stage === 'stored' ? null : received),
    },
    isContrary: verdict !== null && stage !== 'stored' && stage !== verdict.stage,
  };
}
