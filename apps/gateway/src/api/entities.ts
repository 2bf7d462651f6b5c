import type { CaseState } from '#cases';
import type { DeliveryBody, Direction, GapRange, QuarantineRow, Rejection } from '#exchange';
import { Column, Entity, PrimaryColumn, ViewColumn, ViewEntity } from 'typeorm';
import { integer } from '../database/columns.js';
import type { ListedMessage } from '../rows/listing.js';

/** What lists read of the message path's tables, and nothing writes: those are changed by settlements alone. */

class Listed implements ListedMessage {
  @ViewColumn() own!: string;
  @ViewColumn({ transformer: integer }) seq!: number;
  @ViewColumn() direction!: Direction;
  @ViewColumn() id!: string;
  @ViewColumn() peer!: string;
  @ViewColumn() sender!: string;
  @ViewColumn() recipient!: string;
  @ViewColumn({ name: 'case_id' }) caseId!: string;
  @ViewColumn() type!: string;
  @ViewColumn() instrument!: string;
  @ViewColumn() level!: string;
  @ViewColumn() status!: string;
  @ViewColumn() d!: string | null;
  @ViewColumn() ep!: number | null;
  @ViewColumn({ transformer: integer }) n!: number | null;
  @ViewColumn({ name: 'created_at' }) createdAt!: Date;
  @ViewColumn({ name: 'sent_at' }) sentAt!: Date | null;
  @ViewColumn({ name: 'stored_at' }) storedAt!: Date | null;
  @ViewColumn({ name: 'accepted_at' }) acceptedAt!: Date | null;
  @ViewColumn({ name: 'expires_at' }) expiresAt!: Date;
  @ViewColumn() rejection!: Rejection | null;
}

@ViewEntity({ name: 'numbered_listing', synchronize: false })
export class NumberedListing extends Listed {}

@ViewEntity({ name: 'draft_listing', synchronize: false })
export class DraftListing extends Listed {}

/** A case as one authority of ours sees it; the counterpart keeps its own, in the same state. */
@Entity('exchange_case')
export class ExchangeCase {
  @PrimaryColumn('text') own!: string;
  @PrimaryColumn('uuid') id!: string;
  @Column({ type: 'bigint', transformer: integer, insert: false, update: false }) seq!: number;
  @Column('text') counterpart!: string;
  @Column('text') instrument!: string;
  @Column({ type: 'text', insert: false, update: false }) status!: string;
  @Column('jsonb') state!: CaseState;
  @Column('timestamptz', { name: 'opened_at' }) openedAt!: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
}

/** Where the sequences between our authority and theirs stand. */
@Entity('pair')
export class Pair {
  @PrimaryColumn('text') own!: string;
  @PrimaryColumn('text') peer!: string;
  @Column('int', { name: 'out_ep' }) outEp!: number;
  @Column('bigint', { name: 'out_n', transformer: integer }) outN!: number;
  @Column('int', { name: 'in_ep' }) inEp!: number;
  @Column('bigint', { name: 'in_n', transformer: integer }) inN!: number;
  @Column('jsonb') gaps!: readonly GapRange[];
  @Column('bigint', { transformer: integer }) duplicates!: number;
}

/** A delivery that must not have an effect, with the reason. */
@Entity('quarantine')
export class Quarantined {
  @PrimaryColumn('text') key!: string;
  @Column({ type: 'bigint', insert: false, update: false }) seq!: string;
  /** The node that the delivery's exchange names; '' where it names none. */
  @Column('text') node!: string;
  @Column('text') code!: string;
  @Column('text', { nullable: true }) rule!: string | null;
  @Column('text') detail!: string;
  /** The authority that it was for, where that is known. */
  @Column('text', { nullable: true }) authority!: string | null;
  @Column('jsonb', { nullable: true }) sender!: QuarantineRow['sender'];
  /** Key of a message that is stored whole; else `body` says what came. */
  @Column('text', { nullable: true }) message!: string | null;
  @Column('jsonb', { nullable: true }) body!: DeliveryBody | null;
  @Column({ type: 'text', nullable: true, insert: false, update: false }) kind!: string | null;
  @Column('timestamptz') at!: Date;
  /** When the same bytes came for the last time, and how often they came. */
  @Column('timestamptz', { name: 'last_at' }) lastAt!: Date;
  @Column('bigint', { transformer: integer }) times!: number;
}

/** A leaf of a log of ours, with what it says. */
@ViewEntity({ name: 'ledger_entry', synchronize: false })
export class LedgerEntry {
  @ViewColumn() own!: string;
  @ViewColumn() seq!: string;
  @ViewColumn() ep!: number;
  @ViewColumn({ transformer: integer }) idx!: number;
  @ViewColumn() at!: Date | null;
  @ViewColumn() kind!: string;
  /** The counterpart whose log it is, or was; null for the internal log. */
  @ViewColumn() peer!: string | null;
  @ViewColumn() content!: object;
  /** Null of what was erased. */
  @ViewColumn() salt!: Buffer | null;
  @ViewColumn() hash!: Buffer;
}
