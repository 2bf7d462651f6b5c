import type { VerifiedHandOver } from '#envelope';

/** What is to be written of a hand-over, and answered. */
export type HandingOver =
  | { readonly outcome: 'admitted' | 'repeated' }
  | { readonly outcome: 'refused'; readonly code: 'BOOK_CONFLICT'; readonly detail: string };

/**
 * A root hands over once, and a chain of roots is bounded.
 *
 * @param on the hand-over of that root on record, and whether the book may have no further one
 */
export function admitHandOver(
  { book, to }: Pick<VerifiedHandOver, 'book' | 'to'>,
  on: { readonly recorded: { readonly root: Buffer } | null; readonly isFull: boolean },
): HandingOver {
  if (on.recorded?.root.equals(to.der)) return { outcome: 'repeated' };
  if (on.recorded === null && !on.isFull) return { outcome: 'admitted' };
  const detail = `the root of ${book} has handed over to another one`;
  return { outcome: 'refused', code: 'BOOK_CONFLICT', detail };
}
