import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { messageOf } from '#core';
import { keyOf, type Pair, type Speaking, type ToTell } from '#exchange';
import { isDatabaseAway, Repeating } from '#service';
import { DataSource } from 'typeorm';
import { Leader } from '../database/leader.js';
import { Publishing } from '../outbound/publishing.js';
import { Settling } from '../settling/settling.js';

/** How often the leader looks for what is urgent and untold, because its process ended before it could tell it. */
const SCAN_MS = 5_000;
/** Pairs in one transaction. */
const PAIRS_MAX = 64;

type Due = Pair & { readonly evenEmpty: boolean };

/**
 * Tells counterparts of the logs that we keep for them: what a batch receipted is told at once, under one signature; the rest with
 * it, or after an hour. What the broker has taken is not told again by itself.
 */
@Injectable()
export class Telling implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Telling');
  private readonly repeating = new Repeating(SCAN_MS, () => this.scan(), this.logger);
  private readonly due = new Map<string, Due>();
  private running: Promise<void> | undefined;

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly leader: Leader,
    private readonly settling: Settling,
    private readonly publishing: Publishing,
  ) {}

  onApplicationBootstrap(): void {
    this.repeating.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.repeating.stop();
    await this.running;
  }

  /**
   * There may be something to tell these. Pairs that are named while others are told share the next transaction.
   *
   * @param evenEmpty also where nothing is new: who sent a duplicate lacks a receipt, perhaps
   */
  tell(pairs: readonly Pair[], evenEmpty = false): void {
    for (const { own, peer } of pairs) {
      const key = keyOf.pair(own, peer);
      this.due.set(key, { own, peer, evenEmpty: evenEmpty || this.due.get(key)?.evenEmpty === true });
    }
    this.running ??= this.run().finally(() => {
      this.running = undefined;
    });
  }

  /** Members of settlements that are no pair's turn: asks of peers. */
  async speak(members: readonly Speaking[]): Promise<void> {
    const { toTell } = await this.settling.telling(members);
    await this.publish(toTell.flat());
  }

  private async run(): Promise<void> {
    while (this.due.size > 0) {
      const now = [...this.due].slice(0, PAIRS_MAX);
      for (const [key] of now) this.due.delete(key);
      try {
        await this.speak(now.map(([, { own, peer, evenEmpty }]) => ({ kind: 'due', own, peer, evenEmpty })));
      } catch (thrown) {
        // The leader tells it later.
        if (!isDatabaseAway(thrown)) this.logger.error(messageOf(thrown));
      }
    }
  }

  /** Each stretch in its order: the next one begins where the one before ended. */
  private async publish(toTell: readonly ToTell[]): Promise<void> {
    if (toTell.length === 0 || !this.publishing.isConnected) return;
    const byPair = new Map<string, ToTell[]>();
    for (const one of toTell) {
      const key = keyOf.pair(one.checkpoint.from, one.checkpoint.to);
      byPair.set(key, [...(byPair.get(key) ?? []), one]);
    }
    const told = await Promise.all([...byPair.values()].map((stretches) => this.publishOf(stretches)));
    const confirmed = told.flat();
    if (confirmed.length === 0) return;
    await this.settling.telling(confirmed.map(({ checkpoint }): Speaking => ({ kind: 'told', checkpoint })));
  }

  /** @returns those that the broker has */
  private async publishOf(stretches: readonly ToTell[]): Promise<ToTell[]> {
    const confirmed: ToTell[] = [];
    for (const stretch of stretches) {
      const { checkpoint, entries } = stretch;
      const { from: own, to: peer } = checkpoint;
      const typ = 'valise-checkpoint+jws';
      if (!(await this.publishing.statement({ own, peer, typ, content: checkpoint, entries }))) break;
      confirmed.push(stretch);
    }
    return confirmed;
  }

  /** What is urgent and untold, and what was told an hour ago. The settlement says whether it is due. */
  private async scan(): Promise<void> {
    if (!this.leader.isLeader) return;
    const pairs: Pair[] = await this.database.query(
      `SELECT p.own, p.peer FROM pair p LEFT JOIN told t ON t.own = p.own AND t.peer = p.peer AND t.ep = p.out_ep
       WHERE p.log_size > coalesce(t.size, 0) OR t.told_at < now() - interval '1 hour'`,
    );
    if (pairs.length > 0) this.tell(pairs);
  }
}
