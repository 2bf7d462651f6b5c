import { Global, Module } from '@nestjs/common';
import { Quarantine } from './quarantine.js';
import { QuarantineBodies } from './bodies.js';
import { QuarantineHousekeeping } from './housekeeping.js';
import { Refusals } from './refusals.js';

@Global()
@Module({
  providers: [Quarantine, QuarantineBodies, QuarantineHousekeeping, Refusals],
  exports: [Quarantine, QuarantineBodies, Refusals],
})
export class QuarantineModule {}
