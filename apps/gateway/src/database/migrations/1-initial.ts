import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The first schema: register, exchange, attachments, ledger, access. */
export class Initial1000000000001 implements MigrationInterface {
  readonly name = 'Initial1000000000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...REGISTER, ...EXCHANGE, ...ATTACHMENTS, ...LEDGER, ...ACCESS, ...APPEND_ONLY])
      await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('there is nothing before the first schema'));
  }
}

const REGISTER = [
  `CREATE TABLE book (
    book text NOT NULL, version integer NOT NULL, hash text NOT NULL, content jsonb NOT NULL, text text NOT NULL,
    signed_at timestamptz NOT NULL, received_at timestamptz NOT NULL, received_from text NOT NULL,
    PRIMARY KEY (book, version))`,
  `CREATE TABLE book_statement (book text PRIMARY KEY, version integer NOT NULL, hash text NOT NULL, at timestamptz NOT NULL)`,
];

const EXCHANGE = [
  `CREATE TABLE exchange_case (
    authority text NOT NULL, id uuid NOT NULL, seq bigserial NOT NULL UNIQUE, counterpart text NOT NULL, instrument text NOT NULL,
    status text NOT NULL, state jsonb NOT NULL, opened_at timestamptz NOT NULL, updated_at timestamptz NOT NULL,
    PRIMARY KEY (authority, id))`,
  // Both directions' places in the sequences between an authority of ours and one of theirs; its row lock orders them.
  `CREATE TABLE pair (
    own text NOT NULL, peer text NOT NULL,
    out_ep integer NOT NULL DEFAULT 1, out_n bigint NOT NULL DEFAULT 0, out_d text,
    in_ep integer NOT NULL DEFAULT 1, in_n bigint NOT NULL DEFAULT 0, in_d text,
    duplicates bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (own, peer))`,
  `CREATE TABLE gap (
    own text NOT NULL, peer text NOT NULL, ep integer NOT NULL, n bigint NOT NULL,
    noted_at timestamptz NOT NULL, asked_at timestamptz, asks integer NOT NULL DEFAULT 0,
    PRIMARY KEY (own, peer, ep, n))`,
  `CREATE TABLE message (
    key bigserial PRIMARY KEY, authority text NOT NULL, direction text NOT NULL CHECK (direction IN ('in', 'out')),
    id uuid NOT NULL, sender text NOT NULL, recipient text NOT NULL, case_id uuid NOT NULL, type text NOT NULL,
    instrument text NOT NULL, level text NOT NULL, status text NOT NULL,
    payload bytea NOT NULL, officers jsonb NOT NULL, seal_protected text, jws jsonb,
    d text, ep integer, n bigint, prev text,
    decision jsonb NOT NULL, register_mark text NOT NULL, created_by text,
    created_at timestamptz NOT NULL, sent_at timestamptz, stored_at timestamptz, accepted_at timestamptz,
    expires_at timestamptz NOT NULL, rejection jsonb,
    UNIQUE (authority, direction, sender, id))`,
  `CREATE UNIQUE INDEX message_d ON message (authority, direction, d) WHERE d IS NOT NULL`,
  `CREATE INDEX message_case ON message (authority, case_id, key)`,
  `CREATE INDEX message_sequence ON message (authority, direction, sender, recipient, ep, n)`,
  `CREATE TABLE outbox (
    id bigserial PRIMARY KEY, message_key bigint REFERENCES message (key), own text NOT NULL, recipient text NOT NULL,
    to_node text NOT NULL, statement jsonb, bus_id uuid NOT NULL,
    next_attempt_at timestamptz NOT NULL, attempts integer NOT NULL DEFAULT 0, last_error text, created_at timestamptz NOT NULL)`,
  `CREATE INDEX outbox_due ON outbox (next_attempt_at, id)`,
  `CREATE UNIQUE INDEX outbox_message ON outbox (message_key) WHERE message_key IS NOT NULL`,
  `CREATE TABLE receipt (
    seq bigserial PRIMARY KEY, authority text NOT NULL, direction text NOT NULL CHECK (direction IN ('given', 'received')),
    peer text NOT NULL, message_id uuid NOT NULL, d text NOT NULL, stage text NOT NULL, code text, rule text,
    at timestamptz NOT NULL, jws jsonb NOT NULL, recorded_at timestamptz NOT NULL,
    UNIQUE (authority, direction, peer, d, stage))`,
  `CREATE INDEX receipt_message ON receipt (authority, direction, peer, message_id)`,
  `CREATE TABLE quarantine (
    id bigserial PRIMARY KEY, authority text, at timestamptz NOT NULL, kind text NOT NULL, exchange text NOT NULL, queue text NOT NULL,
    code text NOT NULL, rule text, detail text NOT NULL, sender jsonb, sha256 text NOT NULL, body bytea NOT NULL)`,
  `CREATE TABLE held (
    id bigserial PRIMARY KEY, at timestamptz NOT NULL, exchange text NOT NULL, queue text NOT NULL, from_node text NOT NULL,
    code text NOT NULL, detail text NOT NULL, body bytea NOT NULL, attempts integer NOT NULL DEFAULT 0, next_attempt_at timestamptz NOT NULL)`,
];

const ATTACHMENTS = [
  `CREATE TABLE attachment (
    authority text NOT NULL, id uuid NOT NULL, direction text NOT NULL CHECK (direction IN ('in', 'out')), message_key bigint REFERENCES message (key),
    name text NOT NULL, media_type text NOT NULL, bytes bigint NOT NULL, sha256 text NOT NULL, key bytea NOT NULL, status text NOT NULL,
    parts_total integer NOT NULL, parts_done integer NOT NULL DEFAULT 0, asked_at timestamptz, asks integer NOT NULL DEFAULT 0, failure text,
    created_at timestamptz NOT NULL, created_by text,
    PRIMARY KEY (authority, direction, id))`,
  `CREATE INDEX attachment_message ON attachment (message_key)`,
];

const LEDGER = [
  `CREATE TABLE ledger_leaf (
    id bigserial PRIMARY KEY, at timestamptz NOT NULL, log text NOT NULL, kind text NOT NULL, salt bytea NOT NULL, hash bytea NOT NULL,
    content jsonb NOT NULL)`,
];

const ACCESS = [
  `CREATE TABLE access_token (
    id uuid PRIMARY KEY, seq bigserial NOT NULL UNIQUE, name text NOT NULL, role text NOT NULL, authority text, sha256 text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL, created_by text NOT NULL, expires_at timestamptz, revoked_at timestamptz)`,
  `CREATE TABLE idempotency_key (
    token_id text NOT NULL, key text NOT NULL, request_sha256 text NOT NULL, response jsonb NOT NULL, created_at timestamptz NOT NULL,
    PRIMARY KEY (token_id, key))`,
];

/** History cannot be rewritten, even with the application's database password. */
const APPEND_ONLY = [
  `CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$`,
  ...['book', 'receipt', 'ledger_leaf'].map(
    (table) =>
      `CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
  ),
];
