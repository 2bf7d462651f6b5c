import type { EntityManager } from 'typeorm';
import { Pair } from './entities.js';

/**
 * Locks the place between two authorities until the transaction ends. Everything that a case or a sequence of
 * theirs does happens under this lock, on the way out and on the way in.
 */
export async function lockPair(tx: EntityManager, own: string, peer: string): Promise<Pair> {
  const locked = () => tx.findOne(Pair, { where: { own, peer }, lock: { mode: 'pessimistic_write' } });
  const pair = await locked();
  if (pair) return pair;
  // After a restore the pair may have been there, and the backup not know of it: its sequence begins with a number of its own.
  await tx.query(
    `INSERT INTO pair (own, peer, out_ep) SELECT $1, $2, coalesce(max(ep), 1) FROM restore ON CONFLICT DO NOTHING`,
    [own, peer],
  );
  const created = await locked();
  if (!created) throw new Error(`the pair ${own}, ${peer} cannot be made`);
  return created;
}

/** A locked pair, and whether incoming numbers are missing or messages wait: otherwise there is nothing to look for. */
export interface LockedPair extends Pair {
  gaps: boolean;
  waiting: boolean;
  /** How many of those this transaction has judged. */
  released: number;
  /** Whether another transaction has to go on with those that wait. */
  more: boolean;
}

/** Several at once, always in the same order, so that there are no deadlocks. */
export async function lockPairs(
  tx: EntityManager,
  pairs: Iterable<{ own: string; peer: string }>,
): Promise<Map<string, LockedPair>> {
  const wanted = new Map([...pairs].map((pair) => [pairKey(pair.own, pair.peer), pair]));
  const locked = new Map<string, LockedPair>();
  for (const [key, { own, peer }] of [...wanted].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const pair = await lockPair(tx, own, peer);
    const [open]: [{ gaps: boolean; waiting: boolean }] = await tx.query(
      `SELECT EXISTS (SELECT 1 FROM gap WHERE own = $1 AND peer = $2) AS gaps,
         EXISTS (SELECT 1 FROM message WHERE authority = $1 AND sender = $2 AND direction = 'in' AND status = 'waiting') AS waiting`,
      [own, peer],
    );
    locked.set(key, Object.assign(pair, open, { released: 0, more: false }));
  }
  return locked;
}

export const pairKey = (own: string, peer: string): string => `${own} ${peer}`;
