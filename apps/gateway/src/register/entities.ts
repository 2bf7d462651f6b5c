import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One version of one book, exactly as it was signed. Append-only. */
@Entity('book')
export class Book {
  @PrimaryColumn('text') book!: string;
  @PrimaryColumn('int') version!: number;
  @Column('text') hash!: string;
  @Column('jsonb') content!: object;
  @Column('text') text!: string;
  @Column('timestamptz', { name: 'signed_at' }) signedAt!: Date;
  @Column('timestamptz', { name: 'received_at' }) receivedAt!: Date;
  /** The node or the person through whom it came; that is not who signed it. */
  @Column('text', { name: 'received_from' }) receivedFrom!: string;
}

/** The keeper's last word that a version is still the newest: a book's age counts from it. */
@Entity('book_statement')
export class BookStatement {
  @PrimaryColumn('text') book!: string;
  @Column('int') version!: number;
  @Column('text') hash!: string;
  @Column('timestamptz') at!: Date;
}
