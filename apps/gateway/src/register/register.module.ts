import { Global, Module } from '@nestjs/common';
import { BookConflicts } from './conflicts.js';
import { Register } from './register.js';
import { Revocations } from './revocations.js';
import { Roots } from './roots.js';
import { Shelf } from './shelf.js';
import { RegisterSync } from './sync.js';
import { KeepersWords } from './words.js';

@Global()
@Module({
  providers: [Roots, KeepersWords, BookConflicts, Shelf, Register, RegisterSync, Revocations],
  exports: [Register, RegisterSync, Revocations, BookConflicts],
})
export class RegisterModule {}
