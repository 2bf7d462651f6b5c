import { type Direction, keyOf } from '#exchange';
import { arraysOf, type KeyColumn, names, rowsOf, type Stored, storedKeys, unnested } from './keyed.js';
import { CASE, DIRECTED, WRITTEN_ONCE } from './keys.js';

/** Where a message is: by its identifier, an index of the messages. */
const IDENTIFIER: readonly KeyColumn[] = [...DIRECTED, { name: 'id', type: 'uuid' }];
export const identifier: Stored<'identifier'> = {
  ...WRITTEN_ONCE,
  load: (keys) => ({
    name: 'identifier load',
    text: `SELECT v.at AS "#", t.own, t.peer, t.direction, t.ep, t.n
      FROM ${unnested(IDENTIFIER, 'WITH ORDINALITY')} AS v (${names(IDENTIFIER)}, at)
      JOIN message t ON t.own = v.own AND t.peer = v.peer AND t.direction = v.direction AND t.id = v.id`,
    values: arraysOf(IDENTIFIER, rowsOf(IDENTIFIER, keys)),
  }),
  loaded: (keys, records) =>
    new Map(
      records.map((record) => [
        storedKeys(IDENTIFIER, keys)[Number(record['#']) - 1] ?? '',
        { key: placeIn(record) },
      ]),
    ),
  // The message itself has it.
  write: () => [],
};

export const caseMessages: Stored<'caseMessages'> = {
  ...WRITTEN_ONCE,
  load: (keys) => ({
    name: 'messages of cases load',
    text: `SELECT v.at AS "#", t.own, t.peer, t.direction, t.ep, t.n
      FROM ${unnested(CASE, 'WITH ORDINALITY')} AS v (${names(CASE)}, at)
      JOIN message t ON t.own = v.own AND t.case_id = v.id`,
    values: arraysOf(CASE, rowsOf(CASE, keys)),
  }),
  loaded: (keys, records) => {
    const stored = storedKeys(CASE, keys);
    return new Map(
      stored.map((key, index) => [
        key,
        { keys: records.flatMap((record) => (Number(record['#']) - 1 === index ? [placeIn(record)] : [])) },
      ]),
    );
  },
  write: () => {
    throw new Error('the messages of a case are what it has');
  },
};

function placeIn({ own, peer, direction, ep, n }: Readonly<Record<string, unknown>>): string {
  return keyOf.message(String(own), String(peer), direction as Direction, Number(ep), Number(n));
}
