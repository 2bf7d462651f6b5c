import { type RootChains, verifyBookStatement } from '#envelope';
import type { Certificate } from '#trust';
import type { Announced, Contradiction, OnRecord } from './admission.js';
import type { Statement } from './reader.js';
import { isTooFar } from './succession.js';

type Versioned = Omit<OnRecord, 'content'>;
type Chains = Pick<RootChains, 'eraAfter' | 'newestOf'>;

/** How what a keeper states stands to what is on record. */
export type Standing<Row> =
  /** Nothing is on record that it could be compared with; of its book, or under the keeper's new root. */
  | { readonly place: 'unknown' | 'current' | 'newer' }
  | { readonly place: 'older'; readonly newest: Row }
  | { readonly place: 'out-of-reach'; readonly code: 'BOOK_VERSION'; readonly detail: string }
  | {
      readonly place: 'conflict';
      readonly code: 'BOOK_CONFLICT';
      readonly detail: string;
      readonly proof: Contradiction<Row>;
    };

/**
 * Compares a keeper's statement with what is on record.
 *
 * @param on the newest version, of the newest era; and the one of the stated number, of several that of the newest era
 */
export function standingOf<Row extends Versioned>(
  { book, version, hash, text }: Omit<Statement, 'at'>,
  { newest, numbered }: { readonly newest: Row | null; readonly numbered: Row | null },
  chains: Chains,
): Standing<Row> {
  // The first version under a new root has not come; what is here under the old one is no other history of its. It may be confirmed.
  if (!newest || (newest.hash !== hash && awaitsNewRoot(newest, chains))) return { place: 'unknown' };
  const same = numbered?.era === newest.era ? numbered : null;
  if (same && same.hash !== hash) {
    const detail = `it states the hash ${hash} for version ${version} of ${book}, on record with ${same.hash}`;
    const proof = { book, version, hash, text, ours: same };
    return { place: 'conflict', code: 'BOOK_CONFLICT', detail, proof };
  }
  if (newest.version > version) return { place: 'older', newest };
  if (newest.version === version) return { place: 'current' };
  if (!isTooFar(version, newest.version)) return { place: 'newer' };
  const detail = `version ${version} of ${book} is too far ahead of ${newest.version}`;
  return { place: 'out-of-reach', code: 'BOOK_VERSION', detail };
}

/** Whether the keeper handed over to a new root, under which versions start again, and none of those has come. */
export function awaitsNewRoot(newest: Versioned, chains: Chains): boolean {
  return chains.eraAfter(newest, chains.newestOf(newest.book)?.thumbprint ?? null) !== newest.era;
}

/**
 * A statement on record, as a word about the version that comes: under an earlier root it says nothing of it.
 *
 * @param root the newest of the book's keeper
 */
export function announcementIn(statement: Statement, root: Certificate | undefined): Announced | null {
  const verified = verifyBookStatement(statement.text, { anchorOf: () => root, at: statement.at });
  return verified.ok ? statement : null;
}
