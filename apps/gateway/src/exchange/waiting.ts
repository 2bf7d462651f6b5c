import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type ErrorCode, messageOf, unixSeconds } from '#core';
import type { OpenedMessage } from '#envelope';
import { isDatabaseAway, Repeating } from '#service';
import { DataSource, type EntityManager } from 'typeorm';
import { AttachmentStore } from '../attachments/store.js';
import { CONFIGURATION, type Configuration } from '../configuration.js';
import { Leader } from '../database/leader.js';
import { Revocations } from '../register/revocations.js';
import { Message, Receipt } from './entities.js';
import { Outbox } from './outbox.js';
import { type LockedPair, lockPairs, pairKey } from './pairs.js';
import { Receipts } from './receipts.js';
import { rejected, rejectionOf, signersOf, type Verdict, Verdicts } from './verdict.js';

const SCAN_MS = 1_000;
/** Judged in one transaction: the pair's lock is held for as long, and sending waits for it. */
const BATCH_MAX = 50;
/** A message of a pair that waits behind a missing one: no `gaps` are left before it. */
const RELEASABLE = `authority = $1 AND sender = $2 AND status = 'waiting' AND direction = 'in'
  AND NOT EXISTS (SELECT 1 FROM gap WHERE gap.own = $1 AND gap.peer = $2 AND (gap.ep, gap.n) < (message.ep, message.n))`;

/**
 * Messages that wait behind a missing one of their pair: as many as the configuration says, and judged, once nothing is
 * missing before them, in their order and a few at a time. A crash between two batches leaves the rest to the next scan.
 */
@Injectable()
export class Waiting implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Waiting');
  private readonly repeating = new Repeating(SCAN_MS, () => this.scan(), this.logger);

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    private readonly leader: Leader,
    private readonly verdicts: Verdicts,
    private readonly receipts: Receipts,
    private readonly attachments: AttachmentStore,
    private readonly revocations: Revocations,
    private readonly outbox: Outbox,
  ) {}

  onApplicationBootstrap(): void {
    this.repeating.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.repeating.stop();
  }

  /**
   * Whether one more may wait. One that may not takes no place in the sequence and gets no receipt: its sender publishes it again,
   * and once a later one has come it is asked for like any that the bus lost. One that waits already is known.
   */
  async admits(
    tx: EntityManager,
    pair: LockedPair,
    { payload, payloadBytes, D }: OpenedMessage,
  ): Promise<boolean> {
    const { waitingMax, waitingBytesMax } = this.configuration.bounds;
    const [now]: [{ count: string; bytes: string }] = await tx.query(
      `SELECT count(*), coalesce(sum(octet_length(payload)), 0) AS bytes FROM message
       WHERE authority = $1 AND sender = $2 AND direction = 'in' AND status = 'waiting'`,
      [pair.own, pair.peer],
    );
    if (Number(now.count) < waitingMax && Number(now.bytes) + payloadBytes.length <= waitingBytesMax)
      return true;
    const known = { authority: payload.to, direction: 'given' as const, peer: payload.from, d: D };
    return tx.existsBy(Receipt, known);
  }

  /**
   * Judges those before which nothing is missing, as many as one transaction may.
   *
   * @returns whether there may be more
   */
  async release(tx: EntityManager, pair: LockedPair, at: Date): Promise<boolean> {
    if (!pair.waiting || pair.more) return pair.more;
    const keys: { key: string }[] = await tx.query(
      `SELECT key FROM message WHERE ${RELEASABLE} ORDER BY ep, n LIMIT $3`,
      [pair.own, pair.peer, BATCH_MAX - pair.released],
    );
    // One payload in memory at a time.
    for (const { key } of keys) await this.judge(tx, await tx.findOneByOrFail(Message, { key }), at);
    pair.released += keys.length;
    pair.more = pair.released === BATCH_MAX;
    return pair.more;
  }

  /** Goes on with what one transaction did not judge; on another replica than the leader its next scan does. */
  wake(): void {
    this.scan().catch((thrown: unknown) => {
      if (!isDatabaseAway(thrown)) this.logger.warn(messageOf(thrown));
    });
  }

  private async scan(): Promise<void> {
    if (!this.leader.isLeader) return;
    const pairs: { own: string; peer: string }[] = await this.database.query(
      `SELECT DISTINCT authority AS own, sender AS peer FROM message WHERE status = 'waiting' AND direction = 'in'
         AND NOT EXISTS (SELECT 1 FROM gap WHERE gap.own = authority AND gap.peer = sender AND (gap.ep, gap.n) < (message.ep, message.n))`,
    );
    for (const pair of pairs) {
      try {
        while (await this.releaseBatch(pair)) this.outbox.wake();
      } catch (thrown) {
        if (isDatabaseAway(thrown)) throw thrown;
        // One pair does not delay others.
        this.logger.error(`waiting messages of ${pair.peer} cannot be judged: ${messageOf(thrown)}`);
      }
    }
    if (pairs.length > 0) this.outbox.wake();
  }

  private releaseBatch({ own, peer }: { own: string; peer: string }): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const pair = (await lockPairs(tx, [{ own, peer }])).get(pairKey(own, peer));
      return pair === undefined ? false : this.release(tx, pair, new Date());
    });
  }

  private async judge(tx: EntityManager, message: Message, at: Date): Promise<void> {
    const verdict = (await this.lapsed(message, at)) ?? (await this.verdicts.ofStored(tx, message, at));
    const about = {
      authority: message.authority,
      peer: message.sender,
      id: message.id,
      d: message.d ?? '',
      ep: message.ep ?? 0,
      n: message.n ?? 0,
    };
    const { decision } = verdict;
    if (verdict.kind === 'rejected') {
      const rejection = rejectionOf(verdict);
      await tx.update(
        Message,
        { key: message.key },
        { status: 'rejected', judgedAt: at, rejection, decision },
      );
      await this.attachments.drop(tx, message);
      const { code, rule } = verdict;
      await this.receipts.give(tx, about, [{ stage: 'rejected', code, rule }], at);
      return;
    }
    const pulling = await this.attachments.begin(tx, message);
    const status = pulling ? ('pulling' as const) : ('accepted' as const);
    const acceptedAt = pulling ? null : new Date(unixSeconds(at) * 1000);
    await tx.update(Message, { key: message.key }, { status, acceptedAt, judgedAt: at, decision });
    if (!pulling) await this.receipts.give(tx, about, [{ stage: 'accepted' }], at);
  }

  /** Time went on while it waited: it may have expired, and a key that signed it may be known to be stolen. */
  private async lapsed(message: Message, at: Date): Promise<Verdict | undefined> {
    const refused = (code: ErrorCode, detail: string): Verdict => rejected(code, detail);
    if (message.expiresAt.getTime() <= at.getTime())
      return refused('ENVELOPE_EXPIRED', 'it expired while it waited for the messages before it');
    for (const thumbprint of signersOf(message))
      if (await this.revocations.isRevoked(thumbprint, message.sender, at))
        return refused('CERTIFICATE_REVOKED', 'a certificate that signed it was revoked while it waited');
    return undefined;
  }
}
