import { Injectable } from '@nestjs/common';
import type { ErrorCode } from '#core';
import type { EntityManager } from 'typeorm';
import { Quarantine, storable } from '../quarantine/quarantine.js';
import type { BusArrival } from './arrival.js';
import { Held } from './entities.js';

const RETRY_SECONDS = 5;
const RETRY_SECONDS_MAX = 600;
/** A day of trying: a certificate, a book or an epoch's statement that has not come by then needs a person. */
const ATTEMPTS_MAX = 150;
/** Of one node: its messages come again as long as nobody receipts them, so that more need not lie here. */
const HELD_MAX = 2_000;

/** When what was held so often is tried again, in milliseconds from now. */
export function pauseBefore(attempts: number): number {
  return 1000 * Math.min(RETRY_SECONDS * 2 ** Math.min(attempts, 10), RETRY_SECONDS_MAX);
}

/** Deliveries that a newer book, a certificate or the statement of an epoch will let us judge. */
@Injectable()
export class Holding {
  constructor(private readonly quarantine: Quarantine) {}

  /** @param d the message's identity, where it is known: the same one is held once */
  async hold(
    tx: EntityManager,
    arrival: BusArrival,
    reason: { readonly code: ErrorCode; readonly detail: string; readonly d?: string },
    at: Date,
  ): Promise<void> {
    const { exchange, queue, from: fromNode, body, attempts = 0 } = arrival;
    const { code, detail, d = null } = reason;
    if (attempts > ATTEMPTS_MAX || (await tx.countBy(Held, { fromNode })) >= HELD_MAX) {
      await this.quarantine.put(tx, at, arrival, { code, detail });
      return;
    }
    const nextAttemptAt = new Date(at.getTime() + pauseBefore(attempts));
    await tx
      .createQueryBuilder()
      .insert()
      .into(Held)
      .values({
        at,
        exchange,
        queue,
        fromNode,
        code,
        detail: storable(detail),
        d,
        body,
        attempts,
        nextAttemptAt,
      })
      .orIgnore()
      .execute();
  }
}
