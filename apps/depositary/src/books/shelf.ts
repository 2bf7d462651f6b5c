import { Inject, Injectable } from '@nestjs/common';
import { instantOf, unixSeconds } from '#core';
import type { BookReference } from '#envelope';
import {
  announcementIn,
  BOOK_DAY_MS,
  type BookAmounts,
  type BookExcess,
  type BookRecord,
  contentIn,
  excessOf,
  type Named,
  type Statement,
} from '#register';
import { type PageQuery, page } from '#service';
import type { Certificate } from '#trust';
import { DataSource, type EntityManager } from 'typeorm';
import { CONFIGURATION, type DepositaryConfiguration } from '../configuration.js';
import { BookRow, type BookVersion, StatementRow } from '../database/entities.js';

const IS_NEWEST =
  'NOT EXISTS (SELECT 1 FROM book n WHERE n.book = b.book AND (n.era, n.version) > (b.era, b.version))';
/** A page of books must not carry megabytes of texts through memory. */
const WITHOUT_TEXT = ['b.book', 'b.era', 'b.version', 'b.hash', 'b.receivedAt', 'b.receivedBy'];

/** A place in the history as one number, for paging: a version's number is below it. */
const ERA_STEP = 2 ** 32;

/** The books as their keepers signed them, every version, and the newest statement about each. */
@Injectable()
export class Shelf {
  constructor(
    private readonly database: DataSource,
    @Inject(CONFIGURATION) private readonly configuration: DepositaryConfiguration,
  ) {}

  /** Writers of one book go one after the other until the transaction ends. */
  async lock(manager: EntityManager, book: string): Promise<void> {
    await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [book]);
  }

  newest(book: string, manager: EntityManager = this.database.manager): Promise<BookRow | null> {
    return manager.findOne(BookRow, { where: { book }, order: { era: 'DESC', version: 'DESC' } });
  }

  /** That very version, under whichever root. */
  recorded({ book, version, hash }: Named): Promise<BookRow | null> {
    return this.database.manager.findOneBy(BookRow, { book, version, hash });
  }

  /** Of several with this number the one under the newest root. */
  exact(
    book: string,
    version: number,
    manager: EntityManager = this.database.manager,
  ): Promise<BookRow | null> {
    return manager.findOne(BookRow, { where: { book, version }, order: { era: 'DESC' } });
  }

  /**
   * What a version that comes is compared with; read under the book's lock.
   *
   * @param root the newest of its keeper
   */
  async record(
    manager: EntityManager,
    { book, version }: Pick<BookVersion, 'book' | 'version'>,
    root: Certificate | undefined,
  ): Promise<BookRecord<BookRow & { readonly content: unknown }>> {
    const withContent = (row: BookRow | null) => row && Object.assign(row, { content: contentIn(row.text) });
    const statement = await manager.findOneBy(StatementRow, { book });
    return {
      newest: withContent(await this.newest(book, manager)),
      numbered: withContent(await this.exact(book, version, manager)),
      amounts: await this.amounts(manager, book),
      announced: statement && announcementIn(statement, root),
    };
  }

  /** Whether a newer version would be more of its book than is kept and relayed. */
  async excess(
    manager: EntityManager,
    { book, version, text }: Pick<BookVersion, 'book' | 'version' | 'text'>,
  ): Promise<BookExcess | undefined> {
    const bytes = Buffer.byteLength(text);
    return excessOf({ book, version, bytes }, await this.amounts(manager, book), this.configuration.bounds);
  }

  private async amounts(manager: EntityManager, book: string): Promise<BookAmounts> {
    const [kept]: [{ lately: string; bytes: string }] = await manager.query(
      `SELECT count(*) FILTER (WHERE received_at > $2) AS lately, coalesce(sum(octet_length(text)), 0) AS bytes
       FROM book WHERE book = $1`,
      [book, new Date(Date.now() - BOOK_DAY_MS)],
    );
    return { lately: Number(kept.lately), bytes: Number(kept.bytes) };
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

  /**
   * The newest version of every book that the asker has not, unless it has one from before us: of a version that we do not know, and
   * a higher number. Another content under a number of ours gets ours, so that both histories show.
   */
  newerThan(have: Readonly<Record<string, BookReference>>, manager: EntityManager): Promise<BookRow[]> {
    const theirs = `CAST(:have AS jsonb) -> b.book ->> 'hash'`;
    return manager
      .createQueryBuilder(BookRow, 'b')
      .where(IS_NEWEST)
      .andWhere(`b.hash IS DISTINCT FROM (${theirs})`, { have: JSON.stringify(have) })
      .andWhere(
        `(b.version >= coalesce(CAST(CAST(:have AS jsonb) -> b.book ->> 'version' AS int), 0)
          OR EXISTS (SELECT 1 FROM book k WHERE k.book = b.book AND k.hash = (${theirs})))`,
      )
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
      .orderBy('b.era', 'DESC')
      .addOrderBy('b.version', 'DESC')
      .take(query.limit + 1);
    if (query.after !== undefined) {
      const after = Number(query.after);
      const [era, version] = [Math.floor(after / ERA_STEP), after % ERA_STEP];
      select.andWhere('(b.era, b.version) < (:era, :version)', { era, version });
    }
    return page(
      await select.getMany(),
      query.limit,
      ({ era, version }) => String(era * ERA_STEP + version),
      versionView,
    );
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
