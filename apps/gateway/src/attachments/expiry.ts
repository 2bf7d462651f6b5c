import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { messageOf } from '#core';
import { isDatabaseAway, Repeating } from '#service';
import { DataSource } from 'typeorm';
import { Leader } from '../database/leader.js';
import { type Ending, Verdicts } from './verdicts.js';

const SCAN_MS = 1_000;
/** Attachments whose message is ended in one turn; the others follow in the next one. */
const BATCH_MAX = 50;

/** One that is still pulled, and its message. */
interface Expired extends Ending {
  readonly seq: string;
  readonly messageId: string;
}

/**
 * Pulling ends when its message expires: missing parts are no longer asked for, and received parts are removed. One whose parts have all
 * come only needs to be verified.
 */
@Injectable()
export class Expiry implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Attachments');
  private readonly repeating = new Repeating(SCAN_MS, () => this.scan(), this.logger);
  /** Where the next turn goes on, so that what cannot be ended keeps no other waiting. */
  private after = '0';

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly leader: Leader,
    private readonly verdicts: Verdicts,
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
    const expired = await this.expired();
    // Less than a batch: there are no more, and the next turn begins again.
    this.after = expired[BATCH_MAX - 1]?.seq ?? '0';
    for (const attachment of expired)
      try {
        await this.end(attachment);
      } catch (thrown) {
        if (isDatabaseAway(thrown)) throw thrown;
        // One that cannot be settled keeps no other waiting.
        this.logger.error(`an expired message cannot be ended: ${messageOf(thrown)}`);
      }
  }

  /** An attachment names its message by a key whose last two parts are numbers; the others are columns of its own. */
  private expired(): Promise<Expired[]> {
    return this.database.query(
      `SELECT a.own AS authority, a.peer, a.id, a.message AS "messageKey", a.seq, m.id AS "messageId"
       FROM attachment a
       JOIN message m ON m.own = a.own AND m.peer = a.peer AND m.direction = a.direction
         AND m.ep = split_part(a.message, ' ', 4)::integer AND m.n = split_part(a.message, ' ', 5)::bigint
       WHERE a.status = 'pulling' AND a.direction = 'in' AND m.expires_at <= now() AND a.seq > $2
       ORDER BY a.seq LIMIT $1`,
      [BATCH_MAX, this.after],
    );
  }

  /** The first of a message ends the others with it. */
  private async end({ messageId, ...attachment }: Expired): Promise<void> {
    const detail = 'its attachments had not arrived when it expired';
    const became = await this.verdicts.give(attachment, { code: 'ENVELOPE_EXPIRED', detail });
    if (became === 'rejected')
      this.logger.warn(`message ${messageId} expired before its attachments arrived`);
  }
}
