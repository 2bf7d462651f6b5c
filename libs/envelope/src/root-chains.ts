import { type Certificate, parseCertificate } from '#trust';

/** Of one book: a root lasts for years. More would be abuse. */
export const HAND_OVERS_MAX = 16;

export interface RecordedHandOver {
  readonly book: string;
  /** Thumbprint. */
  readonly fromRoot: string;
  /** The new root, in DER. */
  readonly root: Buffer;
}
interface Stored {
  readonly book: string;
  readonly era: number;
  /** Thumbprint of the root that it is signed under; null: the one that is pinned. */
  readonly root: string | null;
}

/**
 * The roots of each book's keeper: the one that the operator pinned, then those that it was handed over to, each signed by the one
 * before. A new root counts for what comes; what is on record stays under its own until the new one signs something.
 */
export class RootChains {
  private readonly handOvers = new Map<string, Map<string, Certificate>>();
  /** Hand-overs on record that cannot be read, by book; the chain ends before them. */
  readonly unreadable: string[] = [];

  constructor(
    private readonly pinnedFor: (book: string) => Certificate | undefined,
    recorded: readonly RecordedHandOver[] = [],
  ) {
    for (const { book, fromRoot, root } of recorded) {
      const of = this.handOvers.get(book) ?? new Map<string, Certificate>();
      this.handOvers.set(book, of);
      try {
        of.set(fromRoot, parseCertificate(root));
      } catch {
        this.unreadable.push(book);
      }
    }
  }

  /** What a book that comes now must be signed under. */
  newestOf(book: string): Certificate | undefined {
    return this.all(book).at(-1);
  }

  /** Whether there may be no other hand-over of that book. */
  isFull(book: string): boolean {
    return this.all(book).length > HAND_OVERS_MAX;
  }

  /** What a book on record was signed under; where the operator has pinned another one since, that one. */
  ofStored({ book, root }: Pick<Stored, 'book' | 'root'>): Certificate | undefined {
    const chain = this.all(book);
    return chain.find(({ thumbprint }) => thumbprint === root) ?? chain[0];
  }

  /** Which era a book that is signed under `root` belongs to, after the newest on record: with a new root versions start again. */
  eraAfter(newest: Stored | null, root: string | null): number {
    if (newest === null) return 0;
    const before = newest.root ?? this.pinnedFor(newest.book)?.thumbprint;
    const successors = this.successorsOf(newest.book, before);
    return newest.era + (successors.some(({ thumbprint }) => thumbprint === root) ? 1 : 0);
  }

  /** Oldest first. */
  all(book: string): Certificate[] {
    const pinned = this.pinnedFor(book);
    return pinned ? [pinned, ...this.successorsOf(book, pinned.thumbprint)] : [];
  }

  private successorsOf(book: string, root: string | undefined): Certificate[] {
    const successors: Certificate[] = [];
    const of = this.handOvers.get(book);
    // Roots may hand over in a circle: none is followed twice.
    const passed = new Set([root]);
    let next = of?.get(root ?? '');
    while (next && !passed.has(next.thumbprint) && successors.length < HAND_OVERS_MAX) {
      successors.push(next);
      passed.add(next.thumbprint);
      next = of?.get(next.thumbprint);
    }
    return successors;
  }
}
