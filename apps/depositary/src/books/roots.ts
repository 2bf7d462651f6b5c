import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { RootChains, type VerifiedHandOver } from '#envelope';
import { admitHandOver, type HandingOver } from '#register';
import { keeperOf } from '#treaties';
import { DataSource, type EntityManager } from 'typeorm';
import { HandOverRow } from '../database/entities.js';
import { ANCHORS, type Anchors } from '../keeper.js';

/** The roots of the lists' keepers: those that are pinned here, and what they were handed over to since. */
@Injectable()
export class Roots implements OnModuleInit {
  // The depositary's own book is not submitted, and an anchor for it cannot be configured.
  private readonly pinnedFor = (book: string) => this.anchors.get(keeperOf(book) ?? '');
  private current = new RootChains(this.pinnedFor);

  constructor(
    private readonly database: DataSource,
    @Inject(ANCHORS) private readonly anchors: Anchors,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.reload();
  }

  get chains(): RootChains {
    return this.current;
  }

  /** Loads what is on record of that root, and writes what `admitHandOver` says. */
  async record(
    manager: EntityManager,
    verified: VerifiedHandOver,
    { text, source }: { readonly text: string; readonly source: string },
  ): Promise<HandingOver> {
    const { book, from, to } = verified;
    await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [book]);
    const key = { book, fromRoot: from.thumbprint };
    const recorded = await manager.findOneBy(HandOverRow, key);
    const plan = admitHandOver(verified, { recorded, isFull: this.current.isFull(book) });
    const received = { receivedAt: new Date(), receivedBy: source };
    if (plan.outcome === 'admitted')
      await manager.insert(HandOverRow, { ...key, root: to.der, text, ...received });
    return plan;
  }

  async reload(): Promise<void> {
    const rows = await this.database.getRepository(HandOverRow).find();
    this.current = new RootChains(this.pinnedFor, rows);
  }

  /** Those of one book, the oldest first: they are sent before the book. */
  of(book: string, manager: EntityManager): Promise<HandOverRow[]> {
    return manager.find(HandOverRow, { where: { book }, order: { receivedAt: 'ASC' } });
  }
}
