import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { ErrorCode } from '#core';
import type { EntityManager } from 'typeorm';
import { CONFIGURATION, type Configuration } from '../configuration.js';
import { Refusals } from '../quarantine/refusals.js';
import { detailOf, Quarantine } from '../quarantine/quarantine.js';
import type { BusArrival } from './arrival.js';
import { Held } from './entities.js';

const RETRY_SECONDS = 5;
const RETRY_SECONDS_MAX = 600;
/** A day of retries: if a certificate, a book or an epoch's statement has not arrived by then, a person must act. */
const ATTEMPTS_MAX = 150;

/** When what was held so often is tried again, in milliseconds from now. */
export function pauseBefore(attempts: number): number {
  return 1000 * Math.min(RETRY_SECONDS * 2 ** Math.min(attempts, 10), RETRY_SECONDS_MAX);
}

/**
 * Deliveries that a newer book, a certificate or the statement of an epoch will let us judge. Anybody can send such
 * deliveries, even without a listed certificate, so the configuration bounds what is held of each sending node.
 * Deliveries beyond that are counted and dropped. Nothing is lost: messages are sent again until they are receipted,
 * and statements with them.
 */
@Injectable()
export class Holding {
  constructor(
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    private readonly quarantine: Quarantine,
    private readonly refusals: Refusals,
  ) {}

  /** @param d the message's identity, where it is known: the same one is held once */
  async hold(
    tx: EntityManager,
    arrival: BusArrival,
    reason: { readonly code: ErrorCode; readonly detail: string; readonly d?: string },
    at: Date,
  ): Promise<void> {
    const { exchange, queue, from: fromNode, body, attempts = 0 } = arrival;
    const { code, detail, d = null } = reason;
    if (attempts > ATTEMPTS_MAX) {
      await this.quarantine.put(tx, at, arrival, { code, detail });
      return;
    }
    const sha256 = createHash('sha256').update(body).digest('hex');
    if (!(await this.hasRoom(tx, fromNode, body.length))) {
      if (!(await tx.existsBy(Held, { fromNode, sha256 })))
        await this.refusals.count(tx, fromNode, 'held', at);
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
        detail: detailOf(detail),
        d,
        body,
        sha256,
        bytes: body.length,
        attempts,
        nextAttemptAt,
      })
      .orIgnore()
      .execute();
  }

  private async hasRoom(tx: EntityManager, node: string, bytes: number): Promise<boolean> {
    const { nodeRowsMax, nodeBytesMax } = this.configuration.bounds;
    const [kept]: [{ rows: string; bytes: string }] = await tx.query(
      'SELECT count(*) AS rows, coalesce(sum(bytes), 0) AS bytes FROM held WHERE from_node = $1',
      [node],
    );
    return Number(kept.rows) < nodeRowsMax && Number(kept.bytes) + bytes <= nodeBytesMax;
  }
}
