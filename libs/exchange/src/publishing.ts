import type { OutboxRow } from './tables.js';

/** A log that was asked for and does not come is asked for again, with doubling pauses; its keeper may have lost it. */
const ASK_AGAIN_MS = 10_000;
const ASKS_MAX = 6;
/** 2^20 of the shortest pause is longer than any message is valid. */
const DOUBLINGS_MAX = 20;

/**
 * What is left to be published when the broker has taken a row's bytes. A message stays until it is receipted, an ask for a log
 * until the log has come; what else there is was said.
 *
 * @param receiptAfterMs after which a message without a receipt is published again, with doubling pauses up to `pauseMaxMs`
 */
export function afterPublishing(
  row: OutboxRow,
  at: number,
  receiptAfterMs: number,
  pauseMaxMs = receiptAfterMs,
): OutboxRow | null {
  const times = (row.asks ?? 0) + 1;
  if (row.kind === 'message') {
    if (row.once) return null;
    const pause = Math.min(receiptAfterMs * 2 ** Math.min(times - 1, DOUBLINGS_MAX), pauseMaxMs);
    return { ...row, asks: times, dueAt: at + pause };
  }
  if (row.until === undefined || times >= ASKS_MAX) return null;
  return { ...row, asks: times, dueAt: at + ASK_AGAIN_MS * 2 ** (times - 1) };
}
