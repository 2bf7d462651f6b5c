import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { messageOf } from '#core';
import { DataSource, type QueryRunner } from 'typeorm';

const LEADER_LOCK = 0x6c656164;
const CHECK_MS = 2_000;

/** One leader among a node's replicas: whoever holds an advisory lock, which the server frees when the session ends. */
@Injectable()
export class Leader implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Leader');
  private session: QueryRunner | undefined;
  private timer: NodeJS.Timeout | undefined;
  private checking: Promise<void> | undefined;
  isLeader = false;

  constructor(@InjectDataSource() private readonly database: DataSource) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.check();
    this.timer = setInterval(() => {
      this.checking ??= this.check().finally(() => {
        this.checking = undefined;
      });
    }, CHECK_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.checking;
    this.isLeader = false;
    await this.session?.release().catch(() => undefined);
  }

  /** Holds the lock or tries to get it; a lost session is a lost lock. */
  private async check(): Promise<void> {
    try {
      this.session ??= this.database.createQueryRunner();
      const [row] = (await this.session.query(
        `SELECT CASE WHEN EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND pid = pg_backend_pid() AND granted)
                THEN true ELSE pg_try_advisory_lock($1) END AS held`,
        [LEADER_LOCK],
      )) as { held: boolean }[];
      if (row?.held === true && !this.isLeader) this.logger.log('this replica relays and keeps the clocks');
      this.isLeader = row?.held === true;
    } catch (thrown) {
      if (this.isLeader) this.logger.warn(`leadership lost: ${messageOf(thrown)}`);
      this.isLeader = false;
      await this.session?.release().catch(() => undefined);
      this.session = undefined;
    }
  }
}
