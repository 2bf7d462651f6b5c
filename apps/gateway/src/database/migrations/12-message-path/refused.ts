import type { QueryRunner } from 'typeorm';
import { goOn, sequenceOf } from './sql.js';

/** What is held and in quarantine, with its bytes, and what was only counted. */
export async function carryRefused(runner: QueryRunner): Promise<void> {
  for (const statement of [QUARANTINE, HELD, BODIES_OF_QUARANTINE, BODIES_OF_HELD, USE])
    await runner.query(statement);
  await goOn(runner, { table: 'old_quarantine', column: 'id' }, sequenceOf('quarantine'));
}

const QUARANTINE = `
  INSERT INTO quarantine (key, node, code, rule, detail, authority, sender, message, body, at, last_at, times, seq) OVERRIDING SYSTEM VALUE
  SELECT node || ' ' || sha256 || ' ' || code, node, code, rule, detail, authority, sender, NULL,
    jsonb_build_object('kind', kind, 'exchange', exchange, 'queue', queue, 'sha256', sha256, 'bytes', bytes), at, last_at, times, id
  FROM old_quarantine`;

const HELD = `
  INSERT INTO held (key, node, code, detail, d, body, attempts, next_attempt_at)
  SELECT from_node || ' ' || sha256, from_node, code, detail, d,
    jsonb_build_object('kind', 'envelope', 'exchange', exchange, 'queue', queue, 'sha256', sha256, 'bytes', bytes), attempts, next_attempt_at
  FROM old_held`;

const BODIES_OF_QUARANTINE = `INSERT INTO delivery_body (sha256, body, at) SELECT sha256, body, now() FROM old_quarantine_body`;
const BODIES_OF_HELD = `
  INSERT INTO delivery_body (sha256, body, at) SELECT sha256, body, now() FROM old_held ON CONFLICT DO NOTHING`;

const USE = `
  INSERT INTO node_use (node, held_rows, held_bytes, quarantine_rows, quarantine_bytes, refused)
  SELECT node, coalesce(held.count, 0), coalesce(held.bytes, 0), coalesce(quarantine.count, 0), coalesce(quarantine.bytes, 0),
    coalesce(refused.times, '{}')
  FROM (SELECT from_node AS node, count(*), sum(bytes) AS bytes FROM old_held GROUP BY from_node) AS held
    FULL JOIN (SELECT node, count(*), sum(bytes) AS bytes FROM old_quarantine GROUP BY node) AS quarantine USING (node)
    FULL JOIN (SELECT node, jsonb_object_agg(what, times) AS times FROM old_refused GROUP BY node) AS refused USING (node)`;
