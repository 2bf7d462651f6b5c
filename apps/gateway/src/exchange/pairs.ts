import type { EntityManager } from 'typeorm';
import { Gap, Pair } from './entities.js';

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

/** A locked pair, and whether numbers are missing in what came in: where none are, nobody needs to look for them. */
export interface LockedPair extends Pair {
  gaps: boolean;
}

/** Several at once, in one order for everybody, so that nobody waits for another in a circle. */
export async function lockPairs(
  tx: EntityManager,
  pairs: Iterable<{ own: string; peer: string }>,
): Promise<Map<string, LockedPair>> {
  const wanted = new Map([...pairs].map((pair) => [pairKey(pair.own, pair.peer), pair]));
  const locked = new Map<string, LockedPair>();
  for (const [key, { own, peer }] of [...wanted].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const pair = await lockPair(tx, own, peer);
    locked.set(key, Object.assign(pair, { gaps: await tx.existsBy(Gap, { own, peer }) }));
  }
  return locked;
}

export const pairKey = (own: string, peer: string): string => `${own} ${peer}`;
