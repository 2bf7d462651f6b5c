import type { BookReference } from '#envelope';
import type { HeldBook, Named } from './held.js';
import type { BookHistory, Differing } from './history.js';

/** Our register, as what another reader decided on is compared with it. */
export interface Ours {
  readonly history: Pick<BookHistory, 'compare'>;
  readonly books: readonly HeldBook[];
  /** Whether the keeper's signature is here on both contents. */
  readonly isProven: (named: Named) => boolean;
  /** Whether the first version under the keeper's new root has not come. */
  readonly awaitsNewRoot: (book: HeldBook) => boolean;
  /** Whether the keeper named a newer version long ago. */
  readonly isSuperseded: (book: HeldBook) => boolean;
}

export interface Apart {
  readonly code: 'REGISTER_BEHIND' | 'BOOK_CONFLICT';
  readonly detail: string;
  /** Second histories that the other side claims to have, by a hash. */
  readonly claims: readonly Differing[];
  /** Books to ask for. */
  readonly missing: readonly string[];
}

/**
 * Why what a peer decided on its books cannot be judged on ours: it has a newer one, or another content under the same number, or its
 * keeper named a newer one than ours long ago. BOOK_CONFLICT where it is settled: the keeper signed both contents.
 *
 * @returns undefined where it can be judged
 */
export function apartFrom(theirs: Readonly<Record<string, BookReference>>, ours: Ours): Apart | undefined {
  const { behind, differing } = ours.history.compare(theirs);
  const proven = differing.find(ours.isProven);
  if (proven !== undefined) {
    const detail = `its sender has ${nameOf(proven)}, and ours is ${proven.ours}`;
    return { code: 'BOOK_CONFLICT', detail, claims: [], missing: [] };
  }
  const awaited = new Set(ours.books.filter(ours.awaitsNewRoot).map(({ book }) => book));
  const over = ours.books.filter((held) => Object.hasOwn(theirs, held.book) && ours.isSuperseded(held));
  const apart = [
    ...behind.map((one) => `it was decided on ${one.book} ${one.version}, which is newer`),
    ...differing.map((one) => `it was decided on ${nameOf(one)}, and ours is ${one.ours}`),
    ...over.map(({ book, version }) => `${book} ${version} is superseded, and the newer one has not arrived`),
  ];
  if (apart.length === 0) return undefined;
  return {
    code: 'REGISTER_BEHIND',
    detail: apart.join('; '),
    claims: differing.filter(({ book }) => !awaited.has(book)),
    missing: [...behind, ...differing, ...over].map(({ book }) => book),
  };
}

function nameOf({ book, version, hash }: Differing): string {
  return `${book} ${version} with the hash ${hash}`;
}
