import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { ErrorCode } from '#core';
import { Column, Entity, type EntityManager, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import { CONFIGURATION, type Configuration } from '../configuration.js';
import { integer } from '../database/columns.js';
import { INTERNAL, Ledger } from '../ledger/ledger.js';
import { Refusals } from './refusals.js';

/** Deliveries over the bus that must not have an effect, with the reason, kept for a security officer. */
@Entity('quarantine')
export class Quarantined {
  @PrimaryGeneratedColumn({ type: 'bigint' }) id!: string;
  /** The node that the delivery's exchange names; '' where it names none. */
  @Column('text') node!: string;
  /** The authority that it was for, where that is known. */
  @Column('text', { nullable: true }) authority!: string | null;
  @Column('timestamptz') at!: Date;
  /** When the same bytes came for the last time, and how often they came. */
  @Column('timestamptz', { name: 'last_at' }) lastAt!: Date;
  @Column('bigint', { transformer: integer }) times!: number;
  @Column('text') kind!: string;
  @Column('text') exchange!: string;
  @Column('text') queue!: string;
  @Column('text') code!: string;
  @Column('text', { nullable: true }) rule!: string | null;
  @Column('text') detail!: string;
  @Column('jsonb', { nullable: true }) sender!: Record<string, unknown> | null;
  @Column('text') sha256!: string;
  @Column('int') bytes!: number;
}

/** The bytes of a delivery, once, however many rows tell of them. */
@Entity('quarantine_body')
export class QuarantineBody {
  @PrimaryColumn('text') sha256!: string;
  @Column('bytea') body!: Buffer;
}

export interface QuarantineReason {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly rule?: string | undefined;
  readonly authority?: string | undefined;
  readonly sender?: Record<string, string | number | null> | undefined;
}
export interface Arrival {
  readonly kind: string;
  readonly exchange: string;
  readonly queue: string;
  /** The sending node, as the delivery's exchange names it; none of what did not come over the bus. */
  readonly from?: string;
  readonly body: Buffer;
}

/** The longest reason that is kept; it may repeat the sender's words. */
const DETAIL_LENGTH_MAX = 2_000;
const KIND_LENGTH_MAX = 200;

/**
 * Bad input is kept with its reason: the same bytes once, and of each sending node as much as the configuration says.
 * Past that the newest is counted and not kept. So a flood can push out neither another node's evidence nor the traces
 * of how it began, which an attacker would try to erase.
 */
@Injectable()
export class Quarantine {
  constructor(
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    private readonly ledger: Ledger,
    private readonly refusals: Refusals,
  ) {}

  /** @returns whether it is kept as a new one; what came before, or past the bound, is only counted */
  async put(tx: EntityManager, at: Date, arrival: Arrival, reason: QuarantineReason): Promise<boolean> {
    const sha256 = createHash('sha256').update(arrival.body).digest('hex');
    const { exchange, queue, from: node = '', body } = arrival;
    const { code } = reason;
    if (await this.countAgain(tx, { node, sha256, code }, at)) return false;
    if (!(await this.hasRoom(tx, node, body.length))) {
      await this.refusals.count(tx, node, 'quarantine', at);
      return false;
    }
    const kind = storable(arrival.kind).slice(0, KIND_LENGTH_MAX);
    const detail = detailOf(reason.detail);
    const rule = reason.rule ?? null;
    await tx.createQueryBuilder().insert().into(QuarantineBody).values({ sha256, body }).orIgnore().execute();
    const inserted = await tx
      .createQueryBuilder()
      .insert()
      .into(Quarantined)
      .values({
        node,
        at,
        lastAt: at,
        times: 1,
        kind,
        exchange,
        queue,
        sha256,
        bytes: body.length,
        code,
        detail,
        rule,
        authority: reason.authority ?? null,
        sender: (reason.sender ?? null) as never,
      })
      .orIgnore()
      .returning('id')
      .execute();
    // Another replica put the same bytes there at the same moment.
    if ((inserted.raw as unknown[]).length === 0) return false;
    await this.ledger.append(tx, at, [
      {
        authority: reason.authority ?? null,
        log: INTERNAL,
        kind: 'quarantined',
        content: { kind, exchange, queue, sha256, code, detail, rule },
      },
    ]);
    return true;
  }

  private async countAgain(
    tx: EntityManager,
    { node, sha256, code }: Pick<Quarantined, 'node' | 'sha256' | 'code'>,
    at: Date,
  ): Promise<boolean> {
    const { affected } = await tx.update(
      Quarantined,
      { node, sha256, code },
      { lastAt: at, times: () => 'times + 1' },
    );
    return (affected ?? 0) > 0;
  }

  private async hasRoom(tx: EntityManager, node: string, bytes: number): Promise<boolean> {
    const { nodeRowsMax, nodeBytesMax } = this.configuration.bounds;
    const [kept]: [{ rows: string; bytes: string }] = await tx.query(
      'SELECT count(*) AS rows, coalesce(sum(bytes), 0) AS bytes FROM quarantine WHERE node = $1',
      [node],
    );
    return Number(kept.rows) < nodeRowsMax && Number(kept.bytes) + bytes <= nodeBytesMax;
  }
}

/** A reason as it is kept: a sender who names a thousand unknown fields is not to fill pages with them. */
export function detailOf(reason: string): string {
  return storable(reason.slice(0, DETAIL_LENGTH_MAX));
}

/**
 * The sender's words as PostgreSQL can keep them: it takes no zero character in text and no lone surrogate in JSON, and what
 * cannot be quarantined would block the queue that it came from.
 */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}
