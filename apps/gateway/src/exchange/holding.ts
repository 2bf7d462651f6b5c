import type { ErrorCode } from '#core';
import type { EntityManager } from 'typeorm';
import { storable } from '../quarantine/quarantine.js';
import type { BusArrival } from './arrival.js';
import { Held } from './entities.js';

const RETRY_SECONDS = 5;

/** Puts a delivery aside that a newer book, a certificate or the statement of an epoch will let us judge. */
export async function hold(
  tx: EntityManager,
  { exchange, queue, from: fromNode, body }: BusArrival,
  code: ErrorCode,
  detail: string,
  at: Date,
): Promise<void> {
  const nextAttemptAt = new Date(at.getTime() + RETRY_SECONDS * 1000);
  await tx.insert(Held, {
    at,
    exchange,
    queue,
    fromNode,
    code,
    detail: storable(detail),
    body,
    attempts: 0,
    nextAttemptAt,
  });
}
