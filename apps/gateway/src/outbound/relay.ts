import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { messageOf } from '#core';
import type { Jws, StatementContents } from '#envelope';
import { afterPublishing, instantAt, keyOf, type Name, type OutboxRow } from '#exchange';
import { isDatabaseAway } from '#service';
import { DataSource } from 'typeorm';
import { Leader } from '../database/leader.js';
import { Settling } from '../settling/settling.js';
import { failed, type Published, Publishing, type Sealable } from './publishing.js';

const BATCH_MAX = 200;
/** Of payloads in one batch; a message is in memory several times over while it is sealed and encrypted. */
const BATCH_BYTES_MAX = 8 * 1024 * 1024;
/** A safety net under the wakening after commits, and how other replicas' rows are found. */
const POLL_MS = 500;
const BACKOFF_SECONDS_MAX = 3600;

type MessageDue = Extract<OutboxRow, { kind: 'message' }>;
type StatementDue = Extract<OutboxRow, { kind: 'statement' }>;
interface Due<Row> {
  readonly key: string;
  readonly row: Row;
}

/**
 * Publishes what is due in the outbox: statements, messages without a receipt, and those that the process which committed them could not
 * publish. One leader among the replicas; everything it does is idempotent: a message keeps its identity D, by which the other side
 * recognises a duplicate.
 */
