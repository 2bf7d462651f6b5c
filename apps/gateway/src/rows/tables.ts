import {
  type ArrivalRow,
  type Direction,
  keyOf,
  type OutboxRow,
  type StatementType,
  type TableName,
} from '#exchange';
import { bool, bytea, edge, instant, int4, int8, json, text, uuid } from './fields.js';
import {
  arraysOf,
  keyed,
  type KeyColumn,
  names,
  rowsOf,
  splitKey,
  type Stored,
  storedKeys,
  unnested,
} from './keyed.js';

const PAIR: readonly KeyColumn[] = [
  { name: 'own', type: 'text' },
  { name: 'peer', type: 'text' },
];
const DIRECTED: readonly KeyColumn[] = [...PAIR, { name: 'direction', type: 'text' }];
const PLACE: readonly KeyColumn[] = [...DIRECTED, { name: 'ep', type: 'int4' }, { name: 'n', type: 'int8' }];
const LOG: readonly KeyColumn[] = [...PAIR, { name: 'ep', type: 'int4' }];
const IN_LOG: readonly KeyColumn[] = [...LOG, { name: 'side', type: 'text' }];
const IDX: KeyColumn = { name: 'idx', type: 'int8' };
/** The whole key: of tables that are small, or are looked at by no part of it. */
const KEY: readonly KeyColumn[] = [{ name: 'key', type: 'text' }];

const MUTABLE = { isMutable: true } as const;
const WRITTEN_ONCE = { isMutable: false } as const;

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
const arrival: Stored<'arrival'> = {
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
        if (!values) throw new Error(`no arrival can be under the key ${key}`);
        return [...values, D, ep, n, log, leaf];
      }),
    );
    if (added.length === 0) return [];
    const insert = `INSERT INTO arrival (${names(SEEN)}) SELECT * FROM ${unnested(SEEN)}`;
    return [{ name: 'arrival insert', text: insert, values: arraysOf(SEEN, added), rows: added.length }];
  },
};

