import { Module } from '@nestjs/common';
import { AttachmentsModule } from '../attachments/attachments.module.js';
import { BusModule } from '../bus/bus.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { OutboundModule } from '../outbound/outbound.module.js';
import { QuarantineModule } from '../quarantine/quarantine.module.js';
import { RegisterModule } from '../register/register.module.js';
import { SequenceModule } from '../sequence/sequence.module.js';
import { SettlingModule } from '../settling/settling.module.js';
import { StatementsModule } from '../statements/statements.module.js';
import { BusController } from './bus.controller.js';
import { HeldDeliveries } from './held.js';
import { Receiving } from './receiving.js';

/** The way in: deliveries of the bus, and those that are held and tried again. */
@Module({
  imports: [
    AttachmentsModule,
    BusModule,
    IdentityModule,
    OutboundModule,
    QuarantineModule,
    RegisterModule,
    SequenceModule,
    SettlingModule,
    StatementsModule,
  ],
  controllers: [BusController],
  providers: [HeldDeliveries, Receiving],
})
export class InboundModule {}
