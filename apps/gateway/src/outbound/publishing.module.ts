import { Module } from '@nestjs/common';
import { AttachmentStoreModule } from '../attachments/store.module.js';
import { BusModule } from '../bus/bus.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { RegisterModule } from '../register/register.module.js';
import { SettlingModule } from '../settling/settling.module.js';
import { Publishing } from './publishing.js';

/** Signing, encrypting and publishing, for all that leaves. */
@Module({
  imports: [AttachmentStoreModule, BusModule, IdentityModule, RegisterModule, SettlingModule],
  providers: [Publishing],
  exports: [Publishing],
})
export class PublishingModule {}