/** Where a message is: by its identifier, an index of the messages. */
const IDENTIFIER: readonly KeyColumn[] = [...DIRECTED, { name: 'id', type: 'uuid' }];
const identifier: Stored<'identifier'> = {
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

const CASE: readonly KeyColumn[] = [
  { name: 'own', type: 'text' },
  { name: 'id', type: 'uuid' },
];
const caseMessages: Stored<'caseMessages'> = {
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
}
const outbox: Stored<'outbox'> = {
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
  if (row.kind === 'statement') return { ...row, message: null, once: null };
  const [own = '', peer = ''] = row.message.split(' ');
  return { ...row, own, peer, typ: null, content: null };
}

function outboxRow({ kind, own, peer, message, once, typ, content, dueAt }: FlatOutbox): OutboxRow {
  if (kind === 'message' && message !== null && once !== null) return { kind, message, once, dueAt };
  if (kind === 'statement' && typ && content) return { kind, own, peer, typ, content, dueAt };
  throw new Error(`a row of the outbox is neither a message nor a statement: ${kind}`);
}

/**
 * The core's tables in PostgreSQL. Their order is that in which rows are locked: two transactions that lock in one order
 * cannot wait for each other.
 */
export const TABLES: { readonly [T in TableName]: Stored<T> } = {
  pair: keyed(
    'pair',
    PAIR,
    {
      own: text(),
      peer: text(),
      outEp: int4(),
      outN: int8(),
      outD: text(),
      outTotal: int8(),
      inEp: int4(),
      inN: int8(),
      inD: text(),
      inTotal: int8(),
      gaps: json(),
      waiting: json(),
      log: edge,
      receiptedTo: int8(),
      duplicates: int8(),
    },
    MUTABLE,
  ),
  mirror: keyed(
    'mirror',
    LOG,
    { edge, checkpoint: json(), heldAt: text(), sent: json(), stopped: text(), seenAmiss: text() },
    MUTABLE,
  ),
  state: keyed(
    'message_state',
    PLACE,
    {
      status: text(),
      storedAt: instant(),
      acceptedAt: instant(),
      rejection: json(),
      decision: json(),
      registerMark: text(),
    },
    MUTABLE,
  ),
  case: keyed(
    'exchange_case',
    CASE,
    {
      own: text(),
      id: uuid(),
      counterpart: text(),
      instrument: text(),
      state: json(),
      openedAt: instant(),
      updatedAt: instant(),
    },
    MUTABLE,
  ),
  attachment: keyed(
    'attachment',
    [
      { name: 'own', type: 'text' },
      { name: 'direction', type: 'text' },
      { name: 'id', type: 'uuid' },
    ],
    {
      own: text(),
      direction: text(),
      id: uuid(),
      peer: text(),
      message: text(),
      status: text(),
      name: text(),
      mediaType: text(),
      bytes: int8(),
      sha256: text(),
      key: text(),
      failure: text(),
    },
    MUTABLE,
  ),
  attachmentUse: keyed('attachment_use', PAIR, { files: int8(), bytes: int8() }, MUTABLE),
  outbox,
  epoch: keyed(
    'epoch',
    [...DIRECTED, { name: 'ep', type: 'int4' }],
    { hash: text(), content: json(), answeredAt: instant(), lost: json() },
    MUTABLE,
  ),
  asked: keyed('asked', PAIR, { lately: json() }, MUTABLE),
  deferred: keyed(
    'deferred',
    KEY,
    { own: text(), peer: text(), received: json(), dueAt: instant() },
    MUTABLE,
  ),
  overdue: keyed(
    'overdue',
    KEY,
    { own: text(), peer: text(), id: uuid(), D: text(), ep: int4(), n: int8() },
    MUTABLE,
  ),
  held: keyed(
    'held',
    KEY,
    {
      node: text(),
      code: text(),
      detail: text(),
      D: text(),
      body: json(),
      attempts: int4(),
      nextAttemptAt: instant(),
    },
    MUTABLE,
  ),
  quarantine: keyed(
    'quarantine',
    KEY,
    {
      node: text(),
      code: text(),
      rule: text(),
      detail: text(),
      authority: text(),
      sender: json(),
      message: text(),
      body: json(),
      at: instant(),
      lastAt: instant(),
      times: int8(),
    },
    MUTABLE,
  ),
  nodeUse: keyed(
    'node_use',
    [{ name: 'node', type: 'text' }],
    { heldRows: int8(), heldBytes: int8(), quarantineRows: int8(), quarantineBytes: int8(), refused: json() },
    MUTABLE,
  ),
  message: keyed(
    'message',
    PLACE,
    {
      own: text(),
      peer: text(),
      direction: text(),
      ep: int4(),
      n: int8(),
      id: uuid(),
      caseId: uuid(),
      type: text(),
      instrument: text(),
      level: text(),
      D: text(),
      prev: text(),
      bytes: int8(),
      event: json(),
      decision: json(),
      createdBy: text(),
      createdAt: instant(),
      sentAt: instant(),
      expiresAt: instant(),
      attachments: json(),
    },
    WRITTEN_ONCE,
  ),
  content: keyed(
    'message_content',
    PLACE,
    { payload: bytea(), officers: json(), sealProtected: text(), sealSignature: text() },
    WRITTEN_ONCE,
  ),
  identifier,
  caseMessages,
  arrival,
  leaf: keyed('leaf', [...IN_LOG, IDX], { hash: bytea(), salt: bytea(), text: text() }, WRITTEN_ONCE),
  node: keyed('node', [...IN_LOG, { name: 'level', type: 'int4' }, IDX], { hash: bytea() }, WRITTEN_ONCE),
  closedLog: keyed('closed_log', LOG, { edge }, WRITTEN_ONCE),
  fork: keyed('fork', LOG, { proof: json(), at: instant() }, WRITTEN_ONCE),
  internal: keyed('internal_queue', KEY, { own: text(), kind: text(), content: json() }, WRITTEN_ONCE),
};

/** @returns whether the rows of one table are locked before those of the other */
export function tableOrder(one: TableName, other: TableName): number {
  return NAMES.indexOf(one) - NAMES.indexOf(other);
}
export const NAMES = Object.keys(TABLES) as TableName[];
