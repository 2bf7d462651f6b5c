import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Repeating } from '#service';
import { DataSource } from 'typeorm';
import { Leader } from '../database/leader.js';
import { CLAIMS_KEPT_HOURS } from './claims.js';

const TURN_MS = 5_000;
/** Ended keys that are removed in one turn. */
const BATCH_MAX = 1_000;

/** Removes Idempotency-Keys that no caller repeats any more. */
@Injectable()
export class ClaimsHousekeeping implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly repeating = new Repeating(TURN_MS, () => this.removeEnded(), new Logger('Idempotency'));

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly leader: Leader,
  ) {}

  onApplicationBootstrap(): void {
    this.repeating.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.repeating.stop();
  }

  private async removeEnded(): Promise<void> {
    if (!this.leader.isLeader) return;
    await this.database.query(
      `DELETE FROM idempotency_key WHERE (token_id, key) IN (
         SELECT token_id, key FROM idempotency_key WHERE created_at <= now() - make_interval(hours => $1) LIMIT $2)`,
      [CLAIMS_KEPT_HOURS, BATCH_MAX],
    );
  }
}
