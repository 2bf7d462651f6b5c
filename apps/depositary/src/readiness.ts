import { Injectable } from '@nestjs/common';
import { BusPublisher, BusServer, type BusState } from '#bus';
import { DataSource } from 'typeorm';
import { Conflicts } from './books/conflicts.js';
import { Unreadable } from './books/unreadable.js';

/** Whether the depositary can do its work now: answers, records, relays. */
@Injectable()
export class Readiness {
  constructor(
    private readonly database: DataSource,
    private readonly publisher: BusPublisher,
    private readonly server: BusServer,
    private readonly unreadable: Unreadable,
    private readonly conflicts: Conflicts,
  ) {}

  async now() {
    const database = await this.database.query('SELECT 1').then(
      () => true,
      () => false,
    );
    const states = [this.server.state, this.publisher.state];
    const away = states.find(({ state }) => state !== 'connected');
    return {
      ready: database && !away,
      database,
      bus: describe(away ?? this.server.state),
      conflicts: database ? await this.conflicts.books() : [],
      unreadable: this.unreadable.all(),
    };
  }
}

/** The detail may name queues that are missing although the connection stands. */
function describe({ state, detail }: BusState): string {
  return detail === undefined ? state : `${state}: ${detail}`;
}
