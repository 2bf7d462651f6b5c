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
import { readStoredPayload } from '#exchange';
import { isDatabaseAway, mapInSlices } from '#service';
import { DataSource, In } from 'typeorm';
import { AttachmentStore } from '../attachments/store.js';
import { CONFIGURATION, type Configuration } from '../configuration.js';
import { Leader } from '../database/leader.js';
import { Register } from '../register/register.js';
import { Message, OutboxRow } from './entities.js';
import { Outbox } from './outbox.js';
import { Voids } from './voids.js';

const BATCH_MAX = 200;
/** Of payloads in one batch; a message is in memory several times over while it is sealed and encrypted. */
const BATCH_BYTES_MAX = 8 * 1024 * 1024;
/** A safety net under the wakening after commits, and how other replicas' rows are found. */
const POLL_MS = 500;
const BACKOFF_SECONDS_MAX = 3600;

/**
 * Publishes what transactions left in the outbox. One leader among the replicas; everything it does is idempotent: a
 * message keeps its identity D, by which the other side recognises a duplicate.
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
    if (this.publisher.state.state !== 'connected') return false;
    const due = await this.due();
    if (due.length === 0) return false;
    const rows = await this.affordable(due);
    const messages = await this.messagesOf(rows);
    await this.sealAll([...messages.values()]);
    const bodies = await mapInSlices(rows, (row) =>
      this.bodyOf(row, row.messageKey === null ? undefined : messages.get(row.messageKey)).catch(notMade),
    );
    const outcomes = await Promise.all(rows.map((row, index) => this.relay(row, bodies[index])));
    await this.settle(rows, outcomes);
    if (outcomes.some((outcome) => outcome.kind === 'failed' && outcome.away)) return false;
    return rows.length < due.length || due.length === BATCH_MAX;
  }

  /**
   * The oldest of every pair in turn: what waits for one authority, thousands after an outage, keeps what goes to another no
   * longer than a batch.
   */
  private async due(): Promise<OutboxRow[]> {
    const turns: { id: string }[] = await this.database.query(
      `WITH RECURSIVE lane AS (
         (SELECT own, recipient FROM outbox ORDER BY own, recipient LIMIT 1)
         UNION ALL
         SELECT next.own, next.recipient FROM lane, LATERAL (
           SELECT own, recipient FROM outbox WHERE (outbox.own, outbox.recipient) > (lane.own, lane.recipient)
           ORDER BY own, recipient LIMIT 1) AS next)
       SELECT oldest.id FROM lane, LATERAL (
         SELECT id, row_number() OVER (ORDER BY next_attempt_at, id) AS turn FROM outbox
         -- The database's own clock, at this statement: ours may have been read before a wait for a connection.
         WHERE outbox.own = lane.own AND outbox.recipient = lane.recipient AND next_attempt_at <= clock_timestamp()
         ORDER BY next_attempt_at, id LIMIT $1) AS oldest
       ORDER BY oldest.turn, oldest.id LIMIT $1`,
      [BATCH_MAX],
    );
    if (turns.length === 0) return [];
    const rows = await this.database.getRepository(OutboxRow).findBy({ id: In(turns.map(({ id }) => id)) });
    const found = new Map(rows.map((row) => [row.id, row]));
    return turns.flatMap(({ id }) => found.get(id) ?? []);
  }

  /** As many of them, in turn, as fit into memory together; at least one. @returns them in the order of their making */
  private async affordable(rows: readonly OutboxRow[]): Promise<readonly OutboxRow[]> {
    const keys = rows.flatMap(({ messageKey }) => messageKey ?? []);
    const sizes: { key: string; bytes: number }[] =
      keys.length === 0
        ? []
        : await this.database.query(
            'SELECT key, octet_length(payload) AS bytes FROM message WHERE key = ANY($1)',
            [keys],
          );
    const sizeOf = new Map(sizes.map(({ key, bytes }) => [key, bytes]));
    let total = 0;
    const tooMany = rows.findIndex(({ messageKey }, index) => {
      total += sizeOf.get(messageKey ?? '') ?? 0;
      return index > 0 && total > BATCH_BYTES_MAX;
    });
    const chosen = tooMany === -1 ? rows : rows.slice(0, tooMany);
    return [...chosen].sort((one, other) => (BigInt(one.id) < BigInt(other.id) ? -1 : 1));
  }

  private async messagesOf(rows: readonly OutboxRow[]): Promise<Map<string, Message>> {
    const keys = rows.flatMap(({ messageKey }) => messageKey ?? []);
    const messages =
      keys.length === 0 ? [] : await this.database.getRepository(Message).findBy({ key: In(keys) });
    return new Map(messages.map((message) => [message.key, message]));
  }

  private async relay(row: OutboxRow, body: Buffer | Outcome | undefined): Promise<Outcome> {
    if (body === undefined) return { kind: 'voided' };
    if (!Buffer.isBuffer(body)) return body;
    try {
      await this.publisher.publish({ to: row.toNode, kind: 'envelope', body, messageId: row.busId });
      return { kind: 'confirmed' };
    } catch (thrown) {
      return failed(thrown);
    }
  }

  private async bodyOf(row: OutboxRow, message: Message | undefined): Promise<Buffer | undefined> {
    if (message) return this.envelopeOf(message);
    if (row.statement) return this.encryptFor(row, row.statement, []);
    throw new ValiseError('INTERNAL', `the outbox row ${row.id} has neither a message nor a statement`);
  }

  /** Signs what is not signed yet. A resend carries the same bytes under the same signatures; only the encryption is new. */
  private async sealAll(messages: readonly Message[]): Promise<void> {
    const sealed = await mapInSlices(messages, (message) => message.status !== 'void' && this.seal(message));
    const unsealed = messages.filter((_, index) => sealed[index]);
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

  /** The encrypted message, or undefined where it must no longer be sent and was voided. */
  private async envelopeOf(message: Message): Promise<Buffer | undefined> {
    if (await this.voids.voidIfRefused(message)) return undefined;
    if (await this.isOver(message)) return undefined;
    if (message.jws === null) throw new ValiseError('INTERNAL', `the message ${message.id} cannot be sealed`);
    const { attachments } = readStoredPayload(message.payload);
    const keys = await this.attachments.keysOf(message.authority, attachments);
    return this.encryptFor({ own: message.authority, recipient: message.recipient }, message.jws, keys);
  }

  /** One that was accepted, whose other receipt never came, is not asked after for longer than it was valid. */
  private async isOver({ key, status, expiresAt }: Message): Promise<boolean> {
    if (status !== 'accepted' || expiresAt.getTime() > Date.now()) return false;
    await this.database.query('DELETE FROM outbox WHERE message_key = $1', [key]);
    return true;
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
      if (outcome.kind !== 'failed' || outcome.away || !row) continue;
      const seconds = Math.min(2 ** row.attempts, BACKOFF_SECONDS_MAX);
      await this.database.query(
        'UPDATE outbox SET last_error = $2, attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => $3) WHERE id = $1',
        [row.id, outcome.error, seconds],
      );
    }
    // When the broker is unreachable nothing is wrong with the rows, and the connection logs it once.
    const failed = outcomes.find((outcome) => outcome.kind === 'failed' && !outcome.away);
    if (failed?.kind === 'failed') this.logger.warn(`not published yet: ${failed.error}`);
  }
}

/** When the database is unreachable nothing is wrong with the row: it stays as it is. */
function notMade(thrown: unknown): Outcome {
  if (isDatabaseAway(thrown)) throw thrown;
  return failed(thrown);
}

function failed(thrown: unknown): Outcome {
  return {
    kind: 'failed',
    error: messageOf(thrown),
    away: thrown instanceof ValiseError && thrown.code === 'BUS_UNAVAILABLE',
  };
}

type Outcome = { kind: 'confirmed' } | { kind: 'voided' } | { kind: 'failed'; error: string; away: boolean };
