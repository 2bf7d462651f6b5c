import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { BusPublisher, BusServer } from '#bus';
import { AccessGuard, TOKEN_STORE } from '#service';
import type { DataSourceOptions } from 'typeorm';
import { AdministrationController } from './api/administration.controller.js';
import { BooksController } from './api/books.controller.js';
import { Idempotency } from './api/idempotency.js';
import { ProbesController } from './api/probes.controller.js';
import { RegisterController } from './api/register.controller.js';
import { Tokens } from './api/tokens.js';
import { Admission } from './books/admission.js';
import { Conflicts } from './books/conflicts.js';
import { Quarantine } from './books/quarantine.js';
import { Roots } from './books/roots.js';
import { Shelf } from './books/shelf.js';
import { Unreadable } from './books/unreadable.js';
import { Verification } from './books/verification.js';
import { CONFIGURATION, type DepositaryConfiguration } from './configuration.js';
import { Clockwork } from './events/clockwork.js';
import { Events } from './events/events.js';
import { TreatyBook } from './events/treaty-book.js';
import { ANCHORS, type Anchors, Keeper } from './keeper.js';
import { Readiness } from './readiness.js';
import { Asks } from './relay/asks.js';
import { Inbox } from './relay/inbox.js';
import { Outbox } from './relay/outbox.js';
import { Relay } from './relay/relay.js';

/** What was loaded and checked before anything started. */
export interface Prepared {
  readonly configuration: DepositaryConfiguration;
  readonly database: DataSourceOptions;
  readonly keeper: Keeper;
  readonly anchors: Anchors;
  readonly server: BusServer;
  readonly publisher: BusPublisher;
}

@Module({})
export class DepositaryModule {
  static of(prepared: Prepared): DynamicModule {
    return {
      module: DepositaryModule,
      imports: [TypeOrmModule.forRoot({ ...prepared.database, retryAttempts: 1 })],
      controllers: [RegisterController, BooksController, AdministrationController, ProbesController, Inbox],
      providers: [
        { provide: CONFIGURATION, useValue: prepared.configuration },
        { provide: Keeper, useValue: prepared.keeper },
        { provide: ANCHORS, useValue: prepared.anchors },
        { provide: BusServer, useValue: prepared.server },
        { provide: BusPublisher, useValue: prepared.publisher },
        Tokens,
        { provide: TOKEN_STORE, useExisting: Tokens },
        { provide: APP_GUARD, useClass: AccessGuard },
        Idempotency,
        Shelf,
        Roots,
        Conflicts,
        Quarantine,
        Verification,
        Unreadable,
        Admission,
        Events,
        TreatyBook,
        Clockwork,
        Outbox,
        Relay,
        Asks,
        Readiness,
      ],
    };
  }
}
