import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { databaseOptions, readSecret } from '#service';
import { ApiModule } from './api/api.module.js';
import { AttachmentsModule } from './attachments/attachments.module.js';
import { BusModule } from './bus/bus.module.js';
import { type Configuration } from './configuration.js';
import { DatabaseModule } from './database/database.module.js';
import { Initial1000000000001 } from './database/migrations/1-initial.js';
import { Attachments1000000000002 } from './database/migrations/2-attachments.js';
import { Epochs1000000000003 } from './database/migrations/3-epochs.js';
import { BookHistories1000000000004 } from './database/migrations/4-book-histories.js';
import { Bounds1000000000005 } from './database/migrations/5-bounds.js';
import { Relay1000000000006 } from './database/migrations/6-relay.js';
import { Tokens1000000000007 } from './database/migrations/7-tokens.js';
import { ENTITIES } from './database/entities.js';
import { ExchangeModule } from './exchange/exchange.module.js';
import { IdentityModule } from './identity/identity.module.js';
import { LedgerModule } from './ledger/ledger.module.js';
import { QuarantineModule } from './quarantine/quarantine.module.js';
import { RegisterModule } from './register/register.module.js';

/** A national node, or an organ's. */
@Module({})
export class AppModule {
  static for(configuration: Configuration): DynamicModule {
    return {
      module: AppModule,
      imports: [
        TypeOrmModule.forRoot(gatewayDatabase(configuration)),
        DatabaseModule.for(configuration),
        LedgerModule,
        QuarantineModule,
        IdentityModule,
        RegisterModule,
        BusModule,
        AttachmentsModule,
        ExchangeModule,
        ApiModule,
      ],
    };
  }
}

export function gatewayDatabase({ database, file }: Configuration) {
  return databaseOptions({
    url: readSecret(database.url, file),
    poolMax: database.poolMax,
    entities: ENTITIES,
    migrations: [
      Initial1000000000001,
      Attachments1000000000002,
      Epochs1000000000003,
      BookHistories1000000000004,
      Bounds1000000000005,
      Relay1000000000006,
      Tokens1000000000007,
    ],
  });
}
