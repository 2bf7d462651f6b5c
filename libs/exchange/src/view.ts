import type { Row, TableName } from './tables.js';

/** One row, named: the table and the row's key. */
export interface Name<T extends TableName = TableName> {
  readonly table: T;
  readonly key: string;
}

/** What a settlement may read: rows that were loaded. */
export interface Facts {
  /** @returns null where it is known that there is no such row, undefined where nobody has looked */
  get<T extends TableName>(table: T, key: string): Row<T> | null | undefined;
}

/** Rows that a settlement needs and that were not loaded: load them and settle again. Prefetching is speed, never correctness. */
export class Missing extends Error {
  constructor(readonly names: readonly Name[]) {
    // It is thrown and caught all the time, and where it was thrown tells nothing that the names do not.
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super(`not loaded: ${names.map(({ table, key }) => `${table} ${key}`).join(', ')}`);
    Error.stackTraceLimit = limit;
  }
}

/** What is to be written: by table and key, the row as it is now, or null where it is gone. */
export type Changes = { readonly [T in TableName]?: ReadonlyMap<string, Row<T> | null> };

type Overlay = Map<TableName, Map<string, Row<TableName> | null>>;

/**
 * Tables as a settlement sees them: what was loaded, and over it what was changed. A layer is a view over a view: it is
 * merged into the one below, or dropped and leaves nothing.
 */
export class View implements Facts {
  private readonly over: Overlay = new Map();

  constructor(private readonly under: Facts) {}

  /** @throws Missing where nobody has loaded it */
  read<T extends TableName>(table: T, key: string): Row<T> | null {
    const row = this.get(table, key);
    if (row === undefined) throw new Missing([{ table, key }]);
    return row;
  }

  /** Several at once, so that what is missing is loaded at once. @throws Missing with all that nobody has loaded */
  readAll<T extends TableName>(table: T, keys: readonly string[]): (Row<T> | null)[] {
    const missing = keys.filter((key) => this.get(table, key) === undefined);
    if (missing.length > 0) throw new Missing(missing.map((key) => ({ table, key })));
    return keys.map((key) => this.read(table, key));
  }

  /** Whatever will be read, so that all of it is loaded at once. @throws Missing */
  need(names: readonly Name[]): void {
    const missing = names.filter(({ table, key }) => this.get(table, key) === undefined);
    if (missing.length > 0) throw new Missing(missing);
  }

  get<T extends TableName>(table: T, key: string): Row<T> | null | undefined {
    const changed = this.over.get(table)?.get(key) as Row<T> | null | undefined;
    return changed === undefined ? this.under.get(table, key) : changed;
  }

  put<T extends TableName>(table: T, key: string, row: Row<T>): void {
    this.table(table).set(key, row);
  }

  remove(table: TableName, key: string): void {
    this.table(table).set(key, null);
  }

  /** Rows that were put, here and in the views below, as they are now. */
  changed<T extends TableName>(table: T): ReadonlyMap<string, Row<T> | null> {
    const below = this.under instanceof View ? this.under.changed(table) : [];
    const own = (this.over.get(table) ?? []) as Iterable<[string, Row<T> | null]>;
    return new Map([...below, ...own]);
  }

  /** A row as it was loaded, whatever was changed since. */
  loaded<T extends TableName>(table: T, key: string): Row<T> | null | undefined {
    return this.under instanceof View ? this.under.loaded(table, key) : this.under.get(table, key);
  }

  layer(): View {
    return new View(this);
  }

  /** Takes over what a layer changed. */
  merge(layer: View): void {
    for (const [table, rows] of layer.over) {
      const own = this.table(table);
      for (const [key, row] of rows) own.set(key, row);
    }
  }

  /**
   * The net change against what was loaded: a row that was made and removed again is none.
   */
  changes(): Changes {
    const changed = [...this.over].map(([table, rows]) => {
      const net = [...rows].filter(([key, row]) => row !== null || this.under.get(table, key) !== null);
      return [table, new Map(net)] as const;
    });
    return Object.fromEntries(changed.filter(([, rows]) => rows.size > 0));
  }

  private table(table: TableName): Map<string, Row<TableName> | null> {
    const known = this.over.get(table);
    if (known) return known;
    const made = new Map<string, Row<TableName> | null>();
    this.over.set(table, made);
    return made;
  }
}

/** Rows in memory: those that a shell loaded for one settlement, or a whole small database. */
export class LoadedRows implements Facts {
  private readonly rows = new Map<TableName, Map<string, Row<TableName> | null>>();

  /** @param complete what is not here is known not to be anywhere */
  constructor(private readonly complete = false) {}

  get<T extends TableName>(table: T, key: string): Row<T> | null | undefined {
    const row = this.rows.get(table)?.get(key) as Row<T> | null | undefined;
    return row === undefined && this.complete ? null : row;
  }

  set<T extends TableName>(table: T, key: string, row: Row<T> | null): void {
    const rows = this.rows.get(table) ?? new Map<string, Row<TableName> | null>();
    rows.set(key, row);
    this.rows.set(table, rows);
  }

  /** Applies changes as a database would in one transaction. */
  apply(changes: Changes): void {
    for (const [table, rows] of Object.entries(changes) as [
      TableName,
      ReadonlyMap<string, Row<TableName> | null>,
    ][])
      for (const [key, row] of rows)
        if (row === null) this.rows.get(table)?.delete(key);
        else this.set(table, key, row);
  }

  protected tables(): Iterable<[TableName, ReadonlyMap<string, Row<TableName> | null>]> {
    return this.rows;
  }

  /** The rows of a table, by key. */
  *entries<T extends TableName>(table: T): IterableIterator<[string, Row<T>]> {
    for (const [key, row] of this.rows.get(table) ?? []) if (row !== null) yield [key, row as Row<T>];
  }
}
