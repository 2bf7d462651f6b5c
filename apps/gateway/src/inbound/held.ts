import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DeliveryBody } from '#exchange';
import { Repeating } from '#service';
import { DataSource } from 'typeorm';
import { blameOf } from '../database/attempts.js';
import { Leader } from '../database/leader.js';
import { Register } from '../register/register.js';
import { Receiving } from './receiving.js';

const SCAN_MS = 1_000;
/** Tried in one round of what one node sent: thousands of one node keep nothing of another waiting, and nobody keeps us busy with them. */
const NODE_ROUND_MAX = 50;
/** What a newer book may settle, and what the statement of an epoch may. */
const BY_BOOKS = ['CERTIFICATE_UNKNOWN', 'REGISTER_BEHIND'];

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
    // A body may have a megabyte: they are read one by one.
    for (const key of await this.due()) await this.retryOne(key);
  }

  /** A newer book may settle all that waits for one. That is kept with each, so that no round is too short for it and no restart forgets it. */
  private async makeDue(): Promise<void> {
    if (!this.registerChanged) return;
    this.registerChanged = false;
    try {
      await this.database.query(
        'UPDATE held SET next_attempt_at = now() WHERE code = ANY($1) AND next_attempt_at > now()',
        [BY_BOOKS],
      );
    } catch (thrown) {
      this.registerChanged = true;
      throw thrown;
    }
  }

  private async due(): Promise<string[]> {
    const rows: { key: string }[] = await this.database.query(
      `WITH RECURSIVE sender AS (
         (SELECT node FROM held ORDER BY node LIMIT 1)
         UNION ALL
         SELECT next.node FROM sender, LATERAL (
           SELECT node FROM held WHERE held.node > sender.node ORDER BY node LIMIT 1) AS next)
       SELECT oldest.key FROM sender, LATERAL (
         SELECT key, row_number() OVER (ORDER BY next_attempt_at, key) AS turn FROM held
         WHERE held.node = sender.node AND next_attempt_at <= clock_timestamp()
         ORDER BY next_attempt_at, key LIMIT $1) AS oldest
       ORDER BY oldest.turn, oldest.key`,
      [NODE_ROUND_MAX],
    );
    return rows.map(({ key }) => key);
  }

  /** Receives it again as if it had just come; if it has to be held once more, its attempts are counted on. */
  private async retryOne(key: string): Promise<void> {
    const [held]: { node: string; body: DeliveryBody; attempts: number; bytes: Buffer | null }[] =
      await this.database.query(
        `SELECT h.node, h.body, h.attempts, b.body AS bytes FROM held h
         LEFT JOIN delivery_body b ON b.sha256 = h.body->>'sha256' WHERE h.key = $1`,
        [key],
      );
    if (!held) return;
    const { kind, exchange, queue } = held.body;
    const arrival = { kind, exchange, queue, from: held.node, attempts: held.attempts + 1, held: key };
    const { bytes } = held;
    if (bytes === null) {
      this.logger.error(`the bytes of the held delivery ${key} are gone`);
      return;
    }
    const blame = await blameOf(this.database, () => this.receiving.receive([{ ...arrival, body: bytes }]));
    if (blame) await this.receiving.quarantineFailure({ ...arrival, body: bytes }, blame.thrown);
  }
}
