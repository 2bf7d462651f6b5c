import { Module } from '@nestjs/common';
import { AttachmentStore } from './store.js';

/** Where attachments lie. What publishes messages needs it for their keys, so it imports nothing of the exchange. */
@Module({ providers: [AttachmentStore], exports: [AttachmentStore] })
export class AttachmentStoreModule {}
