import { keyOf } from './keys.js';
import type { Circumstances } from './settlement.js';
import type { AskedRow } from './tables.js';
import type { View } from './view.js';

/** An older request is no longer valid: whatever is still missing is asked for again. */
const AGE_SECONDS_MAX = 3_600;
const KEPT_MS = 2 * AGE_SECONDS_MAX * 1000;
const MINUTE_MS = 60_000;

/** A signed request, and when it was signed (Unix seconds). */
export interface Asking {
  readonly hash: string;
  readonly iat: number;
}

/** @param signedAt Unix seconds */
export function isFresh({ at }: Circumstances, signedAt: number): boolean {
  return signedAt >= at / 1000 - AGE_SECONDS_MAX;
}

/** Each request once, and of one pair so many a minute; an epoch's statement may come any number of times. */
export function admit(
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
