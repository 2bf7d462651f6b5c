import { Injectable } from '@nestjs/common';
import { BusPublisher, BusServer } from '#bus';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { Register } from '../register/register.js';
import { type Counted, Figures } from './figures.js';

/** What monitors read: figures of the database, and the state of this process. */
@Injectable()
export class Metrics {
  private readonly process = new Registry();

  constructor(
    private readonly figures: Figures,
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
    for (const figure of await this.figures.of(authority)) show(registry, figure);
    this.readState(registry, authority);
    const asked = authority === null ? Registry.merge([this.process, registry]) : registry;
    return asked.metrics();
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

function show(registry: Registry, { name, help, labels, rows }: Counted): void {
  const gauge = new Gauge({ name, help, labelNames: [...labels], registers: [registry] });
  for (const row of rows) gauge.set(row.labels, row.value);
}
