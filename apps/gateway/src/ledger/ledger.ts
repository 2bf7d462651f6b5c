import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { canonicalBytes, type Json } from '#core';
import { Column, Entity, type EntityManager, PrimaryGeneratedColumn } from 'typeorm';

/** The leaf prefix of RFC 9162 section 2.1.1, which keeps leaves and nodes of the tree apart. */
const LEAF_PREFIX = Buffer.from([0]);
const SALT_BYTES = 32;

export const LEDGER_KINDS = [
  'message-sent',
  'message-received',
  'message-refused',
  'message-voided',
  'receipt-received',
  'epoch-begun',
  'epoch-of-peer',
  'epoch-answered',
  'quarantined',
  'access',
  'administration',
] as const;
export type LedgerKind = (typeof LEDGER_KINDS)[number];
/** The log of what no counterpart is told. */
export const INTERNAL = 'internal';

/** A salted leaf: the salt lets one leaf be shown without letting its neighbours be guessed. Append-only. */
@Entity('ledger_leaf')
export class LedgerLeaf {
  @PrimaryGeneratedColumn({ type: 'bigint' }) id!: string;
  @Column('timestamptz') at!: Date;
  /** Of ours, whose it is; null for what concerns the node as a whole. */
  @Column('text', { nullable: true }) authority!: string | null;
  /** The counterpart whose log it belongs to, or `internal`. */
  @Column('text') log!: string;
  @Column('text') kind!: LedgerKind;
  @Column('bytea') salt!: Buffer;
  @Column('bytea') hash!: Buffer;
  @Column('jsonb') content!: object;
}

export interface LedgerEntry {
  /** Of ours, whose auditors may read it; null for what concerns the node as a whole, or may concern several. */
  readonly authority: string | null;
  readonly log: string;
  readonly kind: LedgerKind;
  readonly content: Json;
}

/** Inserts leaves in the transaction of what they record: there is no effect without its leaf, and no leaf without its effect. */
@Injectable()
export class Ledger {
  async append(tx: EntityManager, at: Date, entries: readonly LedgerEntry[]): Promise<void> {
    if (entries.length === 0) return;
    await tx.insert(
      LedgerLeaf,
      entries.map((entry) => {
        const salt = randomBytes(SALT_BYTES);
        const hash = createHash('sha256')
          .update(LEAF_PREFIX)
          .update(salt)
          .update(canonicalBytes(entry.content))
          .digest();
        const { authority, log, kind } = entry;
        return { at, authority, log, kind, salt, hash, content: entry.content as object };
      }),
    );
  }
}
