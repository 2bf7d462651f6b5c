import type { EntityManager } from 'typeorm';
import { PLACE } from '../rows/keys.js';
import { splitKey } from '../rows/keyed.js';

/** What an attachment must know of the message that names it. */
export interface MessageFacts {
  readonly id: string;
  readonly D: string;
  readonly status: string;
}

/** @param key of a numbered message, as attachments name it */
export async function messageFacts(tx: EntityManager, key: string): Promise<MessageFacts> {
  const rows: MessageFacts[] = await tx.query(
    `SELECT m.id, m.d AS "D", s.status
     FROM message m JOIN message_state s USING (own, peer, direction, ep, n)
     WHERE m.own = $1 AND m.peer = $2 AND m.direction = $3 AND m.ep = $4 AND m.n = $5`,
    [...(splitKey(PLACE, key) ?? [])],
  );
  const [facts] = rows;
  if (!facts) throw new Error(`an attachment names the message ${key}, which is not on record`);
  return facts;
}
