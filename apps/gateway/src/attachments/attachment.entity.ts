import { Column, Entity, PrimaryColumn, type ValueTransformer } from 'typeorm';
import { integer } from '../database/columns.js';

/**
 * Out: `ready` (uploaded) → `announced` (named by a message) → `deleted`.
 * In: `expected` (its message waits) → `pulling` → `verifying` (all parts are there) → `verified` (→ `deleted`) | `failed`.
 * Of what is deleted the row stays, its bytes do not.
 */
export const ATTACHMENT_STATUSES = [
  'ready',
  'announced',
  'expected',
  'pulling',
  'verifying',
  'verified',
  'failed',
  'deleted',
] as const;
export type AttachmentStatus = (typeof ATTACHMENT_STATUSES)[number];

/** The core's column is text, as messages carry keys. */
const base64url: ValueTransformer = {
  to: (value: unknown) => (Buffer.isBuffer(value) ? value.toString('base64url') : value),
  from: (value: unknown) => (typeof value === 'string' ? Buffer.from(value, 'base64url') : value),
};

/**
 * A file that goes with a message. Its bytes lie encrypted in the attachments' folder, under a key of its own. What a message
 * does to it (who names, expects and ends it) is written by libs/exchange, in the message's transaction; what is here is changed under
 * the row's lock.
 */
@Entity('attachment')
export class Attachment {
  @PrimaryColumn('text', { name: 'own' }) authority!: string;
  @PrimaryColumn('text') direction!: 'in' | 'out';
  @PrimaryColumn('uuid') id!: string;
  @Column({ type: 'bigint', insert: false, update: false }) seq!: string;
  /** Key of the numbered message that names it (libs/exchange, `keyOf.message`). */
  @Column('text', { name: 'message', nullable: true }) messageKey!: string | null;
  /** Out: the draft that named it, also after that was sent. */
  @Column('uuid', { nullable: true }) draft!: string | null;
  @Column('text') name!: string;
  @Column('text', { name: 'media_type' }) mediaType!: string;
  @Column('bigint', { transformer: integer }) bytes!: number;
  /** Base64url of the plaintext's SHA-256. */
  @Column('text') sha256!: string;
  /** In: empty once it is deleted. */
  @Column('text', { transformer: base64url }) key!: Buffer;
  @Column('text') status!: AttachmentStatus;
  /** Follows from `bytes`, in the database too. */
  @Column({ type: 'int', name: 'parts_total', insert: false, update: false }) partsTotal!: number;
  /** All parts below this one are there. */
  @Column('int', { name: 'parts_done' }) partsDone!: number;
  /** Bit i: the part `partsDone + i` is there too (parts.ts). */
  @Column('int', { name: 'parts_ahead' }) partsAhead!: number;
  /** In: the authority that sent it, for its share of our disk. Out: to whom its message goes. */
  @Column('text', { nullable: true }) peer!: string | null;
  /** Out: parts below this one were served before. */
  @Column('int', { name: 'parts_served' }) partsServed!: number;
  @Column('timestamptz', { name: 'asked_at', nullable: true }) askedAt!: Date | null;
  @Column('int') asks!: number;
  /** Why it failed, or what delays it. */
  @Column('text', { nullable: true }) failure!: string | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'deleted_at', nullable: true }) deletedAt!: Date | null;
  /** Out: since when no message names it. */
  @Column('timestamptz', { name: 'unnamed_since', nullable: true }) unnamedSince!: Date | null;
  @Column('text', { name: 'created_by', nullable: true }) createdBy!: string | null;
}
