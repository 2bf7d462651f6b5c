import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { messageOf, toBase64url, unixSeconds } from '#core';
import { type InternalHead, type Jws, signStatement } from '#envelope';
import type { Keeping, Pair } from '#exchange';
import { append, EMPTY_EDGE, rootOf, statementHash } from '#ledger';
import { isDatabaseAway, Repeating } from '#service';
import { DataSource } from 'typeorm';
import { Leader } from '../database/leader.js';
import { Keys } from '../identity/keys.js';
import { Ledger } from './ledger.js';
import { Register } from '../register/register.js';
import { Settling } from '../settling/settling.js';

const SCAN_MS = 1_000;
/** The log of what concerns the node as a whole. */
const NODE = '';
/** Of one hour; quarantine has bounds of its own for each sending node. */
const UNREAD_MAX = 100_000;
/** Entries that get their places in one transaction. */
const BATCH_MAX = 1_000;

/**
 * Gives the entries of internal logs their places, each second, and notes each hour where all logs stand, under the authority's seal.
 * The leader's work. What concerns the node as a whole has a log of its own, under the empty name, which nobody seals.
 */
@Injectable()
export class InternalLog implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Ledger');
  private readonly repeating = new Repeating(SCAN_MS, () => this.scan(), this.logger);

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly leader: Leader,
    private readonly keys: Keys,
    private readonly register: Register,
    private readonly settling: Settling,
    private readonly ledger: Ledger,
  ) {}

  onApplicationBootstrap(): void {
    this.repeating.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.repeating.stop();
  }

  private async scan(): Promise<void> {
    if (!this.leader.isLeader) return;
    while (await this.sequence());
    await this.noteUnread();
    for (const own of this.keys.own)
      try {
        await this.noteHeads(own);
      } catch (thrown) {
        if (isDatabaseAway(thrown)) throw thrown;
        // A seal that is away now keeps no other authority's head waiting.
        this.logger.error(`the head of ${own}’s internal log is not sealed: ${messageOf(thrown)}`);
      }
  }

  /** @returns whether there may be more */
  private async sequence(): Promise<boolean> {
    const rows: { own: string; key: string }[] = await this.database.query(
      'SELECT own, key FROM internal_queue ORDER BY at, key LIMIT $1',
      [BATCH_MAX],
    );
    const owners = [...new Set(rows.map(({ own }) => own))];
    const members = owners.map((own): Keeping => ({
      kind: 'sequence',
      own,
      keys: rows.filter((row) => row.own === own).map(({ key }) => key),
    }));
    if (members.length === 0) return false;
    const { faults } = await this.settling.internal(members);
    // What is at fault stays: looked at without a pause it would be all that is done here.
    return rows.length === BATCH_MAX && faults.length === 0;
  }

  /**
   * Deliveries that could be assigned to nobody get no entry each, which a stranger could make any number of, but one an hour: how many
   * went to quarantine, and the root over their hashes.
   */
  private async noteUnread(): Promise<void> {
    const [log]: { heads_at: Date | null; due: boolean }[] = await this.database.query(
      `SELECT heads_at, heads_at <= now() - interval '1 hour' AS due FROM internal_log WHERE own = $1`,
      [NODE],
    );
    if (log?.due === false) return;
    const rows: { sha256: string }[] = await this.database.query(
      `SELECT body->>'sha256' AS sha256 FROM quarantine
       WHERE authority IS NULL AND body IS NOT NULL AND at > $1 ORDER BY seq LIMIT $2`,
      [log?.heads_at ?? new Date(0), UNREAD_MAX],
    );
    const { edge } = append(
      EMPTY_EDGE,
      rows.map(({ sha256 }) => Buffer.from(sha256, 'hex')),
    );
    if (rows.length > 0)
      await this.database.transaction((tx) =>
        this.ledger.append(tx, new Date(), [
          {
            authority: null,
            kind: 'unread',
            content: { count: rows.length, root: toBase64url(rootOf(edge)) },
          },
        ]),
      );
    await this.settling.internal([
      { kind: 'heads', own: NODE, heads: { peers: [], mirrors: [], books: {} } },
    ]);
  }

  private async noteHeads(own: string): Promise<void> {
    const [due]: unknown[] = await this.database.query(
      `SELECT 1 FROM internal_log WHERE own = $1 AND heads_at > now() - interval '1 hour'`,
      [own],
    );
    if (due !== undefined) return;
    const { books } = this.register.snapshot;
    // What another authority of this node agreed with a peer is no affair of this one.
    const hidden = this.register.snapshot.hiddenFrom(own);
    const heads = {
      peers: (
        await this.database.query<Pair[]>('SELECT own, peer FROM pair WHERE own = $1 ORDER BY peer', [own])
      ).map(({ peer }) => peer),
      mirrors: await this.database.query<{ peer: string; ep: number }[]>(
        'SELECT peer, ep FROM mirror WHERE own = $1 ORDER BY peer, ep',
        [own],
      ),
      books: Object.fromEntries(
        books.filter(({ book }) => !hidden.has(book)).map(({ book, hash }) => [book, hash]),
      ),
    };
    const { heads: noted } = await this.settling.internal([{ kind: 'heads', own, heads }]);
    const head = noted.find((one) => one !== undefined);
    if (!head) return;
    const jws = this.seal(own, head);
    await this.database.query(
      'INSERT INTO internal_head (own, size, jws, at) VALUES ($1, $2, $3, now()) ON CONFLICT DO NOTHING',
      [own, head.size, JSON.stringify(jws)],
    );
    // Every checkpoint names it from now on.
    await this.settling.internal([{ kind: 'sealed', own, hash: statementHash(jws) }]);
  }

  private seal(own: string, head: InternalHead): Jws {
    const at = new Date();
    return signStatement({
      typ: 'valise-internal+jws',
      content: head,
      signers: [{ ...this.keys.sealAt(own, at), role: 'seal' }],
      iat: unixSeconds(at),
    });
  }
}
