import { createHash } from 'node:crypto';
import { type ExecutionContext, Injectable, createParamDecorator } from '@nestjs/common';
import { ValiseError, canonicalBytes } from '#core';
import type { Request } from 'express';
import type { EntityManager } from 'typeorm';

const KEY = /^[\x21-\x7e]{1,128}$/;

/** The `Idempotency-Key` header: a request repeated with the same key has one effect and one answer. */
export const IdempotencyKey = createParamDecorator(
  (_: unknown, context: ExecutionContext): string | undefined => {
    const key = context.switchToHttp().getRequest<Request>().header('idempotency-key');
    if (key === undefined || KEY.test(key)) return key;
    throw new ValiseError('INPUT_INVALID', 'Idempotency-Key: must be 1 to 128 printable characters', {
      path: 'Idempotency-Key',
    });
  },
);

export interface Repeatable {
  readonly tokenId: string;
  readonly key: string | undefined;
  /** What was asked, for telling a repetition from another request under the same key. */
  readonly request: unknown;
}

@Injectable()
export class Idempotency {
  /**
   * Does the work once per caller and key, in the caller's own transaction. A simultaneous second request waits
   * for the first at the primary key.
   *
   * @throws ValiseError IDEMPOTENCY_MISMATCH where the key was used for another request
   */
  async once<Answer>(
    manager: EntityManager,
    { tokenId, key, request }: Repeatable,
    work: () => Promise<Answer>,
  ): Promise<Answer> {
    if (key === undefined) return work();
    const sha256 = createHash('sha256').update(canonicalBytes(request)).digest('hex');
    const inserted: unknown[] = await manager.query(
      `INSERT INTO idempotency (token_id, key, request_sha256, at) VALUES ($1, $2, $3, now())
       ON CONFLICT DO NOTHING RETURNING key`,
      [tokenId, key, sha256],
    );
    if (inserted.length === 0) return this.answered<Answer>(manager, tokenId, key, sha256);
    const answer = await work();
    await manager.query('UPDATE idempotency SET answer = $3 WHERE token_id = $1 AND key = $2', [
      tokenId,
      key,
      JSON.stringify(answer),
    ]);
    return answer;
  }

  private async answered<Answer>(manager: EntityManager, tokenId: string, key: string, sha256: string) {
    const [row]: { request_sha256: string; answer: Answer }[] = await manager.query(
      'SELECT request_sha256, answer FROM idempotency WHERE token_id = $1 AND key = $2',
      [tokenId, key],
    );
    if (row?.request_sha256 !== sha256)
      throw new ValiseError('IDEMPOTENCY_MISMATCH', 'this Idempotency-Key was used for another request', {
        remedy: 'use a new key for a new request',
      });
    return row.answer;
  }
}
