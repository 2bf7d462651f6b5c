import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type ErrorCode, messageOf, ValiseError } from '#core';
import type { BookReference } from '#envelope';
import { bookIdsFor } from '#treaties';
import { DataSource, type EntityManager } from 'typeorm';
import { CONFIGURATION, type Configuration } from '../configuration.js';
import { Keys } from '../identity/keys.js';
import { Ledger } from '../ledger/ledger.js';
import { type Arrival, Quarantine } from '../quarantine/quarantine.js';
import { Book, BookStatement } from './entities.js';
import { BookHistory, type Named } from './history.js';
import { RegisterSnapshot } from './snapshot.js';
import { type ReadBook, readBook, readStatement } from './verify.js';

const HOUR_MS = 3_600_000;

export type Acceptance =
  | { readonly outcome: 'applied' | 'known'; readonly book: string; readonly version: number }
  | { readonly outcome: 'refused'; readonly code: ErrorCode; readonly detail: string };

export interface BookAge {
  readonly book: string;
  readonly version: number;
  readonly hash: string;
  readonly signedAt: Date;
  readonly receivedAt: Date;
  readonly receivedFrom: string;
  /** From when the age counts: the keeper's last statement, or the signing. */
  readonly freshAt: Date;
  readonly stale: boolean;
}

/**
 * The books, each signed by whoever may keep it and by nobody else. Only newer versions are applied; all are kept.
 */
