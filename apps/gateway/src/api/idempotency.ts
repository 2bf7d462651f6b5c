import { createHash } from 'node:crypto';
import {
  createParamDecorator,
  type ExecutionContext,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { canonicalBytes, type Json, ValiseError } from '#core';
import { type Principal, Repeating } from '#service';
import type { Request } from 'express';
import { DataSource, type EntityManager } from 'typeorm';
import { Leader } from '../database/leader.js';

/** Longer than a caller retries, weekends included; kept forever they would fill the disk. */
const KEPT_HOURS = 48;
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

interface KeptAnswer<Answer> {
  readonly request_sha256: string;
  readonly response: Answer;
}

/** Runs a request's effect once: its key is committed with it, and a repeated key gets the same answer. */
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

  /** @throws ValiseError IDEMPOTENCY_MISMATCH where the key was used for another request */
  once<Answer>(
    caller: Principal,
    key: string | undefined,
    request: unknown,
    effect: (tx: EntityManager) => Promise<Answer>,
  ): Promise<Answer> {
    return this.database.transaction(async (tx) => {
      if (key === undefined) return effect(tx);
      const hash = createHash('sha256').update(canonicalBytes(request)).digest('hex');
      // Two at once: the second waits for the first one's commit.
      await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`${caller.tokenId} ${key}`]);
      const [known]: KeptAnswer<Answer>[] = await tx.query(
        'SELECT request_sha256, response FROM idempotency_key WHERE token_id = $1 AND key = $2 AND created_at > now() - make_interval(hours => $3)',
        [caller.tokenId, key, KEPT_HOURS],
      );
      if (known && known.request_sha256 !== hash)
        throw new ValiseError('IDEMPOTENCY_MISMATCH', 'this Idempotency-Key was used for another request', {
          path: 'Idempotency-Key',
          remedy: 'use a new key',
        });
      if (known) return known.response;
      const answer = await effect(tx);
      await tx.query(
        `INSERT INTO idempotency_key (token_id, key, request_sha256, response, created_at) VALUES ($1, $2, $3, $4, now())
         ON CONFLICT (token_id, key) DO UPDATE SET request_sha256 = $3, response = $4, created_at = now()`,
        [caller.tokenId, key, hash, JSON.stringify(answer as Json)],
      );
      return answer;
    });
  }

  private async removeEnded(): Promise<void> {
    if (!this.leader.isLeader) return;
    await this.database.query(
      `DELETE FROM idempotency_key WHERE (token_id, key) IN (
         SELECT token_id, key FROM idempotency_key WHERE created_at <= now() - make_interval(hours => $1) LIMIT $2)`,
      [KEPT_HOURS, BATCH_MAX],
    );
  }
}
