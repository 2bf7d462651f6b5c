import { Injectable, Logger } from '@nestjs/common';
import { ValiseError, instantOf, unixSeconds } from '#core';
import type { Contradiction } from '#register';
import { DataSource, type EntityManager } from 'typeorm';
import { BookConflictRow, BookRow } from '../database/entities.js';

/** Each of up to 1 MiB. One shows that a keeper signed two histories; the rest only how many there are. */
const PROOFS_PER_BOOK_MAX = 4;
const SHOWN_MAX = 1_000;

/** As its keeper signed it: a book, or a statement about one; ours too. */
type Found = Contradiction<{ readonly version: number; readonly hash: string; readonly text: string }>;

/** Where a keeper signed two histories of its book: both texts are kept and shown, so that the keeper can be asked. */
@Injectable()
export class Conflicts {
  private readonly logger = new Logger('Books');

  constructor(private readonly database: DataSource) {}

  async prove(manager: EntityManager, found: Found, source: string): Promise<void> {
    const { book, version, hash, text, ours } = found;
    const noted: { times: number }[] = await manager.query(
      `INSERT INTO book_conflict (book, version, hash, our_version, our_hash, our_text, text, source, first_at, last_at)
       SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $9
       WHERE (SELECT count(*) FROM book_conflict WHERE book = $1) < ${PROOFS_PER_BOOK_MAX}
         OR EXISTS (SELECT 1 FROM book_conflict WHERE book = $1 AND version = $2 AND hash = $3)
       ON CONFLICT (book, version, hash) DO UPDATE SET times = book_conflict.times + 1, last_at = EXCLUDED.last_at
       RETURNING times`,
      [book, version, hash, ours.version, ours.hash, ours.text, text, source, new Date()],
    );
    // It may be delivered repeatedly; it is reported once.
    if (noted[0]?.times === 1)
      this.logger.error(`${book}: its keeper signed two histories (BOOK_CONFLICT); both are kept`);
  }

  /** Newest first, without the texts. */
  async list() {
    const rows: BookConflictRow[] = await this.database
      .getRepository(BookConflictRow)
      .createQueryBuilder('c')
      .select(WITHOUT_TEXT)
      .orderBy('c.id', 'DESC')
      .take(SHOWN_MAX)
      .getMany();
    return { items: rows.map(view) };
  }

  /** @throws ValiseError NOT_FOUND */
  async one(id: string) {
    const row = await this.database.getRepository(BookConflictRow).findOneBy({ id });
    if (!row) throw new ValiseError('NOT_FOUND', 'there is no conflict with this number');
    const { book, ourVersion: version, ourHash: hash } = row;
    const own =
      row.ourText ?? (await this.database.getRepository(BookRow).findOneBy({ book, version, hash }))?.text;
    return { ...view(row), theirText: row.text, ourText: own ?? null };
  }

  /** Books of which two histories were found, for the operator. */
  async books(): Promise<string[]> {
    const rows: { book: string }[] = await this.database.query(
      'SELECT DISTINCT book FROM book_conflict ORDER BY book',
    );
    return rows.map(({ book }) => book);
  }
}

const WITHOUT_TEXT = [
  'id',
  'book',
  'version',
  'hash',
  'ourVersion',
  'ourHash',
  'source',
  'times',
  'firstAt',
  'lastAt',
].map((column) => `c.${column}`);

function view({ id, book, version, hash, ourVersion, ourHash, source, times, ...row }: BookConflictRow) {
  return {
    ...{ id, book, source, times },
    theirs: { version, hash },
    ours: { version: ourVersion, hash: ourHash },
    firstAt: instantOf(unixSeconds(row.firstAt)),
    lastAt: instantOf(unixSeconds(row.lastAt)),
  };
}
