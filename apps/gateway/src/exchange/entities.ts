import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import type { CaseState } from '#cases';
import type { Jws, JwsSignature } from '#envelope';
import type { Decision } from '#policy';
import { integer } from '../database/columns.js';

/** A case as one authority of ours sees it; the counterpart keeps its own, in the same state. */
@Entity('exchange_case')
export class ExchangeCase {
  @PrimaryColumn('text') authority!: string;
  @PrimaryColumn('uuid') id!: string;
  @Column({ type: 'bigint', transformer: integer, insert: false, update: false }) seq!: number;
  @Column('text') counterpart!: string;
  @Column('text') instrument!: string;
  @Column('text') status!: string;
  @Column('jsonb') state!: CaseState;
  @Column('timestamptz', { name: 'opened_at' }) openedAt!: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
}

/** Where the sequences between our authority and theirs stand; the row's lock is the order of sending and of receiving. */
@Entity('pair')
export class Pair {
  @PrimaryColumn('text') own!: string;
  @PrimaryColumn('text') peer!: string;
  @Column('int', { name: 'out_ep' }) outEp!: number;
  @Column('bigint', { name: 'out_n', transformer: integer }) outN!: number;
  @Column('text', { name: 'out_d', nullable: true }) outD!: string | null;
  @Column('int', { name: 'in_ep' }) inEp!: number;
  @Column('bigint', { name: 'in_n', transformer: integer }) inN!: number;
  @Column('text', { name: 'in_d', nullable: true }) inD!: string | null;
  @Column('bigint', { transformer: integer }) duplicates!: number;
}

/**
 * A sequence that began again after a restore from a backup. Out: ours, stated until the other side answers; `lost…` are numbers of
 * ours that it has and our backup does not know. In: theirs, with our answer, which is the same each time they ask.
 */
@Entity('epoch')
export class Epoch {
  @PrimaryColumn('text') own!: string;
  @PrimaryColumn('text') peer!: string;
  @PrimaryColumn('text') direction!: 'out' | 'in';
  @PrimaryColumn('int') ep!: number;
  @Column('jsonb') statement!: Jws;
  /** Of the statement that began it. */
  @Column('text') hash!: string;
  @Column('timestamptz', { name: 'begun_at' }) begunAt!: Date;
  @Column('timestamptz', { name: 'asked_at', nullable: true }) askedAt!: Date | null;
  @Column('int') asks!: number;
  @Column('timestamptz', { name: 'answered_at', nullable: true }) answeredAt!: Date | null;
  @Column('bigint', { name: 'lost_from', nullable: true, transformer: integer }) lostFrom!: number | null;
  @Column('bigint', { name: 'lost_to', nullable: true, transformer: integer }) lostTo!: number | null;
}

/** A sequence number that was skipped: lost on the bus, or still on its way. */
@Entity('gap')
export class Gap {
  @PrimaryColumn('text') own!: string;
  @PrimaryColumn('text') peer!: string;
  @PrimaryColumn('int') ep!: number;
  @PrimaryColumn('bigint', { transformer: integer }) n!: number;
  @Column('timestamptz', { name: 'noted_at' }) notedAt!: Date;
  @Column('timestamptz', { name: 'asked_at', nullable: true }) askedAt!: Date | null;
  @Column('int') asks!: number;
}

/**
 * Out: `awaiting-signature` (→ `discarded`) → `queued` → `sent` (the broker has it) → `stored` → `accepted` | `rejected`; or `void`.
 * In: `waiting` (behind a gap) → `pulling` (attachments) → `accepted` | `rejected`.
 */
export const MESSAGE_STATUSES = [
  'awaiting-signature',
  'discarded',
  'queued',
  'sent',
  'stored',
  'waiting',
  'pulling',
  'accepted',
  'rejected',
  'void',
] as const;
export type MessageStatus = (typeof MESSAGE_STATUSES)[number];

