import { Inject, Injectable } from '@nestjs/common';
import type { ErrorCode } from '#core';
import {
  admit,
  BOOK_DAY_MS,
  type BookAmounts,
  type BookExcess,
  type BookRecord,
  excessOf,
  type ReadBook,
} from '#register';
import type { EntityManager } from 'typeorm';
import { CONFIGURATION, type Configuration } from '../configuration.js';
import { Ledger } from '../ledger/ledger.js';
import { BookConflicts } from './conflicts.js';
import { Book } from './entities.js';
import { Roots } from './roots.js';
import { KeepersWords } from './words.js';

export type Shelved =
  | { readonly outcome: 'applied' | 'known'; readonly book: string; readonly version: number }
  | { readonly outcome: 'refused'; readonly code: ErrorCode; readonly detail: string };

/** Puts well signed books beside those on record, one after the other: loads the record, and writes what `admit` says. */
@Injectable()
export class Shelf {
  constructor(
    private readonly roots: Roots,
    private readonly words: KeepersWords,
    private readonly conflicts: BookConflicts,
    private readonly ledger: Ledger,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  /** Whether a newer version would be more of its book than is kept. */
  async excess(tx: EntityManager, { book, version, text }: ReadBook): Promise<BookExcess | undefined> {
    const bytes = Buffer.byteLength(text);
    return excessOf({ book, version, bytes }, await this.amounts(tx, book), this.configuration.bounds);
  }

  /** @param node of the bus that brought it and that has another history if this one is refused as such; or '' */
  async put(tx: EntityManager, read: ReadBook, from: string, node: string): Promise<Shelved> {
    const { book, version } = read;
    await tx.query('SELECT pg_advisory_xact_lock(hashtext($1))', [book]);
    const rules = { chains: this.roots.chains, bounds: this.configuration.bounds };
    const plan = admit(read, await this.record(tx, read), rules);
    switch (plan.outcome) {
      case 'repeated':
        return { outcome: 'known', book, version };
      case 'conflict':
        await this.conflicts.prove(tx, plan.proof, node);
        return { outcome: 'refused', code: plan.code, detail: plan.detail };
      case 'refused':
        return plan;
      case 'admitted':
    }
    if (plan.endsAnnouncement) await this.words.endAnnouncement(tx, book);
    await this.add(tx, plan.row, from);
    return { outcome: 'applied', book, version };
  }

  private async record(tx: EntityManager, { book, version }: ReadBook): Promise<BookRecord<Book>> {
    return {
      newest: await tx.findOne(Book, { where: { book }, order: { era: 'DESC', version: 'DESC' } }),
      numbered: await tx.findOne(Book, { where: { book, version }, order: { era: 'DESC' } }),
      amounts: await this.amounts(tx, book),
      announced: await this.words.announcement(tx, book),
    };
  }

  private async amounts(tx: EntityManager, book: string): Promise<BookAmounts> {
    const [kept]: [{ lately: string; bytes: string }] = await tx.query(
      `SELECT count(*) FILTER (WHERE received_at > $2) AS lately, coalesce(sum(octet_length(text)), 0) AS bytes
       FROM book WHERE book = $1`,
      [book, new Date(Date.now() - BOOK_DAY_MS)],
    );
    return { lately: Number(kept.lately), bytes: Number(kept.bytes) };
  }

  private async add(
    tx: EntityManager,
    row: ReadBook & { readonly era: number },
    from: string,
  ): Promise<void> {
    const receivedAt = new Date();
    await tx.insert(Book, { ...row, receivedAt, receivedFrom: from });
    const { book, era, version, hash } = row;
    await this.ledger.append(tx, receivedAt, [
      {
        // What one authority agreed with a peer is not for the others; the register shows each what it may see.
        authority: null,
        kind: 'administration',
        content: { act: 'book-applied', book, era, version, hash, from },
      },
    ]);
  }
}
