import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Held deliveries are tried again node by node; answered requests end; a book's other text is kept once, from any node. */
export class Shares1000000000008 implements MigrationInterface {
  readonly name = 'Shares1000000000008';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [
      'CREATE INDEX held_due ON held (from_node, next_attempt_at, id)',
      'CREATE INDEX asked_at ON asked (at)',
      'ALTER TABLE book_conflict ADD COLUMN proven boolean NOT NULL DEFAULT false',
      'UPDATE book_conflict SET proven = text IS NOT NULL',
    ])
      await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE book_conflict DROP COLUMN proven');
    for (const index of ['held_due', 'asked_at']) await runner.query(`DROP INDEX ${index}`);
  }
}
