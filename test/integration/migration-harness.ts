import { createHash } from 'node:crypto';
import { canonicalBytes } from '#core';
import { type Payload, payloadBytes } from '#envelope';
import { leafHash } from '#ledger';
import { samplePayload } from '../../libs/envelope/testing/offices.js';

/** A database as it was before the message path had tables of its own, with a few rows of each kind. */

export const [OWN, PEER, NODE] = ['by-mvd', 'kz-knb', 'kz-knb-node'] as const;
export const AT = '2026-06-01T10:00:00.500Z';
export const uuid = (n: number) => `01890a5d-ac96-774b-bcce-${String(n).padStart(12, '0')}`;
export const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');

const FINDING = {
  rule: 'cis-it-crime-2018#5.1',
  basis: 'explicit',
  effect: 'permit',
  text: { ru: 'а', kk: 'б', en: 'c' },
  about: [],
};
const PERMIT = { outcome: 'permit', findings: [FINDING], consentFrom: [], obligations: [] };
const NOT_DECIDED = { outcome: 'deny', findings: [], consentFrom: [], obligations: [] };
/** Of another authority of the node: more than are read at once. */
export const MANY = { own: 'by-kgb', count: 650 } as const;
export const KEPT = {
  outcome: 'permit',
  rules: [{ rule: FINDING.rule, effect: 'permit' }],
  obligations: [],
};

/** Puts a row into a table of the database. */
type Put = (table: string, row: Record<string, unknown>) => Promise<void>;
export type Rows = <Row = Record<string, unknown>>(text: string, values?: unknown[]) => Promise<Row[]>;

function putting(rows: Rows): Put {
  return async (table, row) => {
    const columns = Object.keys(row);
    const values = Object.values(row).map((value) =>
      value !== null && typeof value === 'object' && !Buffer.isBuffer(value) ? JSON.stringify(value) : value,
    );
    await rows(
      `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((_, index) => `$${index + 1}`).join(', ')})`,
      values,
    );
  };
}

export interface Old {
  readonly key: number;
  readonly direction: 'in' | 'out';
  readonly status: string;
  /** Null of a draft. */
  readonly n: number | null;
  readonly act?: string;
  readonly attachments?: Payload['attachments'];
  readonly over?: Record<string, unknown>;
}

export function payloadOf({ key, direction, act, attachments = [] }: Old): Buffer {
  const [from, to] = direction === 'in' ? [PEER, OWN] : [OWN, PEER];
  const body = { language: 'ru', text: 'text' };
  return payloadBytes(
    samplePayload({ id: uuid(key), case: uuid(1), from, to, act: act ?? 'reminder/1', body, attachments }),
  );
}

async function putMessage(put: Put, old: Old): Promise<void> {
  const { key, direction, status, n, over } = old;
  const [sender, recipient] = direction === 'in' ? [PEER, OWN] : [OWN, PEER];
  await put('message', {
    ...{
      key,
      authority: OWN,
      direction,
      id: uuid(key),
      sender,
      recipient,
      case_id: uuid(1),
      type: 'reminder',
    },
    ...{ instrument: 'cis-it-crime-2018', level: 'open', status, payload: payloadOf(old), officers: {} },
    ...{ seal_protected: n === null ? null : `seal ${key}`, register_mark: 'mark', decision: PERMIT },
    jws:
      n === null ? null : { payload: '', signatures: [{ protected: `seal ${key}`, signature: `of ${key}` }] },
    ...{ d: n === null ? null : `D${key}`, ep: n === null ? null : 2, n, prev: null, created_by: 'a token' },
    ...{ created_at: AT, sent_at: n === null ? null : AT, expires_at: '2026-07-01T00:00:00Z' },
    ...over,
  });
}

export const FILE = {
  id: uuid(71),
  name: 'file',
  mediaType: 'text/plain',
  bytes: 1_048_577,
  sha256: createHash('sha256').digest('base64url'),
};

