import { Module } from '@nestjs/common';
import { PathPoolModule } from '../settling/path-pool.js';
import { QuarantineBodies } from './bodies.js';
import { QuarantineHousekeeping } from './housekeeping.js';
import { Quarantine } from './quarantine.js';

/** Deliveries over the bus that must not have an effect. */
@Module({
  imports: [PathPoolModule],
  providers: [Quarantine, QuarantineBodies, QuarantineHousekeeping],
  exports: [Quarantine, QuarantineBodies],
})
export class QuarantineModule {}
