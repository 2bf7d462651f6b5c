import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { BusPublisher } from '#bus';
import { messageOf, ValiseError } from '#core';
import { type AttachmentKey, completeSeal, encrypt, type Jws } from '#envelope';
import { DataSource, In } from 'typeorm';
import { AttachmentStore } from '../attachments/store.js';
import { CONFIGURATION, type Configuration } from '../configuration.js';
import { Leader } from '../database/leader.js';
import { Register } from '../register/register.js';
import { Message, OutboxRow } from './entities.js';
import { Outbox } from './outbox.js';
import { readStoredPayload } from './payloads.js';
import { Voids } from './voids.js';

const BATCH_MAX = 200;
/** A safety net under the wakening after commits, and how other replicas' rows are found. */
const POLL_MS = 500;
const BACKOFF_SECONDS_MAX = 3600;

/**
 * Publishes what transactions left in the outbox. One leader among the replicas; whatever it does can be done again:
 * a message keeps its identity D, and the other side knows a doubled one.
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
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    private readonly leader: Leader,
    private readonly outbox: Outbox,
    private readonly publisher: BusPublisher,
    private readonly register: Register,
    private readonly attachments: AttachmentStore,
    private readonly voids: Voids,
  ) {}

  onApplicationBootstrap(): void {
    this.outbox.onWake(() => {
      this.wake();
    });
    this.timer = setInterval(() => {
      this.wake();
    }, POLL_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.running;
  }

  private wake(): void {
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
        // A full batch says that there is more.
        if ((await this.relayBatch()) === BATCH_MAX) this.again = true;
      }
    } catch (thrown) {
      // The database is away; rows stay as they are and the next poll goes on.
      this.logger.warn(messageOf(thrown));
    }
  }

  private isStopped(): boolean {
    return this.stopped;
  }

  /** @returns how many rows were taken up */
  private async relayBatch(): Promise<number> {
    const rows = await this.database
      .getRepository(OutboxRow)
      .createQueryBuilder('row')
      // The database's own clock, at this statement: ours may have been read before a wait for a connection.
      .where('row.nextAttemptAt <= clock_timestamp()')
      .orderBy('row.id')
      .limit(BATCH_MAX)
      .getMany();
    if (rows.length === 0) return 0;
    const messages = await this.messagesOf(rows);
    await this.sealAll([...messages.values()]);
    const outcomes = await Promise.all(
      rows.map((row) => this.relay(row, row.messageKey === null ? undefined : messages.get(row.messageKey))),
    );
    await this.settle(rows, outcomes);
    return rows.length;
  }

  private async messagesOf(rows: readonly OutboxRow[]): Promise<Map<string, Message>> {
    const keys = rows.flatMap(({ messageKey }) => messageKey ?? []);
    const messages =
      keys.length === 0 ? [] : await this.database.getRepository(Message).findBy({ key: In(keys) });
    return new Map(messages.map((message) => [message.key, message]));
  }

  private async relay(row: OutboxRow, message: Message | undefined): Promise<Outcome> {
    try {
      const body = await this.bodyOf(row, message);
      if (body === undefined) return { kind: 'voided' };
      await this.publisher.publish({ to: row.toNode, kind: 'envelope', body, messageId: row.busId });
      return { kind: 'confirmed' };
    } catch (thrown) {
      return {
        kind: 'failed',
        error: messageOf(thrown),
        away: thrown instanceof ValiseError && thrown.code === 'BUS_UNAVAILABLE',
      };
    }
  }

  private bodyOf(row: OutboxRow, message: Message | undefined): Promise<Buffer | undefined> {
    if (message) return this.envelopeOf(message);
    if (row.statement) return Promise.resolve(this.encryptFor(row, row.statement, []));
    throw new ValiseError('INTERNAL', `the outbox row ${row.id} has neither a message nor a statement`);
  }

  /** Signs what is not signed yet. A resend carries the same bytes under the same signatures; only the encryption is new. */
  private async sealAll(messages: readonly Message[]): Promise<void> {
    const unsealed = messages.filter((message) => message.status !== 'void' && this.seal(message));
    if (unsealed.length === 0) return;
    await this.database.query(
      `UPDATE message SET jws = sealed.jws FROM unnest($1::bigint[], $2::jsonb[]) AS sealed (key, jws) WHERE message.key = sealed.key`,
      [unsealed.map(({ key }) => key), unsealed.map(({ jws }) => JSON.stringify(jws))],
    );
  }

  /** @returns whether it is sealed now; what cannot be sealed waits alone, the others go */
  private seal(message: Message): boolean {
    const { id, payload, officers, d, sealProtected, jws } = message;
    if (jws !== null) return false;
    try {
      if (d === null || sealProtected === null)
        throw new ValiseError('INTERNAL', 'it was queued without a place in its sequence');
      const seal = this.voids.sealOf(message);
      if (!seal) throw new ValiseError('KEY_FILE', 'the seal that it was prepared for is not configured');
      const { key } = seal;
      message.jws = completeSeal({ payload, officers, prepared: { D: d, protected: sealProtected }, key });
      return true;
    } catch (thrown) {
      this.logger.error(`the message ${id} cannot be sealed: ${messageOf(thrown)}`);
      return false;
    }
  }

  /** The encrypted message, or undefined where it may not go any more and was voided. */
  private async envelopeOf(message: Message): Promise<Buffer | undefined> {
    if (await this.voids.voidIfRefused(message)) return undefined;
    if (message.jws === null) throw new ValiseError('INTERNAL', `the message ${message.id} cannot be sealed`);
    const { attachments } = readStoredPayload(message.payload);
    const keys = await this.attachments.keysOf(message.authority, attachments);
    return this.encryptFor({ own: message.authority, recipient: message.recipient }, message.jws, keys);
  }

  private encryptFor(
    { own, recipient }: Pick<OutboxRow, 'own' | 'recipient'>,
    jws: Jws,
    attachmentKeys: AttachmentKey[],
  ): Buffer {
    const certificate = this.register.snapshot.encryptionCertificate(recipient, new Date());
    return encrypt({ jws, attachmentKeys, from: own, recipient: certificate });
  }

  private async settle(rows: readonly OutboxRow[], outcomes: readonly Outcome[]): Promise<void> {
    const of = (kind: Outcome['kind']) => rows.filter((_, index) => outcomes[index]?.kind === kind);
    const confirmed = of('confirmed');
    const sent = confirmed.flatMap(({ messageKey }) => messageKey ?? []);
    await this.database.transaction(async (tx) => {
      // Messages before outbox rows, in the order of their keys, as receipts lock them too.
      if (sent.length > 0) {
        await tx.query('SELECT 1 FROM message WHERE key = ANY($1) ORDER BY key FOR UPDATE', [sent]);
        await tx.query(`UPDATE message SET status = 'sent' WHERE key = ANY($1) AND status = 'queued'`, [
          sent,
        ]);
      }
      const done = confirmed.filter(({ messageKey }) => messageKey === null).map(({ id }) => id);
      if (done.length > 0) await tx.query('DELETE FROM outbox WHERE id = ANY($1)', [done]);
      if (sent.length > 0)
        await tx.query(
          `UPDATE outbox SET attempts = attempts + 1, last_error = NULL,
             next_attempt_at = now() + make_interval(secs => least($2 * power(2, least(attempts, 20)), $3)) WHERE message_key = ANY($1)`,
          [sent, this.configuration.receiptAfterSeconds, BACKOFF_SECONDS_MAX],
        );
    });
    await this.postpone(rows, outcomes);
  }

  private async postpone(rows: readonly OutboxRow[], outcomes: readonly Outcome[]): Promise<void> {
    for (const [index, outcome] of outcomes.entries()) {
      const row = rows[index];
      if (outcome.kind !== 'failed' || !row) continue;
      // With the broker away every row would fail in turn: they wait together, a second at a time, and nothing counts as an attempt.
      const seconds = outcome.away ? 1 : Math.min(2 ** row.attempts, BACKOFF_SECONDS_MAX);
      await this.database.query(
        'UPDATE outbox SET last_error = $2, attempts = attempts + $3, next_attempt_at = now() + make_interval(secs => $4) WHERE id = $1',
        [row.id, outcome.error, outcome.away ? 0 : 1, seconds],
      );
    }
    const failed = outcomes.find((outcome) => outcome.kind === 'failed');
    if (failed) this.logger.warn(`not published yet: ${failed.error}`);
  }
}

type Outcome = { kind: 'confirmed' } | { kind: 'voided' } | { kind: 'failed'; error: string; away: boolean };
