import type { AccessRole } from '#service';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** `pending` until a second administrator gave it; `none` where one is enough. */
export type Approval = 'none' | 'pending' | 'given';

@Entity('access_token')
export class AccessToken {
  @PrimaryColumn('uuid') id!: string;
  @Column({ type: 'bigint', insert: false, update: false }) seq!: string;
  @Column('text') name!: string;
  @Column('text') role!: AccessRole;
  @Column('text', { nullable: true }) authority!: string | null;
  @Column('text', { select: false }) sha256!: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  /** The administrator's token, or `configuration` for the first one. */
  @Column('text', { name: 'created_by' }) createdBy!: string;
  @Column('timestamptz', { name: 'expires_at', nullable: true }) expiresAt!: Date | null;
  @Column('timestamptz', { name: 'revoked_at', nullable: true }) revokedAt!: Date | null;
  @Column('text') approval!: Approval;
  @Column('text', { name: 'approved_by', nullable: true }) approvedBy!: string | null;
  @Column('timestamptz', { name: 'approved_at', nullable: true }) approvedAt!: Date | null;
}
