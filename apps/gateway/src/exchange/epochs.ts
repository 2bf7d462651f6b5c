import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { instantOf, messageOf, unixSeconds } from '#core';
import { type EpochStatement, type Jws, proofHash, signStatement } from '#envelope';
import { GAP_MAX } from '#exchange';
import { isDatabaseAway, Repeating } from '#service';
import { DataSource, type EntityManager, IsNull } from 'typeorm';
import { CONFIGURATION, type Configuration } from '../configuration.js';
import { Leader } from '../database/leader.js';
import { Keys } from '../identity/keys.js';
import { Ledger } from '../ledger/ledger.js';
import { Epoch, Gap, Pair } from './entities.js';
import { Gaps } from './gaps.js';
import { Outbox } from './outbox.js';
import { lockPair, type LockedPair } from './pairs.js';

const SCAN_MS = 1_000;
const BACKOFF_DOUBLINGS_MAX = 8;
/** 2020-01-01, in Unix seconds: an epoch’s number fits PostgreSQL’s integer for a lifetime. */
const EPOCHS_FROM = 1_577_836_800;

type Place = NonNullable<EpochStatement['sent']>;

/**
 * After a restore from a backup the numbers since then were already used, for messages that are unknown here. Every
 * sequence begins again, before anything is sent; each side states the last message either way that it knows, and what
 * is missing is asked for again (docs/protocol/envelope.md, epochs).
 */
