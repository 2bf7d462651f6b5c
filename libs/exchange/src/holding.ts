import type { ErrorCode } from '#core';
import { countRefused, type Delivered, keepInQuarantine, useOf } from './endings.js';
import type { Circumstances } from './settlement.js';
import { keyOf } from './keys.js';
import { storable } from './verdict.js';
import type { View } from './view.js';

const RETRY_SECONDS = 5;
const RETRY_SECONDS_MAX = 600;
/** A day of retries: if a certificate, a book or an epoch's statement has not arrived by then, a person must act. */
const ATTEMPTS_MAX = 150;

/** When what was held so often is tried again, in milliseconds from now. */
export function pauseBefore(attempts: number): number {
  return 1000 * Math.min(RETRY_SECONDS * 2 ** Math.min(attempts, 10), RETRY_SECONDS_MAX);
}

/**
 * Keeps a delivery that a newer book, a certificate or the statement of an epoch will let us judge. Anybody can send such
 * deliveries, even without a listed certificate, so what is held of each sending node is bounded, and the rest is counted. Nothing is
 * lost: messages are sent again until they are receipted, and statements with them.
 */
export function hold(
  view: View,
  circumstances: Circumstances,
  { node, body, attempts, readableBy }: Delivered,
  {
    code,
    detail,
    D = null,
  }: { readonly code: ErrorCode; readonly detail: string; readonly D?: string | null },
): void {
  const { at, bounds } = circumstances;
  if (attempts > ATTEMPTS_MAX) {
    const unknown = { rule: null, authority: readableBy ?? null, sender: null, message: null };
    keepInQuarantine(view, circumstances, { ...unknown, code, detail, node, body });
    return;
  }
  const key = keyOf.held(node, D ?? body.sha256);
  if (view.read('held', key)) return;
  const use = useOf(view, node);
  if (use.heldRows >= bounds.nodeRowsMax || use.heldBytes + body.bytes > bounds.nodeBytesMax) {
    countRefused(view, node, 'held');
    return;
  }
  view.put('nodeUse', node, { ...use, heldRows: use.heldRows + 1, heldBytes: use.heldBytes + body.bytes });
  const nextAttemptAt = at + pauseBefore(attempts);
  view.put('held', key, { node, code, detail: storable(detail), D, body, attempts, nextAttemptAt });
}

/** A held delivery is received as if it had just come: its row goes, and may come back. */
export function takeUp(view: View, delivered: Delivered): void {
  const key = heldKey(delivered);
  const row = view.read('held', key);
  if (!row) return;
  view.remove('held', key);
  const { node, body } = row;
  const use = useOf(view, node);
  view.put('nodeUse', node, { ...use, heldRows: use.heldRows - 1, heldBytes: use.heldBytes - body.bytes });
}

/** Of the row that a delivery may have come from. */
export function heldKey({ held, node, body }: Delivered): string {
  return held ?? keyOf.held(node, body.sha256);
}
