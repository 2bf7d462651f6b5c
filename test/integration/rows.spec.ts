import { isDatabaseAway } from '#service';
import type { Certificate } from '#trust';
import type pg from 'pg';
import { keyOf, Missing, type Changes, type Facts, type Name, type Row, type TableName } from '#exchange';
import type { Statement, Stored } from '../../apps/gateway/src/rows/keyed.js';
import { settleRows } from '../../apps/gateway/src/rows/settling.js';
import { TABLES } from '../../apps/gateway/src/rows/tables.js';
import { query } from '../federation/services.js';
import type { Database } from '../simulator/database.js';
import { AUTHORITIES, sealsOf } from '../simulator/law.js';
import { simulate } from '../simulator/run.js';
import { rowsDatabase, type RowsDatabase } from './rows-harness.js';

/** One transaction of a simulated node: what it changed, and every row of it as it was before. */
interface Step {
  readonly changes: Changes;
  readonly before: readonly (Name & { readonly row: Row<TableName> | null })[];
}

const SEED = Number(process.env.VALISE_SEED ?? 1);
const RUNS = Number(process.env.VALISE_RUNS ?? 6);

let seals: ReadonlyMap<string, Certificate>;
let rows: RowsDatabase;
beforeAll(async () => {
  seals = await sealsOf(AUTHORITIES);
  rows = await rowsDatabase();
});
afterAll(() => rows.end());

/** What simulated nodes do to their databases: a list of steps for each database, and what it has in the end. */
function recorded(seed: number): { readonly steps: readonly Step[]; readonly database: Database }[] {
  const steps = new Map<Database, Step[]>();
  const observer = (database: Database, changes: Changes) => {
    const known = steps.get(database) ?? [{ changes: database.everything(), before: [] }];
    known.push({
      changes,
      before: namesIn(changes).map((name) => ({ ...name, row: rowIn(database, name) })),
    });
    steps.set(database, known);
  };
  simulate(seed, seals, { observer });
  return [...steps].map(([database, ofDatabase]) => ({ steps: ofDatabase, database }));
}

function namesIn(changes: Changes): Name[] {
  const written = (Object.entries(changes) as [TableName, ReadonlyMap<string, unknown>][]).flatMap(
    ([table, ofTable]) => [...ofTable.keys()].map((key): Name => ({ table, key })),
  );
  const cases = written.flatMap(({ table, key }): Name[] =>
    table === 'case' ? [{ table: 'caseMessages', key }] : [],
  );
  return [...written, ...cases];
}

function rowIn(database: Database, { table, key }: Name): Row<TableName> | null {
  return comparable(table, database.get(table, key) ?? null);
}

/** Messages of a case come in no order. */
function comparable(table: TableName, row: Row<TableName> | null): Row<TableName> | null {
  if (table !== 'caseMessages') return row;
  return { keys: ((row as Row<'caseMessages'> | null)?.keys ?? []).toSorted() };
}

it.each(Array.from({ length: RUNS }, (_, index) => SEED + index))(
  'PostgreSQL keeps what memory keeps (seed %d)',
  async (seed) => {
    for (const { steps, database } of recorded(seed)) {
      await rows.empty();
      for (const { changes, before } of steps)
        await settleRows(rows.pool, namesIn(changes), (facts) => {
          for (const { table, key, row } of before)
            expect([table, key, comparable(table, facts.get(table, key) ?? null)]).toEqual([table, key, row]);
          return { changes };
        });
      const all = namesIn(database.everything());
      await settleRows(rows.pool, all, (facts) => {
        for (const name of all)
          expect([name, comparable(name.table, facts.get(name.table, name.key) ?? null)]).toEqual([
            name,
            rowIn(database, name),
          ]);
        return { changes: {} };
      });
    }
  },
);

const PAIR = keyOf.pair('kz-knb', 'by-mvd');
const OTHER = keyOf.pair('kz-knb', 'ru-fsb');

function pair(peer: string, outN: number): Row<'pair'> {
  const numbers = { outEp: 1, outN, outD: null, outTotal: 0, inEp: 1, inN: 0, inD: null, inTotal: 0 };
  const log = { size: 0, hashes: [] };
  return { own: 'kz-knb', peer, ...numbers, gaps: [], waiting: [], log, receiptedTo: 0, duplicates: 0 };
}

/** Takes the next number of each of the pairs. */
function counting(...keys: string[]) {
  return (facts: Facts) => {
    const missing = keys.filter((key) => facts.get('pair', key) === undefined);
    if (missing.length > 0) throw new Missing(missing.map((key) => ({ table: 'pair', key })));
    const counted = keys.map((key): [string, Row<'pair'>] => {
      const [, peer = ''] = key.split(' ');
      return [key, pair(peer, (facts.get('pair', key)?.outN ?? 0) + 1)];
    });
    return { changes: { pair: new Map(counted) } };
  };
}

async function outN(key: string): Promise<number | undefined> {
  const { row } = await settleRows(rows.pool, [{ table: 'pair', key }], (facts) => ({
    changes: {},
    row: facts.get('pair', key),
  }));
  return row?.outN;
}

