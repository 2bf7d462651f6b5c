import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { ErrorCode } from '#core';
import { Column, Entity, type EntityManager, PrimaryGeneratedColumn } from 'typeorm';
import { Ledger } from '../ledger/ledger.js';

/** What came over the bus and may not have an effect, with the reason, kept for a security officer. */
@Entity('quarantine')
export class Quarantined {
  @PrimaryGeneratedColumn({ type: 'bigint' }) id!: string;
  /** The authority that it was for, where that is known. */
  @Column('text', { nullable: true }) authority!: string | null;
  @Column('timestamptz') at!: Date;
  @Column('text') kind!: string;
  @Column('text') exchange!: string;
  @Column('text') queue!: string;
  @Column('text') code!: string;
  @Column('text', { nullable: true }) rule!: string | null;
  @Column('text') detail!: string;
  @Column('jsonb', { nullable: true }) sender!: Record<string, unknown> | null;
  @Column('text') sha256!: string;
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
  readonly body: Buffer;
}

/** Bad input is kept with its reason, never dropped. */
@Injectable()
export class Quarantine {
  constructor(private readonly ledger: Ledger) {}

  async put(tx: EntityManager, at: Date, arrival: Arrival, reason: QuarantineReason): Promise<void> {
    const sha256 = createHash('sha256').update(arrival.body).digest('hex');
    const { exchange, queue, body } = arrival;
    const kind = storable(arrival.kind);
    const { code } = reason;
    const detail = storable(reason.detail);
    const rule = reason.rule ?? null;
    const authority = reason.authority ?? null;
    await tx.insert(Quarantined, {
      at,
      kind,
      exchange,
      queue,
      body,
      sha256,
      code,
      detail,
      rule,
      authority,
      sender: (reason.sender ?? null) as never,
    });
    await this.ledger.append(tx, at, [
      {
        log: 'internal',
        kind: 'quarantined',
        content: { kind, exchange, queue, sha256, code, detail, rule },
      },
    ]);
  }
}

/**
 * The sender's words as PostgreSQL can keep them: it takes no zero character in text and no lone surrogate in JSON, and what
 * cannot be quarantined would block the queue that it came from.
 */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}
