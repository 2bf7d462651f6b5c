import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessGuard, TOKEN_STORE } from '#service';
import { Keys } from './keys.js';
import { Tokens } from './tokens.js';

/** Who we are (keys) and who may ask us (tokens). */
@Global()
@Module({
  providers: [
    Keys,
    Tokens,
    { provide: TOKEN_STORE, useExisting: Tokens },
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [Keys, Tokens],
})
export class IdentityModule {}
