import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Rested } from '#service';
import { DataSource } from 'typeorm';

/** Counting reads whole tables. A monitor asks every 15 to 60 seconds. */
const PAUSE_MS = 10_000;

interface Figure {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  /** Rows of these labels and `value`. */
  readonly sql: string;
}

/**
 * Figures of each authority. The authority is a label of every figure, and a caller of one authority sees no other: how
 * much another exchanges, and with whom, is confidential. Table and column names are ours, not a caller's.
 */
const FIGURES: readonly Figure[] = [
  counted('valise_messages', 'Messages by direction, type and status', {
    ...{
      table: 'message_listing',
      owner: 'own',
      columns: { direction: 'direction', type: 'type', status: 'status' },
    },
  }),
  counted('valise_quarantined', 'Deliveries in quarantine by code', {
    ...{ table: 'quarantine', owner: 'authority', columns: { code: 'code' } },
  }),
  counted('valise_attachments', 'Attachments by direction and status', {
    ...{ table: 'attachment', owner: 'own', columns: { direction: 'direction', status: 'status' } },
  }),
  counted('valise_outbox', 'Publications that wait for the broker or for a receipt', {
    ...{ table: 'outbox', owner: 'own', columns: { recipient: 'peer' } },
  }),
  {
    name: 'valise_gaps',
    help: 'Sequence numbers that are missing',
    labels: ['authority'],
    sql: `SELECT own AS authority, coalesce(sum((gap->>'to')::bigint - (gap->>'from')::bigint + 1), 0) AS value
          FROM pair LEFT JOIN LATERAL jsonb_array_elements(gaps) AS gap ON true GROUP BY own`,
  },
  {
    name: 'valise_duplicates',
    help: 'Duplicate messages that had no effect',
    labels: ['authority'],
    sql: 'SELECT own AS authority, sum(duplicates) AS value FROM pair GROUP BY own',
  },
];

/** Figures of the node: the authority of a held delivery is not known yet. */
const OF_THE_NODE: readonly Figure[] = [
  {
    name: 'valise_held',
    help: 'Deliveries held until a book or certificate arrives, by code',
    labels: ['code'],
    sql: 'SELECT code, count(*) AS value FROM held GROUP BY code',
  },
  {
    name: 'valise_refused',
    help: 'What a bound kept us from keeping or answering, by sending node',
    labels: ['node', 'what'],
    sql: 'SELECT node, what, times::bigint AS value FROM node_use, jsonb_each_text(refused) AS counted (what, times)',
  },
  {
    name: 'valise_book_conflicts',
    help: 'Other histories of books, by whether their signed text is here',
    labels: ['book', 'proven'],
    sql: `SELECT book, proven::text, count(*) AS value FROM book_conflict GROUP BY 1, 2`,
  },
];

export interface Counted extends Omit<Figure, 'sql'> {
  readonly rows: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

/**
 * Figures counted in the database: every replica reports the same, and a restart loses nothing. They are counted once for all who ask
 * for them, and at most every ten seconds, so that no token makes the database count all day.
 */
@Injectable()
export class Figures {
  private readonly rested = new Rested(() => this.count(), PAUSE_MS);

  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /** @param authority whose figures; null for all of them, with those of the node */
  async of(authority: string | null): Promise<readonly Counted[]> {
    const all = await this.rested.value();
    if (authority === null) return all;
    return all
      .filter(({ labels }) => labels.includes('authority'))
      .map((figure) => ({
        ...figure,
        rows: figure.rows.filter(({ labels }) => labels.authority === authority),
      }));
  }

  private async count(): Promise<readonly Counted[]> {
    const all: Counted[] = [];
    for (const { sql, ...figure } of [...FIGURES, ...OF_THE_NODE]) {
      const rows: Record<string, string | null>[] = await this.database.query(sql);
      all.push({
        ...figure,
        rows: rows.map(({ value, ...labels }) => ({
          value: Number(value),
          // Rows that could not be assigned to any authority.
          labels: Object.fromEntries(Object.entries(labels).map(([label, text]) => [label, text ?? ''])),
        })),
      });
    }
    return all;
  }
}

/** Rows of a table by the authority that they are of, and by columns under these labels. */
function counted(
  name: string,
  help: string,
  of: { readonly table: string; readonly owner: string; readonly columns: Readonly<Record<string, string>> },
): Figure {
  const columns = Object.entries({ authority: of.owner, ...of.columns });
  const shown = columns.map(([label, column]) => `${column} AS ${label}`).join(', ');
  const grouped = columns.map(([, column]) => column).join(', ');
  const sql = `SELECT ${shown}, count(*) AS value FROM ${of.table} GROUP BY ${grouped}`;
  return { name, help, labels: columns.map(([label]) => label), sql };
}
