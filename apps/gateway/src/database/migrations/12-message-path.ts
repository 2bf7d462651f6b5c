import type { MigrationInterface, QueryRunner } from 'typeorm';
import { LISTING_SCHEMA } from '../../rows/listing.js';
import { BESIDE_SCHEMA, ROWS_SCHEMA } from '../../rows/schema.js';
import { carryLedger } from './12-message-path/ledger.js';
import { carryMessages } from './12-message-path/messages.js';
import { carryNumbers } from './12-message-path/numbers.js';
import { carryRefused } from './12-message-path/refused.js';

/** Rows of these tables are carried over, into tables of the same names mostly. */
const OLD = [
  'exchange_case',
  'pair',
  'gap',
  'epoch',
  'asked',
  'message',
  'attachment',
  'outbox',
  'receipt',
  'quarantine',
  'quarantine_body',
  'held',
  'refused',
  'ledger_leaf',
];
/** Receipts were signed one by one: they stay as they are, for who has to prove what happened then. */
const KEPT = ['receipt'];

/**
 * The message path on tables of its own, whose rows are loaded and written in sets, and logs of which receipts are leaves. Nothing that was
 * sent, received or refused is lost; a draft that waits for a signature is discarded, since its books may be older than its gateway.
 */
export class MessagePath1000000000012 implements MigrationInterface {
  readonly name = 'MessagePath1000000000012';

  async up(runner: QueryRunner): Promise<void> {
    // Statements here copy whole tables. The setting ends with the transaction.
    await runner.query('SET LOCAL statement_timeout = 0');
    for (const table of OLD) await setAside(runner, table);
    for (const statement of [...ROWS_SCHEMA, ...BESIDE_SCHEMA, ...LISTING_SCHEMA])
      await runner.query(statement);
    for (const carry of [carryMessages, carryNumbers, carryRefused, carryLedger]) await carry(runner);
    for (const statement of [...APPEND_ONLY, ...OLD.filter((table) => !KEPT.includes(table)).map(dropped)])
      await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('tables were merged: restore a backup to go back'));
  }
}

/** Names of indexes are taken as well. */
async function setAside(runner: QueryRunner, table: string): Promise<void> {
  const indexes = (await runner.query(
    `SELECT indexrelid::regclass::text AS name FROM pg_index WHERE indrelid = $1::regclass`,
    [table],
  )) as { readonly name: string }[];
  for (const { name } of indexes) await runner.query(`ALTER INDEX ${name} RENAME TO old_${name}`);
  await runner.query(`ALTER TABLE ${table} RENAME TO old_${table}`);
}

/** They refer to each other. */
function dropped(table: string): string {
  return `DROP TABLE old_${table} CASCADE`;
}

/** History cannot be rewritten, even with the application's database password. */
const APPEND_ONLY = ['message', 'leaf', 'node', 'closed_log', 'fork'].map(
  (table) =>
    `CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
);
