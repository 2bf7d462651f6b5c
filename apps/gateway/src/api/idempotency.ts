import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ValiseError } from '#core';
import type { Request } from 'express';

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
