import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Books: histories that contradict each other, versions that were named and have not come, and roots that were handed over. */
export class BookHistories1000000000004 implements MigrationInterface {
  readonly name = 'BookHistories1000000000004';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [
      `ALTER TABLE book ADD COLUMN era integer NOT NULL DEFAULT 0, ADD COLUMN root text,
         DROP CONSTRAINT book_pkey, ADD PRIMARY KEY (book, era, version)`,
      `CREATE TABLE book_announced (
         book text PRIMARY KEY, version integer NOT NULL, hash text NOT NULL, at timestamptz NOT NULL, text text NOT NULL)`,
      `CREATE TABLE book_conflict (
         id bigserial PRIMARY KEY, book text NOT NULL, version integer NOT NULL, hash text NOT NULL,
         our_version integer NOT NULL, our_hash text NOT NULL, our_text text, text text, node text NOT NULL,
         first_at timestamptz NOT NULL, last_at timestamptz NOT NULL, times integer NOT NULL DEFAULT 1, answered_at timestamptz,
         UNIQUE (book, version, hash, node))`,
      `CREATE TABLE book_hand_over (
         book text NOT NULL, from_root text NOT NULL, root bytea NOT NULL, text text NOT NULL, received_at timestamptz NOT NULL,
         PRIMARY KEY (book, from_root))`,
      `CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON book_hand_over
         FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
    ])
      await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['book_hand_over', 'book_conflict', 'book_announced'])
      await runner.query(`DROP TABLE ${table}`);
    // Fails where a book has two eras: history is not deleted to go back.
    await runner.query(
      'ALTER TABLE book DROP CONSTRAINT book_pkey, ADD PRIMARY KEY (book, version), DROP COLUMN era, DROP COLUMN root',
    );
  }
}
