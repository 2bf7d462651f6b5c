import type { Changes } from '#exchange';
import { arraysOf, unnested } from '../rows/keyed.js';
import type { Beside } from '../rows/settling.js';

/** Bytes of deliveries by their SHA-256 (hex), of those that may have to be kept. */
export type Bodies = ReadonlyMap<string, Buffer>;

const COLUMNS = [
  { name: 'sha256', type: 'text' },
  { name: 'body', type: 'bytea' },
] as const;
/** One that is there is kept for longer: what removes bodies that no row names leaves young ones alone. */
const INSERT = `INSERT INTO delivery_body (sha256, body, at) SELECT v.sha256, v.body, now() FROM ${unnested(COLUMNS)} AS v (sha256, body)
  ON CONFLICT (sha256) DO UPDATE SET at = now()`;

/** Keeps the bytes of what a settlement holds or puts into quarantine, in its transaction. */
export function bodiesOf(bodies: Bodies): Beside<{ readonly changes: Changes }> {
  return {
    after: ({ changes }) => {
      const named = [...(changes.held?.values() ?? []), ...(changes.quarantine?.values() ?? [])].flatMap(
        (row) => row?.body?.sha256 ?? [],
      );
      const kept = [...new Set(named)].flatMap((sha256) => {
        const body = bodies.get(sha256);
        return body ? [[sha256, body]] : [];
      });
      if (kept.length === 0) return [];
      return [{ name: 'bodies insert', text: INSERT, values: arraysOf(COLUMNS, kept) }];
    },
  };
}