@Injectable()
export class Epochs implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Epochs');
  private readonly repeating = new Repeating(SCAN_MS, () => this.scan(), this.logger);

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    private readonly leader: Leader,
    private readonly keys: Keys,
    private readonly gaps: Gaps,
    private readonly outbox: Outbox,
    private readonly ledger: Ledger,
  ) {}

  /** The configuration names a restore; one that is not on record yet begins new epochs, on one replica, once. */
  async onModuleInit(): Promise<void> {
    const { restoredAt } = this.configuration;
    if (restoredAt === undefined) return;
    await this.database.transaction(async (tx) => {
      const at = new Date();
      // By the clock, so that the restore of an older backup goes further than an earlier restore, which it does not know.
      const ep = unixSeconds(at) - EPOCHS_FROM;
      const isNew: unknown[] = await tx.query(
        'INSERT INTO restore (at, ep) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING at',
        [restoredAt, ep],
      );
      if (isNew.length > 0) await this.beginAll(tx, ep, at);
    });
  }

  onApplicationBootstrap(): void {
    this.repeating.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.repeating.stop();
  }

  private async beginAll(tx: EntityManager, ep: number, at: Date): Promise<void> {
    const pairs = await tx.find(Pair, { order: { own: 'ASC', peer: 'ASC' } });
    for (const { own, peer } of pairs) {
      const pair = await lockPair(tx, own, peer);
      await this.begin(tx, pair, Math.max(pair.outEp + 1, ep), at);
      await tx.update(Pair, { own, peer }, { outEp: Math.max(pair.outEp + 1, ep), outN: 0, outD: null });
    }
    this.logger.warn(`a restore is on record: ${pairs.length} sequences begin again`);
  }

  /** Records what is to be stated of a pair's new epoch, with what is known of the one before. */
  private async begin(tx: EntityManager, pair: Pair, ep: number, at: Date): Promise<void> {
    const { own, peer } = pair;
    const sent = pair.outEp < ep ? sentOf(pair) : null;
    const content = { from: own, to: peer, ep, sent, received: receivedOf(pair), re: null };
    const statement = this.sign(content, at);
    await tx.insert(Epoch, {
      own,
      peer,
      direction: 'out',
      ep,
      statement: statement as never,
      hash: proofHash(statement),
      begunAt: at,
      asks: 0,
    });
    await this.note(tx, pair, 'epoch-begun', { ep, sent: content.sent, received: content.received }, at);
  }

  private async scan(): Promise<void> {
    if (!this.leader.isLeader) return;
    await this.beginUnstated();
    await this.askAll();
  }

  /** Pairs that the backup did not know begin with the restore's number; that is stated like the others. */
  private async beginUnstated(): Promise<void> {
    const pairs: { own: string; peer: string }[] = await this.database.query(
      `SELECT own, peer FROM pair WHERE out_ep > 1 AND NOT EXISTS (
         SELECT 1 FROM epoch WHERE epoch.own = pair.own AND epoch.peer = pair.peer AND direction = 'out' AND ep = out_ep)`,
    );
    for (const { own, peer } of pairs)
      await this.database.transaction(async (tx) => {
        const pair = await lockPair(tx, own, peer);
        await this.begin(tx, pair, pair.outEp, new Date());
      });
  }

  /** States every new epoch of ours until the other side answers, with a doubling pause. */
  private async askAll(): Promise<void> {
    const due = await this.database
      .getRepository(Epoch)
      .createQueryBuilder('epoch')
      .where({ direction: 'out', answeredAt: IsNull() })
      .andWhere(
        '(asked_at IS NULL OR asked_at < now() - make_interval(secs => :seconds * power(2, least(asks, :doublings))))',
        { seconds: this.configuration.resendAfterSeconds, doublings: BACKOFF_DOUBLINGS_MAX },
      )
      .getMany();
    for (const { own, peer, direction, ep, statement } of due) {
      const asked = { askedAt: new Date(), asks: () => 'asks + 1' };
      const key = { own, peer, direction, ep };
      try {
        await this.database.transaction(async (tx) => {
          await this.outbox.putStatements(tx, own, peer, [statement], asked.askedAt);
          await tx.update(Epoch, key, asked);
        });
      } catch (thrown) {
        if (isDatabaseAway(thrown)) throw thrown;
        // A peer that is no longer on a list does not delay others.
        this.logger.error(`the epoch of ${own} cannot be stated to ${peer}: ${messageOf(thrown)}`);
        await this.database.getRepository(Epoch).update(key, asked);
      }
    }
    if (due.length > 0) this.outbox.wake();
  }

  /**
   * Takes the other side's statement: the beginning of an epoch of its, or its answer to ours.
   *
   * @returns why it cannot be one, or undefined
   */
  take(
    tx: EntityManager,
    content: EpochStatement,
    jws: Jws,
    pair: LockedPair,
    at: Date,
  ): Promise<string | undefined> {
    return content.re === null
      ? this.takeBeginning(tx, content, jws, pair, at)
      : this.takeAnswer(tx, { ...content, re: content.re }, pair, at);
  }

  private async takeBeginning(
    tx: EntityManager,
    { ep, sent }: EpochStatement,
    jws: Jws,
    pair: LockedPair,
    at: Date,
  ): Promise<undefined> {
    const { own, peer } = pair;
    const hash = proofHash(jws);
    const known = await tx.findOneBy(Epoch, { own, peer, direction: 'in', ep });
    if (known?.hash === hash) {
      await this.outbox.putStatements(tx, own, peer, [known.statement], at);
      return;
    }
    const answer = this.sign(
      { from: own, to: peer, ep: pair.outEp, sent: sentOf(pair), received: receivedOf(pair), re: hash },
      at,
    );
    await this.outbox.putStatements(tx, own, peer, [answer], at);
    // Where both were restored, its answer to ours may have come before its own statement, and begun the epoch.
    const isBegun = ep === pair.inEp && !known && sent !== null && sent.ep < ep;
    if (ep <= pair.inEp && !isBegun) return;
    await this.forgetBeyond(tx, pair, sent);
    if (isBegun) {
      const before = await this.asOf(tx, pair, sent.ep);
      await this.noteMissing(tx, before, sent, at);
      pair.gaps = before.gaps;
    } else {
      if (sent?.ep === pair.inEp) await this.noteMissing(tx, pair, sent, at);
      Object.assign(pair, { inEp: ep, inN: 0, inD: null });
      await tx.update(Pair, { own, peer }, { inEp: ep, inN: 0, inD: null });
    }
    await tx.insert(Epoch, {
      own,
      peer,
      direction: 'in',
      ep,
      statement: answer as never,
      hash,
      begunAt: at,
      asks: 0,
      answeredAt: at,
    });
    await wakeHeld(tx);
    await this.note(tx, pair, 'epoch-of-peer', { ep, sent }, at);
  }

  private async takeAnswer(
    tx: EntityManager,
    { re, sent, received, ep: theirs }: EpochStatement & { readonly re: string },
    pair: LockedPair,
    at: Date,
  ): Promise<string | undefined> {
    const { own, peer } = pair;
    const epoch = await tx.findOneBy(Epoch, { own, peer, direction: 'out', hash: re });
    if (!epoch) return 'it answers no epoch that we began';
    if (epoch.answeredAt !== null) return undefined;
    const { ep } = epoch;
    const lost = lostBetween(statedIn(epoch.statement).sent, received);
    await tx.update(Epoch, { own, peer, direction: 'out', ep }, { answeredAt: at, ...lost });
    await this.note(tx, pair, 'epoch-answered', { ep, sent, received, ...lost }, at);
    if (lost)
      this.logger.error(
        `${peer} has messages ${lost.lostFrom} to ${lost.lostTo} of ${own} that are not in the backup`,
      );
    // They began an epoch since our backup, and will not state it again: we answered it once.
    if (theirs > pair.inEp) {
      Object.assign(pair, { inEp: theirs, inN: 0, inD: null });
      await tx.update(Pair, { own, peer }, { inEp: theirs, inN: 0, inD: null });
      await wakeHeld(tx);
    }
    if (sent?.ep !== pair.inEp || sent.n <= pair.inN) return undefined;
    await this.noteMissing(tx, pair, sent, at);
    Object.assign(pair, { inN: sent.n, inD: sent.D });
    await tx.update(Pair, { own, peer }, { inN: sent.n, inD: sent.D });
    return undefined;
  }

  /** The pair with the place of an epoch that has ended, as far as its messages tell. */
  private async asOf(tx: EntityManager, pair: LockedPair, ep: number): Promise<LockedPair> {
    const { own, peer } = pair;
    const [last]: [{ n: string }] = await tx.query(
      `SELECT coalesce(max(n), 0) AS n FROM message
       WHERE authority = $1 AND direction = 'in' AND sender = $2 AND recipient = $1 AND ep = $3`,
      [own, peer, ep],
    );
    return { ...pair, inEp: ep, inN: Number(last.n) };
  }

  /** What the other side sent and we have not: it is asked for like anything that the bus lost. */
  private async noteMissing(tx: EntityManager, pair: LockedPair, last: Place, at: Date): Promise<void> {
    const open = await tx.countBy(Gap, { own: pair.own, peer: pair.peer });
    const missing = { from: Math.max(pair.inN + 1, last.n - GAP_MAX + open + 1), to: last.n };
    if (missing.to < missing.from) return;
    await this.gaps.note(tx, pair.own, pair.peer, pair.inEp, missing, at);
    pair.gaps = true;
  }

  /** Messages that are not in their sender's backup cannot be sent again: nothing waits for them. */
  private async forgetBeyond(
    tx: EntityManager,
    { own, peer }: LockedPair,
    sent: Place | null,
  ): Promise<void> {
    await tx.query('DELETE FROM gap WHERE own = $1 AND peer = $2 AND (ep, n) > ($3, $4)', [
      own,
      peer,
      sent?.ep ?? -1,
      sent?.n ?? 0,
    ]);
  }

  private sign(content: Omit<EpochStatement, 'at'>, at: Date): Jws {
    const iat = unixSeconds(at);
    return signStatement({
      typ: 'valise-epoch+jws',
      content: { ...content, at: instantOf(iat) },
      signers: [{ ...this.keys.sealAt(content.from, at), role: 'seal' }],
      iat,
    });
  }

  private async note(
    tx: EntityManager,
    { own, peer }: Pick<Pair, 'own' | 'peer'>,
    kind: 'epoch-begun' | 'epoch-of-peer' | 'epoch-answered',
    content: object,
    at: Date,
  ): Promise<void> {
    await this.ledger.append(tx, at, [{ authority: own, log: peer, kind, content: content as never }]);
  }
}

/** What came before the statement of its epoch waits for that. */
async function wakeHeld(tx: EntityManager): Promise<void> {
  await tx.query(`UPDATE held SET next_attempt_at = now() WHERE code = 'GAP'`);
}

function sentOf({ outEp, outN, outD }: Pair): Place | null {
  return outD === null ? null : { ep: outEp, n: outN, D: outD };
}

function receivedOf({ inEp, inN, inD }: Pair): Place | null {
  return inD === null ? null : { ep: inEp, n: inN, D: inD };
}

function statedIn(jws: Jws): EpochStatement {
  return JSON.parse(Buffer.from(jws.payload, 'base64url').toString('utf8')) as EpochStatement;
}

/** Messages of ours that the other side received and the backup does not know. */
function lostBetween(
  sent: Place | null,
  received: Place | null,
): { lostFrom: number; lostTo: number } | undefined {
  if (received === null || (sent && sent.ep !== received.ep)) return undefined;
  const lostFrom = (sent?.n ?? 0) + 1;
  return received.n < lostFrom ? undefined : { lostFrom, lostTo: received.n };
}
