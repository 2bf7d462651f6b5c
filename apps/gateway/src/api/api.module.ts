import { Module } from '@nestjs/common';
import { AttachmentsModule } from '../attachments/attachments.module.js';
import { BusModule } from '../bus/bus.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { OutboundModule } from '../outbound/outbound.module.js';
import { QuarantineModule } from '../quarantine/quarantine.module.js';
import { RegisterModule } from '../register/register.module.js';
import { SettlingModule } from '../settling/settling.module.js';
import { AttachmentsController } from './attachments.controller.js';
import { UploadTime } from './attachments.upload.js';
import { DecisionsController } from './decisions.controller.js';
import { Decisions } from './decisions.js';
import { ExchangeController } from './exchange.controller.js';
import { Figures } from './figures.js';
import { HealthController } from './health.controller.js';
import { InstrumentsController } from './instruments.controller.js';
import { LedgerController } from './ledger.controller.js';
import { Lists } from './lists.js';
import { MessagesController } from './messages.controller.js';
import { Messages } from './messages.js';
import { Metrics } from './metrics.js';
import { QuarantineController } from './quarantine.controller.js';
import { Receipts } from './receipts.js';
import { RegisterController } from './register.controller.js';
import { TokensController } from './tokens.controller.js';

/** The HTTP interface. It holds no rules: it validates, asks the parts of the domain and shows what they say. */
@Module({
  imports: [
    AttachmentsModule,
    BusModule,
    IdentityModule,
    LedgerModule,
    OutboundModule,
    QuarantineModule,
    RegisterModule,
    SettlingModule,
  ],
  controllers: [
    MessagesController,
    AttachmentsController,
    ExchangeController,
    QuarantineController,
    LedgerController,
    RegisterController,
    DecisionsController,
    InstrumentsController,
    TokensController,
    HealthController,
  ],
  providers: [Decisions, Figures, Lists, Messages, Metrics, Receipts, UploadTime],
})
export class ApiModule {}
