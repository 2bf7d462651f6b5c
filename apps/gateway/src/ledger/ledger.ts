import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Json } from '#core';
import type { EntityManager } from 'typeorm';

export interface LedgerEntry {
  /** Of ours, whose auditors may read it; null for what concerns the node as a whole, or may concern several. */
  readonly authority: string | null;
  readonly kind: 'message-refused' | 'access' | 'administration' | 'unread';
  readonly content: Json;
}

/**
 * Queues entries for an internal log, in the transaction of what they record: there is no effect without its entry, and no entry without
 * its effect. The leader gives them their places in the log.
 */
@Injectable()
export class Ledger {
  async append(tx: EntityManager, at: Date, entries: readonly LedgerEntry[]): Promise<void> {
    if (entries.length === 0) return;
    await tx.query(
      `INSERT INTO internal_queue (key, own, kind, content, at)
       SELECT v.key, v.own, v.kind, v.content, $5 FROM unnest($1::text[], $2::text[], $3::text[], $4::jsonb[]) AS v (key, own, kind, content)`,
      [
        entries.map(() => randomBytes(16).toString('base64url')),
        entries.map(({ authority }) => authority ?? ''),
        entries.map(({ kind }) => kind),
        entries.map(({ content }) => JSON.stringify(content)),
        at,
      ],
    );
  }
}
