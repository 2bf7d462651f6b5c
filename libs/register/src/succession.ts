import { canonicalJson } from '#core';

/**
 * How far a version's number may be ahead of the one on record: years of a list that is renewed daily. Without a bound,
 * an attacker with a register key for an hour could use up all numbers.
 */
export const BOOK_VERSION_JUMP_MAX = 1_000;

export interface Coming {
  readonly book: string;
  readonly version: number;
  readonly hash: string;
  readonly content: unknown;
}
interface Version {
  readonly version: number;
  readonly hash: string;
  readonly content: unknown;
}
type RefusalCode = 'BOOK_NOT_NEWER' | 'BOOK_SIGNATURE' | 'BOOK_VERSION';
export type Succession<Row> =
  | { readonly kind: 'newer' }
  | { readonly kind: 'known'; readonly held: Row }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly detail: string }
  /** Two histories of one keeper: `ours` is the one on record. */
  | {
      readonly kind: 'conflict';
      readonly code: 'BOOK_CONFLICT';
      readonly detail: string;
      readonly ours: Row;
    };

/**
 * Whether a well signed version goes on where the ones on record ended: the one rule of depositaries and nodes.
 *
 * @param on the newest version on record, and the one of the number that comes, where there is one
 */
export function successionOf<Row extends Version>(
  coming: Coming,
  { same, newest }: { readonly same: Row | null; readonly newest: Row | null },
): Succession<Row> {
  const { book, version, hash, content } = coming;
  const name = `${book} ${version}`;
  if (same?.hash === hash) return { kind: 'known', held: same };
  const parties = otherParties((same ?? newest)?.content, content);
  // No conflict: a pair that chose the name of others' arrangement does not accuse them of two histories.
  if (parties !== undefined) return refused('BOOK_SIGNATURE', `${name} is of others: ${parties}`);
  if (same) return conflict(same, `${name} is on record with the hash ${same.hash}, this one has ${hash}`);
  if (!newest) return { kind: 'newer' };
  if (newest.version >= version)
    return refused('BOOK_NOT_NEWER', `${name} is not newer than ${newest.version}, which is on record`);
  if (isTooFar(version, newest.version))
    return refused(
      'BOOK_VERSION',
      `${name} is more than ${BOOK_VERSION_JUMP_MAX} versions ahead of ${newest.version}, which is on record`,
    );
  const rewritten = rewritingOf(newest.content, content);
  if (rewritten === undefined) return { kind: 'newer' };
  return conflict(newest, `${name} does not extend ${newest.version}: ${rewritten}`);
}

/** Whether a number is out of reach from the one on record, regardless of the signer. */
export function isTooFar(version: number, onRecord: number): boolean {
  return version > onRecord + BOOK_VERSION_JUMP_MAX;
}

interface Recorded {
  readonly events?: readonly unknown[];
  readonly agreements?: readonly unknown[];
}

/**
 * Only the two parties of an arrangement may change it. Without this check any other two could sign a newer version under the
 * same name, and so end it.
 */
function otherParties(older: unknown, newer: unknown): string | undefined {
  const [before, after] = [older, newer].map((content) => {
    const { between } = (content ?? {}) as { readonly between?: readonly string[] };
    return between && [...between].sort().join(' and ');
  });
  if (before === undefined || before === after) return undefined;
  return `the one on record is between ${before}, this one between ${after ?? 'nobody'}`;
}

/** What of the older version's record the newer one has changed or left out. Other books than treaty books have no record. */
function rewritingOf(older: unknown, newer: unknown): string | undefined {
  const [before, after] = [older ?? {}, newer] as [Recorded, Recorded];
  return (
    missing('event', keyOfEvent, before.events, after.events) ??
    missing('agreement', keyOfAgreement, before.agreements, after.agreements)
  );
}

function missing(
  what: string,
  keyOf: (entry: unknown) => string,
  before: readonly unknown[] | undefined,
  after: readonly unknown[] | undefined,
): string | undefined {
  const older = new Map(before?.map((entry) => [canonicalJson(entry), keyOf(entry)]));
  const newer = new Map(after?.map((entry) => [canonicalJson(entry), keyOf(entry)]));
  const keys = new Set(older.values());
  // Also where the old one stands beside it: two statements on one event are a change.
  const changed = [...newer].find(([text, key]) => !older.has(text) && keys.has(key));
  if (changed) return `the ${what} ${changed[1]} is changed`;
  const gone = [...older].find(([text]) => !newer.has(text));
  return gone && `the ${what} ${gone[1]} is gone`;
}

/** What an event is, beside its details: the depositary's own database has one of each. */
function keyOfEvent(entry: unknown): string {
  const { instrument, state, event, on } = entry as Readonly<Record<string, unknown>>;
  return [instrument, state, event, on].map(String).join(' ');
}

function keyOfAgreement(entry: unknown): string {
  return String((entry as { id?: unknown }).id);
}

function refused(code: RefusalCode, detail: string): Succession<never> {
  return { kind: 'refused', code, detail };
}

function conflict<Row>(ours: Row, detail: string): Succession<Row> {
  return { kind: 'conflict', code: 'BOOK_CONFLICT', detail, ours };
}