@Injectable()
export class Register implements OnModuleInit {
  private readonly logger = new Logger('Register');
  private current!: RegisterSnapshot;
  private history = new BookHistory([]);
  private statements = new Map<string, BookStatement>();
  private readonly listeners: (() => void)[] = [];
  private readonly askers: (() => void)[] = [];

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    private readonly keys: Keys,
    private readonly quarantine: Quarantine,
    private readonly ledger: Ledger,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.reload();
  }

  /** The register now. */
  get snapshot(): RegisterSnapshot {
    return this.current;
  }

  /** Called after every change, with the new snapshot in place. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  onBehind(asker: () => void): void {
    this.askers.push(asker);
  }

  /** Says that books are missing that somebody else has: the depositaries are asked. */
  askFor(books: readonly string[]): void {
    this.logger.log(`asking for newer versions of ${books.join(', ')}`);
    for (const ask of this.askers) ask();
  }

  /** Applies a book if it is well signed and newer. What is refused goes to quarantine with its reason. */
  async accept(text: string, from: string, arrival: Arrival): Promise<Acceptance> {
    const read = readBook(text, this.readingContext());
    if (!read.ok) return this.refuse(arrival, read.code, read.detail);
    const unusable = this.whyUnusable(read.book);
    if (unusable !== undefined) return this.refuse(arrival, 'BOOK_FORMAT', unusable);
    const acceptance = await this.database.transaction((tx) =>
      this.store(tx, read.book, text, from, arrival),
    );
    if (acceptance.outcome === 'applied') {
      this.logger.log(`${acceptance.book} is now at version ${acceptance.version} (through ${from})`);
      await this.reload();
    }
    return acceptance;
  }

  /** Notes a keeper's statement; tells whether it names a version that we lack. */
  async acceptStatement(text: string, arrival: Arrival): Promise<'noted' | 'behind' | 'refused'> {
    const read = readStatement(text, this.readingContext());
    if (!read.ok) {
      await this.refuse(arrival, read.code, read.detail);
      return 'refused';
    }
    const { book, version, hash, at } = read;
    const known = this.current.books.find((held) => held.book === book);
    if (!known || known.version < version) return 'behind';
    if (known.version > version) return 'noted';
    if (known.hash !== hash) {
      await this.refuse(
        arrival,
        'BOOK_CONFLICT',
        `${book} ${version} has another hash here: its keeper shows two histories`,
      );
      return 'refused';
    }
    const kept = this.statements.get(book);
    if (!kept || kept.at < at) {
      await this.database.getRepository(BookStatement).upsert({ book, version, hash, at }, ['book']);
      this.statements.set(book, { book, version, hash, at });
    }
    return 'noted';
  }

  /** Every book with its age. */
  ages(now = new Date()): BookAge[] {
    return this.current.books.map(({ book, version, hash, signedAt, receivedAt, receivedFrom }) => {
      const statement = this.statements.get(book);
      const freshAt = statement?.version === version ? statement.at : signedAt;
      // What two authorities signed between themselves has no keeper who would restate it.
      const kept = book.startsWith('treaty:') || book.startsWith('list:');
      const stale =
        kept && now.getTime() - freshAt.getTime() > this.configuration.register.ageHoursMax * HOUR_MS;
      return { book, version, hash, signedAt, receivedAt, receivedFrom, freshAt, stale };
    });
  }

  /** The books that a decision between two authorities rests on, as every message names them. */
  versionsFor(instrument: string, from: string, to: string): Record<string, BookReference> {
    const sides = [from, to].flatMap(
      (authority) => this.current.authorities.get(authority)?.book.slice('list:'.length) ?? [],
    );
    return this.current.referTo(bookIdsFor(instrument, ...sides));
  }

  /**
   * Why what a peer decided on its books cannot be judged on ours: it has a newer one, or another content under the same
   * number. Somebody has what would settle it, and is asked.
   */
  apartFrom(
    theirs: Readonly<Record<string, BookReference>>,
  ): { readonly code: ErrorCode; readonly detail: string } | undefined {
    const { behind, differing } = this.history.compare(theirs);
    const apart = [...behind, ...differing];
    if (apart.length === 0) return undefined;
    this.askFor(apart.map(({ book }) => book));
    const differs = differing.map(({ book, version }) => `another content of ${book} ${version}`);
    const newer = behind.map(({ book, version }) => `${book} ${version}, which is newer`);
    return { code: 'REGISTER_BEHIND', detail: `it was decided on ${[...newer, ...differs].join(', ')}` };
  }

  /** @throws ValiseError REGISTER_STALE where a book that the decision rests on is too old to send by */
  requireFresh(versions: Readonly<Record<string, unknown>>, now: Date): void {
    const stale = this.ages(now).find(({ book, stale }) => stale && book in versions);
    if (!stale) return;
    throw new ValiseError(
      'REGISTER_STALE',
      `${stale.book} was last confirmed by its keeper at ${stale.freshAt.toISOString()}; nothing is sent on it`,
      {
        remedy:
          'check the connection to the depositary; sending goes on by itself once the book is confirmed',
      },
    );
  }

  /** Reads the newest version of every book again, where another replica or we ourselves added one. */
  async reload(): Promise<void> {
    const books: Book[] = await this.database.getRepository(Book).query(
      `SELECT DISTINCT ON (book) book, version, hash, content, text, signed_at AS "signedAt", received_at AS "receivedAt",
              received_from AS "receivedFrom"
       FROM book ORDER BY book, version DESC`,
    );
    const changed =
      (this.current as RegisterSnapshot | undefined)?.books.map(({ hash }) => hash).join() !==
      books.map(({ hash }) => hash).join();
    this.statements = new Map(
      (await this.database.getRepository(BookStatement).find()).map((row) => [row.book, row]),
    );
    if (!changed) return;
    this.current = new RegisterSnapshot(
      books,
      (keeper) => this.keys.anchor(keeper),
      this.configuration.register.revocation,
      (warning) => {
        this.logger.warn(warning);
      },
    );
    for (const [book, reason] of this.current.unreadable)
      this.logger.error(`${book} on record cannot be read and counts for nothing: ${reason}`);
    this.history = new BookHistory(await this.versions());
    for (const listener of this.listeners) listener();
  }

  /** Of all books, newest first. */
  private versions(): Promise<Named[]> {
    return this.database.query('SELECT book, version, hash FROM book ORDER BY version DESC');
  }

  /**
   * A book that is well signed and says nothing that can be read (a certificate that is none, say) must not be stored:
   * no snapshot could be made with it, today or at the next start.
   */
  private whyUnusable(read: ReadBook): string | undefined {
    const { book } = read;
    const others = this.current.books.filter((known) => known.book !== book);
    try {
      new RegisterSnapshot(
        [...others, { ...read, text: '', receivedAt: new Date(), receivedFrom: '' }],
        () => undefined,
        this.configuration.register.revocation,
      );
      return undefined;
    } catch (thrown) {
      return `${book}: ${messageOf(thrown)}`;
    }
  }

  private readingContext() {
    const at = new Date();
    return {
      anchorOf: (keeper: string) => this.keys.anchor(keeper),
      pathOf: (book: string) => this.current.pathOf(book),
      resolve: (thumbprint: string) => this.current.resolve(thumbprint, at),
      at,
    };
  }

  private async store(
    tx: EntityManager,
    read: ReadBook,
    text: string,
    from: string,
    arrival: Arrival,
  ): Promise<Acceptance> {
    const { book, version, hash } = read;
    await tx.query('SELECT pg_advisory_xact_lock(hashtext($1))', [book]);
    const same = await tx.findOneBy(Book, { book, version });
    if (same?.hash === hash) return { outcome: 'known', book, version };
    if (same)
      return this.refuseIn(
        tx,
        arrival,
        'BOOK_CONFLICT',
        `${book} ${version} is known with another content: two histories`,
      );
    const newest = await tx.findOne(Book, { where: { book }, order: { version: 'DESC' } });
    if (newest && newest.version > version)
      return this.refuseIn(
        tx,
        arrival,
        'BOOK_NOT_NEWER',
        `${book} ${version} is older than ${newest.version}, which is applied`,
      );
    const { content, signedAt } = read;
    await tx.insert(Book, {
      book,
      version,
      hash,
      content,
      text,
      signedAt,
      receivedAt: new Date(),
      receivedFrom: from,
    });
    await this.ledger.append(tx, new Date(), [
      {
        log: 'internal',
        kind: 'administration',
        content: { act: 'book-applied', book, version, hash, from },
      },
    ]);
    return { outcome: 'applied', book, version };
  }

  private refuse(arrival: Arrival, code: ErrorCode, detail: string): Promise<Acceptance> {
    return this.database.transaction((tx) => this.refuseIn(tx, arrival, code, detail));
  }

  private async refuseIn(
    tx: EntityManager,
    arrival: Arrival,
    code: ErrorCode,
    detail: string,
  ): Promise<Acceptance> {
    this.logger.warn(`a book was refused: ${code}: ${messageOf(detail)}`);
    await this.quarantine.put(tx, new Date(), arrival, { code, detail });
    return { outcome: 'refused', code, detail };
  }
}
