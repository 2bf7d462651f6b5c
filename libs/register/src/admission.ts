import type { ErrorCode } from '#core';
import type { RootChains } from '#envelope';
import { type BookAmounts, type BookBounds, excessOf } from './amounts.js';
import type { HeldBook, Named } from './held.js';
import type { ReadBook, Statement } from './reader.js';
import { successionOf } from './succession.js';

/** What of a version on record its successors are compared with. */
export type OnRecord = Pick<HeldBook, 'book' | 'era' | 'version' | 'hash' | 'root'> & {
  readonly content: unknown;
};

/** All that a reader has of the book that comes; read under the book's lock. */
export interface BookRecord<Row extends OnRecord> {
  /** The newest version, of the newest era. */
  readonly newest: Row | null;
  /** The version with the number that comes; of several the one of the newest era. */
  readonly numbered: Row | null;
  readonly amounts: BookAmounts;
  /** Its keeper's word that there is a newer version than ours, where the reader keeps such words. */
  readonly announced: Announced | null;
}
export type Announced = Pick<Statement, 'version' | 'hash' | 'text'>;

export interface Rules {
  readonly chains: Pick<RootChains, 'eraAfter'>;
  readonly bounds: BookBounds;
}

/** Two contents that one keeper signed: what comes, and what is on record. */
export interface Contradiction<Ours> extends Named {
  readonly text: string;
  readonly ours: Ours;
}

/** What is to be written, and what is to be answered. */
export type Admission<Row> =
  | {
      readonly outcome: 'admitted';
      /** The row to insert; who brought it, and when, the reader adds. */
      readonly row: ReadBook & { readonly era: number };
      /** What was in force until now. */
      readonly supersedes: Row | null;
      /** Whether the announcement is settled by it, and to be removed. */
      readonly endsAnnouncement: boolean;
    }
  | { readonly outcome: 'repeated'; readonly held: Row }
  | { readonly outcome: 'refused'; readonly code: ErrorCode; readonly detail: string }
  /** Refused too, and kept as proof against the keeper. */
  | {
      readonly outcome: 'conflict';
      readonly code: 'BOOK_CONFLICT';
      readonly detail: string;
      readonly proof: Contradiction<Row | Announced>;
    };

/**
 * Puts a well signed book beside those on record: newer, extending what is there, not too much, and as announced. The one admission of
 * depositaries and nodes; they load the record, and write what this says.
 */
export function admit<Row extends OnRecord>(
  coming: ReadBook,
  { newest, numbered, amounts, announced }: BookRecord<Row>,
  { chains, bounds }: Rules,
): Admission<Row> {
  const { book, version, hash, text } = coming;
  const era = chains.eraAfter(newest, coming.root);
  const ofEra = (row: Row | null) => (row?.era === era ? row : null);
  const succession = successionOf(coming, { same: ofEra(numbered), newest: ofEra(newest) });
  switch (succession.kind) {
    case 'known':
      return { outcome: 'repeated', held: succession.held };
    case 'refused':
      return { outcome: 'refused', code: succession.code, detail: succession.detail };
    case 'conflict':
      return conflict(coming, succession.ours, succession.detail);
    case 'newer':
  }
  const excess = excessOf({ book, version, bytes: Buffer.byteLength(text) }, amounts, bounds);
  if (excess) return { outcome: 'refused', ...excess };
  // With the first book under a new root what was said under the old one is over.
  const begins = ofEra(newest) === null;
  if (announced && !begins && announced.version === version && announced.hash !== hash)
    return conflict(
      coming,
      announced,
      `its keeper stated the hash ${announced.hash} for ${book} ${version}, this one has ${hash}`,
    );
  const endsAnnouncement = announced !== null && (begins || announced.version <= version);
  return { outcome: 'admitted', row: { ...coming, era }, supersedes: newest, endsAnnouncement };
}

function conflict<Ours>({ book, version, hash, text }: ReadBook, ours: Ours, detail: string) {
  const proof = { book, version, hash, text, ours };
  return { outcome: 'conflict', code: 'BOOK_CONFLICT', detail, proof } as const;
}
