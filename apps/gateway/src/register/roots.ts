import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { RootChains, type VerifiedHandOver } from '#envelope';
import { admitHandOver, type HandingOver } from '#register';
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

  /** Loads what is on record of that root, and writes what `admitHandOver` says. */
  async record(tx: EntityManager, verified: VerifiedHandOver, text: string): Promise<HandingOver> {
    const { book, from, to } = verified;
    await tx.query('SELECT pg_advisory_xact_lock(hashtext($1))', [book]);
    const key = { book, fromRoot: from.thumbprint };
    const recorded = await tx.findOneBy(BookHandOver, key);
    const plan = admitHandOver(verified, { recorded, isFull: this.current.isFull(book) });
    if (plan.outcome === 'admitted')
      await tx.insert(BookHandOver, { ...key, root: to.der, text, receivedAt: new Date() });
    return plan;
  }

  async reload(): Promise<void> {
    const chains = new RootChains(this.pinnedFor, await this.database.getRepository(BookHandOver).find());
    if (chains.unreadable.join() !== this.current.unreadable.join())
      this.logger.error(`hand-overs on record cannot be read: of ${chains.unreadable.join(', ')}`);
    this.current = chains;
  }
}
