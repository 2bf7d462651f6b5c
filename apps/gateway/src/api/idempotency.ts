import {
  createParamDecorator,
  type ExecutionContext,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { ValiseError } from '#core';
import { Repeating } from '#service';
import type { Request } from 'express';
import { DataSource } from 'typeorm';
import { Leader } from '../database/leader.js';
import { CLAIMS_KEPT_HOURS } from '../outbound/claims.js';

const TURN_MS = 5_000;
/** Ended keys that are removed in one turn. */
const BATCH_MAX = 1_000;
const KEY = /^[\x21-\x7e]{1,128}$/;

/** The header Idempotency-Key (draft-ietf-httpapi-idempotency-key-header), where the caller sent one. */
export const IdempotencyKey = createParamDecorator(
  (_: unknown, context: ExecutionContext): string | undefined => {
    const header = context.switchToHttp().getRequest<Request>().headers['idempotency-key'];
    if (header === undefined) return undefined;
    if (typeof header !== 'string' || !KEY.test(header))
      throw new ValiseError('INPUT_INVALID', 'Idempotency-Key: 1 to 128 printable characters', {
        path: 'Idempotency-Key',
      });
    return header;
  },
);

/** Removes ended keys; what they stand for is claimed with its effect (outbound/claims.ts). */
@Injectable()
export class Idempotency implements OnApplicationBootstrap, OnApplicationShutdown {
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
