import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { BusPublisher, BusServer } from '#bus';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { DataSource } from 'typeorm';
import { Register } from '../register/register.js';

interface Figure {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  /** Rows of these labels and `value`; `$1` is an authority, or null for all of them. */
  readonly sql: string;
}

/**
 * Figures of each authority. The authority is a label of every figure, and a caller of one authority sees no other: how
 * much another exchanges, and with whom, is confidential. Table and column names are ours, not a caller's.
 */
const FIGURES: readonly Figure[] = [
  counted(
    'valise_messages',
    'Messages by direction, type and status',
    'message',
    'direction',
    'type',
    'status',
  ),
  counted('valise_quarantined', 'Deliveries in quarantine by code', 'quarantine', 'code'),
  counted('valise_attachments', 'Attachments by direction and status', 'attachment', 'direction', 'status'),
  {
    ...counted(
      'valise_outbox',
      'Publications that wait for the broker or for a receipt',
      'outbox',
      'recipient',
    ),
    sql: `SELECT own AS authority, recipient, count(*) AS value FROM outbox WHERE $1::text IS NULL OR own = $1 GROUP BY own, recipient`,
  },
  {
    name: 'valise_gaps',
    help: 'Sequence numbers that are missing',
    labels: ['authority'],
    sql: `SELECT pair.own AS authority, count(gap.n) AS value
          FROM pair LEFT JOIN gap ON gap.own = pair.own AND gap.peer = pair.peer WHERE $1::text IS NULL OR pair.own = $1 GROUP BY pair.own`,
  },
  {
    name: 'valise_duplicates',
    help: 'Duplicate messages that had no effect',
    labels: ['authority'],
    sql: 'SELECT own AS authority, sum(duplicates) AS value FROM pair WHERE $1::text IS NULL OR own = $1 GROUP BY own',
  },
];

/** Figures of the node: the authority of a held delivery is not known yet. */
const OF_THE_NODE: readonly Figure[] = [
  {
    name: 'valise_held',
    help: 'Deliveries held until a book or certificate arrives, by code',
    labels: ['code'],
    sql: 'SELECT code, count(*) AS value FROM held WHERE $1::text IS NULL GROUP BY code',
  },
  {
    name: 'valise_book_conflicts',
    help: 'Other histories of books, by whether their signed text is here',
    labels: ['book', 'proven'],
    sql: `SELECT book, proven::text, count(*) AS value FROM book_conflict WHERE $1::text IS NULL GROUP BY 1, 2`,
  },
];

/**
 * Figures read from the database when they are asked for: every replica reports the same, and a restart loses nothing.
 */
@Injectable()
export class Metrics {
  private readonly process = new Registry();

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly publisher: BusPublisher,
    private readonly server: BusServer,
    private readonly register: Register,
  ) {
    collectDefaultMetrics({ register: this.process, prefix: 'valise_' });
  }

  get contentType(): string {
    return this.process.contentType;
  }

  /** @param authority whose figures; null for all of them, with those of the process */
  async text(authority: string | null): Promise<string> {
    const registry = new Registry();
    for (const figure of [...FIGURES, ...(authority === null ? OF_THE_NODE : [])])
      await this.read(registry, figure, authority);
    this.readState(registry, authority);
    const asked = authority === null ? Registry.merge([this.process, registry]) : registry;
    return asked.metrics();
  }

  private async read(registry: Registry, figure: Figure, authority: string | null): Promise<void> {
    const { name, help, labels } = figure;
    const gauge = new Gauge({ name, help, labelNames: [...labels], registers: [registry] });
    const rows: Record<string, string | null>[] = await this.database.query(figure.sql, [authority]);
    for (const { value, ...row } of rows) {
      // Rows that could not be assigned to any authority.
      const known = Object.entries(row).map(([label, text]): [string, string] => [label, text ?? '']);
      gauge.set(Object.fromEntries(known), Number(value));
    }
  }

  /** The bus and the register are the same for all, except agreements between two authorities. */
  private readState(registry: Registry, authority: string | null): void {
    const gauge = (name: string, help: string, label: string) =>
      new Gauge({ name, help, labelNames: [label], registers: [registry] });
    const age = gauge(
      'valise_book_age_seconds',
      'Seconds since the keeper’s last statement about a book',
      'book',
    );
    const hidden = this.register.snapshot.hiddenFrom(authority);
    for (const { book, freshAt } of this.register.ages().filter((one) => !hidden.has(one.book)))
      age.set({ book }, Math.max(0, (Date.now() - freshAt.getTime()) / 1000));
    if (authority === null) {
      const help = 'Books on record that cannot be read and are ignored';
      const unreadable = gauge('valise_books_unreadable', help, 'book');
      for (const book of this.register.snapshot.unreadable.keys()) unreadable.set({ book }, 1);
    }
    const bus = gauge('valise_bus_connected', 'Whether the bus is connected', 'direction');
    bus.set({ direction: 'out' }, Number(this.publisher.state.state === 'connected'));
    bus.set({ direction: 'in' }, Number(this.server.state.state === 'connected'));
  }
}

/** Rows of a table that names an authority, by columns. */
function counted(name: string, help: string, table: string, ...columns: readonly string[]): Figure {
  const labels = ['authority', ...columns];
  const list = labels.join(', ');
  const sql = `SELECT ${list}, count(*) AS value FROM ${table} WHERE $1::text IS NULL OR authority = $1 GROUP BY ${list}`;
  return { name, help, labels, sql };
}
