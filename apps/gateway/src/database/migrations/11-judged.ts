import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A message that waited took its effect on its case when it was judged: a case that is made again takes it there. */
export class Judged1000000000011 implements MigrationInterface {
  readonly name = 'Judged1000000000011';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE message ADD COLUMN judged_at timestamptz');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE message DROP COLUMN judged_at');
  }
}
