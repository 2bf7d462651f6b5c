import pg from 'pg';
import { ValiseError } from '#core';
import { parseCertificate } from '#trust';
import { type Check, failed, ok, warn } from './check.js';
import type { HeldBook } from './register.js';

const CONNECT_MS = 5_000;

export interface DatabaseFindings<Book = HeldBook> {
  readonly checks: readonly Check[];
  /** Undefined where there is no schema yet. */
  readonly books: readonly Book[] | undefined;
}

/** A node's. Looks, and changes nothing. */
export const checkDatabase = (url: string): Promise<DatabaseFindings> => look(url, 'gateway', readBooks);

/** A depositary's: every book with its newest version. */
export const checkDepositaryDatabase = (
  url: string,
): Promise<DatabaseFindings<{ readonly book: string; readonly version: number }>> =>
  look(url, 'depositary', async (client) => {
    const { rows } = await client.query<{ book: string; version: number }>(
      'SELECT DISTINCT ON (book) book, version FROM book ORDER BY book, era DESC, version DESC',
    );
    return rows;
  });

async function look<Book>(
  url: string,
  whose: 'gateway' | 'depositary',
  books: (client: pg.Client) => Promise<Book[]>,
): Promise<DatabaseFindings<Book>> {
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
      `SELECT to_regclass('migrations') IS NOT NULL AND to_regclass('book_conflict') IS NOT NULL AS there`,
    );
    if (table.rows[0]?.there !== true)
      return {
        checks: [warn(what, `${server}, without a schema`, `start the ${whose}: it makes the schema`)],
        books: undefined,
      };
    const migrations = await client.query<{ name: string }>('SELECT name FROM migrations ORDER BY id');
    return {
      checks: [ok(what, `${server}, schema ${migrations.rows.at(-1)?.name ?? 'unknown'}`)],
      books: await books(client),
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
  readonly conflicts: number;
  readonly content: { readonly certificates?: { readonly certificate: string }[] };
}

async function readBooks(client: pg.Client): Promise<HeldBook[]> {
  const { rows } = await client.query<BookRow>(
    `SELECT DISTINCT ON (book.book) book.book, book.version, book.signed_at, book_statement.at AS confirmed_at,
            book.content,
            (SELECT count(DISTINCT (c.version, c.hash))::int FROM book_conflict c WHERE c.book = book.book AND c.proven) AS conflicts
     FROM book LEFT JOIN book_statement ON book_statement.book = book.book AND book_statement.version = book.version
     ORDER BY book.book, book.era DESC, book.version DESC`,
  );
  return rows.map(({ book, version, signed_at, confirmed_at, content, conflicts }) => ({
    book,
    version,
    conflicts,
    signedAt: signed_at,
    confirmedAt: confirmed_at ?? undefined,
    content,
    thumbprints: (content.certificates ?? []).flatMap(({ certificate }) => thumbprintOf(certificate)),
  }));
}

/** A list may carry a certificate of no accepted suite; it is ignored here. */
function thumbprintOf(base64: string): string[] {
  try {
    return [parseCertificate(Buffer.from(base64, 'base64')).thumbprint];
  } catch (thrown) {
    if (thrown instanceof ValiseError) return [];
    throw thrown;
  }
}
