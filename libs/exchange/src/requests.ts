import { keyOf } from './keys.js';
import type { Circumstances } from './settlement.js';
import type { AskedRow } from './tables.js';
import type { View } from './view.js';

/** An older request is no longer valid: whatever is still missing is asked for again. */
const AGE_SECONDS_MAX = 3_600;
/** One that is dated later could be repeated once it is forgotten here that it was answered. Clocks may be so far apart. */
const AHEAD_SECONDS_MAX = 300;
const KEPT_MS = 2 * AGE_SECONDS_MAX * 1000;
const MINUTE_MS = 60_000;

/** A signed request, and when it was signed (Unix seconds). */
export interface Asking {
  readonly hash: string;
  readonly iat: number;
}

/** @param signedAt Unix seconds */
export function isFresh({ at }: Circumstances, signedAt: number): boolean {
  const now = at / 1000;
  return signedAt >= now - AGE_SECONDS_MAX && signedAt <= now + AHEAD_SECONDS_MAX;
}

/**
 * Requests of one kind that are remembered of one pair. A large attachment takes thousands of them, each for other parts, and parts
 * that were served before are counted. Of those to resend, ten a minute are answered while one is fresh, for up to 65 minutes.
 */
const REQUESTS_KEPT_MAX = 700;

/**
 * Each request once, and of one pair so much a minute; an epoch's statement may come any number of times.
 *
 * @param cost of answering it; what costs nothing is answered whatever was answered before
 */
export function admit(
  view: View,
  { at }: Circumstances,
  own: string,
  peer: string,
  kind: AskedRow['lately'][number]['kind'],
  hash: string,
  aMinute: number,
  cost = 1,
): boolean {
  const key = keyOf.pair(own, peer);
  const lately = (view.read('asked', key)?.lately ?? []).filter((one) => one.at > at - KEPT_MS);
  if (kind !== 'epoch' && lately.some((one) => one.hash === hash)) return false;
  const spent = lately
    .filter((one) => one.kind === kind && one.at > at - MINUTE_MS)
    .reduce((sum, one) => sum + one.cost, 0);
  if (cost > 0 && spent + cost > aMinute) return false;
  const ofKind =
    kind === 'epoch' ? [] : lately.filter((one) => one.kind === kind).slice(1 - REQUESTS_KEPT_MAX);
  const others = lately.filter((one) => one.kind !== kind);
  view.put('asked', key, { lately: [...others, ...ofKind, { kind, hash, at, cost }] });
  return true;
}

/** The last ask of a peer for a log that was answered: when, and when it was signed. Unix milliseconds. */
export interface LogAsked {
  readonly at: number;
  readonly signedAt: number;
}

export function lastLogAsk(view: View, own: string, peer: string, ep: number): LogAsked | null {
  const last = view.read('asked', keyOf.pair(own, peer))?.lately.find(({ log }) => log?.ep === ep);
  return last?.log ? { at: last.at, signedAt: last.log.signedAt } : null;
}

/** A peer may ask each second, so the last one stands for all before it: none that was signed before it is answered any more. */
export function noteLogAsk(
  view: View,
  { at }: Circumstances,
  own: string,
  peer: string,
  hash: string,
  log: { readonly ep: number; readonly signedAt: number },
): void {
  const key = keyOf.pair(own, peer);
  const lately = (view.read('asked', key)?.lately ?? []).filter((one) => one.at > at - KEPT_MS);
  const others = lately.filter((one) => one.log?.ep !== log.ep);
  view.put('asked', key, { lately: [...others, { kind: 'log', hash, at, cost: 1, log }] });
}
