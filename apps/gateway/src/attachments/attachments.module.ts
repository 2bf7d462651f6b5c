import { Global, Module } from '@nestjs/common';
import { Deletion } from './deletion.js';
import { Housekeeping } from './housekeeping.js';
import { AttachmentStore } from './store.js';

/** Where attachments lie. Pulling, verifying and serving them is part of the exchange. */
@Global()
@Module({ providers: [AttachmentStore, Deletion, Housekeeping], exports: [AttachmentStore, Deletion] })
export class AttachmentsModule {}
