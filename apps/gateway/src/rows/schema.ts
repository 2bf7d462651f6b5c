/**
 * The core's tables. Primary keys begin with the pair and end with what only grows, so that new rows go to the end of an index however
 * many there are; nothing on the path is indexed by a hash. Authorities are compared by bytes, as the code sorts them.
 */
const PAIR = `own text COLLATE "C" NOT NULL, peer text COLLATE "C" NOT NULL`;
const PLACE = `${PAIR}, direction text COLLATE "C" NOT NULL CHECK (direction IN ('in', 'out')), ep integer NOT NULL, n bigint NOT NULL`;
const IN_LOG = `${PAIR}, ep integer NOT NULL, side text COLLATE "C" NOT NULL CHECK (side IN ('own', 'mirror'))`;
const KEY = `key text COLLATE "C" PRIMARY KEY`;

/** Rows that are changed soon after they were made: the change stays on the page, and what it left is removed early. */
const BUSY = `WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000)`;

export const ROWS_SCHEMA: readonly string[] = [
  // Messages and drafts are one list for who reads them.
  `CREATE SEQUENCE message_seq`,
  `CREATE TABLE pair (
    ${PAIR},
    out_ep integer NOT NULL, out_n bigint NOT NULL, out_d text, out_total bigint NOT NULL,
    in_ep integer NOT NULL, in_n bigint NOT NULL, in_d text, in_total bigint NOT NULL,
    gaps jsonb NOT NULL, waiting jsonb NOT NULL,
    log_size bigint NOT NULL, log_edge bytea NOT NULL, receipted_to bigint NOT NULL, duplicates bigint NOT NULL,
    PRIMARY KEY (own, peer)) ${BUSY}`,
  `CREATE TABLE mirror (
    ${PAIR}, ep integer NOT NULL,
    edge_size bigint NOT NULL, edge_edge bytea NOT NULL, checkpoint jsonb, held_at text, sent jsonb, stopped text, seen_amiss text,
    PRIMARY KEY (own, peer, ep)) ${BUSY}`,
  `CREATE TABLE told (
    ${PAIR}, ep integer NOT NULL, size bigint NOT NULL, told_at timestamptz NOT NULL, empty_at timestamptz NOT NULL,
    PRIMARY KEY (own, peer, ep)) ${BUSY}`,
  `CREATE TABLE message (
    ${PLACE},
    id uuid NOT NULL, case_id uuid NOT NULL, type text NOT NULL, instrument text NOT NULL, level text NOT NULL,
    d text NOT NULL, prev text, bytes bigint NOT NULL, event jsonb, decision jsonb, created_by text,
    created_at timestamptz NOT NULL, sent_at timestamptz NOT NULL, expires_at timestamptz NOT NULL, attachments jsonb NOT NULL,
    seq bigint NOT NULL DEFAULT nextval('message_seq'),
    PRIMARY KEY (own, peer, direction, ep, n))`,
  `CREATE UNIQUE INDEX message_listed ON message (own, seq)`,
  // Identifiers begin with the time at which they were made.
  `CREATE UNIQUE INDEX message_identifier ON message (own, peer, direction, id)`,
  `CREATE INDEX message_of_case ON message (own, case_id)`,
  // The bytes of messages, which only their opening and their publishing look at.
  `CREATE TABLE message_content (
    ${PLACE},
    payload bytea NOT NULL, officers jsonb NOT NULL, seal_protected text NOT NULL, seal_signature text,
    PRIMARY KEY (own, peer, direction, ep, n))`,
  `CREATE TABLE message_state (
    ${PLACE},
    status text NOT NULL, stored_at timestamptz, accepted_at timestamptz, judged_at timestamptz, rejection jsonb, decision jsonb, register_mark text NOT NULL,
    PRIMARY KEY (own, peer, direction, ep, n)) ${BUSY}`,
  `CREATE TABLE arrival (
    ${PAIR}, id uuid NOT NULL, d text NOT NULL, ep integer NOT NULL, n bigint NOT NULL, log integer NOT NULL, leaf bigint NOT NULL,
    PRIMARY KEY (own, peer, id, d))`,
  `CREATE TABLE exchange_case (
    own text COLLATE "C" NOT NULL, id uuid NOT NULL,
    counterpart text NOT NULL, instrument text NOT NULL, state jsonb NOT NULL, opened_at timestamptz NOT NULL, updated_at timestamptz NOT NULL,
    seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY, status text NOT NULL GENERATED ALWAYS AS (state->>'status') STORED,
    PRIMARY KEY (own, id)) ${BUSY}`,
  `CREATE UNIQUE INDEX exchange_case_listed ON exchange_case (own, seq)`,
  `CREATE TABLE leaf (
    ${IN_LOG}, idx bigint NOT NULL, hash bytea NOT NULL, salt bytea, text text,
    seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (own, peer, ep, side, idx))`,
  `CREATE UNIQUE INDEX leaf_listed ON leaf (own, seq) WHERE side = 'own'`,
  `CREATE TABLE node (
    ${IN_LOG}, level integer NOT NULL, idx bigint NOT NULL, hash bytea NOT NULL,
    PRIMARY KEY (own, peer, ep, side, level, idx))`,
  `CREATE TABLE closed_log (
    ${PAIR}, ep integer NOT NULL, edge_size bigint NOT NULL, edge_edge bytea NOT NULL,
    PRIMARY KEY (own, peer, ep))`,
  `CREATE TABLE fork (
    ${PAIR}, ep integer NOT NULL, proof jsonb NOT NULL, at timestamptz NOT NULL,
    PRIMARY KEY (own, peer, ep))`,
  `CREATE TABLE outbox (
    ${KEY}, kind text NOT NULL, own text COLLATE "C" NOT NULL, peer text COLLATE "C" NOT NULL,
    message text, once boolean, typ text, content jsonb, due_at timestamptz NOT NULL, until bigint, asks integer) ${BUSY}`,
  `CREATE INDEX outbox_due ON outbox (own, peer, due_at)`,
  `CREATE TABLE epoch (
    ${PAIR}, direction text COLLATE "C" NOT NULL CHECK (direction IN ('in', 'out')), ep integer NOT NULL,
    hash text NOT NULL, content jsonb NOT NULL, answered_at timestamptz, lost jsonb,
    PRIMARY KEY (own, peer, direction, ep))`,
  `CREATE TABLE asked (${PAIR}, lately jsonb NOT NULL, PRIMARY KEY (own, peer)) ${BUSY}`,
  `CREATE TABLE attachment (
    own text COLLATE "C" NOT NULL, direction text COLLATE "C" NOT NULL CHECK (direction IN ('in', 'out')), id uuid NOT NULL,
    peer text, message text, status text NOT NULL, name text NOT NULL, media_type text NOT NULL, bytes bigint NOT NULL,
    sha256 text NOT NULL, key text NOT NULL, failure text, parts_served integer NOT NULL DEFAULT 0,
    seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    parts_total integer NOT NULL GENERATED ALWAYS AS (greatest(1, ((bytes + 1048575) / 1048576)::integer)) STORED,
    parts_done integer NOT NULL DEFAULT 0, parts_ahead integer NOT NULL DEFAULT 0, asked_at timestamptz, asks integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(), created_by text, deleted_at timestamptz, unnamed_since timestamptz, draft uuid,
    PRIMARY KEY (own, direction, id)) ${BUSY}`,
  `CREATE UNIQUE INDEX attachment_listed ON attachment (own, seq)`,
  `CREATE INDEX attachment_of_message ON attachment (message) WHERE message IS NOT NULL`,
  `CREATE INDEX attachment_of_draft ON attachment (draft) WHERE draft IS NOT NULL`,
  `CREATE INDEX attachment_busy ON attachment (status, bytes) WHERE status IN ('ready', 'expected', 'pulling', 'verifying')`,
  `CREATE TABLE attachment_use (${PAIR}, files bigint NOT NULL, bytes bigint NOT NULL, PRIMARY KEY (own, peer)) ${BUSY}`,
  `CREATE TABLE deferred (
    ${KEY}, own text NOT NULL, peer text NOT NULL, received jsonb NOT NULL, due_at timestamptz NOT NULL)`,
  `CREATE TABLE overdue (
    ${KEY}, own text NOT NULL, peer text NOT NULL, id uuid NOT NULL, d text NOT NULL, ep integer NOT NULL, n bigint NOT NULL)`,
  `CREATE TABLE held (
    ${KEY}, node text NOT NULL, code text NOT NULL, detail text NOT NULL, d text, body jsonb NOT NULL,
    attempts integer NOT NULL, next_attempt_at timestamptz NOT NULL)`,
  `CREATE INDEX held_body_named ON held ((body->>'sha256'))`,
  `CREATE INDEX held_due ON held (node, next_attempt_at)`,
  `CREATE TABLE quarantine (
    ${KEY}, node text NOT NULL, code text NOT NULL, rule text, detail text NOT NULL, authority text, sender jsonb, message text,
    body jsonb, at timestamptz NOT NULL, last_at timestamptz NOT NULL, times bigint NOT NULL,
    seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY, kind text GENERATED ALWAYS AS (body->>'kind') STORED)`,
  `CREATE UNIQUE INDEX quarantine_listed ON quarantine (seq)`,
  `CREATE INDEX quarantine_body_named ON quarantine ((body->>'sha256'))`,
  `CREATE INDEX quarantine_ending ON quarantine (last_at)`,
  `CREATE TABLE node_use (
    node text COLLATE "C" PRIMARY KEY, held_rows bigint NOT NULL, held_bytes bigint NOT NULL,
    quarantine_rows bigint NOT NULL, quarantine_bytes bigint NOT NULL, refused jsonb NOT NULL) ${BUSY}`,
  `CREATE TABLE internal_queue (
    ${KEY}, own text NOT NULL, kind text NOT NULL, content jsonb NOT NULL, at timestamptz NOT NULL) ${BUSY}`,
  `CREATE INDEX internal_queue_at ON internal_queue (at)`,
  `CREATE TABLE internal_log (
    own text COLLATE "C" PRIMARY KEY, edge_size bigint NOT NULL, edge_edge bytea NOT NULL, heads_at timestamptz, statement text) ${BUSY}`,
];

