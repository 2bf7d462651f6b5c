import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Epochs that began after a restore, ours and the others', and the restores themselves. */
export class Epochs1000000000003 implements MigrationInterface {
  readonly name = 'Epochs1000000000003';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [
      // Sequences that begin from here on have at least this number.
      `CREATE TABLE restore (at timestamptz PRIMARY KEY, ep integer NOT NULL)`,
      // out: what we began, until it is answered; in: what the other side began, and our answer, the same each time it asks.
      `CREATE TABLE epoch (
         own text NOT NULL, peer text NOT NULL, direction text NOT NULL CHECK (direction IN ('out', 'in')), ep integer NOT NULL,
         statement jsonb NOT NULL, hash text NOT NULL, begun_at timestamptz NOT NULL,
         asked_at timestamptz, asks integer NOT NULL DEFAULT 0, answered_at timestamptz,
         lost_from bigint, lost_to bigint,
         PRIMARY KEY (own, peer, direction, ep))`,
      // The message that is held, where that is known: the same one is held once.
      `ALTER TABLE held ADD COLUMN d text`,
      `CREATE UNIQUE INDEX held_d ON held (d) WHERE d IS NOT NULL`,
    ])
      await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE held DROP COLUMN d');
    await runner.query('DROP TABLE epoch');
    await runner.query('DROP TABLE restore');
  }
}
