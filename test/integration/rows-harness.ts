import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { messagePathPool } from '../../apps/gateway/src/rows/pool.js';
import { ROWS_SCHEMA } from '../../apps/gateway/src/rows/schema.js';
import { query } from '../federation/services.js';

export interface RowsDatabase {
  readonly url: string;
  readonly pool: pg.Pool;
  /** All rows go. */
  readonly empty: () => Promise<void>;
  readonly end: () => Promise<void>;
}

/** A database with the core's tables and nothing else. */
export async function rowsDatabase(): Promise<RowsDatabase> {
  const admin = process.env.VALISE_TEST_DATABASE_URL ?? '';
  const name = `rows_${randomBytes(6).toString('hex')}`;
  await query(admin, `CREATE DATABASE ${name}`);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  for (const statement of ROWS_SCHEMA) await query(url.href, statement);
  const pool = messagePathPool(url.href, 4);
  return {
    url: url.href,
    pool,
    async empty() {
      const tables = await query<{ name: string }>(
        url.href,
        `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
      );
      await query(url.href, `TRUNCATE ${tables.map(({ name: table }) => table).join(', ')}`);
    },
    async end() {
      await pool.end();
      await query(admin, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}
