import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Attachments: parts in any order, pages, and since when an upload waits for a message. */
export class Attachments1000000000002 implements MigrationInterface {
  readonly name = 'Attachments1000000000002';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [
      `ALTER TABLE attachment
         ADD COLUMN seq bigserial NOT NULL UNIQUE,
         ADD COLUMN parts_ahead integer NOT NULL DEFAULT 0,
         ADD COLUMN unnamed_since timestamptz`,
      `UPDATE attachment SET unnamed_since = now() WHERE direction = 'out' AND status = 'ready'`,
      // Repeated searches never find more than a few rows.
      `CREATE INDEX attachment_under_way ON attachment (status) WHERE status IN ('pulling', 'verifying', 'ready')`,
    ])
      await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX attachment_under_way');
    await runner.query(
      'ALTER TABLE attachment DROP COLUMN seq, DROP COLUMN parts_ahead, DROP COLUMN unnamed_since',
    );
  }
}
