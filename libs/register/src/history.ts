import type { BookReference } from '#envelope';
import type { Named } from './held.js';

/** Versions of one book that are kept in mind: years of a list that is renewed every week. Older ones are in the database. */
const VERSIONS_MAX = 256;

/** Another content than ours under a number that we have. */
export interface Differing extends Named {
  readonly ours: string;
}
export interface Comparison {
  /** Books of which the other side names a newer version than ours. */
  readonly behind: readonly Named[];
  readonly differing: readonly Differing[];
}
interface Known {
  /** Newest first; of one number, that under the newest root. */
  readonly versions: Map<number, string>;
  readonly hashes: Set<string>;
}

/**
 * Which contents every book has had here. A book's two readers name it by version and hash: what they decide on is the same
 * only where both agree, and a keeper who shows each of them another history is found out.
 */
export class BookHistory {
  private readonly books = new Map<string, Known>();

  /** @param versions newest first */
  constructor(versions: Iterable<Named>) {
    for (const { book, version, hash } of versions) {
      const known = this.books.get(book) ?? {
        versions: new Map<number, string>(),
        hashes: new Set<string>(),
      };
      this.books.set(book, known);
      if (known.hashes.size >= VERSIONS_MAX) continue;
      known.hashes.add(hash);
      if (!known.versions.has(version)) known.versions.set(version, hash);
    }
  }

  /** Whether it is one of the contents that were taken. */
  has({ book, hash }: Pick<Named, 'book' | 'hash'>): boolean {
    return this.books.get(book)?.hashes.has(hash) === true;
  }

  /** What another reader's books have that ours have not. A version that we passed over cannot be compared. */
  compare(theirs: Readonly<Record<string, BookReference>>): Comparison {
    const behind: Named[] = [];
    const differing: Differing[] = [];
    for (const [book, { version, hash }] of Object.entries(theirs)) {
      const known = this.books.get(book);
      if (known?.hashes.has(hash) === true) continue;
      const [newest = 0] = known?.versions.keys() ?? [];
      const ours = known?.versions.get(version);
      if (version > newest) behind.push({ book, version, hash });
      else if (ours !== undefined) differing.push({ book, version, hash, ours });
    }
    return { behind, differing };
  }
}
