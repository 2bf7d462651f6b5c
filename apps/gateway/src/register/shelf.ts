import { Inject, Injectable } from '@nestjs/common';
import type { ErrorCode } from '#core';
import { BOOK_DAY_MS, type BookExcess, excessOf, type ReadBook, successionOf } from '#register';
import type { EntityManager } from 'typeorm';
import { CONFIGURATION, type Configuration } from '../configuration.js';
import { INTERNAL, Ledger } from '../ledger/ledger.js';
import { BookConflicts } from './conflicts.js';
import { Book } from './entities.js';
import { Roots } from './roots.js';
import { KeepersWords } from './words.js';

export type Shelved =
  | { readonly outcome: 'applied' | 'known'; readonly book: string; readonly version: number }
  | { readonly outcome: 'refused'; readonly code: ErrorCode; readonly detail: string };

/** Puts well signed books beside those on record, one after the other: newer, extending what is there, and as announced. */
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
  async excess(
    tx: EntityManager,
    { book, version }: Pick<ReadBook, 'book' | 'version'>,
    text: string,
  ): Promise<BookExcess | undefined> {
    const [kept]: [{ lately: string; bytes: string }] = await tx.query(
      `SELECT count(*) FILTER (WHERE received_at > $2) AS lately, coalesce(sum(octet_length(text)), 0) AS bytes
       FROM book WHERE book = $1`,
      [book, new Date(Date.now() - BOOK_DAY_MS)],
    );
    const amounts = { lately: Number(kept.lately), bytes: Number(kept.bytes) };
    const bytes = Buffer.byteLength(text);
    return excessOf({ book, version, bytes }, amounts, this.configuration.bounds);
  }

  /** @param node of the bus that brought it and that has another history if this one is refused as such; or '' */
  async put(tx: EntityManager, read: ReadBook, text: string, from: string, node: string): Promise<Shelved> {
    const { book, version, hash, root, content, signedAt } = read;
    await tx.query('SELECT pg_advisory_xact_lock(hashtext($1))', [book]);
    const newest = await tx.findOne(Book, { where: { book }, order: { era: 'DESC', version: 'DESC' } });
    const era = this.roots.chains.eraAfter(newest, root);
    const ofEra = newest?.era === era ? newest : null;
    const same = await tx.findOneBy(Book, { book, era, version });
    const succession = successionOf(read, { same, newest: ofEra });
    if (succession.kind === 'known') return { outcome: 'known', book, version };
    if (succession.kind === 'refused') {
      const ours = same ?? ofEra;
      if (ours && succession.code === 'BOOK_CONFLICT')
        await this.conflicts.prove(tx, { book, version, hash, text, ours }, node);
      return { outcome: 'refused', code: succession.code, detail: succession.detail };
    }
    const excess = await this.excess(tx, read, text);
    if (excess) return { outcome: 'refused', ...excess };
    const contradicted = await this.words.takeAnnouncement(tx, read, era !== newest?.era);
    if (contradicted) {
      await this.conflicts.prove(tx, { book, version, hash, text, ours: contradicted }, node);
      const detail = `its keeper stated the hash ${contradicted.hash} for ${book} ${version}, this one has ${hash}`;
      return { outcome: 'refused', code: 'BOOK_CONFLICT', detail };
    }
    const receivedAt = new Date();
    const kept = { content, text, signedAt, receivedAt, receivedFrom: from, root };
    await tx.insert(Book, { book, era, version, hash, ...kept });
    await this.ledger.append(tx, receivedAt, [
      {
        // What one authority agreed with a peer is not for the others; the register shows each what it may see.
        authority: null,
        log: INTERNAL,
        kind: 'administration',
        content: { act: 'book-applied', book, era, version, hash, from },
      },
    ]);
    return { outcome: 'applied', book, version };
  }
}
