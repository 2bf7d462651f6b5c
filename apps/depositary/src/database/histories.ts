import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  `ALTER TABLE book ADD COLUMN era integer NOT NULL DEFAULT 0, ADD COLUMN root text,
     DROP CONSTRAINT book_pkey, ADD PRIMARY KEY (book, era, version)`,
  // What contradicts a book on record, as its keeper signed it: a book, or a statement about one.
  `CREATE TABLE book_conflict (
     id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     book text NOT NULL, version integer NOT NULL, hash text NOT NULL,
     our_version integer NOT NULL, our_hash text NOT NULL, text text NOT NULL, source text NOT NULL,
     times integer NOT NULL DEFAULT 1, first_at timestamptz NOT NULL, last_at timestamptz NOT NULL,
     UNIQUE (book, version, hash))`,
  // A keeper's old root signed its new one.
  `CREATE TABLE hand_over (
     book text NOT NULL, from_root text NOT NULL, root bytea NOT NULL, text text NOT NULL,
     received_at timestamptz NOT NULL, received_by text NOT NULL,
     PRIMARY KEY (book, from_root))`,
  `CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON hand_over FOR EACH ROW EXECUTE FUNCTION refuse_change()`,
  `CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON hand_over FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
  // Older tokens end after a while too, so that their users have time to get others.
  `ALTER TABLE access_token ADD COLUMN expires_at timestamptz`,
  `UPDATE access_token SET expires_at = now() + interval '90 days'`,
  `ALTER TABLE access_token ALTER COLUMN expires_at SET NOT NULL`,
];

/** Histories that contradict each other, roots that were handed over, tokens that end. */
export class Histories1767225600001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('a register is never dropped by a migration'));
  }
}
