import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { databaseOptions, readSecret } from '#service';
import { ApiModule } from './api/api.module.js';
import { AttachmentsModule } from './attachments/attachments.module.js';
import { BusModule } from './bus/bus.module.js';
import { type Configuration } from './configuration.js';
import { DatabaseModule } from './database/database.module.js';
import { ENTITIES } from './database/entities.js';
import { MIGRATIONS } from './database/migrations/index.js';
import { IdentityModule } from './identity/identity.module.js';
import { InboundModule } from './inbound/inbound.module.js';
import { InternalLogModule } from './ledger/internal-log.module.js';
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
        QuarantineModule,
        IdentityModule,
        RegisterModule,
        BusModule,
        AttachmentsModule,
        InboundModule,
        InternalLogModule,
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
    migrations: MIGRATIONS,
  });
}
