import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Jws, proofHash } from '#envelope';
import { Repeating } from '#service';
import { DataSource, type EntityManager } from 'typeorm';
import { Leader } from '../database/leader.js';
import { Refusals } from '../quarantine/refusals.js';

/** An older request is no longer valid: whatever is still missing is asked for again. */
const AGE_SECONDS_MAX = 3_600;
/** Longer than a request can be taken: its age, and the five minutes that a clock may go ahead. */
const KEPT_SECONDS = 2 * AGE_SECONDS_MAX;
/** A peer that asks, with doubling pauses, for what the bus lost of one pair stays far below it. */
export const ASKS_A_MINUTE = 10;
/**
 * Answered of one request to send again. Each message is encrypted and published again, so a request for hundreds would
 * cost the receiver hundreds of times what it costs the sender.
 */
export const RESENT_AT_ONCE_MAX = 16;
/** Parts of attachments that were served before: ten requests for a whole window of 16. A first time is not counted. */
const REPEATED_PARTS_A_MINUTE = 160;
const TURN_MS = 5_000;
/** Ended ones that are removed in one turn. */
const BATCH_MAX = 1_000;

/** A signed request of another authority, and what answering it costs. */
export interface Ask {
  readonly own: string;
  readonly peer: string;
  /** The node that it came through. */
  readonly node: string;
  readonly jws: Jws;
  /** When it was signed, in Unix seconds. */
  readonly iat: number;
}

/**
 * Which requests are answered: young ones, each once, and of one pair so many a minute. A bus that repeats them, or a
 * peer that asks too much, gains nothing; what is really missing is asked for again later. Asked under the pair's lock.
 */
@Injectable()
export class Asks implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly repeating = new Repeating(TURN_MS, () => this.turn(), new Logger('Asks'));

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly leader: Leader,
    private readonly refusals: Refusals,
  ) {}

  onApplicationBootstrap(): void {
    this.repeating.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.repeating.stop();
  }

  toResend(tx: EntityManager, ask: Ask, at: Date): Promise<boolean> {
    return this.admit(tx, ask, { typ: 'resend', cost: 1, aMinute: ASKS_A_MINUTE }, at);
  }

  /** @param repeated how many of the parts were served before */
  forParts(tx: EntityManager, ask: Ask, repeated: number, at: Date): Promise<boolean> {
    return this.admit(tx, ask, { typ: 'range', cost: repeated, aMinute: REPEATED_PARTS_A_MINUTE }, at);
  }

  /** The statement of an epoch may be of any age and come any number of times; a pair gets one answer a minute. */
  async ofEpoch(tx: EntityManager, ask: Ask, at: Date): Promise<boolean> {
    if ((await this.spent(tx, ask, 'epoch', at)) > 0) return this.refuse(tx, ask, at);
    await this.note(tx, ask, { typ: 'epoch', cost: 1 }, at);
    return true;
  }

  private async turn(): Promise<void> {
    if (this.leader.isLeader) await this.removeEnded(new Date());
  }

  /** Removes requests that could not be taken again anyway, the statements of epochs among them: whether or not anybody asks once more. */
  async removeEnded(at: Date): Promise<void> {
    await this.database.query(
      `DELETE FROM asked WHERE (own, peer, hash) IN (SELECT own, peer, hash FROM asked WHERE at < $1 LIMIT $2)`,
      [new Date(at.getTime() - KEPT_SECONDS * 1000), BATCH_MAX],
    );
  }

  private async admit(
    tx: EntityManager,
    ask: Ask,
    { typ, cost, aMinute }: { typ: string; cost: number; aMinute: number },
    at: Date,
  ): Promise<boolean> {
    if (ask.iat < at.getTime() / 1000 - AGE_SECONDS_MAX) return this.refuse(tx, ask, at);
    if (cost > 0 && (await this.spent(tx, ask, typ, at)) + cost > aMinute) return this.refuse(tx, ask, at);
    const isNew = await this.note(tx, ask, { typ, cost }, at);
    return isNew || this.refuse(tx, ask, at);
  }

  private async spent(tx: EntityManager, { own, peer }: Ask, typ: string, at: Date): Promise<number> {
    const [row]: [{ cost: string }] = await tx.query(
      'SELECT coalesce(sum(cost), 0) AS cost FROM asked WHERE own = $1 AND peer = $2 AND typ = $3 AND at > $4',
      [own, peer, typ, new Date(at.getTime() - 60_000)],
    );
    return Number(row.cost);
  }

  /** @returns whether it came for the first time */
  private async note(
    tx: EntityManager,
    { own, peer, jws }: Ask,
    { typ, cost }: { typ: string; cost: number },
    at: Date,
  ): Promise<boolean> {
    const inserted: unknown[] = await tx.query(
      `INSERT INTO asked (own, peer, hash, typ, cost, at) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (own, peer, hash) DO UPDATE SET at = EXCLUDED.at WHERE asked.typ = 'epoch' RETURNING hash`,
      [own, peer, proofHash(jws), typ, cost, at],
    );
    return inserted.length > 0;
  }

  private async refuse(tx: EntityManager, { node }: Ask, at: Date): Promise<false> {
    await this.refusals.count(tx, node, 'asked', at);
    return false;
  }
}
