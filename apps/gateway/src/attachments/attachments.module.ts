import { Global, Module } from '@nestjs/common';
import { AttachmentStore } from './store.js';

/** Where attachments lie. Pulling and serving them is part of the exchange. */
@Global()
@Module({ providers: [AttachmentStore], exports: [AttachmentStore] })
export class AttachmentsModule {}
