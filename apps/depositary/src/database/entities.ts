import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

/** What the depositary was notified of: append-only, each with its source. Dates are days of receipt. */
@Entity('event')
export class EventRow {
  @PrimaryGeneratedColumn({ type: 'bigint' }) id!: string;
  @Column('text') instrument!: string;
  /** Null where a treaty as a whole ended. */
  @Column('text', { nullable: true }) state!: string | null;
  @Column('text') event!: string;
  @Column('date') on!: string;
  @Column('date', { name: 'leaves_on', nullable: true }) leavesOn!: string | null;
  @Column('text', { nullable: true }) source!: string | null;
  @Column('timestamptz', { name: 'recorded_at' }) recordedAt!: Date;
  @Column('text', { name: 'recorded_by' }) recordedBy!: string;
}

/** Agreements beyond the instruments (on secrecy, channels, legal assistance); append-only. */
@Entity('agreement')
export class AgreementRow {
  @PrimaryColumn('text') id!: string;
  @Column('jsonb') content!: unknown;
  @Column('timestamptz', { name: 'recorded_at' }) recordedAt!: Date;
  @Column('text', { name: 'recorded_by' }) recordedBy!: string;
}

export interface BookVersion {
  readonly book: string;
  readonly version: number;
  readonly text: string;
  readonly hash: string;
  readonly receivedAt: Date;
  readonly receivedBy: string;
  /** How often its keeper handed over to a new root, under which versions start again. */
  readonly era: number;
  /** Thumbprint of the root under which it was signed; null: the one that is pinned, or our own. */
  readonly root: string | null;
}

/** Every version of every book, exactly as its keeper signed it; a trigger refuses to change or remove one. */
@Entity('book')
export class BookRow implements BookVersion {
  @PrimaryColumn('text') book!: string;
  @PrimaryColumn('int') era!: number;
  @PrimaryColumn('int') version!: number;
  @Column('text', { nullable: true }) root!: string | null;
  @Column('text') text!: string;
  @Column('text') hash!: string;
  @Column('timestamptz', { name: 'received_at' }) receivedAt!: Date;
  @Column('text', { name: 'received_by' }) receivedBy!: string;
}

/** What contradicts a book on record, signed by the same keeper. */
@Entity('book_conflict')
export class BookConflictRow {
  @PrimaryGeneratedColumn({ type: 'bigint' }) id!: string;
  @Column('text') book!: string;
  @Column('int') version!: number;
  @Column('text') hash!: string;
  @Column('int', { name: 'our_version' }) ourVersion!: number;
  @Column('text', { name: 'our_hash' }) ourHash!: string;
  /** Null in rows from before it was kept, whose text is a book's. */
  @Column('text', { name: 'our_text', nullable: true }) ourText!: string | null;
  @Column('text') text!: string;
  @Column('text') source!: string;
  @Column('int') times!: number;
  @Column('timestamptz', { name: 'first_at' }) firstAt!: Date;
  @Column('timestamptz', { name: 'last_at' }) lastAt!: Date;
}

/** A keeper's old root signed its new one. Append-only. */
@Entity('hand_over')
export class HandOverRow {
  @PrimaryColumn('text') book!: string;
  @PrimaryColumn('text', { name: 'from_root' }) fromRoot!: string;
  @Column('bytea') root!: Buffer;
  @Column('text') text!: string;
  @Column('timestamptz', { name: 'received_at' }) receivedAt!: Date;
  @Column('text', { name: 'received_by' }) receivedBy!: string;
}

/** The newest signed statement of each book's keeper that the version named is the current one. */
@Entity('statement')
export class StatementRow {
  @PrimaryColumn('text') book!: string;
  @Column('int') version!: number;
  @Column('text') hash!: string;
  @Column('timestamptz') at!: Date;
  @Column('text') text!: string;
}

/** What did not pass verification, kept with the reason for a person to look at. */
@Entity('quarantine')
export class QuarantineRow {
  @PrimaryGeneratedColumn({ type: 'bigint' }) id!: string;
  @Column('text') kind!: string;
  @Column('text') source!: string;
  @Column('text') code!: string;
  @Column('text') detail!: string;
  @Column('text') sha256!: string;
  @Column('int') bytes!: number;
  @Column('bytea') body!: Buffer;
  @Column('int') times!: number;
  @Column('timestamptz', { name: 'first_at' }) firstAt!: Date;
  @Column('timestamptz', { name: 'last_at' }) lastAt!: Date;
}

/** What must still go out on the bus; a row leaves when the broker has confirmed it. */
@Entity('outbox')
export class OutboxRow {
  @PrimaryGeneratedColumn({ type: 'bigint' }) id!: string;
  @Column('text', { name: 'to_node' }) to!: string;
  @Column('text') kind!: string;
  @Column('text', { name: 'message_id' }) messageId!: string;
  @Column('text') body!: string;
  @Column('int') attempts!: number;
  @Column('timestamptz', { name: 'not_before' }) notBefore!: Date;
  @Column('text', { name: 'last_error', nullable: true }) lastError!: string | null;
}

@Entity('access_token')
export class TokenRow {
  @PrimaryColumn('uuid') id!: string;
  @Column('text') name!: string;
  @Column('text') role!: 'administrator' | 'system' | 'auditor';
  @Column('text') sha256!: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('text', { name: 'created_by' }) createdBy!: string;
  @Column('timestamptz', { name: 'expires_at' }) expiresAt!: Date;
  @Column('timestamptz', { name: 'revoked_at', nullable: true }) revokedAt!: Date | null;
}

/** The answer that was given to a request with an `Idempotency-Key`, to be given again. */
@Entity('idempotency')
export class IdempotencyRow {
  @PrimaryColumn('text', { name: 'token_id' }) tokenId!: string;
  @PrimaryColumn('text') key!: string;
  @Column('text', { name: 'request_sha256' }) requestSha256!: string;
  @Column('jsonb', { nullable: true }) answer!: unknown;
  @Column('timestamptz') at!: Date;
}

export const ENTITIES = [
  EventRow,
  AgreementRow,
  BookRow,
  BookConflictRow,
  HandOverRow,
  StatementRow,
  QuarantineRow,
  OutboxRow,
  TokenRow,
  IdempotencyRow,
];
