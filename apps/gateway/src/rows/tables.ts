import type { TableName } from '#exchange';
import { arrival } from './arrivals.js';
import { bytea, edge, instant, int4, int8, json, text, uuid } from './fields.js';
import { keyed, type Stored } from './keyed.js';
import { CASE, DIRECTED, IDX, IN_LOG, KEY, LOG, MUTABLE, PAIR, PLACE, WRITTEN_ONCE } from './keys.js';
import { caseMessages, identifier } from './lookups.js';
import { outbox } from './outbox.js';

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
  told: keyed(
    'told',
    LOG,
    { size: int8(), toldAt: instant(), emptyAt: instant(), answeredAt: instant() },
    MUTABLE,
  ),
  state: keyed(
    'message_state',
    PLACE,
    {
      status: text(),
      storedAt: instant(),
      acceptedAt: instant(),
      judgedAt: instant(),
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
