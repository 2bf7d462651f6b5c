import { Module } from '@nestjs/common';
import { PublishingModule } from '../outbound/publishing.module.js';
import { SettlingModule } from '../settling/settling.module.js';
import { Telling } from './telling.js';

/** What counterparts are told of our logs. */
@Module({ imports: [PublishingModule, SettlingModule], providers: [Telling], exports: [Telling] })
export class StatementsModule {}
