import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { messageOf } from '#core';
import { type Incoming, keyOf, type Pair, RANGES_MAX } from '#exchange';
import { isDatabaseAway, Repeating } from '#service';
import { DataSource } from 'typeorm';
import { Leader } from '../database/leader.js';
import { Relay } from '../outbound/relay.js';
import { Settling } from '../settling/settling.js';
import { Telling } from '../statements/telling.js';

const SCAN_MS = 1_000;
/** Rows of one table in one round. */
const ROUND_MAX = 500;

/**
 * What nobody waits for at a door, and must not be forgotten: messages that waited and may be judged, numbers that are missing and are
 * asked for, messages of which only the peer's log tells, receipts that waited for our clock. The leader's work.
 */
@Injectable()
export class Releasing implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Sequence');
  private readonly repeating = new Repeating(SCAN_MS, () => this.scan(), this.logger);
  private readonly woken = new Map<string, Pair>();
  private running: Promise<void> | undefined;

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly leader: Leader,
    private readonly settling: Settling,
    private readonly telling: Telling,
    private readonly relay: Relay,
  ) {}

  onApplicationBootstrap(): void {
    this.repeating.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.repeating.stop();
    await this.running;
  }

  /** Goes on with pairs of which one transaction did not judge all that it might. */
  wake(pairs: readonly Pair[]): void {
    for (const pair of pairs) this.woken.set(keyOf.pair(pair.own, pair.peer), pair);
    this.running ??= this.goOn().finally(() => {
      this.running = undefined;
    });
  }

  /** What came before the statement of its epoch waits for that, which came through the same node. */
  async wakeHeld(nodes: readonly string[]): Promise<void> {
    if (nodes.length === 0) return;
    await this.database.query(
      `UPDATE held SET next_attempt_at = now() WHERE code = 'GAP' AND node = ANY($1) AND next_attempt_at > now()`,
      [[...new Set(nodes)]],
    );
  }

  private async goOn(): Promise<void> {
    for (let next = this.woken.entries().next(); next.value; next = this.woken.entries().next()) {
      const [key, { own, peer }] = next.value;
      this.woken.delete(key);
      try {
        const { more } = await this.settle([{ kind: 'release', own, peer }]);
        this.telling.tell([{ own, peer }]);
        for (const pair of more) this.woken.set(keyOf.pair(pair.own, pair.peer), pair);
      } catch (thrown) {
        // One pair does not delay others, and the leader looks again.
        if (!isDatabaseAway(thrown))
          this.logger.error(`waiting messages of ${peer} cannot be judged: ${messageOf(thrown)}`);
      }
    }
  }

  private async scan(): Promise<void> {
    if (!this.leader.isLeader) return;
    await this.lookAtPairs();
    await this.lookAtOverdue();
    await this.lookAtDeferred();
  }

  private async lookAtPairs(): Promise<void> {
    const pairs: (Pair & { has_gaps: boolean; has_waiting: boolean })[] = await this.database.query(
      `SELECT own, peer, gaps <> '[]' AS has_gaps, waiting <> '[]' AS has_waiting FROM pair WHERE gaps <> '[]' OR waiting <> '[]'`,
    );
    this.wake(pairs.filter(({ has_waiting }) => has_waiting));
    const missing = pairs.filter(({ has_gaps }) => has_gaps);
    await this.each(missing.map(({ own, peer }) => ({ kind: 'missing', own, peer })));
    const told: Pair[] = await this.database.query(
      `SELECT p.own, p.peer FROM pair p JOIN mirror m ON m.own = p.own AND m.peer = p.peer AND m.ep = p.in_ep
       WHERE m.sent IS NOT NULL AND (m.sent->>'n')::bigint > p.in_n`,
    );
    await this.each(told.map(({ own, peer }) => ({ kind: 'sent', own, peer })));
  }

  /** One round. What finds no room among its pair's gaps is left alone until there is some, and keeps no other pair waiting. */
  async lookAtOverdue(): Promise<void> {
    const rows: { key: string }[] = await this.database.query(
      `SELECT o.key FROM overdue o JOIN pair p ON p.own = o.own AND p.peer = o.peer
       WHERE jsonb_array_length(p.gaps) < $2 LIMIT $1`,
      [ROUND_MAX, RANGES_MAX],
    );
    await this.each(rows.map(({ key }) => ({ kind: 'overdue', key })));
  }

  /** One round. */
  async lookAtDeferred(): Promise<void> {
    const rows: { key: string }[] = await this.database.query(
      'SELECT key FROM deferred WHERE due_at <= now() LIMIT $1',
      [ROUND_MAX],
    );
    await this.alone(rows, ({ key: leaf }) => this.settling.log([{ kind: 'deferred', leaf }]));
  }

  private async each(members: readonly Incoming[]): Promise<void> {
    await this.alone(members, (member) => this.settle([member]));
  }

  /** Each in a transaction of its own: one that fails keeps no other waiting. */
  private async alone<Item>(items: readonly Item[], settle: (item: Item) => Promise<unknown>): Promise<void> {
    for (const item of items)
      try {
        await settle(item);
      } catch (thrown) {
        if (isDatabaseAway(thrown)) throw thrown;
        this.logger.error(messageOf(thrown));
      }
  }

  private async settle(members: readonly Incoming[]) {
    const settled = await this.settling.in(members);
    if (settled.publishes) this.relay.wake();
    return settled;
  }
}
