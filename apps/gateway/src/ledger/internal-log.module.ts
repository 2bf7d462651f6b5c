import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/identity.module.js';
import { RegisterModule } from '../register/register.module.js';
import { SettlingModule } from '../settling/settling.module.js';
import { LedgerModule } from './ledger.module.js';
import { InternalLog } from './internal-log.js';

@Module({ imports: [IdentityModule, LedgerModule, RegisterModule, SettlingModule], providers: [InternalLog] })
export class InternalLogModule {}
