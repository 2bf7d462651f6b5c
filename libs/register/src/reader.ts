import type { Resolve } from '#envelope';
import type { Certificate, Crl } from '#trust';
import type { Named } from './held.js';
import type { Refused } from './refusals.js';

/** Whose register it is. Both read by the same rules; what they take differs. */
export type Reader =
  | {
      readonly kind: 'node';
      /** Authorities that it serves: of what two authorities agreed between themselves, only theirs is taken. */
      readonly own: readonly string[];
      /** The certificates of authorities, whose seals sign such agreements. */
      readonly resolve: Resolve;
    }
  /** Relays lists, and takes nothing else; every node relies on what it took. */
  | { readonly kind: 'depositary' };

/** What a signed text is read by. */
export interface Reading {
  readonly reader: Reader;
  /** The roots of a book's keeper, oldest first: what comes now must be signed under the newest. None are pinned for a stranger. */
  readonly rootsOf: (book: string) => readonly Certificate[];
  /** Revocation lists of the version on record. */
  readonly crlsOf: (book: string) => readonly Crl[];
  readonly at: Date;
}

/** A book that its keeper signed, or both authorities that it is between, and that can be read. */
export interface ReadBook extends Named {
  readonly content: object;
  /** As it was signed. */
  readonly text: string;
  readonly signedAt: Date;
  /** Thumbprint of the root under which it is signed; null where two authorities signed it. */
  readonly root: string | null;
}
/** A keeper's word that a version is its newest. */
export interface Statement extends Named {
  readonly at: Date;
  readonly text: string;
}
/** With `repeats` where it is well signed all the same, and so of no effect rather than false, where the reader has it on record. */
export type Unread = Refused & { readonly repeats?: Named };
/** A book repeats under any root of its keeper: what is on record was good when it came. */
export type BookAnswer = { readonly ok: true; readonly book: ReadBook } | Unread;
/** A statement repeats under an earlier root of its keeper, before that root handed over. */
export type StatementAnswer = { readonly ok: true; readonly statement: Statement } | Unread;