/** Sessions of which every statement is told before it is sent. */
function intercepted(before: (text: string, session: pg.PoolClient) => Promise<void>): pg.Pool {
  const connect = async () => {
    const session = await rows.pool.connect();
    const send = session.query.bind(session) as (...given: unknown[]) => Promise<unknown>;
    const query = async (statement: string | { readonly text: string }) => {
      await before(typeof statement === 'string' ? statement : statement.text, session);
      return send(statement);
    };
    return { query, release: session.release.bind(session) };
  };
  return { connect } as unknown as pg.Pool;
}

/** Lets nobody go on before all are here. */
class Barrier {
  private open: (() => void) | undefined;
  private readonly opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });

  constructor(private missing: number) {}

  async wait(): Promise<void> {
    this.missing -= 1;
    if (this.missing === 0) this.open?.();
    await this.opened;
  }
}

/** Ends all sessions of the message path. */
function endSessions(): Promise<unknown> {
  return query(
    rows.url,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  );
}

describe('settling rows', () => {
  beforeEach(() => rows.empty());

  it('loses no change of those that come at once', async () => {
    const runs = Array.from({ length: 40 }, () =>
      settleRows(rows.pool, [{ table: 'pair', key: PAIR }], counting(PAIR)),
    );
    await Promise.all(runs);
    expect(await outN(PAIR)).toBe(40);
  });

  it('settles again where another transaction was quicker to make the same row', async () => {
    let inserts = 0;
    const arrived = new Barrier(2);
    const meeting = intercepted(async (text) => {
      if (text.startsWith('INSERT') && ++inserts <= 2) await arrived.wait();
    });
    const wanted: Name[] = [{ table: 'pair', key: PAIR }];
    await Promise.all([
      settleRows(meeting, wanted, counting(PAIR)),
      settleRows(meeting, wanted, counting(PAIR)),
    ]);
    expect(await outN(PAIR)).toBe(2);
  });

  it('locks in one order, whatever the order in which rows turn out to be needed', async () => {
    await settleRows(rows.pool, [], counting(PAIR, OTHER));
    const runs = Array.from({ length: 40 }, (_, index) => {
      const [first, second] = index % 2 === 0 ? [PAIR, OTHER] : [OTHER, PAIR];
      // The second is known to be needed only when the first is loaded.
      return settleRows(rows.pool, [{ table: 'pair', key: first }], counting(first, second));
    });
    await Promise.all(runs);
    expect([await outN(PAIR), await outN(OTHER)]).toEqual([41, 41]);
    const [{ deadlocks } = { deadlocks: -1 }] = await query<{ deadlocks: number }>(
      rows.url,
      'SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()',
    );
    expect(deadlocks).toBe(0);
  });

  it('writes nothing of a batch that throws, and gives back a session that works', async () => {
    const settle = () => {
      throw new RangeError('a defect');
    };
    await expect(settleRows(rows.pool, [{ table: 'pair', key: PAIR }], settle)).rejects.toThrow('a defect');
    await settleRows(rows.pool, [], counting(PAIR));
    expect(await outN(PAIR)).toBe(1);
  });

  it('writes nothing of a batch of which the database refuses a part', async () => {
    const held = {
      node: 'by',
      code: 'GAP',
      detail: 'a zero \0 character',
      D: null,
      body: { kind: 'message', exchange: 'out.by', queue: 'kz.from.by', sha256: 'A', bytes: 1 },
      attempts: 0,
      nextAttemptAt: 0,
    } as const;
    const wanted: Name[] = [
      { table: 'pair', key: PAIR },
      { table: 'held', key: 'by A' },
    ];
    const refused = settleRows(rows.pool, wanted, (facts) => ({
      changes: { ...counting(PAIR)(facts).changes, held: new Map([['by A', held]]) },
    }));
    await expect(refused).rejects.toMatchObject({ code: '22021' });
    expect(await outN(PAIR)).toBeUndefined();
  });

  it('writes nothing where its session ends before the commit, and says that the database was away', async () => {
    const cut = intercepted(async (text) => {
      if (text.startsWith('INSERT')) await endSessions();
    });
    const settling = settleRows(cut, [{ table: 'pair', key: PAIR }], counting(PAIR));
    const thrown: unknown = await settling.then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(isDatabaseAway(thrown)).toBe(true);
    expect(await outN(PAIR)).toBeUndefined();
    await settleRows(rows.pool, [], counting(PAIR));
    expect(await outN(PAIR)).toBe(1);
  });

  it('takes another session where the one that it is given has ended', async () => {
    let begun = 0;
    const ended = intercepted(async (text) => {
      if (text === 'BEGIN' && ++begun <= 3) await endSessions();
    });
    await settleRows(ended, [{ table: 'pair', key: PAIR }], counting(PAIR));
    expect(await outN(PAIR)).toBe(1);
  });

  it('takes no answer but COMMIT for one', async () => {
    const failing = intercepted(async (text, session) => {
      // A statement of its own that fails, and whose error nobody hears.
      if (text === 'COMMIT') await session.query('SELECT 1 / 0').catch(() => undefined);
    });
    const settling = settleRows(failing, [{ table: 'pair', key: PAIR }], counting(PAIR));
    await expect(settling).rejects.toThrow('ended with ROLLBACK');
    expect(await outN(PAIR)).toBeUndefined();
  });

  it('refuses to change what it did not lock, or what is written once', async () => {
    await settleRows(rows.pool, [], counting(PAIR));
    const unlocked = settleRows(rows.pool, [], counting(PAIR), { unlocked: ['pair'] });
    await expect(unlocked).rejects.toThrow('was not locked');
    const leaf = { hash: Buffer.alloc(32), salt: Buffer.alloc(16), text: '{}' };
    const key = keyOf.leaf('kz-knb', 'by-mvd', 1, 'own', 0);
    const write = () => ({ changes: { leaf: new Map([[key, { ...leaf }]]) } });
    await settleRows(rows.pool, [{ table: 'leaf', key }], write);
    await expect(settleRows(rows.pool, [{ table: 'leaf', key }], write)).rejects.toThrow('written once');
  });

  it('writes over a row that it did not look at, and removes none that is not there', async () => {
    const put = (row: Row<'pair'> | null) =>
      settleRows(rows.pool, [], () => ({ changes: { pair: new Map([[PAIR, row]]) } }));
    await put(null);
    await put(pair('by-mvd', 7));
    await put(pair('by-mvd', 8));
    expect(await outN(PAIR)).toBe(8);
    await put(null);
    expect(await outN(PAIR)).toBeUndefined();
  });

  it('ends a settlement that asks for ever more rows', async () => {
    let asked = 0;
    const settle = () => {
      throw new Missing([{ table: 'leaf', key: keyOf.leaf('kz-knb', 'by-mvd', 1, 'own', asked++) }]);
    };
    await expect(settleRows(rows.pool, [], settle)).rejects.toThrow('does not end');
  });
});

