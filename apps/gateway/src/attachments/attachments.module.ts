import { Global, Module } from '@nestjs/common';
import { Housekeeping } from './housekeeping.js';
import { AttachmentStore } from './store.js';

/** Where attachments lie. Pulling, verifying and serving them is part of the exchange. */
@Global()
@Module({ providers: [AttachmentStore, Housekeeping], exports: [AttachmentStore] })
export class AttachmentsModule {}
