import { Module } from '@nestjs/common';
import { AttachmentStoreModule } from '../attachments/store.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { RegisterModule } from '../register/register.module.js';
import { SettlingModule } from '../settling/settling.module.js';
import { ClaimsHousekeeping } from './claims-housekeeping.js';
import { DraftRows } from './draft-rows.js';
import { Drafts } from './drafts.js';
import { PublishingModule } from './publishing.module.js';
import { Relay } from './relay.js';
import { Sending } from './sending.js';

/** The way out: drafts, sends that share a transaction, and the relay of what is due. */
@Module({
  imports: [
    AttachmentStoreModule,
    IdentityModule,
    LedgerModule,
    PublishingModule,
    RegisterModule,
    SettlingModule,
  ],
  providers: [ClaimsHousekeeping, DraftRows, Drafts, Relay, Sending],
  exports: [Drafts, PublishingModule, Relay],
})
export class OutboundModule {}
