import { Injectable } from '@nestjs/common';
import { instantOf, unixSeconds } from '#core';
import { type PageQuery, page } from '#service';
import { DataSource, type EntityManager } from 'typeorm';
import { BookRow, type BookVersion, StatementRow } from '../database/entities.js';

const IS_NEWEST = 'b.version = (SELECT max(n.version) FROM book n WHERE n.book = b.book)';
/** A page of books must not carry megabytes of texts through memory. */
const WITHOUT_TEXT = ['b.book', 'b.version', 'b.hash', 'b.receivedAt', 'b.receivedBy'];

export interface Statement {
  readonly book: string;
  readonly version: number;
  readonly hash: string;
  readonly at: Date;
  readonly text: string;
}

/** The books as their keepers signed them, every version, and the newest statement about each. */
@Injectable()
export class Shelf {
  constructor(private readonly database: DataSource) {}

  /** Writers of one book go one after the other until the transaction ends. */
  async lock(manager: EntityManager, book: string): Promise<void> {
    await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [book]);
  }

  newest(book: string, manager: EntityManager = this.database.manager): Promise<BookRow | null> {
    return manager.findOne(BookRow, { where: { book }, order: { version: 'DESC' } });
  }

  exact(
    book: string,
    version: number,
    manager: EntityManager = this.database.manager,
  ): Promise<BookRow | null> {
    return manager.findOneBy(BookRow, { book, version });
  }

  async add(manager: EntityManager, row: BookVersion): Promise<void> {
    await manager.insert(BookRow, row);
  }

  /** @returns false where a later statement is there already */
  async state(manager: EntityManager, { book, version, hash, at, text }: Statement): Promise<boolean> {
    const written: unknown[] = await manager.query(
      `INSERT INTO statement (book, version, hash, at, text) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (book) DO UPDATE
         SET version = EXCLUDED.version, hash = EXCLUDED.hash, at = EXCLUDED.at, text = EXCLUDED.text
         WHERE (statement.at, statement.version) < (EXCLUDED.at, EXCLUDED.version)
       RETURNING book`,
      [book, version, hash, at, text],
    );
    return written.length > 0;
  }

  statements(manager: EntityManager = this.database.manager): Promise<StatementRow[]> {
    return manager.find(StatementRow, { order: { book: 'ASC' } });
  }

  /** The newest version of every book that is newer than what the asker has. */
  newerThan(have: Readonly<Record<string, number>>, manager: EntityManager): Promise<BookRow[]> {
    return manager
      .createQueryBuilder(BookRow, 'b')
      .where(IS_NEWEST)
      .andWhere('b.version > coalesce(CAST(CAST(:have AS jsonb) ->> b.book AS int), 0)', {
        have: JSON.stringify(have),
      })
      .orderBy('b.book')
      .getMany();
  }

  /** Each book with its newest version; its age counts from the keeper's last statement about it. */
  async overview(now: Date) {
    const books = await this.database
      .createQueryBuilder(BookRow, 'b')
      .select(WITHOUT_TEXT)
      .where(IS_NEWEST)
      .orderBy('b.book')
      .getMany();
    const statements = new Map((await this.statements()).map((row) => [row.book, row]));
    return {
      items: books.map((row) => {
        const statement = statements.get(row.book);
        return {
          ...versionView(row),
          statement: statement
            ? { version: statement.version, hash: statement.hash, at: instantOf(unixSeconds(statement.at)) }
            : null,
          ageSeconds: statement ? Math.max(0, unixSeconds(now) - unixSeconds(statement.at)) : null,
        };
      }),
    };
  }

  async versions(book: string, query: PageQuery) {
    const select = this.database
      .getRepository(BookRow)
      .createQueryBuilder('b')
      .select(WITHOUT_TEXT)
      .where('b.book = :book', { book })
      .orderBy('b.version', 'DESC')
      .take(query.limit + 1);
    if (query.after !== undefined) select.andWhere('b.version < :after', { after: Number(query.after) });
    return page(await select.getMany(), query.limit, (row) => String(row.version), versionView);
  }
}

/** A version without its text. `receivedOn` is the day of receipt (UTC), on which treaty days count. */
export function versionView(row: BookVersion) {
  const receivedAt = instantOf(unixSeconds(row.receivedAt));
  return {
    book: row.book,
    version: row.version,
    hash: row.hash,
    receivedAt,
    receivedOn: receivedAt.slice(0, 10),
    receivedBy: row.receivedBy,
  };
}
