import type { EventEmitter } from 'node:events';
import { TellingPool } from '#service';
import pg from 'pg';

const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 30_000;

/**
 * A session's settings. All statements find rows by whole keys, so that the one good plan is a nested loop over an index; statistics of
 * tables that grow by thousands of rows a minute are always old, and a planner that believes them chooses others.
 */
const SETTINGS = {
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  jit: 'off',
  plan_cache_mode: 'force_generic_plan',
  timezone: 'UTC',
  datestyle: 'ISO',
};

const INT8 = 20;
const TIMESTAMPTZ = 1184;

const parserOf = pg.types.getTypeParser as (oid: number, format?: string) => (value: string) => unknown;

/** What columns come as: numbers below 2^53, and instants as Unix milliseconds. */
const TYPES = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    const parse = parserOf(oid, format);
    if (oid === INT8) return wholeNumber;
    if (oid === TIMESTAMPTZ) return (value: string) => (parse(value) as Date).getTime();
    return parse;
  },
};

function wholeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${value} is too large a number`);
  return number;
}

/**
 * Sessions of the message path alone: lists and reports, which use TypeORM's, cannot keep it waiting. Statements of one session are sent
 * without waiting for the answers of those before.
 */
export function messagePathPool(url: string, max: number): pg.Pool {
  const options = Object.entries(SETTINGS).map(([name, value]) => `-c ${name}=${value}`);
  const pool = new TellingPool({
    connectionString: url,
    max,
    pipeline: true,
    types: TYPES,
    options: options.join(' '),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    keepAlive: true,
    onConnect: survive,
  });
  pool.on('error', () => undefined);
  return pool;
}

/** A session that ends between two uses must not end the process: the pool takes another, or its next use fails. */
function survive(session: EventEmitter): void {
  session.on('error', () => undefined);
}
