import {
  keyOf,
  LoadedRows,
  Missing,
  type Name,
  type Changes,
  type Facts,
  type Row,
  type TableName,
} from '#exchange';

/** Told of every transaction before it is applied. */
export type Observer = (database: Database, changes: Changes) => void;

/** One node's tables. Like a database, it changes by whole transactions only. */
export class Database extends LoadedRows {
  constructor(private readonly observer: Observer = () => undefined) {
    super(true);
  }

  override apply(changes: Changes): void {
    this.observer(this, changes);
    super.apply(changes);
  }

  override get<T extends TableName>(table: T, key: string): Row<T> | null | undefined {
    if (table === 'caseMessages') return this.messagesOfCase(key) as unknown as Row<T>;
    return super.get(table, key);
  }

  /** What a backup has. Rows are never changed in place, so that it need not copy them. */
  copy(): Database {
    const copied = new Database(this.observer);
    for (const [table, rows] of this.tables())
      for (const [key, row] of rows) if (row) copied.set(table, key, row);
    return copied;
  }

  /** Everything that it has, as the changes that would make it. */
  everything(): Changes {
    return Object.fromEntries([...this.tables()].map(([table, rows]) => [table, new Map(rows)]));
  }

  private messagesOfCase(key: string): Row<'caseMessages'> {
    const keys = [...this.entries('message')].flatMap(([name, { own, caseId }]) =>
      keyOf.case(own, caseId) === key ? [name] : [],
    );
    return { keys };
  }
}

/**
 * Settles on rows that were loaded before, none at first: whatever is missing is loaded, and it is settled again. What a shell
 * prefetches would only make fewer rounds.
 */
export function settled<R extends { readonly changes: Changes }>(
  database: Database,
  settle: (facts: Facts) => R,
  wanted: readonly Name[] | 'everything' = [],
): { readonly result: R; readonly rounds: number } {
  if (wanted === 'everything') return { result: settle(database), rounds: 1 };
  const loaded = new LoadedRows();
  for (const { table, key } of wanted) loaded.set(table, key, database.get(table, key) ?? null);
  for (let rounds = 1; ; rounds++) {
    try {
      return { result: settle(loaded), rounds };
    } catch (thrown) {
      if (!(thrown instanceof Missing)) throw thrown;
      if (rounds > 1_000) throw new Error('settling does not end', { cause: thrown });
      for (const { table, key } of thrown.names) loaded.set(table, key, database.get(table, key) ?? null);
    }
  }
}
