import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type BeforeApplicationShutdown,
} from '@nestjs/common';
import { BusPublisher } from '#bus';
import { isDatabaseAway } from '#service';
import { ValiseError, messageOf } from '#core';
import { DataSource, type EntityManager } from 'typeorm';
import type { OutboxRow } from '../database/entities.js';

const BATCH = 32;
const POLL_MS = 2_000;
const BACKOFF_SECONDS_MAX = 300;

type Due = Pick<OutboxRow, 'id' | 'kind' | 'body' | 'attempts'> & { to: string; messageId: string };
interface Failed {
  readonly row: Due;
  readonly reason: string;
}

/**
 * Publishes what the outbox holds, and removes a row when the broker has confirmed it. A crash in between
 * publishes twice, which receivers settle by version. Replicas share the work by skipping each other's rows.
 */
@Injectable()
export class Relay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Relay');
  private stopping = false;
  private running: Promise<void> = Promise.resolve();
  private wakeUp: () => void = () => undefined;
  private woken = false;

  constructor(
    private readonly database: DataSource,
    private readonly publisher: BusPublisher,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  /** Before the database goes. What is recorded from here on goes out after the next start. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    this.wake();
    await this.running;
    await this.publisher.close();
  }

  /** To be called after a commit that filled the outbox: what waits goes out now, not at the next look. */
  wake(): void {
    this.woken = true;
    this.wakeUp();
  }

  private async run(): Promise<void> {
    await this.publisher.connect();
    while (!this.stopping) {
      this.woken = false;
      let published = 0;
      try {
        published = await this.database.transaction((manager) => this.publishDue(manager));
      } catch (thrown) {
        if (!isDatabaseAway(thrown)) this.logger.warn(`the outbox waits: ${messageOf(thrown)}`);
      }
      if (published === 0) await this.pause();
    }
  }

  private async pause(): Promise<void> {
    if (this.woken) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, POLL_MS);
      this.wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** @returns how many messages went out */
  private async publishDue(manager: EntityManager): Promise<number> {
    if (this.publisher.state.state !== 'connected') return 0;
    const due: Due[] = await manager.query(
      `SELECT id, to_node AS "to", kind, message_id AS "messageId", body, attempts FROM outbox
       WHERE not_before <= now() ORDER BY id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED`,
    );
    const nodes = [...new Set(due.map((row) => row.to))];
    const results = await Promise.all(
      nodes.map((to) => this.publishInOrder(due.filter((row) => row.to === to))),
    );
    const published = results.flatMap((result) => result.published);
    await manager.query('DELETE FROM outbox WHERE id = ANY($1)', [published]);
    for (const { failed } of results) if (failed) await postpone(manager, failed);
    return published.length;
  }

  /** To one node: one at a time, so that a book precedes the statement about it; stops at the first failure. */
  private async publishInOrder(rows: readonly Due[]): Promise<{ published: string[]; failed?: Failed }> {
    const published: string[] = [];
    for (const row of rows) {
      try {
        const { to, kind, messageId, body } = row;
        await this.publisher.publish({ to, kind, messageId, body: Buffer.from(body, 'utf8') });
      } catch (thrown) {
        if (this.isAway(thrown)) return { published };
        this.logger.warn(`${row.messageId} waits: ${messageOf(thrown)}`);
        return { published, failed: { row, reason: messageOf(thrown) } };
      }
      published.push(row.id);
    }
    return { published };
  }

  /** The bus being away is nobody's fault in particular; a missing or full queue is one node's. */
  private isAway(thrown: unknown): boolean {
    return thrown instanceof ValiseError && thrown.code === 'BUS_UNAVAILABLE';
  }
}

/** Everything for that node waits, in order, and the other nodes do not notice. */
async function postpone(manager: EntityManager, { row, reason }: Failed): Promise<void> {
  const seconds = Math.min(BACKOFF_SECONDS_MAX, 2 ** Math.min(row.attempts, 16));
  await manager.query('UPDATE outbox SET attempts = attempts + 1, last_error = $2 WHERE id = $1', [
    row.id,
    reason,
  ]);
  await manager.query('UPDATE outbox SET not_before = now() + make_interval(secs => $2) WHERE to_node = $1', [
    row.to,
    seconds,
  ]);
}
