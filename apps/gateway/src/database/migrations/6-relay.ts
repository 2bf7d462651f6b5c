import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The relay goes from pair to pair, and takes the oldest of each. */
export class Relay1000000000006 implements MigrationInterface {
  readonly name = 'Relay1000000000006';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX outbox_pair ON outbox (own, recipient, next_attempt_at, id)');
    await runner.query('DROP INDEX outbox_due');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX outbox_due ON outbox (next_attempt_at, id)');
    await runner.query('DROP INDEX outbox_pair');
  }
}
