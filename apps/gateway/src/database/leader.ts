import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { messageOf } from '#core';
import { isDatabaseAway, Repeating } from '#service';
import { DataSource, type QueryRunner } from 'typeorm';

const LEADER_LOCK = 0x6c656164;
const CHECK_MS = 2_000;

/** One leader among a node's replicas: the holder of an advisory lock, which the server frees when the session ends. */
@Injectable()
export class Leader implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Leader');
  private session: QueryRunner | undefined;
  private readonly repeating = new Repeating(CHECK_MS, () => this.check(), this.logger);
  isLeader = false;

  constructor(@InjectDataSource() private readonly database: DataSource) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.check();
    this.repeating.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.repeating.stop();
    await this.resign();
  }

  /** Holds the lock or tries to get it; a lost session is a lost lock. */
  private async check(): Promise<void> {
    try {
      this.session ??= this.database.createQueryRunner();
      // A session that has it would get it again and again, each time to be freed once more: it only shows that it lives.
      const held = this.isLeader
        ? (await this.session.query('SELECT 1'), true)
        : await this.tryLock(this.session);
      if (held && !this.isLeader) this.logger.log('this replica leads: it relays and runs the periodic work');
      this.isLeader = held;
    } catch (thrown) {
      if (this.isLeader) this.logger.warn(`leadership lost: ${messageOf(thrown)}`);
      else if (!isDatabaseAway(thrown)) this.logger.warn(`no leadership: ${messageOf(thrown)}`);
      await this.resign();
    }
  }

  /** A session goes back to the pool alive: without unlocking it would keep the lock from everybody, itself included. */
  private async resign(): Promise<void> {
    this.isLeader = false;
    const session = this.session;
    this.session = undefined;
    await session?.query('SELECT pg_advisory_unlock_all()').catch(() => undefined);
    await session?.release().catch(() => undefined);
  }

  private async tryLock(session: QueryRunner): Promise<boolean> {
    const [row] = (await session.query('SELECT pg_try_advisory_lock($1::bigint) AS held', [
      LEADER_LOCK,
    ])) as unknown as { held: boolean }[];
    return row?.held === true;
  }
}
