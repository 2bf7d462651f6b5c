import type { MigrationInterface, QueryRunner } from 'typeorm';

const LISTED = [
  ['message', 'authority, key'],
  ['exchange_case', 'authority, seq'],
  ['receipt', 'authority, seq'],
  ['attachment', 'authority, seq'],
  ['quarantine', 'authority, id'],
] as const;

/** Tokens that a second administrator approves; idempotency keys that end; what lists are read by, page by page. */
export class Tokens1000000000007 implements MigrationInterface {
  readonly name = 'Tokens1000000000007';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [
      `ALTER TABLE access_token
         ADD COLUMN approval text NOT NULL DEFAULT 'none' CHECK (approval IN ('none', 'pending', 'given')),
         ADD COLUMN approved_by text,
         ADD COLUMN approved_at timestamptz`,
      `CREATE INDEX access_token_in_force ON access_token (sha256) WHERE revoked_at IS NULL`,
      `CREATE INDEX access_token_authority ON access_token (authority, seq)`,
      ...LISTED.map(([table, columns]) => `CREATE INDEX ${table}_listed ON ${table} (${columns})`),
      `CREATE INDEX idempotency_key_created ON idempotency_key (created_at)`,
    ])
      await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of [
      ...LISTED.map(([table]) => `DROP INDEX ${table}_listed`),
      'DROP INDEX idempotency_key_created',
      'DROP INDEX access_token_authority',
      'DROP INDEX access_token_in_force',
      'ALTER TABLE access_token DROP COLUMN approved_at, DROP COLUMN approved_by, DROP COLUMN approval',
    ])
      await runner.query(statement);
  }
}
