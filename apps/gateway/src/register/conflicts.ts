import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Contradiction, Differing, Named } from '#register';
import { DataSource, type EntityManager, IsNull, Not } from 'typeorm';
import { Book, BookConflict } from './entities.js';

/**
 * Contents that contradict ours, each with two texts of up to 1 MiB, once, however many nodes bring it. One shows that a keeper signed two
 * histories; the rest only how many there are.
 */
const PROOFS_PER_BOOK_MAX = 4;
/** What a node may claim without showing it: a few hundred bytes each, since claims are free. */
const CLAIMS_PER_NODE_MAX = 64;
/** Of one node, not yet written down: what is claimed again comes again, and no node crowds out another's. */
const CLAIMS_WAITING_MAX = CLAIMS_PER_NODE_MAX;
const CONFLICTS_SHOWN_MAX = 1_000;

/** Of a node, or this one again. */
const HAS_ROOM_FOR_CLAIM = `(SELECT count(*) FROM book_conflict WHERE node = $8 AND NOT proven) < ${CLAIMS_PER_NODE_MAX}
  OR EXISTS (SELECT 1 FROM book_conflict WHERE book = $1 AND version = $2 AND hash = $3 AND node = $8)`;
/** Beside other contents of the book: one that is kept has its room, whichever node it comes from. */
const HAS_ROOM_FOR_PROOF = `(SELECT count(DISTINCT (version, hash)) FROM book_conflict
  WHERE book = $1 AND proven AND (version, hash) <> ($2, $3)) < ${PROOFS_PER_BOOK_MAX}`;

export type Proof = Contradiction<{
  readonly version: number;
  readonly hash: string;
  readonly text?: string;
}>;
export type ConflictSummary = Omit<BookConflict, 'text' | 'ourText' | 'answeredAt'>;
/** Nodes that showed another history and have not been sent ours. */
export interface Unanswered {
  readonly id: string;
  readonly node: string;
  readonly text: string;
}

/**
 * Two histories of one book. A peer's message only claims one, by a hash; the keeper's signed text proves it. Each side sends the
 * other its own text, so that both end with both.
 */
@Injectable()
export class BookConflicts {
  private readonly claims = new Map<string, Differing & { node: string }>();
  private proven = new Set<string>();

  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /** A content of which the keeper's signed text is here, beside another one that it contradicts. */
  isProven(named: Named): boolean {
    return this.proven.has(keyOf(named));
  }

  /** To be written down with the next `record`. */
  claim(differing: Differing, node: string): void {
    const ofNode = [...this.claims.values()].filter((claim) => claim.node === node).length;
    if (ofNode < CLAIMS_WAITING_MAX) this.claims.set(`${node} ${keyOf(differing)}`, { ...differing, node });
  }

  async record(): Promise<void> {
    for (const [key, { node, ours, ...named }] of this.claims) {
      await this.insert(this.database.manager, {
        ...named,
        ...{ node, text: null, ours: { version: named.version, hash: ours } },
        hasRoom: HAS_ROOM_FOR_CLAIM,
      });
      this.claims.delete(key);
    }
  }

  /** @param node of the bus, or '' */
  async prove(tx: EntityManager, proof: Proof, node: string): Promise<void> {
    await this.insert(tx, { ...proof, node, hasRoom: HAS_ROOM_FOR_PROOF });
    const { book, version, hash } = proof;
    // What other nodes only claimed is proven with it.
    await tx.query(
      `UPDATE book_conflict SET proven = true WHERE book = $1 AND version = $2 AND hash = $3 AND NOT proven
         AND EXISTS (SELECT 1 FROM book_conflict WHERE book = $1 AND version = $2 AND hash = $3 AND proven)`,
      [book, version, hash],
    );
  }

  /** With new books: a claimed content may turn out to be one of ours, under another root for instance. */
  async forgetRefuted(): Promise<void> {
    await this.database.query(
      `DELETE FROM book_conflict c USING book b WHERE NOT c.proven AND b.book = c.book AND b.hash = c.hash`,
    );
  }

  async reload(): Promise<void> {
    const rows: Named[] = await this.database.query(
      'SELECT DISTINCT book, version, hash FROM book_conflict WHERE proven',
    );
    this.proven = new Set(rows.map(keyOf));
  }

  /** Newest first, without the texts. */
  all(): Promise<ConflictSummary[]> {
    return this.database.query(
      `SELECT id, book, version, hash, our_version AS "ourVersion", our_hash AS "ourHash", node, times, first_at AS "firstAt",
              last_at AS "lastAt", proven
       FROM book_conflict ORDER BY id DESC LIMIT ${CONFLICTS_SHOWN_MAX}`,
    );
  }

  /** One with both signed texts; theirs is null as long as it is only claimed. */
  async one(
    id: string,
  ): Promise<{ row: BookConflict; theirs: string | null; ours: string | null } | undefined> {
    const conflicts = this.database.getRepository(BookConflict);
    const row = await conflicts.findOneBy({ id });
    if (!row) return undefined;
    const { book, version, hash, ourVersion, ourHash } = row;
    // The text is with the node that brought it first.
    const first = row.text === null ? { book, version, hash, text: Not(IsNull()) } : { id };
    const { text = null } = (await conflicts.findOneBy(first)) ?? {};
    const ofOurs = { book, version: ourVersion, hash: ourHash };
    const own = row.ourText ?? (await this.database.getRepository(Book).findOneBy(ofOurs))?.text;
    return { row, theirs: text, ours: own ?? null };
  }

  unanswered(): Promise<Unanswered[]> {
    return this.database.query(
      `SELECT c.id, c.node, b.text FROM book_conflict c
       JOIN book b ON b.book = c.book AND b.version = c.our_version AND b.hash = c.our_hash
       WHERE c.answered_at IS NULL AND c.node <> '' ORDER BY c.id LIMIT 16`,
    );
  }

  async answered(id: string): Promise<void> {
    await this.database.getRepository(BookConflict).update({ id }, { answeredAt: new Date() });
  }

  private async insert(
    manager: EntityManager,
    row: Named & {
      readonly node: string;
      readonly text: string | null;
      readonly ours: { readonly version: number; readonly hash: string; readonly text?: string };
      readonly hasRoom: string;
    },
  ): Promise<void> {
    const { book, version, hash, node, text, ours, hasRoom } = row;
    await manager.query(
      `INSERT INTO book_conflict AS known
         (book, version, hash, our_version, our_hash, our_text, text, proven, node, first_at, last_at)
       SELECT $1, $2, $3, $4, $5, $6, CASE WHEN other.proven THEN NULL ELSE $7 END, other.proven OR $7 IS NOT NULL, $8, $9, $9
       FROM (SELECT count(*) > 0 AS proven FROM book_conflict
             WHERE book = $1 AND version = $2 AND hash = $3 AND text IS NOT NULL) AS other
       WHERE ${hasRoom}
       ON CONFLICT (book, version, hash, node) DO UPDATE
         SET times = known.times + 1, last_at = EXCLUDED.last_at, text = coalesce(known.text, EXCLUDED.text),
             proven = known.proven OR EXCLUDED.proven`,
      [book, version, hash, ours.version, ours.hash, ours.text ?? null, text, node, new Date()],
    );
  }
}

function keyOf({ book, version, hash }: Named): string {
  return `${book} ${version} ${hash}`;
}