/** A few rows of each kind. */
export async function fillOld(rows: Rows): Promise<void> {
  const put = putting(rows);
  await put('pair', {
    ...{ own: OWN, peer: PEER, out_ep: 2, out_n: 4, out_d: 'D14', in_ep: 2, in_n: 9, in_d: 'D29' },
    ...{ duplicates: 3 },
  });
  await put('pair', { own: OWN, peer: 'ru-fsb' });
  for (const [ep, n] of [
    [1, 7],
    [2, 4],
    [2, 5],
    [2, 7],
  ])
    await put('gap', { own: OWN, peer: PEER, ep, n, noted_at: AT, asked_at: AT, asks: 3 });

  await putMessage(put, {
    key: 11,
    direction: 'out',
    status: 'accepted',
    n: 1,
    over: { stored_at: AT, accepted_at: AT },
  });
  await putMessage(put, { key: 12, direction: 'out', status: 'queued', n: 2, over: { jws: null } });
  await putMessage(put, { key: 13, direction: 'out', status: 'stored', n: 3, over: { stored_at: AT } });
  await putMessage(put, { key: 14, direction: 'out', status: 'void', n: 4 });
  await putMessage(put, {
    ...{ key: 15, direction: 'out', status: 'awaiting-signature', n: null, attachments: [FILE] },
  });
  await putMessage(put, { key: 16, direction: 'out', status: 'discarded', n: null });
  await putMessage(put, { key: 21, direction: 'in', status: 'accepted', n: 1 });
  await putMessage(put, {
    key: 22,
    direction: 'in',
    status: 'accepted',
    n: 2,
    over: { judged_at: '2026-06-02T00:00:00Z' },
  });
  await putMessage(put, {
    key: 26,
    direction: 'in',
    status: 'waiting',
    n: 6,
    over: { decision: NOT_DECIDED },
  });
  await putMessage(put, {
    key: 29,
    direction: 'in',
    status: 'rejected',
    n: 9,
    act: 'unheard-of/1',
    over: { decision: NOT_DECIDED, rejection: { code: 'ENVELOPE_VERSION', detail: 'unknown' } },
  });
  await putMessage(put, { key: 30, direction: 'in', status: 'accepted', n: 3, over: { ep: 1 } });

  await rows(
    `INSERT INTO message (key, authority, direction, id, sender, recipient, case_id, type, instrument, level, status, payload, officers, d,
       ep, n, decision, register_mark, created_at, sent_at, expires_at)
     SELECT 1000 + n, $1, 'in', gen_random_uuid(), $2, $1, $3, 'reminder', 'cis-it-crime-2018', 'open', 'accepted', $4, '[]', 'M' || n,
       1, n, $5, '', now(), now(), now() FROM generate_series(1, $6) AS n`,
    [MANY.own, PEER, uuid(1), payloadOf({ key: 1, direction: 'in', status: '', n: 1 }), PERMIT, MANY.count],
  );

  await put('exchange_case', {
    ...{
      authority: OWN,
      id: uuid(1),
      seq: 40,
      counterpart: PEER,
      instrument: 'cis-it-crime-2018',
      status: 'open',
    },
    ...{ state: { status: 'open', requestId: uuid(1) }, opened_at: AT, updated_at: AT },
  });
  await rows(`SELECT setval('exchange_case_seq_seq', 40)`);
  await rows(`SELECT setval('message_key_seq', 9999)`);

  const file = {
    media_type: 'text/plain',
    bytes: FILE.bytes,
    sha256: FILE.sha256,
    key: Buffer.alloc(48, 0xfb),
    parts_total: 2,
  };
  const made = { ...file, created_at: AT, created_by: 'a token' };
  await put('attachment', {
    ...{ ...made, authority: OWN, direction: 'out', id: uuid(71), message_key: 15, name: 'draft' },
    ...{ status: 'announced', peer: PEER },
  });
  await put('attachment', {
    ...{ ...made, authority: OWN, direction: 'out', id: uuid(72), message_key: 12, name: 'sent' },
    ...{ status: 'announced', peer: PEER },
  });
  await put('attachment', {
    ...{ ...made, authority: OWN, direction: 'in', id: uuid(73), message_key: 21, name: 'got' },
    ...{ status: 'verified', peer: PEER, parts_done: 2 },
  });
  await put('attachment', {
    ...{ ...made, authority: OWN, direction: 'in', id: uuid(74), message_key: 22, name: 'gone' },
    ...{ status: 'deleted', peer: PEER, key: Buffer.alloc(0), deleted_at: AT },
  });

  await put('outbox', {
    ...{ message_key: 12, own: OWN, recipient: PEER, to_node: NODE, bus_id: uuid(12) },
    ...{ next_attempt_at: AT, created_at: AT },
  });
  await put('outbox', {
    own: OWN,
    recipient: PEER,
    to_node: NODE,
    statement: {},
    bus_id: uuid(12),
    next_attempt_at: AT,
    created_at: AT,
  });

  const receipt = (key: number, ep: number, n: number) => ({
    payload: Buffer.from(JSON.stringify({ ep, n, by: OWN, stage: 'stored', of: key })).toString('base64url'),
    signatures: [],
  });
  for (const stage of ['stored', 'accepted'])
    await put('receipt', {
      authority: OWN,
      direction: 'given',
      peer: PEER,
      message_id: uuid(21),
      d: 'D21',
      stage,
      at: AT,
      jws: receipt(21, 2, 1),
      recorded_at: AT,
    });
  // Refused before it could be stored.
  await put('receipt', {
    ...{ authority: OWN, direction: 'given', peer: PEER, message_id: uuid(28), d: 'D28' },
    ...{ stage: 'rejected', code: 'CONFLICT', at: AT, jws: receipt(28, 2, 8), recorded_at: AT },
  });
  await put('receipt', {
    ...{ authority: OWN, direction: 'received', peer: PEER, message_id: uuid(11), d: 'D11' },
    ...{ stage: 'stored', at: AT, jws: receipt(11, 2, 1), recorded_at: AT },
  });

  const stated = {
    payload: Buffer.from(JSON.stringify({ from: OWN, to: PEER, ep: 2, re: null })).toString('base64url'),
  };
  await put('epoch', {
    ...{ own: OWN, peer: PEER, direction: 'out', ep: 2, statement: stated, hash: 'hash', begun_at: AT },
    ...{ asked_at: AT, asks: 2, lost_from: 5, lost_to: 6 },
  });
  await put('epoch', {
    ...{ own: OWN, peer: PEER, direction: 'in', ep: 2, statement: stated, hash: 'theirs' },
    ...{ begun_at: AT, answered_at: AT },
  });

  const bytes = Buffer.from('of a stranger');
  await put('quarantine_body', { sha256: sha256(bytes), body: bytes });
  await put('quarantine', {
    id: 50,
    authority: OWN,
    at: AT,
    last_at: AT,
    times: 4,
    node: NODE,
    kind: 'envelope',
    exchange: 'out.x',
    queue: 'q',
    code: 'ENVELOPE_FORMAT',
    detail: 'bad',
    sender: { from: PEER },
    sha256: sha256(bytes),
    bytes: bytes.length,
  });
  await rows(`SELECT setval('quarantine_id_seq', 60)`);
  const held = Buffer.from('held');
  await put('held', {
    ...{ at: AT, exchange: 'out.x', queue: 'q', from_node: NODE, code: 'GAP', detail: 'early' },
    ...{ d: 'D40', body: held, sha256: sha256(held), bytes: held.length, attempts: 2 },
    ...{ next_attempt_at: AT },
  });
  await put('refused', { node: 'another', what: 'held', times: 9, last_at: AT, told_at: AT });

  for (const [authority, count] of [
    [OWN, 258],
    [null, 1],
  ] as const)
    for (let n = 0; n < count; n++) await putLeaf(put, authority, n);
}

export const contentOf = (n: number) => ({ n, act: 'attachment-read', at: 'of its own' });
async function putLeaf(put: Put, authority: string | null, n: number): Promise<void> {
  const salt = Buffer.alloc(32, n);
  const hash = leafHash(Buffer.concat([salt, canonicalBytes(contentOf(n))]));
  await put('ledger_leaf', {
    ...{ at: AT, log: n === 0 ? PEER : 'internal', kind: 'access', salt, hash, content: contentOf(n) },
    ...{ authority },
  });
}
