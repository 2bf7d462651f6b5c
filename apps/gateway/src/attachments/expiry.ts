import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { messageOf } from '#core';
import { isDatabaseAway, Repeating } from '#service';
import { DataSource } from 'typeorm';
import { Leader } from '../database/leader.js';
import { Message } from '../exchange/entities.js';
import { Outbox } from '../exchange/outbox.js';
import { Attachment } from './attachment.entity.js';
import { Endings } from './endings.js';
import { AttachmentStore } from './store.js';

const SCAN_MS = 1_000;
/** Ended in one turn; the others follow in the next one. */
const BATCH_MAX = 50;

/** Pulling ends when its message expires: missing parts are no longer asked for, and received parts are removed. */
@Injectable()
export class Expiry implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Attachments');
  private readonly repeating = new Repeating(SCAN_MS, () => this.scan(), this.logger);
  /** Where the next turn goes on, so that what cannot be ended keeps no other waiting. */
  private after = '0';

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly leader: Leader,
    private readonly store: AttachmentStore,
    private readonly endings: Endings,
    private readonly outbox: Outbox,
  ) {}

  onApplicationBootstrap(): void {
    this.repeating.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.repeating.stop();
  }

  private async scan(): Promise<void> {
    if (this.leader.isLeader) await this.endExpired();
  }

  /** One turn. */
  async endExpired(): Promise<void> {
    const expired: { key: string }[] = await this.database.query(
      `SELECT DISTINCT message.key FROM attachment JOIN message ON message.key = attachment.message_key
       WHERE attachment.status = 'pulling' AND attachment.direction = 'in' AND message.expires_at <= now() AND message.key > $2
       ORDER BY message.key LIMIT $1`,
      [BATCH_MAX, this.after],
    );
    // Less than a batch: there are no more, and the next turn begins again.
    this.after = expired[BATCH_MAX - 1]?.key ?? '0';
    for (const { key } of expired)
      try {
        await this.end(key);
      } catch (thrown) {
        if (isDatabaseAway(thrown)) throw thrown;
        // An authority whose seal does not sign the receipt keeps no other waiting.
        this.logger.error(`an expired message cannot be ended: ${messageOf(thrown)}`);
      }
    if (expired.length > 0) this.outbox.wake();
  }

  private async end(key: string): Promise<void> {
    const [message, useless] = await this.database.transaction(async (tx) => {
      const lock = { mode: 'pessimistic_write' as const };
      const found = await tx.findOneOrFail(Message, { where: { key }, lock });
      // The last part may have arrived meanwhile: a complete attachment only needs to be verified.
      const unfinished = { messageKey: key, direction: 'in' as const, status: 'pulling' as const };
      if (found.status !== 'pulling' || !(await tx.existsBy(Attachment, unfinished))) return [found, []];
      const detail = 'its attachments had not arrived when it expired';
      return [found, await this.endings.reject(tx, found, { code: 'ENVELOPE_EXPIRED', detail })];
    });
    for (const id of useless) await this.store.files.remove(message.authority, 'in', id);
    if (useless.length > 0) this.logger.warn(`message ${message.id} expired before its attachments arrived`);
  }
}
