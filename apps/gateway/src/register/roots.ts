import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { RootChains, type VerifiedHandOver } from '#envelope';
import { keeperOf } from '#treaties';
import { DataSource, type EntityManager } from 'typeorm';
import { Keys } from '../identity/keys.js';
import { BookHandOver } from './entities.js';

/** The roots of the books' keepers: those that are pinned here, and what they were handed over to since. */
@Injectable()
export class Roots {
  private readonly logger = new Logger('Register');
  private readonly pinnedFor = (book: string) => this.keys.anchor(keeperOf(book) ?? '');
  private current = new RootChains(this.pinnedFor);

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly keys: Keys,
  ) {}

  get chains(): RootChains {
    return this.current;
  }

  /** @returns undefined where that root has handed over to another one already */
  async record(
    tx: EntityManager,
    { book, from, to }: VerifiedHandOver,
    text: string,
  ): Promise<'applied' | 'known' | undefined> {
    await tx.query('SELECT pg_advisory_xact_lock(hashtext($1))', [book]);
    const key = { book, fromRoot: from.thumbprint };
    const kept = await tx.findOneBy(BookHandOver, key);
    if (kept) return kept.root.equals(to.der) ? 'known' : undefined;
    if (this.current.isFull(book)) return undefined;
    await tx.insert(BookHandOver, { ...key, root: to.der, text, receivedAt: new Date() });
    return 'applied';
  }

  async reload(): Promise<void> {
    const chains = new RootChains(this.pinnedFor, await this.database.getRepository(BookHandOver).find());
    if (chains.unreadable.join() !== this.current.unreadable.join())
      this.logger.error(`hand-overs on record cannot be read: of ${chains.unreadable.join(', ')}`);
    this.current = chains;
  }
}
