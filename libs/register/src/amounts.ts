/** The span in which versions are counted. */
export const BOOK_DAY_MS = 86_400_000;

/** What is on record of one book, under all its roots: no version is ever deleted. */
export interface BookAmounts {
  /** Versions that came within the last BOOK_DAY_MS. */
  readonly lately: number;
  /** Of all versions, as signed. */
  readonly bytes: number;
}
export interface BookBounds {
  readonly bookVersionsPerDayMax: number;
  readonly bookBytesMax: number;
}
export interface BookExcess {
  readonly code: 'RATE_LIMITED' | 'STORAGE_FULL';
  readonly detail: string;
}

/**
 * Whether one more version of a book is too much: every reader keeps all of them, and a keeper could sign valid ones without end. One that is
 * refused by the day is taken later, or a newer one in its place; where a book has all its bytes, people must ask its keeper.
 */
export function excessOf(
  { book, version, bytes }: { readonly book: string; readonly version: number; readonly bytes: number },
  kept: BookAmounts,
  { bookVersionsPerDayMax, bookBytesMax }: BookBounds,
): BookExcess | undefined {
  if (kept.lately >= bookVersionsPerDayMax)
    return {
      code: 'RATE_LIMITED',
      detail: `${book} ${version} would be more than ${bookVersionsPerDayMax} versions of it within 24 hours`,
    };
  if (kept.bytes + bytes > bookBytesMax)
    return {
      code: 'STORAGE_FULL',
      detail: `with ${version}, all versions of ${book} would have more than ${bookBytesMax} bytes`,
    };
  return undefined;
}
