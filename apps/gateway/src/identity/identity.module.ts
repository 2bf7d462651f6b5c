import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessGuard, TOKEN_STORE } from '#service';
import { LedgerModule } from '../ledger/ledger.module.js';
import { Keys } from './keys.js';
import { Tokens } from './tokens.js';

/** Who we are (keys) and who may ask us (tokens). */
@Module({
  imports: [LedgerModule],
  providers: [
    Keys,
    Tokens,
    { provide: TOKEN_STORE, useExisting: Tokens },
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [Keys, Tokens],
})
export class IdentityModule {}
