import type { OutboxRow, StatementType } from '#exchange';
import { bool, instant, int4, int8, json, text } from './fields.js';
import { keyed, type Stored } from './keyed.js';
import { KEY, MUTABLE } from './keys.js';

/** Messages and statements in one table, so that the relay takes them in one order. */
const flatOutbox = keyed<'outbox', FlatOutbox>(
  'outbox',
  KEY,
  {
    kind: text(),
    own: text(),
    peer: text(),
    message: text(),
    once: bool(),
    typ: text(),
    content: json(),
    dueAt: instant(),
    until: int8(),
    asks: int4(),
  },
  MUTABLE,
);
interface FlatOutbox {
  readonly kind: OutboxRow['kind'];
  readonly own: string;
  readonly peer: string;
  readonly message: string | null;
  readonly once: boolean | null;
  readonly typ: StatementType | null;
  readonly content: object | null;
  readonly dueAt: number;
  readonly until: number | null;
  readonly asks: number | null;
}
export const outbox: Stored<'outbox'> = {
  ...flatOutbox,
  loaded: (keys, records) =>
    new Map([...flatOutbox.loaded(keys, records)].map(([key, row]) => [key, outboxRow(row)])),
  write: (changes) =>
    flatOutbox.write(
      changes.map(({ key, before, after }) => ({
        key,
        before: before && flat(before),
        after: after && flat(after),
      })),
    ),
};

function flat(row: OutboxRow): FlatOutbox {
  if (row.kind === 'statement')
    return { ...row, message: null, once: null, until: row.until ?? null, asks: row.asks ?? null };
  const [own = '', peer = ''] = row.message.split(' ');
  return { ...row, own, peer, typ: null, content: null, until: null, asks: row.asks ?? null };
}

function outboxRow({
  kind,
  own,
  peer,
  message,
  once,
  typ,
  content,
  dueAt,
  until,
  asks,
}: FlatOutbox): OutboxRow {
  if (kind === 'message' && message !== null && once !== null)
    return { kind, message, once, dueAt, ...(asks !== null && { asks }) };
  if (kind === 'statement' && typ && content)
    return {
      kind,
      own,
      peer,
      typ,
      content,
      dueAt,
      ...(until !== null && { until }),
      ...(asks !== null && { asks }),
    };
  throw new Error(`a row of the outbox is neither a message nor a statement: ${kind}`);
}
