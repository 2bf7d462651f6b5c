import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { BusPublisher, BusServer } from '#bus';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { DataSource } from 'typeorm';
import { Register } from '../register/register.js';

interface Counted {
  readonly labels: Record<string, string>;
  readonly value: number;
}

/** Figures read from the database when they are asked for: every replica tells the same, and a restart forgets nothing. */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    publisher: BusPublisher,
    server: BusServer,
    register: Register,
  ) {
    collectDefaultMetrics({ register: this.registry, prefix: 'valise_' });
    this.counted(
      'valise_messages',
      'Messages by direction, type and status',
      ['direction', 'type', 'status'],
      'message',
    );
    this.counted('valise_quarantined', 'Deliveries in quarantine by code', ['code'], 'quarantine');
    this.counted(
      'valise_held',
      'Deliveries held until a book or certificate comes, by code',
      ['code'],
      'held',
    );
    this.counted(
      'valise_attachments',
      'Attachments by direction and status',
      ['direction', 'status'],
      'attachment',
    );
    this.counted(
      'valise_outbox',
      'Publications that wait for the broker or for a receipt',
      ['recipient'],
      'outbox',
    );
    this.gauge('valise_refused', 'What a bound kept us from, by sending node', ['node', 'what'], async () => {
      const rows: { node: string; what: string; times: string }[] = await this.database.query(
        'SELECT node, what, times FROM refused',
      );
      return rows.map(({ times, ...labels }) => ({ labels, value: Number(times) }));
    });
    this.gauge('valise_gaps', 'Sequence numbers that are missing', [], async () => [
      { labels: {}, value: await this.scalar('SELECT count(*) AS value FROM gap') },
    ]);
    this.gauge('valise_doubled', 'Doubled messages that had no effect', [], async () => [
      { labels: {}, value: await this.scalar('SELECT coalesce(sum(duplicates), 0) AS value FROM pair') },
    ]);
    this.gauge('valise_book_age_seconds', 'Seconds since the keeper’s last word on a book', ['book'], () =>
      register.ages().map(({ book, freshAt }) => ({
        labels: { book },
        value: Math.max(0, (Date.now() - freshAt.getTime()) / 1000),
      })),
    );
    this.gauge(
      'valise_books_unreadable',
      'Books on record that cannot be read and count for nothing',
      ['book'],
      () => [...register.snapshot.unreadable.keys()].map((book) => ({ labels: { book }, value: 1 })),
    );
    this.gauge('valise_bus_connected', 'Whether the connection to the bus stands', ['direction'], () => [
      { labels: { direction: 'out' }, value: Number(publisher.state.state === 'connected') },
      { labels: { direction: 'in' }, value: Number(server.state.state === 'connected') },
    ]);
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }

  /** Table and columns are ours, not a caller's. */
  private counted(name: string, help: string, columns: readonly string[], table: string): void {
    this.gauge(name, help, columns, async () => {
      const rows: Record<string, string>[] = await this.database.query(
        `SELECT ${columns.join(', ')}, count(*) AS value FROM ${table} GROUP BY ${columns.join(', ')}`,
      );
      return rows.map(({ value, ...labels }) => ({ labels, value: Number(value) }));
    });
  }

  private gauge(
    name: string,
    help: string,
    labelNames: readonly string[],
    read: () => Counted[] | Promise<Counted[]>,
  ): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      registers: [this.registry],
      collect: async () => {
        gauge.reset();
        for (const { labels, value } of await read()) gauge.set(labels, value);
      },
    });
  }

  private async scalar(sql: string): Promise<number> {
    const [row]: { value: string }[] = await this.database.query(sql);
    return Number(row?.value ?? 0);
  }
}
