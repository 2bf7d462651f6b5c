import pg from 'pg';
import { ValiseError } from '#core';
import { parseCertificate } from '#trust';
import { type Check, failed, ok, warn } from './check.js';
import type { HeldBook } from './register.js';

const CONNECT_MS = 5_000;

export interface DatabaseFindings {
  readonly checks: readonly Check[];
  /** Undefined where there is no schema yet. */
  readonly books: readonly HeldBook[] | undefined;
}

/** Looks, and changes nothing. */
export async function checkDatabase(url: string): Promise<DatabaseFindings> {
  const what = 'database';
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS });
  // Without a listener, a connection that breaks while nobody asks would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SET default_transaction_read_only = on');
    const version = await client.query<{ server_version: string }>('SHOW server_version');
    const server = `PostgreSQL ${version.rows[0]?.server_version ?? ''}`;
    const table = await client.query<{ there: boolean }>(
      `SELECT to_regclass('migrations') IS NOT NULL AND to_regclass('book') IS NOT NULL AS there`,
    );
    if (table.rows[0]?.there !== true)
      return {
        checks: [warn(what, `${server}, without a schema`, 'start the gateway: it makes the schema')],
        books: undefined,
      };
    const migrations = await client.query<{ name: string }>('SELECT name FROM migrations ORDER BY id');
    return {
      checks: [ok(what, `${server}, schema ${migrations.rows.at(-1)?.name ?? 'unknown'}`)],
      books: await readBooks(client),
    };
  } catch (thrown) {
    const check = failed(
      what,
      thrown,
      'check database.url, and that PostgreSQL runs and lets this machine in',
    );
    return { checks: [check], books: undefined };
  } finally {
    await client.end().catch(() => undefined);
  }
}

interface BookRow {
  readonly book: string;
  readonly version: number;
  readonly signed_at: Date;
  readonly confirmed_at: Date | null;
  readonly certificates: { readonly certificate: string }[] | null;
}

async function readBooks(client: pg.Client): Promise<HeldBook[]> {
  const { rows } = await client.query<BookRow>(
    `SELECT DISTINCT ON (book.book) book.book, book.version, book.signed_at, book_statement.at AS confirmed_at,
            book.content->'certificates' AS certificates
     FROM book LEFT JOIN book_statement ON book_statement.book = book.book AND book_statement.version = book.version
     ORDER BY book.book, book.version DESC`,
  );
  return rows.map(({ book, version, signed_at, confirmed_at, certificates }) => ({
    book,
    version,
    signedAt: signed_at,
    confirmedAt: confirmed_at ?? undefined,
    thumbprints: (certificates ?? []).flatMap(({ certificate }) => thumbprintOf(certificate)),
  }));
}

/** A list may carry what is no certificate of our suites; it is then nobody's here. */
function thumbprintOf(base64: string): string[] {
  try {
    return [parseCertificate(Buffer.from(base64, 'base64')).thumbprint];
  } catch (thrown) {
    if (thrown instanceof ValiseError) return [];
    throw thrown;
  }
}
