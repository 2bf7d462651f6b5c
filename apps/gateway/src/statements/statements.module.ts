import { Module } from '@nestjs/common';
import { PublishingModule } from '../outbound/publishing.module.js';
import { SettlingModule } from '../settling/settling.module.js';
import { Telling } from './telling.js';

/** Tells counterparts what is in our logs. */
@Module({ imports: [PublishingModule, SettlingModule], providers: [Telling], exports: [Telling] })
export class StatementsModule {}
