/** A version of a book as a reader of the register keeps it. */
export interface HeldBook {
  readonly book: string;
  /** How often its keeper handed over to a new root, under which versions start again. */
  readonly era: number;
  readonly version: number;
  readonly hash: string;
  readonly content: object;
  /** Thumbprint of the root under which it was signed; null: the one that is pinned, or no keeper's. */
  readonly root: string | null;
  readonly signedAt: Date;
  readonly receivedAt: Date;
  /** The node or the person through whom it came; that is not who signed it. */
  readonly receivedFrom: string;
}

/** A content of a book, as messages and statements name it. */
export interface Named {
  readonly book: string;
  readonly version: number;
  readonly hash: string;
}
