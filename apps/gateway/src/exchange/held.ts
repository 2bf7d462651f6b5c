import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Repeating } from '#service';
import { DataSource } from 'typeorm';
import { blameOf } from '../database/attempts.js';
import { Leader } from '../database/leader.js';
import { Register } from '../register/register.js';
import { Held } from './entities.js';
import { Holding } from './holding.js';
import { Receiving, TRANSIENT } from './receive.js';

const SCAN_MS = 1_000;
/** Tried in one round of what one node sent: thousands of one node keep nothing of another waiting, and nobody keeps us busy with them. */
const NODE_ROUND_MAX = 50;

/** Tries again what could not be judged: when the register changed, and with a growing pause in any case. */
@Injectable()
export class HeldDeliveries implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Held');
  private readonly repeating = new Repeating(SCAN_MS, () => this.scan(), this.logger);
  private registerChanged = false;

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly leader: Leader,
    private readonly register: Register,
    private readonly receiving: Receiving,
    private readonly holding: Holding,
  ) {}

  onApplicationBootstrap(): void {
    this.register.onChange(() => {
      this.registerChanged = true;
    });
    this.repeating.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.repeating.stop();
  }

  private async scan(): Promise<void> {
    if (this.leader.isLeader) await this.tryDue();
  }

  /** One round: the oldest of every sending node in turn. What is left stays due. */
  async tryDue(): Promise<void> {
    await this.makeDue();
    for (const id of await this.due()) {
      // A body may have a megabyte: they are read one by one.
      const held = await this.database.getRepository(Held).findOneBy({ id });
      if (held) await this.retryOne(held);
    }
  }

  /** A newer book may settle all that waits for one. That is kept with each, so that no round is too short for it and no restart forgets it. */
  private async makeDue(): Promise<void> {
    if (!this.registerChanged) return;
    this.registerChanged = false;
    try {
      await this.database.query(
        'UPDATE held SET next_attempt_at = now() WHERE code = ANY($1) AND next_attempt_at > now()',
        [[...TRANSIENT]],
      );
    } catch (thrown) {
      this.registerChanged = true;
      throw thrown;
    }
  }

  private async due(): Promise<string[]> {
    const rows: { id: string }[] = await this.database.query(
      `WITH RECURSIVE node AS (
         (SELECT from_node FROM held ORDER BY from_node LIMIT 1)
         UNION ALL
         SELECT next.from_node FROM node, LATERAL (
           SELECT from_node FROM held WHERE held.from_node > node.from_node ORDER BY from_node LIMIT 1) AS next)
       SELECT oldest.id FROM node, LATERAL (
         SELECT id, row_number() OVER (ORDER BY next_attempt_at, id) AS turn FROM held
         WHERE held.from_node = node.from_node AND next_attempt_at <= clock_timestamp()
         ORDER BY next_attempt_at, id LIMIT $1) AS oldest
       ORDER BY oldest.turn, oldest.id`,
      [NODE_ROUND_MAX],
    );
    return rows.map(({ id }) => id);
  }

  /** Receives it again as if it had just come; if it has to be held once more, only the counter moves. */
  private async retryOne(held: Held): Promise<void> {
    const { exchange, queue, fromNode: from, body } = held;
    const attempts = held.attempts + 1;
    const arrival = { kind: 'envelope', exchange, queue, from, body, attempts };
    const still = this.receiving.whyHeld(arrival);
    if (still === undefined) {
      const blame = await blameOf(this.database, () => this.receiving.receive([arrival], held.id));
      if (blame) await this.receiving.quarantineFailure(arrival, blame.thrown, held.id);
      return;
    }
    await this.database.transaction(async (tx) => {
      await tx.delete(Held, { id: held.id });
      await this.holding.hold(tx, arrival, still, new Date());
    });
  }
}
