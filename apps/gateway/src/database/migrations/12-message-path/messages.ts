import type { QueryRunner } from 'typeorm';
import { eventOf, readable, readStoredPayload } from '#exchange';
import { base64url, goOn, messageKey, NEW_KEY, peerOf, sequenceOf } from './sql.js';

/** Messages read at once, and the bytes of their payloads, each of up to half a megabyte. */
const BATCH_ROWS = 300;
const BATCH_BYTES = 8 * 1024 * 1024;

interface OldMessage {
  readonly key: string;
  readonly authority: string;
  readonly sent_at: Date | null;
  readonly payload: Buffer;
}

/** Messages, drafts, cases and attachments. */
export async function carryMessages(runner: QueryRunner): Promise<void> {
  for (let last: string | undefined = '0'; last !== undefined;) last = await carryBatch(runner, last);
  await runner.query(DRAFTS_DISCARDED);
  await runner.query(CASES);
  await runner.query(ATTACHMENTS);
  await runner.query(ATTACHMENT_USE);
  await goOn(runner, { table: 'old_message', column: 'key' }, `'message_seq'`);
  await goOn(runner, { table: 'old_exchange_case', column: 'seq' }, sequenceOf('exchange_case'));
  await goOn(runner, { table: 'old_attachment', column: 'seq' }, sequenceOf('attachment'));
}

/** @returns the last key of the batch */
async function carryBatch(runner: QueryRunner, after: string): Promise<string | undefined> {
  const messages = (await runner.query(NEXT, [after, BATCH_ROWS, BATCH_BYTES])) as readonly OldMessage[];
  const read = messages.map(whatItSays);
  const parameters = [
    messages.map(({ key }) => key),
    read.map(({ event }) => event),
    read.map(({ attachments }) => attachments),
  ];
  for (const statement of [MESSAGES, CONTENTS, STATES, DRAFTS])
    await runner.query(
      statement,
      statement === MESSAGES || statement === DRAFTS ? parameters : [parameters[0]],
    );
  return messages.at(-1)?.key;
}

/** What the payload says, as JSON: what it does to its case, where it can be read, and its attachments. */
function whatItSays({ authority, sent_at: sentAt, payload: bytes }: OldMessage) {
  const payload = readStoredPayload(bytes);
  const read = readable(payload);
  const event =
    'kind' in read || sentAt === null
      ? null
      : eventOf(authority, payload, read.body, read.type, sentAt.getTime());
  return { event: event && JSON.stringify(event), attachments: JSON.stringify(payload.attachments) };
}

const NEXT = `
  SELECT m.key, m.authority, m.sent_at, m.payload FROM old_message m JOIN (
    SELECT key, sum(bytes) OVER (ORDER BY key) - bytes AS before
    FROM (SELECT key, octet_length(payload) AS bytes FROM old_message WHERE key > $1 ORDER BY key LIMIT $2) AS next) AS sized USING (key)
  WHERE sized.before < $3 ORDER BY key`;

/** The texts of rules are the law's. What nobody decided was stored as a denial for no reason. */
const DECISION = `CASE WHEN m.decision->>'outcome' = 'deny' AND m.decision->'findings' = '[]' THEN NULL ELSE jsonb_build_object(
    'outcome', m.decision->'outcome',
    'rules', (SELECT coalesce(jsonb_agg(jsonb_build_object('rule', f->'rule', 'effect', f->'effect') ORDER BY nth), '[]')
              FROM jsonb_array_elements(m.decision->'findings') WITH ORDINALITY AS finding (f, nth)),
    'obligations', m.decision->'obligations') END`;
/** Of those that had waited it was taken later. */
const IS_LATER = `(m.judged_at IS NOT NULL OR m.status = 'waiting')`;

const MESSAGES = `
  INSERT INTO message (own, peer, direction, ep, n, id, case_id, type, instrument, level, d, prev, bytes, event, decision, created_by,
    created_at, sent_at, expires_at, attachments, seq)
  SELECT m.authority, ${peerOf('m')}, m.direction, m.ep, m.n, m.id, m.case_id, m.type, m.instrument, m.level, m.d, m.prev,
    octet_length(m.payload), read.event, CASE WHEN NOT ${IS_LATER} THEN ${DECISION} END, m.created_by,
    m.created_at, coalesce(m.sent_at, m.created_at), m.expires_at, read.attachments, m.key
  FROM unnest($1::bigint[], $2::jsonb[], $3::jsonb[]) AS read (key, event, attachments) JOIN old_message m USING (key)
  WHERE m.n IS NOT NULL`;

