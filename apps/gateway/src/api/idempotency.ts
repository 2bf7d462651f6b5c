import { createHash } from 'node:crypto';
import { createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { canonicalBytes, type Json, ValiseError } from '#core';
import type { Principal } from '#service';
import type { Request } from 'express';
import { DataSource, type EntityManager } from 'typeorm';

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

/** Runs a request's effect once: its key is committed with it, and whoever sends the key again gets the same answer. */
@Injectable()
export class Idempotency {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

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
        'SELECT request_sha256, response FROM idempotency_key WHERE token_id = $1 AND key = $2',
        [caller.tokenId, key],
      );
      if (known && known.request_sha256 !== hash)
        throw new ValiseError('IDEMPOTENCY_MISMATCH', 'this Idempotency-Key was used for another request', {
          path: 'Idempotency-Key',
          remedy: 'use a new key',
        });
      if (known) return known.response;
      const answer = await effect(tx);
      await tx.query(
        'INSERT INTO idempotency_key (token_id, key, request_sha256, response, created_at) VALUES ($1, $2, $3, $4, now())',
        [caller.tokenId, key, hash, JSON.stringify(answer as Json)],
      );
      return answer;
    });
  }
}
