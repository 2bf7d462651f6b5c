import { Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { readSecret } from '#service';
import type pg from 'pg';
import { CONFIGURATION, type Configuration } from '../configuration.js';
import { messagePathPool } from '../rows/pool.js';

/** Sessions of the message path: as many settlements run at once. */
const SESSIONS_MAX = 8;

/** The message path's own sessions: lists and reports cannot keep it waiting. */
@Injectable()
export class PathPool implements OnApplicationShutdown {
  readonly sessions: pg.Pool;

  constructor(@Inject(CONFIGURATION) { database, file }: Configuration) {
    this.sessions = messagePathPool(readSecret(database.url, file), SESSIONS_MAX);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.sessions.end();
  }
}

@Module({ providers: [PathPool], exports: [PathPool] })
export class PathPoolModule {}