describe('statements of the message path', () => {
  const key = (index: number) => keyOf.leaf('kz-knb', 'by-mvd', 1, 'own', index);
  const leaf = { hash: Buffer.alloc(32), salt: Buffer.alloc(16), text: '{}' };

  it.each([1, 128])('are as many for %d rows', async (size) => {
    await rows.empty();
    const names = Array.from({ length: size }, (_, index): Name => ({ table: 'leaf', key: key(index) }));
    const sent: string[] = [];
    const watched = intercepted((text) => {
      sent.push(/^\w+/.exec(text)?.[0] ?? '');
      return Promise.resolve();
    });
    await settleRows(watched, names, () => ({
      changes: { leaf: new Map(names.map(({ key: name }) => [name, leaf])) },
    }));
    expect(sent).toEqual(['BEGIN', 'SELECT', 'INSERT', 'COMMIT']);
  });

  it('find rows by an index, also where the server has statistics of small tables', async () => {
    await rows.empty();
    const seeds = Array.from({ length: RUNS }, (_, index) => SEED + index);
    for (const { changes } of recorded(SEED)[0]?.steps ?? [])
      await settleRows(rows.pool, namesIn(changes), () => ({ changes }));
    await query(rows.url, 'ANALYZE');
    const statements = statementsOf(seeds);
    const session = await rows.pool.connect();
    try {
      for (const { name, text, values } of statements) {
        await session.query(`PREPARE p AS ${text}`);
        const { rows: lines } = await session.query<{ 'QUERY PLAN': string }>(
          `EXPLAIN EXECUTE p(${values.map(() => 'NULL').join(', ')})`,
        );
        await session.query('DEALLOCATE p');
        const plan = [name, ...lines.map((line) => line['QUERY PLAN'])].join('\n');
        expect(plan).not.toMatch(/Seq Scan|Hash Join|Merge Join/);
      }
    } finally {
      session.release();
    }
    expect(statements.length).toBeGreaterThan(70);
  });
});

/** What is sent for a row of each table: loaded, locked, made, changed and removed. */
function statementsOf(seeds: readonly number[]): Statement[] {
  const samples = new Map<TableName, [string, Row<TableName>]>();
  for (const { steps } of seeds.flatMap((seed) => recorded(seed)))
    for (const { changes } of steps)
      for (const [table, ofTable] of Object.entries(changes) as [
        TableName,
        ReadonlyMap<string, Row<TableName> | null>,
      ][])
        for (const [key, row] of ofTable) if (row) samples.set(table, [key, row]);
  return [...samples].flatMap(([table, [key, row]]) => {
    const stored = TABLES[table] as Stored<TableName>;
    return [
      stored.load([key], false),
      ...stored.write([{ key, before: null, after: row }]),
      ...(stored.isMutable
        ? [
            stored.load([key], true),
            ...stored.write([{ key, before: row, after: row }]),
            ...stored.write([{ key, before: row, after: null }]),
          ]
        : []),
    ];
  });
}
