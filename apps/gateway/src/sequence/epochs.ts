import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { unixSeconds } from '#core';
import { type EpochStatement, type Jws, proofHash } from '#envelope';
import { beginEpoch, keyOf, type Pair, pairOf, putPair, statement, type View } from '#exchange';
import { Repeating } from '#service';
import { DataSource } from 'typeorm';
import { CONFIGURATION, type Configuration } from '../configuration.js';
import { Leader } from '../database/leader.js';
import { Publishing } from '../outbound/publishing.js';
import type { Statement } from '../rows/keyed.js';
import { Settling } from '../settling/settling.js';

const SCAN_MS = 1_000;
const BACKOFF_DOUBLINGS_MAX = 8;
/** 2020-01-01, in Unix seconds: an epoch’s number fits PostgreSQL’s integer for a lifetime. */
const EPOCHS_FROM = 1_577_836_800;
const KEEP_STATEMENT = `INSERT INTO epoch_statement (own, peer, ep, jws) VALUES ($1, $2, $3, $4)`;

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
    private readonly settling: Settling,
    private readonly publishing: Publishing,
  ) {}

  /** The configuration names a restore; one whose epochs have not all begun begins them, on one replica, once. */
  async onModuleInit(): Promise<void> {
    const { restoredAt } = this.configuration;
    if (restoredAt === undefined) return;
    // By the clock, so that the restore of an older backup goes further than an earlier restore, which it does not know.
    const [recorded]: { ep: number; isNew: boolean }[] = await this.database.query(
      `WITH made AS (INSERT INTO restore (at, ep) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING ep)
       SELECT ep, true AS "isNew" FROM made UNION ALL SELECT ep, false FROM restore WHERE at = $1`,
      [restoredAt, unixSeconds(new Date()) - EPOCHS_FROM],
    );
    await this.settling.readRestores();
    if (recorded) await this.beginAll(recorded.ep);
  }

  onApplicationBootstrap(): void {
    this.repeating.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.repeating.stop();
  }

  /** Each pair in a transaction of its own: what a crash interrupts goes on with those that have not begun. */
  private async beginAll(ep: number): Promise<void> {
    const pairs: Pair[] = await this.database.query(
      'SELECT own, peer FROM pair WHERE out_ep < $1 ORDER BY own, peer',
      [ep],
    );
    for (const { own, peer } of pairs) await this.begin(own, peer, ep);
    if (pairs.length > 0) this.logger.warn(`a restore is on record: ${pairs.length} sequences begin again`);
  }

  private async begin(own: string, peer: string, ep: number): Promise<void> {
    await this.settling.change(
      [{ table: 'pair', key: keyOf.pair(own, peer) }],
      (view, circumstances) => {
        if (pairOf(view, circumstances, own, peer).outEp >= ep) return undefined;
        const { content } = beginEpoch(view, circumstances, own, peer, ep);
        return this.record(view, content);
      },
      keepStatement,
    );
  }

  private async scan(): Promise<void> {
    if (!this.leader.isLeader) return;
    await this.beginUnstated();
    await this.askAll();
  }

  /** Pairs that the backup did not know begin with the restore's number; that is stated like the others. */
  private async beginUnstated(): Promise<void> {
    const pairs: Pair[] = await this.database.query(
      `SELECT own, peer FROM pair WHERE out_ep > 1 AND NOT EXISTS (
         SELECT 1 FROM epoch WHERE epoch.own = pair.own AND epoch.peer = pair.peer AND direction = 'out' AND ep = out_ep)`,
    );
    for (const { own, peer } of pairs)
      await this.settling.change(
        [{ table: 'pair', key: keyOf.pair(own, peer) }],
        (view, circumstances) => {
          const pair = pairOf(view, circumstances, own, peer);
          if (view.read('epoch', keyOf.epoch(own, peer, 'out', pair.outEp))) return undefined;
          putPair(view, pair);
          const unknown = { ...statement({ ...pair, outN: 0, outD: null }, circumstances.at), sent: null };
          return this.record(view, { ...unknown, ep: pair.outEp, re: null });
        },
        keepStatement,
      );
  }

  /** What is stated is signed once: the answer names its hash. */
  private record(
    view: View,
    content: EpochStatement,
  ): { readonly content: EpochStatement; readonly jws: Jws } {
    const { from: own, to: peer, ep } = content;
    const jws = this.publishing.sign(own, 'valise-epoch+jws', content);
    const key = keyOf.epoch(own, peer, 'out', ep);
    view.put('epoch', key, { hash: proofHash(jws), content, answeredAt: null, lost: null });
    return { content, jws };
  }

  /** States every new epoch of ours until the other side answers, with a doubling pause. */
  private async askAll(): Promise<void> {
    const due: (Pair & { ep: number; jws: Jws })[] = await this.database.query(
      `SELECT s.own, s.peer, s.ep, s.jws FROM epoch_statement s
       JOIN epoch e ON e.own = s.own AND e.peer = s.peer AND e.direction = 'out' AND e.ep = s.ep AND e.answered_at IS NULL
       JOIN pair p ON p.own = s.own AND p.peer = s.peer AND p.out_ep = s.ep
       WHERE s.asked_at IS NULL OR s.asked_at < now() - make_interval(secs => $1 * power(2, least(s.asks, $2)))`,
      [this.configuration.resendAfterSeconds, BACKOFF_DOUBLINGS_MAX],
    );
    if (due.length > 0 && !this.publishing.isConnected) return;
    for (const { own, peer, ep, jws } of due) {
      const published = await this.publishing.signed(own, peer, () => jws);
      // A peer that is no longer on a list does not delay others.
      if (published.is === 'failed')
        this.logger.error(`the epoch of ${own} cannot be stated to ${peer}: ${published.error}`);
      await this.database.query(
        'UPDATE epoch_statement SET asked_at = now(), asks = asks + 1 WHERE own = $1 AND peer = $2 AND ep = $3',
        [own, peer, ep],
      );
    }
  }
}

function keepStatement(
  begun: { readonly content: EpochStatement; readonly jws: Jws } | undefined,
): Statement[] {
  if (!begun) return [];
  const { content, jws } = begun;
  const values = [content.from, content.to, content.ep, JSON.stringify(jws)];
  return [{ name: 'epoch statement insert', text: KEEP_STATEMENT, values, rows: 1 }];
}
