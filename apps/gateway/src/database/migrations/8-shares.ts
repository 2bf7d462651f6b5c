import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Held deliveries are tried again node by node. */
export class Shares1000000000008 implements MigrationInterface {
  readonly name = 'Shares1000000000008';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX held_due ON held (from_node, next_attempt_at, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX held_due');
  }
}
