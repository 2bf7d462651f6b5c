import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import {
  ageOf,
  type BookAge,
  confirms,
  type HeldBook,
  isSuperseded,
  type Statement,
  type Words,
} from '#register';
import { DataSource, type EntityManager } from 'typeorm';
import { CONFIGURATION, type Configuration } from '../configuration.js';
import { BookAnnounced, BookStatement } from './entities.js';

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
    if (!confirms({ version, hash, at }, this.wordsOf(book))) return;
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

  /** Of a newer version than ours; read in the transaction that may end it. */
  announcement(tx: EntityManager, book: string): Promise<BookAnnounced | null> {
    return tx.findOneBy(BookAnnounced, { book });
  }

  /** In the transaction that applies what it was about. */
  async endAnnouncement(tx: EntityManager, book: string): Promise<void> {
    await tx.delete(BookAnnounced, { book });
  }

  age(held: HeldBook, now: Date): BookAge {
    return ageOf(held, this.wordsOf(held.book), this.momentOf(now));
  }

  /** Whether its keeper named a newer version so long ago that nothing may rest on ours any more. */
  isSuperseded(ours: HeldBook, now: Date): boolean {
    return isSuperseded(ours, this.wordsOf(ours.book), this.momentOf(now));
  }

  private wordsOf(book: string): Words {
    return { confirmed: this.statements.get(book), announced: this.announced.get(book) };
  }

  private momentOf(now: Date) {
    return { now, ageHoursMax: this.configuration.register.ageHoursMax };
  }
}
