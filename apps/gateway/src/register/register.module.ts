import { Module } from '@nestjs/common';
import { BusModule } from '../bus/bus.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { QuarantineModule } from '../quarantine/quarantine.module.js';
import { BookConflicts } from './conflicts.js';
import { Register } from './register.js';
import { Revocations } from './revocations.js';
import { Roots } from './roots.js';
import { Shelf } from './shelf.js';
import { RegisterSync } from './sync.js';
import { KeepersWords } from './words.js';

/** Books, and the register that they make at one moment. */
@Module({
  imports: [BusModule, IdentityModule, LedgerModule, QuarantineModule],
  providers: [Roots, KeepersWords, BookConflicts, Shelf, Register, RegisterSync, Revocations],
  exports: [Register, RegisterSync, Revocations, BookConflicts],
})
export class RegisterModule {}
