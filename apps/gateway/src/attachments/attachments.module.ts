import { Module } from '@nestjs/common';
import { BusModule } from '../bus/bus.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { PublishingModule } from '../outbound/publishing.module.js';
import { QuarantineModule } from '../quarantine/quarantine.module.js';
import { RegisterModule } from '../register/register.module.js';
import { SettlingModule } from '../settling/settling.module.js';
import { StatementsModule } from '../statements/statements.module.js';
import { Deletion } from './deletion.js';
import { Expiry } from './expiry.js';
import { Housekeeping } from './housekeeping.js';
import { Pulling } from './pull.js';
import { Serving } from './serve.js';
import { AttachmentStoreModule } from './store.module.js';
import { Verdicts } from './verdicts.js';
import { Verification } from './verify.js';

/** Pulls, verifies, serves and deletes attachments; what that means for a message is settled with the message. */
@Module({
  imports: [
    AttachmentStoreModule,
    BusModule,
    LedgerModule,
    PublishingModule,
    QuarantineModule,
    RegisterModule,
    SettlingModule,
    StatementsModule,
  ],
  providers: [Deletion, Expiry, Housekeeping, Pulling, Serving, Verdicts, Verification],
  exports: [AttachmentStoreModule, Deletion, Pulling, Serving, Verification],
})
export class AttachmentsModule {}
