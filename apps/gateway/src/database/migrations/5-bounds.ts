import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Bounds on what strangers and peers can make us keep or do: quarantine, held deliveries, requests to send again,
 * attachments.
 */
export class Bounds1000000000005 implements MigrationInterface {
  readonly name = 'Bounds1000000000005';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...QUARANTINE, ...HELD, ...EXCHANGE]) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('duplicates in quarantine were merged: restore a backup to go back'));
  }
}

const QUARANTINE = [
  // The bytes once, apart from the rows that refer to them: lists never read them.
  `CREATE TABLE quarantine_body (sha256 text PRIMARY KEY, body bytea NOT NULL)`,
  `INSERT INTO quarantine_body SELECT DISTINCT ON (sha256) sha256, body FROM quarantine ORDER BY sha256, id`,
  `ALTER TABLE quarantine
     ADD COLUMN node text NOT NULL DEFAULT '', ADD COLUMN bytes integer NOT NULL DEFAULT 0,
     ADD COLUMN times bigint NOT NULL DEFAULT 1, ADD COLUMN last_at timestamptz`,
  `UPDATE quarantine SET bytes = octet_length(body), last_at = at, node = coalesce(substring(exchange FROM '^out[.](.+)$'), '')`,
  `UPDATE quarantine SET times = same.times, last_at = same.last_at
   FROM (SELECT min(id) AS id, count(*) AS times, max(at) AS last_at FROM quarantine GROUP BY node, sha256, code) AS same
   WHERE quarantine.id = same.id`,
  `DELETE FROM quarantine WHERE id NOT IN (SELECT min(id) FROM quarantine GROUP BY node, sha256, code)`,
  `ALTER TABLE quarantine DROP COLUMN body, ALTER COLUMN last_at SET NOT NULL`,
  `CREATE UNIQUE INDEX quarantine_same ON quarantine (node, sha256, code)`,
  `CREATE INDEX quarantine_kept ON quarantine (node) INCLUDE (bytes)`,
  `CREATE INDEX quarantine_last ON quarantine (last_at)`,
  `CREATE INDEX quarantine_sha256 ON quarantine (sha256)`,
  // What was not kept or not done because a bound was reached, counted by the sending node.
  `CREATE TABLE refused (
     node text NOT NULL, what text NOT NULL, times bigint NOT NULL, last_at timestamptz NOT NULL, told_at timestamptz NOT NULL,
     PRIMARY KEY (node, what))`,
];

const HELD = [
  `ALTER TABLE held ADD COLUMN sha256 text, ADD COLUMN bytes integer`,
  `UPDATE held SET sha256 = encode(sha256(body), 'hex'), bytes = octet_length(body)`,
  `DELETE FROM held WHERE id NOT IN (SELECT min(id) FROM held GROUP BY from_node, sha256)`,
  `ALTER TABLE held ALTER COLUMN sha256 SET NOT NULL, ALTER COLUMN bytes SET NOT NULL`,
  `CREATE UNIQUE INDEX held_same ON held (from_node, sha256)`,
];

const EXCHANGE = [
  `CREATE INDEX message_waiting ON message (authority, sender, ep, n) WHERE status = 'waiting'`,
  // Signed requests that were answered: each is answered once, and so many a minute.
  `CREATE TABLE asked (
     own text NOT NULL, peer text NOT NULL, hash text NOT NULL, typ text NOT NULL, cost integer NOT NULL, at timestamptz NOT NULL,
     PRIMARY KEY (own, peer, hash))`,
  `CREATE INDEX asked_lately ON asked (own, peer, at)`,
  `ALTER TABLE attachment ADD COLUMN peer text, ADD COLUMN parts_served integer NOT NULL DEFAULT 0`,
  `UPDATE attachment SET peer = message.sender FROM message WHERE message.key = message_key AND attachment.direction = 'in'`,
  `CREATE INDEX attachment_peer ON attachment (peer) WHERE direction = 'in'`,
];