@Entity('message')
export class Message {
  @PrimaryGeneratedColumn({ type: 'bigint' }) key!: string;
  @Column('text') authority!: string;
  @Column('text') direction!: 'in' | 'out';
  @Column('uuid') id!: string;
  @Column('text') sender!: string;
  @Column('text') recipient!: string;
  @Column('uuid', { name: 'case_id' }) caseId!: string;
  @Column('text') type!: string;
  @Column('text') instrument!: string;
  @Column('text') level!: string;
  @Column('text') status!: MessageStatus;
  /** The canonical bytes that were signed. */
  @Column('bytea') payload!: Buffer;
  @Column('jsonb') officers!: JwsSignature[];
  @Column('text', { name: 'seal_protected', nullable: true }) sealProtected!: string | null;
  @Column('jsonb', { nullable: true }) jws!: Jws | null;
  /** The message's identity: SHA-256 over the seal's signing input. */
  @Column('text', { nullable: true }) d!: string | null;
  @Column('int', { nullable: true }) ep!: number | null;
  @Column('bigint', { nullable: true, transformer: integer }) n!: number | null;
  @Column('text', { nullable: true }) prev!: string | null;
  @Column('jsonb') decision!: Decision;
  /** The register's books on which the decision was taken; another mark means: decide again. */
  @Column('text', { name: 'register_mark' }) registerMark!: string;
  @Column('text', { name: 'created_by', nullable: true }) createdBy!: string | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'sent_at', nullable: true }) sentAt!: Date | null;
  @Column('timestamptz', { name: 'stored_at', nullable: true }) storedAt!: Date | null;
  @Column('timestamptz', { name: 'accepted_at', nullable: true }) acceptedAt!: Date | null;
  /** Of one that had waited: when it was judged. */
  @Column('timestamptz', { name: 'judged_at', nullable: true }) judgedAt!: Date | null;
  @Column('timestamptz', { name: 'expires_at' }) expiresAt!: Date;
  @Column('jsonb', { nullable: true }) rejection!: { code: string; rule?: string; detail: string } | null;
}

/** A signed receipt, given by us or received from the other side. Append-only. */
@Entity('receipt')
export class Receipt {
  @PrimaryGeneratedColumn({ type: 'bigint' }) seq!: string;
  @Column('text') authority!: string;
  @Column('text') direction!: 'given' | 'received';
  @Column('text') peer!: string;
  @Column('uuid', { name: 'message_id' }) messageId!: string;
  @Column('text') d!: string;
  @Column('text') stage!: 'stored' | 'accepted' | 'rejected';
  @Column('text', { nullable: true }) code!: string | null;
  @Column('text', { nullable: true }) rule!: string | null;
  @Column('timestamptz') at!: Date;
  @Column('jsonb') jws!: Jws;
  @Column('timestamptz', { name: 'recorded_at' }) recordedAt!: Date;
}

/** A delivery that cannot be judged yet (a book or a certificate is missing) and is tried again. */
@Entity('held')
export class Held {
  @PrimaryGeneratedColumn({ type: 'bigint' }) id!: string;
  @Column('timestamptz') at!: Date;
  @Column('text') exchange!: string;
  @Column('text') queue!: string;
  @Column('text', { name: 'from_node' }) fromNode!: string;
  @Column('text') code!: string;
  @Column('text') detail!: string;
  /** Identity of the message, where it is known. */
  @Column('text', { nullable: true }) d!: string | null;
  @Column('bytea') body!: Buffer;
  @Column('text') sha256!: string;
  @Column('int') bytes!: number;
  @Column('int') attempts!: number;
  @Column('timestamptz', { name: 'next_attempt_at' }) nextAttemptAt!: Date;
}

/** What the relay has to publish. A message stays until it is `accepted` or `rejected`; a statement until the broker confirmed it. */
@Entity('outbox')
export class OutboxRow {
  @PrimaryGeneratedColumn({ type: 'bigint' }) id!: string;
  @Column('bigint', { name: 'message_key', nullable: true }) messageKey!: string | null;
  @Column('text') own!: string;
  @Column('text') recipient!: string;
  @Column('text', { name: 'to_node' }) toNode!: string;
  @Column('jsonb', { nullable: true }) statement!: Jws | null;
  @Column('uuid', { name: 'bus_id' }) busId!: string;
  @Column('timestamptz', { name: 'next_attempt_at' }) nextAttemptAt!: Date;
  @Column('int') attempts!: number;
  @Column('text', { name: 'last_error', nullable: true }) lastError!: string | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
}
