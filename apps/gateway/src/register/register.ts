import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type ErrorCode, messageOf, ValiseError } from '#core';
import { type BookReference, HAND_OVER_TYPE, type Payload, verifyHandOver } from '#envelope';
import {
  type Apart,
  apartFrom,
  awaitsNewRoot,
  type BookAge,
  BookHistory,
  type ReadBook,
  readBook,
  type Reading,
  readStatement,
  RegisterSnapshot,
  standingOf,
  typOf,
} from '#register';
import { DataSource } from 'typeorm';
import { CONFIGURATION, type Configuration } from '../configuration.js';
import { type Arrival, Quarantine } from '../quarantine/quarantine.js';
import { BookConflicts } from './conflicts.js';
import { Book } from './entities.js';
import { Roots } from './roots.js';
import { Shelf, type Shelved } from './shelf.js';
import { KeepersWords } from './words.js';

export type Acceptance = Shelved;

/** How often the log says what is asked for. */
const TOLD_EVERY_MS = 60_000;

/**
 * The books, each signed by its keeper only. Only newer versions are applied; all are kept.
 */
@Injectable()
export class Register implements OnModuleInit {
  private readonly logger = new Logger('Register');
  private current!: RegisterSnapshot;
  private history = new BookHistory([]);
  private readonly listeners: (() => void)[] = [];
  private readonly askers: (() => void)[] = [];
  private toldAt = -Infinity;

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    private readonly roots: Roots,
    private readonly words: KeepersWords,
    private readonly conflicts: BookConflicts,
    private readonly shelf: Shelf,
    private readonly quarantine: Quarantine,
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

  /** Reports that books are missing that another node has: the depositaries are asked. */
  askFor(books: readonly string[]): void {
    // Every message that names a book which we lack comes here.
    if (Date.now() - this.toldAt > TOLD_EVERY_MS) {
      this.toldAt = Date.now();
      this.logger.log(`asking for newer versions of ${books.join(', ')}`);
    }
    for (const ask of this.askers) ask();
  }

  /** Applies a book if it is well signed and goes on where ours ends. What is refused goes to quarantine with its reason. */
  async accept(text: string, from: string, arrival: Arrival): Promise<Acceptance> {
    if (typOf(text) === HAND_OVER_TYPE) return this.acceptHandOver(text, arrival);
    const read = readBook(text, this.reading());
    if (!read.ok) {
      const { repeats } = read;
      if (repeats && this.history.has(repeats))
        return { outcome: 'known', book: repeats.book, version: repeats.version };
      return this.refuse(arrival, read.code, read.detail);
    }
    const unfit = await this.unfit(read.book);
    if (unfit) return this.refuse(arrival, unfit.code, unfit.detail);
    const node = this.nodeToAnswer(arrival, from);
    const acceptance = await this.database.transaction((tx) => this.shelf.put(tx, read.book, from, node));
    if (acceptance.outcome === 'refused') await this.refuse(arrival, acceptance.code, acceptance.detail);
    if (acceptance.outcome === 'applied')
      this.logger.log(`${acceptance.book} is now at version ${acceptance.version} (through ${from})`);
    if (acceptance.outcome === 'applied' || isConflict(acceptance)) await this.reload();
    // What was held for this is settled now.
    if (isConflict(acceptance)) this.tellListeners();
    return acceptance;
  }

  /** A keeper's new root, signed by the old one: it counts for what comes from now on. */
  private async acceptHandOver(text: string, arrival: Arrival): Promise<Acceptance> {
    const read = verifyHandOver(text, { rootsOf: (book) => this.roots.chains.all(book), at: new Date() });
    if (!read.ok) return this.refuse(arrival, read.code, read.detail);
    const { book, to } = read;
    const version = this.current.versions[book] ?? 0;
    const plan = await this.database.transaction((tx) => this.roots.record(tx, read, text));
    if (plan.outcome === 'refused') return this.refuse(arrival, plan.code, plan.detail);
    if (plan.outcome === 'repeated') return { outcome: 'known', book, version };
    await this.roots.reload();
    this.logger.warn(`the root of ${book} is handed over to ${to.subject} (${to.thumbprint})`);
    return { outcome: 'applied', book, version };
  }

  /** Notes a keeper's statement; says whether it names a version that we lack. */
  async acceptStatement(text: string, arrival: Arrival): Promise<'noted' | 'behind' | 'refused'> {
    const read = readStatement(text, this.reading());
    if (!read.ok) {
      if (read.repeats) return 'noted';
      await this.refuse(arrival, read.code, read.detail);
      return 'refused';
    }
    const { statement } = read;
    const newest = this.current.books.find(({ book }) => book === statement.book) ?? null;
    // What was said of an older version has no effect here, so it is not looked for.
    const numbered = newest?.version === statement.version ? newest : null;
    const standing = standingOf(statement, { newest, numbered }, this.roots.chains);
    switch (standing.place) {
      case 'unknown':
        return 'behind';
      case 'older':
        return 'noted';
      case 'newer':
        await this.words.announce(statement);
        return 'behind';
      case 'current':
        await this.words.confirm(statement);
        return 'noted';
      case 'out-of-reach':
      case 'conflict':
        await this.refuse(arrival, standing.code, standing.detail);
        return 'refused';
    }
  }

