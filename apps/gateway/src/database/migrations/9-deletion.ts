import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Received attachments may be deleted; what counts against a peer's share is found without the others. */
export class Deletion1000000000009 implements MigrationInterface {
  readonly name = 'Deletion1000000000009';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE attachment ADD COLUMN deleted_at timestamptz');
    await runner.query(
      `CREATE INDEX attachment_share ON attachment (authority, peer) WHERE direction = 'in' AND status NOT IN ('failed', 'deleted')`,
    );
    await runner.query('DROP INDEX attachment_peer');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX attachment_peer ON attachment (peer) WHERE direction = 'in'`);
    await runner.query('DROP INDEX attachment_share');
    await runner.query('ALTER TABLE attachment DROP COLUMN deleted_at');
  }
}
