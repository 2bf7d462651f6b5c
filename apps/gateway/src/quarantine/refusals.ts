import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { INTERNAL, Ledger } from '../ledger/ledger.js';

/** What a bound kept us from: keeping a delivery, letting a message wait, answering a request. */
export type Refusal = 'quarantine' | 'held' | 'waiting' | 'asked';

/** One entry in ledger and log reports that a bound is reached; the counter has the rest. */
const TOLD_EVERY_HOURS = 24;

/** Counts what was refused because a bound was reached. A row for each node and bound, however much is refused. */
@Injectable()
export class Refusals {
  private readonly logger = new Logger('Bounds');

  constructor(private readonly ledger: Ledger) {}

  async count(tx: EntityManager, node: string, what: Refusal, at: Date): Promise<void> {
    const [counted]: [{ told: boolean }] = await tx.query(
      `WITH before AS (SELECT told_at FROM refused WHERE node = $1 AND what = $2)
       INSERT INTO refused AS r (node, what, times, last_at, told_at) VALUES ($1, $2, 1, $3, $3)
       ON CONFLICT (node, what) DO UPDATE SET times = r.times + 1, last_at = EXCLUDED.last_at,
         told_at = CASE WHEN r.told_at < EXCLUDED.last_at - make_interval(hours => $4) THEN EXCLUDED.last_at ELSE r.told_at END
       RETURNING told_at IS DISTINCT FROM (SELECT told_at FROM before) AS told`,
      [node, what, at, TOLD_EVERY_HOURS],
    );
    if (!counted.told) return;
    this.logger.warn(
      `the bound of what is ${what} of the node "${node}" is reached: further deliveries are counted, not kept`,
    );
    await this.ledger.append(tx, at, [
      {
        authority: null,
        log: INTERNAL,
        kind: 'administration',
        content: { act: 'bound-reached', node, what },
      },
    ]);
  }
}
