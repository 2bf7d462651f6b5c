import { Module } from '@nestjs/common';
import { OutboundModule } from '../outbound/outbound.module.js';
import { SettlingModule } from '../settling/settling.module.js';
import { StatementsModule } from '../statements/statements.module.js';
import { Epochs } from './epochs.js';
import { Releasing } from './releasing.js';

/** Sequences of pairs: what is missing, what waits behind it, and how they begin again after a restore. */
@Module({
  imports: [OutboundModule, SettlingModule, StatementsModule],
  providers: [Epochs, Releasing],
  exports: [Releasing],
})
export class SequenceModule {}
