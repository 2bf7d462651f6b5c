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
      // A session that has it would get it again and again, each time to be freed once more: it only shows that it lives.
      const held = this.isLeader
        ? (await this.session.query('SELECT 1'), true)
        : await this.tryLock(this.session);
      if (held && !this.isLeader) this.logger.log('this replica relays and keeps the clocks');
      this.isLeader = held;
    } catch (thrown) {
      this.logger.warn(`${this.isLeader ? 'leadership lost' : 'no leadership'}: ${messageOf(thrown)}`);
      this.isLeader = false;
      await this.session?.release().catch(() => undefined);
      this.session = undefined;
    }
  }

  private async tryLock(session: QueryRunner): Promise<boolean> {
    const [row] = (await session.query('SELECT pg_try_advisory_lock($1::bigint) AS held', [
      LEADER_LOCK,
    ])) as unknown as { held: boolean }[];
    return row?.held === true;
  }
}
