import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

/** One version of one book, exactly as it was signed. Append-only. */
@Entity('book')
export class Book {
  @PrimaryColumn('text') book!: string;
  /** How often its keeper handed over to a new root, under which versions start again. */
  @PrimaryColumn('int') era!: number;
  @PrimaryColumn('int') version!: number;
  @Column('text') hash!: string;
  @Column('jsonb') content!: object;
  @Column('text') text!: string;
  @Column('timestamptz', { name: 'signed_at' }) signedAt!: Date;
  @Column('timestamptz', { name: 'received_at' }) receivedAt!: Date;
  /** The node or the person through whom it came; that is not who signed it. */
  @Column('text', { name: 'received_from' }) receivedFrom!: string;
  /** Thumbprint of the root under which it was signed; null: the one that is pinned, or no keeper's. */
  @Column('text', { nullable: true }) root!: string | null;
}

/** The keeper's last word that a version is still the newest: a book's age counts from it. */
@Entity('book_statement')
export class BookStatement {
  @PrimaryColumn('text') book!: string;
  @Column('int') version!: number;
  @Column('text') hash!: string;
  @Column('timestamptz') at!: Date;
}

/** A version that its keeper named and that has not come; `at` is when it first named one newer than ours. */
@Entity('book_announced')
export class BookAnnounced {
  @PrimaryColumn('text') book!: string;
  @Column('int') version!: number;
  @Column('text') hash!: string;
  @Column('timestamptz') at!: Date;
  @Column('text') text!: string;
}

/** Two histories of one book: what contradicts ours, which node showed it, and its signed text with the node that brought it first. */
@Entity('book_conflict')
export class BookConflict {
  @PrimaryGeneratedColumn({ type: 'bigint' }) id!: string;
  @Column('text') book!: string;
  @Column('int') version!: number;
  @Column('text') hash!: string;
  @Column('int', { name: 'our_version' }) ourVersion!: number;
  @Column('text', { name: 'our_hash' }) ourHash!: string;
  /** Of a proof; a claim's is found among our books. */
  @Column('text', { name: 'our_text', nullable: true }) ourText!: string | null;
  @Column('text', { nullable: true }) text!: string | null;
  /** The signed text is here: with this row, or with another node's for the same content. */
  @Column('boolean') proven!: boolean;
  /** The node of the bus that showed it, or '' where a person brought it. */
  @Column('text') node!: string;
  @Column('timestamptz', { name: 'first_at' }) firstAt!: Date;
  @Column('timestamptz', { name: 'last_at' }) lastAt!: Date;
  @Column('int') times!: number;
  /** When our own text went to that node, so that it has both too. */
  @Column('timestamptz', { name: 'answered_at', nullable: true }) answeredAt!: Date | null;
}

/** A keeper's old root signed its new one. Append-only. */
@Entity('book_hand_over')
export class BookHandOver {
  @PrimaryColumn('text') book!: string;
  @PrimaryColumn('text', { name: 'from_root' }) fromRoot!: string;
  /** The new root, in DER. */
  @Column('bytea') root!: Buffer;
  @Column('text') text!: string;
  @Column('timestamptz', { name: 'received_at' }) receivedAt!: Date;
}
