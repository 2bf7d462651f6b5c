import type { Payload } from '#envelope';
import { conclude, inOrder, messageKey } from './endings.js';
import { isAnyBefore } from './gaps.js';
import { type Circumstances, pairOf, putPair } from './settlement.js';
import type { ContentRow, MessageRow, PairRow, StateRow } from './tables.js';
import { readable, rejecting, type Verdict, verdictOn } from './verdict.js';
import type { View } from './view.js';

/** Judged of one pair in one transaction: its lock is held for as long, and sending waits for it. */
export const RELEASED_AT_ONCE_MAX = 50;

/**
 * Judges those that waited and before which nothing is missing any more, in their order.
 *
 * @returns whether there are more than one transaction may judge
 */
export function release(view: View, circumstances: Circumstances, own: string, peer: string): boolean {
  const pair = pairOf(view, circumstances, own, peer);
  const ready = pair.waiting.filter((place) => !isAnyBefore(pair.gaps, place)).sort(inOrder);
  const now = ready.slice(0, Math.max(0, RELEASED_AT_ONCE_MAX - releasedIn(view, pair)));
  if (now.length === 0) return ready.length > 0;
  const keys = now.map(({ ep, n }) => messageKey({ own, peer, ep, n }));
  const messages = view.readAll('message', keys);
  const contents = view.readAll('content', keys);
  const states = view.readAll('state', keys);
  const waiting = pair.waiting.filter((place) => !now.includes(place));
  putPair(view, { ...pair, waiting });
  for (const [index, message] of messages.entries()) {
    const [content, state] = [contents[index], states[index]];
    if (!message || !content || !state)
      throw new Error(`a message that waits is not stored: ${keys[index] ?? ''}`);
    judgeAgain(view, circumstances, message, content, state);
  }
  return ready.length > now.length;
}

/** How many this transaction has judged already: what waited before, and does so no more. */
function releasedIn(view: View, pair: PairRow): number {
  let released = 0;
  for (const [key, state] of view.changed('state')) {
    const before = view.loaded('state', key);
    const isOfPair = key.startsWith(`${pair.own} ${pair.peer} in `);
    if (isOfPair && before?.status === 'waiting' && state?.status !== 'waiting') released += 1;
  }
  return released;
}

/** Time went on while it waited: it may have expired, and a key that signed it may be known to be stolen. */
function judgeAgain(
  view: View,
  circumstances: Circumstances,
  message: MessageRow,
  content: ContentRow,
  state: StateRow,
): void {
  const verdict =
    lapsed(circumstances, message, content) ?? judged(view, circumstances, message, content, state);
  conclude(view, circumstances, message, verdict, { message, state, delivered: null });
}

function judged(
  view: View,
  circumstances: Circumstances,
  message: MessageRow,
  content: ContentRow,
  state: StateRow,
): Verdict {
  const read = readable(JSON.parse(content.payload.toString('utf8')) as Payload);
  if ('kind' in read) return read;
  const { sentAt } = message;
  const officers = officerRoles(content);
  const receivedAt = state.storedAt ?? circumstances.at;
  return verdictOn(view, circumstances, { ...read, officers, sentAt, receivedAt });
}

function lapsed(
  { at, isRevoked }: Circumstances,
  message: MessageRow,
  content: ContentRow,
): Verdict | undefined {
  if (message.expiresAt <= at)
    return rejecting('ENVELOPE_EXPIRED', 'it expired while it waited for the messages before it');
  return signersOf(content).some((thumbprint) => isRevoked(thumbprint, message.peer, at))
    ? rejecting('CERTIFICATE_REVOKED', 'a certificate that signed it was revoked while it waited')
    : undefined;
}

/** Thumbprints of those who signed a stored message, the seal last. */
export function signersOf({ officers, sealProtected }: ContentRow): string[] {
  return [...officers.map((officer) => officer.protected), sealProtected].map(
    (header) => headerOf(header).kid ?? '',
  );
}

/** The roles in the officers' verified headers. */
export function officerRoles({ officers }: Pick<ContentRow, 'officers'>): string[] {
  return officers.map((officer) => headerOf(officer.protected).role ?? '');
}

/** Of a header that was verified before it was stored. */
function headerOf(header: string): { kid?: string; role?: string } {
  return JSON.parse(Buffer.from(header, 'base64url').toString('utf8')) as { kid?: string; role?: string };
}
