import type { QueryRunner } from 'typeorm';
import { contentOf, peerOf } from './sql.js';

/** Pairs with what is missing and what waits, epochs, what was receipted, and what is still to be published. */
export async function carryNumbers(runner: QueryRunner): Promise<void> {
  for (const statement of [PAIRS, EPOCHS, EPOCH_STATEMENTS, ARRIVALS, OUTBOX]) await runner.query(statement);
}

/** Runs of missing numbers; they are asked for as if they had been noticed now, so that none is given up early. */
const GAPS = `
  SELECT own, peer, jsonb_agg(jsonb_build_object('ep', ep, 'from', first, 'to', last, 'notedAt', noted_at, 'askedAt', NULL, 'asks', 0)
    ORDER BY ep, first) AS runs
  FROM (
    SELECT own, peer, ep, min(n) AS first, max(n) AS last, (extract(epoch FROM min(noted_at)) * 1000)::bigint AS noted_at
    FROM (SELECT *, n - row_number() OVER (PARTITION BY own, peer, ep ORDER BY n) AS run FROM old_gap) AS numbered
    GROUP BY own, peer, ep, run) AS run
  GROUP BY own, peer`;

const WAITING = `
  SELECT authority AS own, sender AS peer,
    jsonb_agg(jsonb_build_object('ep', ep, 'n', n, 'bytes', octet_length(payload)) ORDER BY ep, n) AS places
  FROM old_message WHERE direction = 'in' AND status = 'waiting' GROUP BY authority, sender`;

/** Numbers of each epoch of which anything is known. */
const KNOWN = `
  SELECT own, peer, direction, ep, max(n) AS n FROM (
    SELECT authority AS own, ${peerOf('m')} AS peer, direction, ep, n FROM old_message m WHERE n IS NOT NULL
    UNION ALL SELECT own, peer, 'in', ep, n FROM old_gap) AS known
  GROUP BY own, peer, direction, ep`;
const ENDED = `
  SELECT known.own, known.peer, sum(n) FILTER (WHERE direction = 'out' AND ep < out_ep) AS out_n,
    sum(n) FILTER (WHERE direction = 'in' AND ep < in_ep) AS in_n
  FROM (${KNOWN}) AS known JOIN old_pair USING (own, peer) GROUP BY known.own, known.peer`;

/** Their logs are empty: what was receipted before stays where it is. */
const PAIRS = `
  INSERT INTO pair (own, peer, out_ep, out_n, out_d, out_total, in_ep, in_n, in_d, in_total, gaps, waiting, log_size, log_edge, receipted_to,
    duplicates)
  SELECT p.own, p.peer, p.out_ep, p.out_n, p.out_d, p.out_n + coalesce(ended.out_n, 0), p.in_ep, p.in_n, p.in_d,
    p.in_n + coalesce(ended.in_n, 0), coalesce(gap.runs, '[]'), coalesce(waiting.places, '[]'), 0, '', 0, p.duplicates
  FROM old_pair p LEFT JOIN (${GAPS}) AS gap USING (own, peer) LEFT JOIN (${WAITING}) AS waiting USING (own, peer)
    LEFT JOIN (${ENDED}) AS ended USING (own, peer)`;

const EPOCHS = `
  INSERT INTO epoch (own, peer, direction, ep, hash, content, answered_at, lost)
  SELECT own, peer, direction, ep, hash, ${contentOf('statement')}, answered_at,
    CASE WHEN lost_from IS NOT NULL THEN jsonb_build_object('from', lost_from, 'to', lost_to) END
  FROM old_epoch`;

const EPOCH_STATEMENTS = `
  INSERT INTO epoch_statement (own, peer, ep, jws, asked_at, asks)
  SELECT own, peer, ep, statement, asked_at, asks FROM old_epoch WHERE direction = 'out'`;

/** Whatever was settled under an identifier has a receipt of ours. It is in no log. */
const ARRIVALS = `
  INSERT INTO arrival (own, peer, id, d, ep, n, log, leaf)
  SELECT DISTINCT ON (authority, peer, message_id, d) authority, peer, message_id, d, (content->>'ep')::integer, (content->>'n')::bigint, 0, -1
  FROM (SELECT *, ${contentOf('jws')} AS content FROM old_receipt WHERE direction = 'given') AS given
  ORDER BY authority, peer, message_id, d, seq`;

/** Messages without a final receipt are published again, and the others' statements come again when they are asked for. */
const OUTBOX = `
  INSERT INTO outbox (key, kind, own, peer, message, once, due_at)
  SELECT key, 'message', own, peer, key, false, now()
  FROM message_state, LATERAL (SELECT own || ' ' || peer || ' ' || direction || ' ' || ep || ' ' || n AS key) AS named
  WHERE direction = 'out' AND status IN ('queued', 'sent', 'stored')`;
