import { ValiseError } from '#core';
import type { ArrivalRow } from '#exchange';
import {
  arraysOf,
  type KeyColumn,
  names,
  rowsOf,
  splitKey,
  type Stored,
  storedKeys,
  unnested,
} from './keyed.js';
import { PAIR, WRITTEN_ONCE } from './keys.js';

/** One message may come under an identifier in several forms, each a record. They are only ever added. */
const ARRIVAL: readonly KeyColumn[] = [...PAIR, { name: 'id', type: 'uuid' }];
const SEEN = [
  ...ARRIVAL,
  { name: 'd', type: 'text' },
  { name: 'ep', type: 'int4' },
  { name: 'n', type: 'int8' },
  { name: 'log', type: 'int4' },
  { name: 'leaf', type: 'int8' },
] as const;
export const arrival: Stored<'arrival'> = {
  ...WRITTEN_ONCE,
  load: (keys) => ({
    name: 'arrival load',
    text: `SELECT v.at AS "#", t.d, t.ep, t.n, t.log, t.leaf
      FROM ${unnested(ARRIVAL, 'WITH ORDINALITY')} AS v (${names(ARRIVAL)}, at)
      JOIN arrival t ON t.own = v.own AND t.peer = v.peer AND t.id = v.id ORDER BY v.at, t.log, t.leaf`,
    values: arraysOf(ARRIVAL, rowsOf(ARRIVAL, keys)),
  }),
  loaded: (keys, records) => {
    const rows = new Map<string, { seen: ArrivalRow['seen'][number][] }>();
    for (const { '#': at, d, ...place } of records) {
      const key = storedKeys(ARRIVAL, keys)[Number(at) - 1] ?? '';
      const row = rows.get(key) ?? { seen: [] };
      row.seen.push({ D: d, ...place } as unknown as ArrivalRow['seen'][number]);
      rows.set(key, row);
    }
    return rows;
  },
  write: (changes) => {
    const added = changes.flatMap(({ key, before, after }) =>
      (after?.seen ?? []).slice(before?.seen.length ?? 0).map(({ D, ep, n, log, leaf }) => {
        const values = splitKey(ARRIVAL, key);
        if (!values) throw new ValiseError('INPUT_INVALID', `no arrival can be under the key ${key}`);
        return [...values, D, ep, n, log, leaf];
      }),
    );
    if (added.length === 0) return [];
    const insert = `INSERT INTO arrival (${names(SEEN)}) SELECT * FROM ${unnested(SEEN)}`;
    return [{ name: 'arrival insert', text: insert, values: arraysOf(SEEN, added), rows: added.length }];
  },
};