  /** Every book with its age. */
  ages(now = new Date()): BookAge[] {
    return this.current.books.map((book) => this.words.age(book, now));
  }

  /** The books that a decision between two authorities rests on, as every message names them. */
  versionsFor(instrument: string, from: string, to: string): Record<string, BookReference> {
    return this.current.versionsFor(instrument, from, to);
  }

  /** Books that every message under its instrument names, and this one does not. */
  unnamedIn(payload: Payload): string[] {
    return this.current.unnamedIn(payload);
  }

  /** Why what a peer decided on its books cannot be judged on ours. The missing books are asked for. */
  apartFrom(
    theirs: Readonly<Record<string, BookReference>>,
    from: string,
  ): Pick<Apart, 'code' | 'detail'> | undefined {
    const now = new Date();
    const apart = apartFrom(theirs, {
      history: this.history,
      books: this.current.books,
      isProven: (named) => this.conflicts.isProven(named),
      awaitsNewRoot: (ours) => awaitsNewRoot(ours, this.roots.chains),
      isSuperseded: (ours) => this.words.isSuperseded(ours, now),
    });
    for (const claim of apart?.claims ?? []) this.conflicts.claim(claim, from);
    if (apart?.code === 'REGISTER_BEHIND') this.askFor(apart.missing);
    return apart;
  }

  /** @throws ValiseError REGISTER_STALE where a book that the decision rests on is too old to send by */
  requireFresh(versions: Readonly<Record<string, unknown>>, now: Date): void {
    const stale = this.ages(now).find(({ book, stale }) => stale && book in versions);
    if (!stale) return;
    throw new ValiseError(
      'REGISTER_STALE',
      `${stale.book} was last confirmed by its keeper at ${stale.freshAt.toISOString()}; nothing is sent on it`,
      {
        remedy: 'check the connection to the depositary; sending resumes once the book is confirmed',
      },
    );
  }

  /** Reads the newest version of every book again, where another replica or we ourselves added one. */
  async reload(): Promise<void> {
    const books: Book[] = await this.database.getRepository(Book).query(
      `SELECT DISTINCT ON (book) book, era, version, hash, content, text, root, signed_at AS "signedAt",
              received_at AS "receivedAt", received_from AS "receivedFrom"
       FROM book ORDER BY book, era DESC, version DESC`,
    );
    const changed =
      (this.current as RegisterSnapshot | undefined)?.books.map(({ hash }) => hash).join() !==
      books.map(({ hash }) => hash).join();
    await this.words.reload();
    await this.roots.reload();
    await this.conflicts.reload();
    if (!changed) return;
    this.current = new RegisterSnapshot(
      books,
      (book) => this.roots.chains.ofStored(book),
      this.configuration.register.revocation,
      (warning) => {
        this.logger.warn(warning);
      },
    );
    for (const [book, reason] of this.current.unreadable)
      this.logger.error(`${book} on record cannot be read and is ignored: ${reason}`);
    await this.conflicts.forgetRefuted();
    this.history = new BookHistory(
      await this.database.query('SELECT book, version, hash FROM book ORDER BY era DESC, version DESC'),
    );
    this.tellListeners();
  }

  private tellListeners(): void {
    for (const listener of this.listeners) listener();
  }

  /** Anybody may deliver a genuine book again and again, a keeper any number of newer ones, and compiling a register is no small thing. */
  private async unfit(
    book: ReadBook,
  ): Promise<{ readonly code: ErrorCode; readonly detail: string } | undefined> {
    if (this.history.has(book)) return undefined;
    // What is not newer may contradict what is here, which is to be found out whatever the amount.
    const isNewer = book.version > (this.current.versions[book.book] ?? 0);
    const excess = isNewer ? await this.shelf.excess(this.database.manager, book) : undefined;
    const unusable = excess === undefined ? this.whyUnusable(book) : undefined;
    return unusable === undefined ? excess : { code: 'BOOK_FORMAT', detail: unusable };
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
        [...others, { ...read, era: 0, receivedAt: new Date(), receivedFrom: '' }],
        () => undefined,
        this.configuration.register.revocation,
      );
      return undefined;
    } catch (thrown) {
      return `${book}: ${messageOf(thrown)}`;
    }
  }

  private reading(): Reading {
    const at = new Date();
    return {
      reader: {
        kind: 'node',
        own: this.configuration.authorities.map(({ id }) => id),
        resolve: (thumbprint) => this.current.resolve(thumbprint, at),
      },
      rootsOf: (book) => this.roots.chains.all(book),
      crlsOf: (book) => this.current.crlsOf(book),
      at,
    };
  }

  /** A depositary has every version itself, and a person is no node. */
  private nodeToAnswer(arrival: Arrival, from: string): string {
    return arrival.exchange === 'http' || this.configuration.register.depositaries.includes(from) ? '' : from;
  }

  private async refuse(arrival: Arrival, code: ErrorCode, detail: string): Promise<Acceptance> {
    // What comes again, or past the bound of its node, is counted there: strangers are not to fill the log.
    if (await this.quarantine.put(arrival, { code, detail }))
      this.logger.warn(`a book was refused: ${code}: ${messageOf(detail)}`);
    return { outcome: 'refused', code, detail };
  }
}

function isConflict(acceptance: Acceptance): boolean {
  return acceptance.outcome === 'refused' && acceptance.code === 'BOOK_CONFLICT';
}