/** What the gateway keeps beside the core's tables. */
export const BESIDE_SCHEMA: readonly string[] = [
  // Messages before they have a number.
  `CREATE TABLE draft (
    own text COLLATE "C" NOT NULL, id uuid NOT NULL, seq bigint NOT NULL DEFAULT nextval('message_seq'),
    peer text NOT NULL, case_id uuid NOT NULL, type text NOT NULL, instrument text NOT NULL, level text NOT NULL,
    status text NOT NULL CHECK (status IN ('awaiting-signature', 'discarded')), payload bytea NOT NULL, decision jsonb NOT NULL,
    attachments jsonb NOT NULL, created_by text, created_at timestamptz NOT NULL, expires_at timestamptz NOT NULL,
    PRIMARY KEY (own, id))`,
  `CREATE UNIQUE INDEX draft_listed ON draft (own, seq)`,
  // Bytes of what is held or in quarantine, once, however many rows tell of them.
  `CREATE TABLE delivery_body (sha256 text COLLATE "C" PRIMARY KEY, body bytea NOT NULL, at timestamptz NOT NULL)`,
  // Sealed heads of internal logs, by their size.
  `CREATE TABLE internal_head (own text COLLATE "C" NOT NULL, size bigint NOT NULL, jws jsonb NOT NULL, at timestamptz NOT NULL, PRIMARY KEY (own, size))`,
  // The signed statement of an epoch of ours: its answer names its hash.
  `CREATE TABLE epoch_statement (${PAIR}, ep integer NOT NULL, jws jsonb NOT NULL, asked_at timestamptz, asks integer NOT NULL DEFAULT 0,
    PRIMARY KEY (own, peer, ep))`,
];
