import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = `
CREATE TABLE event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  instrument text NOT NULL,
  state text,
  event text NOT NULL,
  "on" date NOT NULL,
  leaves_on date,
  source text,
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL,
  UNIQUE NULLS NOT DISTINCT (instrument, state, event, "on")
);
CREATE TABLE agreement (
  id text PRIMARY KEY,
  content jsonb NOT NULL,
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL
);
CREATE TABLE book (
  book text NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  text text NOT NULL,
  hash text NOT NULL,
  received_at timestamptz NOT NULL,
  received_by text NOT NULL,
  PRIMARY KEY (book, version)
);
CREATE TABLE statement (
  book text PRIMARY KEY,
  version integer NOT NULL,
  hash text NOT NULL,
  at timestamptz NOT NULL,
  text text NOT NULL
);
CREATE TABLE quarantine (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL,
  source text NOT NULL,
  code text NOT NULL,
  detail text NOT NULL,
  sha256 text NOT NULL,
  bytes integer NOT NULL,
  body bytea NOT NULL,
  times integer NOT NULL DEFAULT 1,
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  UNIQUE (source, kind, sha256, code)
);
CREATE TABLE outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  to_node text NOT NULL,
  kind text NOT NULL,
  message_id text NOT NULL UNIQUE,
  body text NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  not_before timestamptz NOT NULL DEFAULT now(),
  last_error text
);
CREATE INDEX outbox_due ON outbox (not_before, id);
CREATE TABLE access_token (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  role text NOT NULL CHECK (role IN ('administrator', 'system', 'auditor')),
  sha256 text NOT NULL UNIQUE,
  created_at timestamptz NOT NULL,
  created_by text NOT NULL,
  revoked_at timestamptz
);
CREATE TABLE idempotency (
  token_id text NOT NULL,
  key text NOT NULL,
  request_sha256 text NOT NULL,
  answer jsonb,
  at timestamptz NOT NULL,
  PRIMARY KEY (token_id, key)
);`;

/** The register is never overwritten: not by a fault of ours, and not by hand. */
const APPEND_ONLY = `
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the table % is append-only', TG_TABLE_NAME;
END $$;
${['event', 'agreement', 'book']
  .map(
    (table) => `
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ${table}
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON ${table}
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();`,
  )
  .join('')}`;

export class FirstSchema1767225600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await runner.query(APPEND_ONLY);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('a register is never dropped by a migration'));
  }
}
