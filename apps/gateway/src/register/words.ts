import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { HeldBook, Named } from '#register';
import { DataSource, type EntityManager } from 'typeorm';
import { CONFIGURATION, type Configuration } from '../configuration.js';
import { BookAnnounced, BookStatement } from './entities.js';

const HOUR_MS = 3_600_000;

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
export interface Statement extends Named {
  readonly at: Date;
  readonly text: string;
}

/** What keepers said of their books since they signed them: that a version is the newest, or that there is a newer one. */
@Injectable()
export class KeepersWords {
  private statements = new Map<string, BookStatement>();
  private announced = new Map<string, BookAnnounced>();

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  async reload(): Promise<void> {
    const { manager } = this.database;
    const [statements, announced] = [await manager.find(BookStatement), await manager.find(BookAnnounced)];
    this.statements = new Map(statements.map((row) => [row.book, row]));
    this.announced = new Map(announced.map((row) => [row.book, row]));
  }

  /** That our version is the newest. Once a newer one was named, no later word makes ours fresh again. */
  async confirm({ book, version, hash, at }: Statement): Promise<void> {
    const kept = this.statements.get(book);
    if (this.newerThan({ book, version }) !== undefined || (kept && kept.at >= at)) return;
    await this.database.getRepository(BookStatement).upsert({ book, version, hash, at }, ['book']);
    this.statements.set(book, { book, version, hash, at });
  }

  /** That there is a newer one. The first such word ends reliance on ours, after the time for which a book is fresh. */
  async announce({ book, version, hash, at, text }: Statement): Promise<void> {
    await this.database.query(
      `INSERT INTO book_announced (book, version, hash, at, text) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (book) DO UPDATE SET version = EXCLUDED.version, hash = EXCLUDED.hash, text = EXCLUDED.text
       WHERE book_announced.version < EXCLUDED.version`,
      [book, version, hash, at, text],
    );
    const row = await this.database.getRepository(BookAnnounced).findOneBy({ book });
    if (row) this.announced.set(book, row);
  }

  /**
   * Ends what a book that comes was announced by, in the transaction that applies it.
   *
   * @param newRoot the first book under a new root: what was said under the old one is over
   * @returns the keeper's statement, where it contradicts the book
   */
  async takeAnnouncement(
    tx: EntityManager,
    { book, version, hash }: Named,
    newRoot: boolean,
  ): Promise<BookAnnounced | undefined> {
    const row = await tx.findOneBy(BookAnnounced, { book });
    if (!row) return undefined;
    if (!newRoot && row.version === version && row.hash !== hash) return row;
    if (newRoot || row.version <= version) await tx.delete(BookAnnounced, { book });
    return undefined;
  }

  age({ book, version, hash, signedAt, receivedAt, receivedFrom }: HeldBook, now: Date): BookAge {
    const statement = this.statements.get(book);
    const freshAt = statement?.version === version && statement.hash === hash ? statement.at : signedAt;
    // What two authorities signed between themselves has no keeper who would restate it.
    const kept = book.startsWith('treaty:') || book.startsWith('list:');
    const stale = kept && (this.isOver(freshAt, now) || this.isSuperseded({ book, version }, now));
    return { book, version, hash, signedAt, receivedAt, receivedFrom, freshAt, stale };
  }

  /** Whether its keeper named a newer version so long ago that nothing may rest on ours any more. */
  isSuperseded(ours: { readonly book: string; readonly version: number }, now: Date): boolean {
    const newer = this.newerThan(ours);
    return newer !== undefined && this.isOver(newer.at, now);
  }

  private newerThan(ours: { readonly book: string; readonly version: number }): BookAnnounced | undefined {
    const announced = this.announced.get(ours.book);
    return announced && announced.version > ours.version ? announced : undefined;
  }

  private isOver(at: Date, now: Date): boolean {
    return now.getTime() - at.getTime() > this.configuration.register.ageHoursMax * HOUR_MS;
  }
}
