import type { OutboxRow } from './tables.js';

/** A log that was asked for and does not come is asked for again, with doubling pauses; its keeper may have lost it. */
const ASK_AGAIN_MS = 10_000;
const ASKS_MAX = 6;

/**
 * What is left to be published when the broker has taken a row's bytes. A message stays until it is receipted, an ask for a log
 * until the log has come; what else there is was said.
 *
 * @param receiptAfterMs after which a message without a receipt is published again
 */
export function afterPublishing(row: OutboxRow, at: number, receiptAfterMs: number): OutboxRow | null {
  if (row.kind === 'message') return row.once ? null : { ...row, dueAt: at + receiptAfterMs };
  const asks = (row.asks ?? 0) + 1;
  if (row.until === undefined || asks >= ASKS_MAX) return null;
  return { ...row, asks, dueAt: at + ASK_AGAIN_MS * 2 ** (asks - 1) };
}
