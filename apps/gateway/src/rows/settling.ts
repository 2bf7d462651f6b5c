import { messageOf, ValiseError } from '#core';
import {
  type Changes,
  type Facts,
  LoadedRows,
  Missing,
  type Name,
  type Row,
  type TableName,
} from '#exchange';
import pg from 'pg';
import type { Change, Statement, Stored, StoredRecord } from './keyed.js';
import { NAMES, TABLES } from './tables.js';

/** How often a batch that met another transaction is settled again. */
const ATTEMPTS_MAX = 5;
/** A batch whose rows are still not all loaded then does not end. */
const ROUNDS_MAX = 1_000;
/** So many idle sessions of a pool may have ended, unnoticed, when its server ended them. */
const SESSIONS_LOST_MAX = 20;

/** Another transaction made the same row first (23505), or the two waited for each other (40P01). */
const MET_ANOTHER = new Set(['23505', '40P01', '40001']);
/** What the server answers to everything after the statement that failed. */
const TRANSACTION_FAILED = '25P02';

/** What is done in the transaction of a settlement and is no row of the core's. */
export interface Beside<R> {
  /** Before rows are locked, each time the transaction begins. */
  readonly before?: (ask: Ask) => Promise<void>;
  /** What is written with the changes. */
  readonly after?: (result: R) => readonly Statement[];
}

export type Ask = (statement: Statement) => Promise<pg.QueryResult<StoredRecord>>;

export interface Settling<R> {
  /** Tables of which rows are read only, so that their locks do not keep others waiting. */
  readonly unlocked?: readonly TableName[];
  readonly beside?: Beside<R>;
}

/**
 * One transaction: load and lock the rows → settle them purely → write what changed, with a statement or two a table, whatever
 * the size of the batch. It is settled again with more rows where some were missing, and from its beginning where another transaction
 * was quicker.
 *
 * @param wanted rows that will be read for sure
 * @param settle pure: it may run several times
 * @throws what `settle` throws, and pg.DatabaseError; nothing is written then
 */
export async function settleRows<R extends { readonly changes: Changes }>(
  pool: pg.Pool,
  wanted: readonly Name[],
  settle: (facts: Facts) => R,
  { unlocked = [], beside = {} }: Settling<R> = {},
): Promise<R> {
  const names = new Names(wanted);
  for (let attempt = 1, restarts = 0, lost = 0; ;) {
    try {
      return await inTransaction(pool, async (session) => {
        await beside.before?.(({ name, text, values }) => ask(session, { name, text, values: [...values] }));
        const rows = new Loading(session, new Set(unlocked));
        const result = await settled(rows, names, settle);
        const unknown = rows.unknownIn(result.changes);
        names.add(unknown);
        await rows.load(unknown);
        await send(session, [...rows.statementsOf(result.changes), ...(beside.after?.(result) ?? [])]);
        return result;
      });
    } catch (thrown) {
      if (thrown instanceof OutOfOrder && ++restarts < ROUNDS_MAX) continue;
      if (thrown instanceof NotBegun) {
        if (++lost < SESSIONS_LOST_MAX) continue;
        throw thrown.cause;
      }
      if (attempt >= ATTEMPTS_MAX || !hasMetAnother(thrown)) throw thrown;
      attempt += 1;
    }
  }
}

/** The pool gave a session that had ended, and nothing was done in it. */
class NotBegun extends Error {}

/** Rows that are missing come before some that are locked: the transaction begins again, and locks all in their order. */
class OutOfOrder extends Error {}

async function settled<R>(rows: Loading, names: Names, settle: (facts: Facts) => R): Promise<R> {
  await rows.load(names.all());
  for (let round = 1; ; round++) {
    try {
      return settle(rows.facts);
    } catch (thrown) {
      if (!(thrown instanceof Missing)) throw thrown;
      if (round >= ROUNDS_MAX) throw new Error('settling does not end', { cause: thrown });
      names.add(thrown.names);
      await rows.load(thrown.names);
    }
  }
}

/** Names of rows, each once. */
class Names {
  private readonly known = new Map<string, Name>();

  constructor(names: readonly Name[]) {
    this.add(names);
  }

  add(names: readonly Name[]): void {
    for (const name of names) this.known.set(`${name.table} ${name.key}`, name);
  }

  all(): Name[] {
    return [...this.known.values()];
  }
}

/** The rows of one transaction. */
class Loading {
  readonly facts = new LoadedRows();
  /** Table and key of the last row that was locked. */
  private last: { readonly table: number; readonly key: string } = { table: -1, key: '' };

  constructor(
    private readonly session: pg.PoolClient,
    private readonly unlocked: ReadonlySet<TableName>,
  ) {}

  /** @throws OutOfOrder */
  async load(names: readonly Name[]): Promise<void> {
    const byTable = NAMES.map((table) => ({
      table,
      keys: names.flatMap((name) => (name.table === table ? [name.key] : [])).toSorted(byBytes),
    })).filter(({ keys }) => keys.length > 0);
    for (const { table, keys } of byTable) if (this.locks(table)) this.advance(table, keys);
    const results = await send(
      this.session,
      byTable.map(({ table, keys }) => TABLES[table].load(keys, this.locks(table))),
    );
    for (const [index, { table, keys }] of byTable.entries())
      this.keep(table, keys, results[index]?.rows ?? []);
  }

