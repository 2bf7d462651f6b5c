import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { messageOf, unixSeconds } from '#core';
import { isDatabaseAway, Repeating } from '#service';
import { type Resend, signStatement } from '#envelope';
import { DataSource, type EntityManager, In } from 'typeorm';
import { CONFIGURATION, type Configuration } from '../configuration.js';
import { Leader } from '../database/leader.js';
import { Keys } from '../identity/keys.js';
import { ASKS_A_MINUTE, RESENT_AT_ONCE_MAX } from './asks.js';
import { Gap, Message } from './entities.js';
import { Outbox } from './outbox.js';
import { pairKey } from './pairs.js';
import { Voids } from './voids.js';

/** No peer answers for more than this in a minute. */
const MINUTE_MS = 60_000;
const SCAN_MS = 1_000;
const BACKOFF_DOUBLINGS_MAX = 8;

interface DueGaps {
  readonly own: string;
  readonly peer: string;
  readonly ep: number;
  readonly ns: string[];
}

/** Numbers that were skipped: they are asked for after a while, and what the other side asks for is sent again. */
@Injectable()
export class Gaps implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Gaps');
  private readonly repeating = new Repeating(SCAN_MS, () => this.scan(), this.logger);
  /** When each pair was asked in the last minute, in milliseconds. */
  private readonly asked = new Map<string, number[]>();

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    private readonly leader: Leader,
    private readonly keys: Keys,
    private readonly outbox: Outbox,
    private readonly voids: Voids,
  ) {}

  onApplicationBootstrap(): void {
    this.repeating.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.repeating.stop();
  }

  /** Notes the numbers between the last one and one that came early. */
  async note(
    tx: EntityManager,
    own: string,
    peer: string,
    ep: number,
    missing: { from: number; to: number },
    at: Date,
  ): Promise<void> {
    await tx.query(
      `INSERT INTO gap (own, peer, ep, n, noted_at, asks) SELECT $1, $2, $3, n, $6, 0 FROM generate_series($4::bigint, $5::bigint) AS n ON CONFLICT DO NOTHING`,
      [own, peer, ep, missing.from, missing.to, at],
    );
  }

  private async scan(): Promise<void> {
    if (this.leader.isLeader) await this.ask();
  }

  /** Asks for every number that is missing for long enough, with a doubling pause between requests. */
  private async ask(): Promise<void> {
    const due: DueGaps[] = await this.database.query(
      `SELECT own, peer, ep, (array_agg(n ORDER BY n))[1:$2] AS ns FROM gap
       WHERE coalesce(asked_at, noted_at) < now() - make_interval(secs => $1 * power(2, least(asks, $3)))
       GROUP BY own, peer, ep`,
      [this.configuration.resendAfterSeconds, RESENT_AT_ONCE_MAX, BACKOFF_DOUBLINGS_MAX],
    );
    for (const gap of due) {
      if (!this.mayAsk(gap)) continue;
      try {
        await this.database.transaction((tx) => this.askFor(tx, gap));
      } catch (thrown) {
        if (isDatabaseAway(thrown)) throw thrown;
        // A peer that is no longer on a list, or a seal that does not sign, does not delay others.
        const { own, peer, ep } = gap;
        this.logger.error(`${peer} cannot be asked for missing messages: ${messageOf(thrown)}`);
        await this.database
          .getRepository(Gap)
          .update({ own, peer, ep }, { askedAt: new Date(), asks: () => 'asks + 1' });
      }
    }
    if (due.length > 0) this.outbox.wake();
  }

  /** Requests beyond the limit are not sent now; they stay due. */
  private mayAsk({ own, peer }: DueGaps): boolean {
    const key = pairKey(own, peer);
    const now = Date.now();
    const lately = (this.asked.get(key) ?? []).filter((at) => now - at < MINUTE_MS);
    const may = lately.length < ASKS_A_MINUTE;
    this.asked.set(key, may ? [...lately, now] : lately);
    return may;
  }

  /**
   * Sends again what the other side lacks: the same message under the same identity, or the void of its number. What it asks for
   * beyond the first ones it asks for again.
   */
  async answer(tx: EntityManager, resend: Resend, at: Date): Promise<undefined> {
    const lacking = await tx.find(Message, {
      select: {
        key: true,
        id: true,
        authority: true,
        recipient: true,
        status: true,
        ep: true,
        n: true,
        d: true,
        rejection: true,
      },
      where: {
        authority: resend.to,
        direction: 'out',
        recipient: resend.from,
        ep: resend.ep,
        n: In(resend.ns.slice(0, RESENT_AT_ONCE_MAX)),
      },
      order: { n: 'ASC' },
    });
    for (const message of lacking) {
      // One that was rejected is not sent again: after a restore its recipient may have forgotten that it refused it.
      if (message.status === 'void' || message.status === 'rejected')
        await this.outbox.putStatements(
          tx,
          message.authority,
          message.recipient,
          [this.voids.statementOf(message, at)],
          at,
        );
      else await this.outbox.putMessage(tx, message, at);
    }
  }

  private async askFor(tx: EntityManager, { own, peer, ep, ns }: DueGaps): Promise<void> {
    const numbers = ns.map(Number);
    const at = new Date();
    const content = { from: own, to: peer, ep, ns: numbers };
    const statement = signStatement({
      typ: 'valise-resend+jws',
      content,
      signers: [{ ...this.keys.sealAt(own, at), role: 'seal' }],
      iat: unixSeconds(at),
    });
    await this.outbox.putStatements(tx, own, peer, [statement], at);
    await tx.update(Gap, { own, peer, ep, n: In(numbers) }, { askedAt: at, asks: () => 'asks + 1' });
    this.logger.log(`asked ${peer} for ${numbers.length} messages that did not arrive (${numbers[0]}…)`);
  }
}
