import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { RootChains, type VerifiedHandOver } from '#envelope';
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

  /** @returns whether it is new; undefined where that root has handed over to another one already */
  async record(
    manager: EntityManager,
    { book, from, to }: VerifiedHandOver,
    { text, source }: { readonly text: string; readonly source: string },
  ): Promise<boolean | undefined> {
    await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [book]);
    const key = { book, fromRoot: from.thumbprint };
    const known = await manager.findOneBy(HandOverRow, key);
    if (known) return known.root.equals(to.der) ? false : undefined;
    if (this.current.isFull(book)) return undefined;
    await manager.insert(HandOverRow, {
      ...key,
      root: to.der,
      text,
      receivedAt: new Date(),
      receivedBy: source,
    });
    return true;
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