@Injectable()
export class Relay implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Relay');
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private again = false;
  private stopped = false;

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly leader: Leader,
    private readonly publishing: Publishing,
    private readonly settling: Settling,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.wake();
    }, POLL_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.running;
  }

  /** There may be something new. */
  wake(): void {
    if (this.stopped || !this.leader.isLeader) return;
    this.again = true;
    this.running ??= this.run().finally(() => {
      this.running = undefined;
    });
  }

  private async run(): Promise<void> {
    try {
      while (this.again && !this.isStopped()) {
        this.again = false;
        if (await this.relayBatch()) this.again = true;
      }
    } catch (thrown) {
      // Rows stay as they are and the next poll goes on.
      if (!isDatabaseAway(thrown)) this.logger.warn(messageOf(thrown));
    }
  }

  private isStopped(): boolean {
    return this.stopped;
  }

  /** @returns whether there is likely to be more */
  private async relayBatch(): Promise<boolean> {
    // What cannot be sent now waits unchanged, and nothing counts as an attempt.
    if (!this.publishing.isConnected) return false;
    const keys = await this.due();
    if (keys.length === 0) return false;
    const facts = await this.settling.read(keys.map((key): Name => ({ table: 'outbox', key })));
    const rows = keys.flatMap((key) => {
      const row = facts.get('outbox', key);
      return row ? [{ key, row }] : [];
    });
    const messages = rows.filter((due): due is Due<MessageDue> => due.row.kind === 'message');
    const statements = rows.filter((due): due is Due<StatementDue> => due.row.kind === 'statement');
    const away = [await this.relayStatements(statements), await this.relayMessages(messages)];
    return !away.includes(true) && keys.length === BATCH_MAX;
  }

  /**
   * The oldest of every pair in turn: what waits for one authority, thousands after an outage, keeps what goes to another no
   * longer than a batch.
   */
  private async due(): Promise<string[]> {
    const turns: { key: string }[] = await this.database.query(
      `WITH RECURSIVE lane AS (
         (SELECT own, peer FROM outbox ORDER BY own, peer LIMIT 1)
         UNION ALL
         SELECT next.own, next.peer FROM lane, LATERAL (
           SELECT own, peer FROM outbox WHERE (outbox.own, outbox.peer) > (lane.own, lane.peer)
           ORDER BY own, peer LIMIT 1) AS next)
       SELECT oldest.key FROM lane, LATERAL (
         -- What was numbered in one transaction is due at one instant: the number ends its key, shorter or smaller first.
         SELECT key, row_number() OVER (ORDER BY due_at, length(key), key) AS turn FROM outbox
         -- The database's own clock, at this statement: ours may have been read before a wait for a connection.
         WHERE outbox.own = lane.own AND outbox.peer = lane.peer AND due_at <= clock_timestamp()
         ORDER BY due_at, length(key), key LIMIT $1) AS oldest
       ORDER BY oldest.turn, oldest.key LIMIT $1`,
      [BATCH_MAX],
    );
    return turns.map(({ key }) => key);
  }

  /** @returns whether the broker is away */
  private async relayMessages(due: readonly Due<MessageDue>[]): Promise<boolean> {
    if (due.length === 0) return false;
    const sealable = await this.allowed(due.map(({ row }) => row.message));
    const published = await Promise.all(sealable.map((one) => this.publishing.message(one)));
    const keysOf = (is: Published['is']) =>
      sealable.flatMap(({ message: { own, peer, ep, n } }, index) =>
        published[index]?.is === is ? [keyOf.message(own, peer, 'out', ep, n)] : [],
      );
    await this.publishing.noteConfirmed(keysOf('confirmed'));
    return this.postpone(keysOf('failed'), published);
  }

  /** Decides again where the register changed since; what would be refused now is voided. @returns those that may go, as many as fit into memory */
  private async allowed(keys: readonly string[]): Promise<Sealable[]> {
    const affordable = await this.affordable(keys);
    const found = await this.sealable(affordable);
    const { left } = await this.settling.out(() =>
      found.map(({ key, one }) => ({ kind: 'check', key, isUnsealable: !this.publishing.canSeal(one) })),
    );
    const gone = new Set(
      found.flatMap(({ key }, index) => {
        const one = left[index];
        return one?.ok && 'isVoid' in one && one.isVoid ? [key] : [];
      }),
    );
    for (const key of gone) this.logger.warn(`the message ${key} is voided`);
    if (gone.size > 0) this.again = true;
    // At fault here: it keeps others waiting no longer than once with each pause.
    await this.postpone(
      found.flatMap(({ key }, index) => (left[index]?.ok === false ? [key] : [])),
      left.flatMap((one) => (one.ok ? [] : [failed(one.error)])),
    );
    return found.flatMap(({ key, one }, index) => (left[index]?.ok && !gone.has(key) ? [one] : []));
  }

  private async sealable(
    keys: readonly string[],
  ): Promise<{ readonly key: string; readonly one: Sealable }[]> {
    const facts = await this.settling.read(
      keys.flatMap((key): Name[] => [
        { table: 'message', key },
        { table: 'content', key },
      ]),
    );
    return keys.flatMap((key) => {
      const message = facts.get('message', key);
      const content = facts.get('content', key);
      return message && content ? [{ key, one: { message, content } }] : [];
    });
  }

  /** As many of them, in turn, as fit into memory together; at least one. */
  private async affordable(keys: readonly string[]): Promise<readonly string[]> {
    const facts = await this.settling.read(keys.map((key): Name => ({ table: 'message', key })));
    let total = 0;
    const tooMany = keys.findIndex((key, index) => {
      total += facts.get('message', key)?.bytes ?? 0;
      return index > 0 && total > BATCH_BYTES_MAX;
    });
    if (tooMany !== -1) this.again = true;
    return tooMany === -1 ? keys : keys.slice(0, tooMany);
  }

  /** @returns whether the broker is away */
  private async relayStatements(due: readonly Due<StatementDue>[]): Promise<boolean> {
    if (due.length === 0) return false;
    const published = await Promise.all(
      due.map(async ({ row }) => this.publishing.signed(row.own, row.peer, await this.signed(row))),
    );
    const confirmed = due.filter((_, index) => published[index]?.is === 'confirmed');
    if (confirmed.length > 0)
      await this.settling.change(
        confirmed.map(({ key }): Name => ({ table: 'outbox', key })),
        (view, { at }) => {
          for (const { key, row } of confirmed) {
            const now = view.read('outbox', key);
            // What was put there meanwhile was not said yet.
            if (now?.kind !== 'statement' || JSON.stringify(now.content) !== JSON.stringify(row.content))
              continue;
            const after = afterPublishing(now, at, 0);
            if (after) view.put('outbox', key, after);
            else view.remove('outbox', key);
          }
        },
      );
    const failed = due.flatMap(({ key }, index) => (published[index]?.is === 'failed' ? [key] : []));
    return this.postpone(failed, published);
  }

  /** An ask for a log says what we have of it now. */
  private async signed(row: StatementDue): Promise<() => Jws> {
    const { own, peer, typ } = row;
    let { content } = row;
    if (typ === 'valise-log-ask+jws') {
      const key = keyOf.mirror(own, peer, (content as StatementContents['valise-log-ask+jws']).ep);
      const facts = await this.settling.read([{ table: 'mirror', key }]);
      content = { ...content, have: facts.get('mirror', key)?.edge.size ?? 0, at: instantAt(Date.now()) };
    }
    return () => this.publishing.sign(own, typ, content as StatementContents[typeof typ]);
  }

  /** @returns whether the broker is away: then nothing is wrong with the rows, and the connection logs it once */
  private async postpone(keys: readonly string[], published: readonly Published[]): Promise<boolean> {
    const faults = published.flatMap((one) => (one.is === 'failed' ? [one] : []));
    if (faults.some(({ isBusAway }) => isBusAway)) return true;
    if (keys.length === 0) return false;
    await this.database.query(
      `UPDATE outbox SET asks = coalesce(asks, 0) + 1,
         due_at = now() + make_interval(secs => least(power(2, least(coalesce(asks, 0), 20)), $2)) WHERE key = ANY($1)`,
      [keys, BACKOFF_SECONDS_MAX],
    );
    this.logger.warn(`not published yet: ${faults[0]?.error ?? ''}`);
    return false;
  }
}