  /**
   * Rows that were put without a look at them, and may be there already. What belongs to a message that is made now is not, nor
   * is a row that is written once.
   */
  unknownIn(changes: Changes): Name[] {
    return NAMES.filter((table) => TABLES[table].isMutable).flatMap((table) =>
      [...((changes[table] as RowsByKey | undefined)?.keys() ?? [])].flatMap((key) =>
        changes.message?.has(key) || this.facts.get(table, key) !== undefined ? [] : [{ table, key }],
      ),
    );
  }

  /** One removal, one update and one insertion a table at most. */
  statementsOf(changes: Changes): Statement[] {
    return NAMES.flatMap((table) => this.ofTable(table, changes[table] as RowsByKey | undefined));
  }

  private ofTable(table: TableName, changed: RowsByKey | undefined): Statement[] {
    const changes = [...(changed ?? [])].flatMap(([key, after]): Change<Row<TableName>>[] => {
      const before = this.facts.get(table, key) ?? null;
      if (before !== null && !this.locks(table) && TABLES[table].isMutable)
        throw new Error(`${table} ${key} is to be changed, and was not locked`);
      return before === after ? [] : [{ key, before, after }];
    });
    return changes.length === 0 ? [] : (TABLES[table] as Stored<TableName>).write(changes);
  }

  private locks(table: TableName): boolean {
    return TABLES[table].isMutable && !this.unlocked.has(table);
  }

  private advance(table: TableName, keys: readonly string[]): void {
    const [first = '', last = ''] = [keys[0], keys.at(-1)];
    const order = NAMES.indexOf(table);
    if (order < this.last.table || (order === this.last.table && byBytes(first, this.last.key) < 0))
      throw new OutOfOrder();
    this.last = { table: order, key: last };
  }

  private keep(table: TableName, keys: readonly string[], records: readonly StoredRecord[]): void {
    const rows = TABLES[table].loaded(keys, records);
    for (const key of keys) this.facts.set(table, key, rows.get(key) ?? null);
  }
}

type RowsByKey = ReadonlyMap<string, Row<TableName> | null>;

function byBytes(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

async function inTransaction<R>(pool: pg.Pool, run: (session: pg.PoolClient) => Promise<R>): Promise<R> {
  const session = await pool.connect();
  let failure: unknown;
  try {
    await begin(session);
    const result = await run(session);
    // A transaction in which a statement failed answers ROLLBACK, and no error.
    const { command } = await ask(session, 'COMMIT');
    if (command !== 'COMMIT') throw new Error(`the transaction ended with ${command}`);
    return result;
  } catch (thrown) {
    failure = await rolledBack(session);
    throw thrown;
  } finally {
    session.release(failure !== undefined);
  }
}

/** @throws NotBegun */
async function begin(session: pg.PoolClient): Promise<void> {
  try {
    await ask(session, 'BEGIN');
  } catch (cause) {
    throw new NotBegun('no transaction was begun', { cause });
  }
}

/** @returns why the session is of no more use, or undefined */
async function rolledBack(session: pg.PoolClient): Promise<unknown> {
  try {
    await session.query('ROLLBACK');
    return undefined;
  } catch (thrown) {
    return thrown;
  }
}

/** Sends statements one after the other without waiting between them. @throws of those that failed the first, which is the cause */
async function send(
  session: pg.PoolClient,
  statements: readonly Statement[],
): Promise<pg.QueryResult<StoredRecord>[]> {
  const answers = await Promise.allSettled(
    statements.map(({ name, text, values }) => ask(session, { name, text, values: [...values] })),
  );
  const failed = answers.flatMap((answer) =>
    answer.status === 'rejected' ? [answer.reason as unknown] : [],
  );
  if (failed.length > 0) throw failed.find((thrown) => codeOf(thrown) !== TRANSACTION_FAILED) ?? failed[0];
  const results = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  for (const [index, { name, rows }] of statements.entries())
    if (rows !== undefined && results[index]?.rowCount !== rows)
      throw new Error(`${name} changed ${results[index]?.rowCount ?? 0} rows of ${rows}`);
  return results;
}

/** @throws pg.DatabaseError where the server refuses it; ValiseError DATABASE_UNAVAILABLE where the session is lost */
async function ask(
  session: pg.PoolClient,
  statement: string | pg.QueryConfig,
): Promise<pg.QueryResult<StoredRecord>> {
  try {
    return await session.query<StoredRecord>(statement);
  } catch (thrown) {
    if (thrown instanceof pg.DatabaseError) throw thrown;
    throw new ValiseError('DATABASE_UNAVAILABLE', messageOf(thrown), {}, { cause: thrown });
  }
}

function hasMetAnother(thrown: unknown): boolean {
  return MET_ANOTHER.has(codeOf(thrown) ?? '');
}

function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof pg.DatabaseError ? thrown.code : undefined;
}