const CONTENTS = `
  INSERT INTO message_content (own, peer, direction, ep, n, payload, officers, seal_protected, seal_signature)
  SELECT m.authority, ${peerOf('m')}, m.direction, m.ep, m.n, m.payload, m.officers, coalesce(m.seal_protected, ''), m.jws->'signatures'->-1->>'signature'
  FROM unnest($1::bigint[]) AS read (key) JOIN old_message m USING (key) WHERE m.n IS NOT NULL`;

const STATES = `
  INSERT INTO message_state (own, peer, direction, ep, n, status, stored_at, accepted_at, judged_at, rejection, decision, register_mark)
  SELECT m.authority, ${peerOf('m')}, m.direction, m.ep, m.n, m.status, m.stored_at, m.accepted_at,
    CASE WHEN m.direction = 'in' AND m.status <> 'waiting' THEN coalesce(m.judged_at, m.created_at) END,
    m.rejection, CASE WHEN m.judged_at IS NOT NULL THEN ${DECISION} END, m.register_mark
  FROM unnest($1::bigint[]) AS read (key) JOIN old_message m USING (key) WHERE m.n IS NOT NULL`;

const DRAFTS = `
  INSERT INTO draft (own, id, seq, peer, case_id, type, instrument, level, status, payload, decision, attachments, created_by, created_at,
    expires_at)
  SELECT m.authority, m.id, m.key, m.recipient, m.case_id, m.type, m.instrument, m.level, 'discarded', m.payload,
    coalesce(${DECISION}, '{"outcome": "deny", "rules": [], "obligations": []}'), read.attachments, m.created_by, m.created_at, m.expires_at
  FROM unnest($1::bigint[], $2::jsonb[], $3::jsonb[]) AS read (key, event, attachments) JOIN old_message m USING (key)
  WHERE m.n IS NULL`;

/** Whose officers wait for them must learn of it. */
const DRAFTS_DISCARDED = `
  INSERT INTO internal_queue (key, own, kind, content, at)
  SELECT ${NEW_KEY}, authority, 'draft-discarded',
    jsonb_build_object('id', id, 'case', case_id, 'peer', recipient, 'type', type, 'reason', 'the gateway was updated: draft it again'), now()
  FROM old_message WHERE n IS NULL AND status = 'awaiting-signature'`;

const CASES = `
  INSERT INTO exchange_case (own, id, counterpart, instrument, state, opened_at, updated_at, seq) OVERRIDING SYSTEM VALUE
  SELECT authority, id, counterpart, instrument, state, opened_at, updated_at, seq FROM old_exchange_case`;

/** What a discarded draft named is free for another message. */
const ATTACHMENTS = `
  INSERT INTO attachment (own, direction, id, peer, message, status, name, media_type, bytes, sha256, key, failure, parts_served, seq,
    parts_done, parts_ahead, asked_at, asks, created_at, created_by, deleted_at, unnamed_since) OVERRIDING SYSTEM VALUE
  SELECT a.authority, a.direction, a.id, CASE WHEN is_free THEN NULL ELSE a.peer END, ${messageKey('m')},
    CASE WHEN is_free AND a.status = 'announced' THEN 'ready' ELSE a.status END, a.name, a.media_type, a.bytes, a.sha256,
    ${base64url('a.key')}, a.failure, a.parts_served, a.seq, a.parts_done, a.parts_ahead, a.asked_at, a.asks, a.created_at, a.created_by,
    a.deleted_at, CASE WHEN is_free THEN now() ELSE a.unnamed_since END
  FROM old_attachment a LEFT JOIN old_message m ON m.key = a.message_key,
    LATERAL (SELECT m.key IS NOT NULL AND m.n IS NULL AS is_free) AS of_draft`;

const ATTACHMENT_USE = `
  INSERT INTO attachment_use (own, peer, files, bytes)
  SELECT own, peer, count(*), sum(bytes) FROM attachment
  WHERE direction = 'in' AND peer IS NOT NULL AND status NOT IN ('failed', 'deleted') GROUP BY own, peer`;
