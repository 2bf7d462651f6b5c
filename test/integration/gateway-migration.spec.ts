import { randomBytes } from 'node:crypto';
import { canonicalBytes } from '#core';
import { keyOf } from '#exchange';
import { append, EMPTY_EDGE, leafHash, rootOf } from '#ledger';
import { databaseOptions, migrate } from '#service';
import { MIGRATIONS } from '../../apps/gateway/src/database/migrations/index.js';
import { query } from '../federation/services.js';
import {
  AT,
  contentOf,
  FILE,
  fillOld,
  KEPT,
  MANY,
  NODE,
  OWN,
  payloadOf,
  PEER,
  sha256,
  uuid,
} from './migration-harness.js';

const BEFORE = MIGRATIONS.slice(0, 11);

const admin = process.env.VALISE_TEST_DATABASE_URL ?? '';
const name = `migrated_${randomBytes(6).toString('hex')}`;
const url = new URL(admin);
url.pathname = `/${name}`;
const rows = <Row = Record<string, unknown>>(text: string, values: unknown[] = []) =>
  query<Row>(url.href, text, values);

beforeAll(async () => {
  await query(admin, `CREATE DATABASE ${name}`);
  await migrateTo(BEFORE);
  await fillOld(rows);
  await migrateTo(MIGRATIONS);
});
afterAll(() => query(admin, `DROP DATABASE ${name} WITH (FORCE)`));

function migrateTo(migrations: typeof MIGRATIONS): Promise<void> {
  return migrate(databaseOptions({ url: url.href, poolMax: 2, entities: [], migrations }));
}

const MESSAGE = `SELECT * FROM message JOIN message_state USING (own, peer, direction, ep, n) JOIN message_content USING (own, peer, direction, ep, n)
  WHERE id = $1`;
const message = async (key: number) => (await rows(MESSAGE, [uuid(key)]))[0];

it('carries messages over to their places, with the numbers by which lists go on', async () => {
  const sent = await message(11);
  expect(sent).toMatchObject({
    ...{
      own: OWN,
      peer: PEER,
      direction: 'out',
      ep: 2,
      n: '1',
      d: 'D11',
      seq: '11',
      status: 'accepted',
      case_id: uuid(1),
    },
    ...{ created_by: 'a token', judged_at: null, seal_protected: 'seal 11', seal_signature: 'of 11' },
    event: {
      kind: 'message',
      direction: 'out',
      id: uuid(11),
      type: 'reminder',
      sentAt: '2026-06-01T10:00:00Z',
    },
    ...{ stored_at: new Date(AT), accepted_at: new Date(AT), register_mark: 'mark' },
  });
  expect(sent?.bytes).toBe(String((sent?.payload as Buffer).length));
  expect(await message(12)).toMatchObject({ status: 'queued', seal_signature: null });
  const [{ next }] = (await rows<{ next: string }>(`SELECT nextval('message_seq') AS next`)) as [
    { next: string },
  ];
  expect(next).toBe('10000');
});

it('carries all messages over, however many', async () => {
  for (const table of ['message', 'message_content', 'message_state'])
    expect(await rows(`SELECT count(*)::int, max(n)::int FROM ${table} WHERE own = $1`, [MANY.own])).toEqual([
      { count: MANY.count, max: MANY.count },
    ]);
});

it('keeps decisions by the rules that they rest on, where the message or its state has them', async () => {
  const columns = `SELECT message.decision AS numbered, message_state.decision AS later, judged_at, event
    FROM message JOIN message_state USING (own, peer, direction, ep, n) WHERE id = $1`;
  const of = async (key: number) => (await rows(columns, [uuid(key)]))[0];
  expect(await of(21)).toMatchObject({ numbered: KEPT, later: null, judged_at: new Date(AT) });
  expect(await of(22)).toMatchObject({
    numbered: null,
    later: KEPT,
    judged_at: new Date('2026-06-02T00:00:00Z'),
  });
  expect(await of(26)).toMatchObject({ numbered: null, later: null, judged_at: null });
  expect(await of(29)).toMatchObject({ numbered: null, later: null, event: null });
});

it('discards drafts, says so, and frees their attachments', async () => {
  expect(await rows('SELECT id, seq, status, decision, attachments FROM draft ORDER BY seq')).toMatchObject([
    { id: uuid(15), seq: '15', status: 'discarded', decision: KEPT, attachments: [{ id: FILE.id }] },
    { id: uuid(16), seq: '16', status: 'discarded', attachments: [] },
  ]);
  expect(await rows(`SELECT own, content FROM internal_queue WHERE kind = 'draft-discarded'`)).toEqual([
    { own: OWN, content: expect.objectContaining({ id: uuid(15), peer: PEER }) as unknown },
  ]);
  expect(await rows('SELECT * FROM attachment WHERE id = $1', [uuid(71)])).toMatchObject([
    {
      status: 'ready',
      message: null,
      peer: null,
      draft: null,
      unnamed_since: expect.any(Date) as unknown,
      parts_total: 2,
    },
  ]);
});

it('carries attachments over under the keys of their messages, and counts what a peer’s take', async () => {
  expect(
    await rows('SELECT id, message, status, key FROM attachment WHERE message IS NOT NULL ORDER BY id'),
  ).toEqual([
    {
      id: uuid(72),
      message: keyOf.message(OWN, PEER, 'out', 2, 2),
      status: 'announced',
      key: Buffer.alloc(48, 0xfb).toString('base64url'),
    },
    {
      id: uuid(73),
      message: keyOf.message(OWN, PEER, 'in', 2, 1),
      status: 'verified',
      key: Buffer.alloc(48, 0xfb).toString('base64url'),
    },
    { id: uuid(74), message: keyOf.message(OWN, PEER, 'in', 2, 2), status: 'deleted', key: '' },
  ]);
  expect(await rows('SELECT * FROM attachment_use')).toEqual([
    { own: OWN, peer: PEER, files: '1', bytes: String(FILE.bytes) },
  ]);
});

it('keeps both sequences of a pair, with what is missing and what waits', async () => {
  const noted = { notedAt: Date.parse(AT), askedAt: null, asks: 0 };
  expect(await rows('SELECT * FROM pair ORDER BY peer')).toEqual([
    {
      ...{ own: OWN, peer: PEER, out_ep: 2, out_n: '4', out_d: 'D14', out_total: '4' },
      // The first epoch had at least seven numbers.
      ...{ in_ep: 2, in_n: '9', in_d: 'D29', in_total: '16', duplicates: '3' },
      gaps: [
        { ep: 1, from: 7, to: 7, ...noted },
        { ep: 2, from: 4, to: 5, ...noted },
        { ep: 2, from: 7, to: 7, ...noted },
      ],
      waiting: [{ ep: 2, n: 6, bytes: payloadOf({ key: 26, direction: 'in', status: '', n: 6 }).length }],
      ...{ log_size: '0', log_edge: Buffer.alloc(0), receipted_to: '0' },
    },
    expect.objectContaining({
      peer: 'ru-fsb',
      out_total: '0',
      in_total: '0',
      gaps: [],
      waiting: [],
    }) as unknown,
  ]);
  expect(await rows('SELECT * FROM epoch ORDER BY direction DESC')).toEqual([
    {
      own: OWN,
      peer: PEER,
      direction: 'out',
      ep: 2,
      hash: 'hash',
      content: { from: OWN, to: PEER, ep: 2, re: null },
      answered_at: null,
      lost: { from: 5, to: 6 },
    },
    expect.objectContaining({
      direction: 'in',
      hash: 'theirs',
      answered_at: new Date(AT),
      lost: null,
    }) as unknown,
  ]);
  expect(await rows('SELECT ep, asks, jws FROM epoch_statement')).toMatchObject([
    { ep: 2, asks: 2, jws: {} },
  ]);
});

it('knows what was receipted, and publishes again what has no final receipt', async () => {
  expect(await rows('SELECT * FROM arrival ORDER BY d')).toEqual([
    { own: OWN, peer: PEER, id: uuid(21), d: 'D21', ep: 2, n: '1', log: 0, leaf: '-1' },
    { own: OWN, peer: PEER, id: uuid(28), d: 'D28', ep: 2, n: '8', log: 0, leaf: '-1' },
  ]);
  expect(await rows('SELECT key, kind, own, peer, message, once FROM outbox ORDER BY key')).toEqual(
    [2, 3].map((n) => {
      const key = keyOf.message(OWN, PEER, 'out', 2, n);
      return { key, kind: 'message', own: OWN, peer: PEER, message: key, once: false };
    }),
  );
  expect(await rows('SELECT count(*) FROM old_receipt')).toEqual([{ count: '4' }]);
});

it('keeps what is held and in quarantine, counted by node', async () => {
  const body = { exchange: 'out.x', queue: 'q', kind: 'envelope' };
  const [quarantined, held] = [sha256('of a stranger'), sha256('held')];
  expect(await rows('SELECT * FROM quarantine')).toMatchObject([
    {
      key: keyOf.quarantine(NODE, quarantined, 'ENVELOPE_FORMAT'),
      node: NODE,
      seq: '50',
      kind: 'envelope',
      times: '4',
      body: { ...body, sha256: quarantined, bytes: 13 },
    },
  ]);
  expect(await rows('SELECT * FROM held')).toMatchObject([
    {
      key: keyOf.held(NODE, held),
      node: NODE,
      code: 'GAP',
      d: 'D40',
      attempts: 2,
      body: { ...body, sha256: held, bytes: 4 },
    },
  ]);
  expect(
    await rows(`SELECT sha256, convert_from(body, 'UTF8') AS body FROM delivery_body ORDER BY body`),
  ).toEqual([
    { sha256: held, body: 'held' },
    { sha256: quarantined, body: 'of a stranger' },
  ]);
  expect(await rows('SELECT * FROM node_use ORDER BY node')).toEqual([
    {
      node: 'another',
      held_rows: '0',
      held_bytes: '0',
      quarantine_rows: '0',
      quarantine_bytes: '0',
      refused: { held: 9 },
    },
    {
      node: NODE,
      held_rows: '1',
      held_bytes: '4',
      quarantine_rows: '1',
      quarantine_bytes: '13',
      refused: {},
    },
  ]);
});

it('closes the ledger of before as a log of each authority, whose root is noted', async () => {
  for (const [own, count] of [
    [OWN, 258],
    ['', 1],
  ] as const) {
    const leaves = await rows<{ hash: Buffer; salt: Buffer; text: string }>(
      `SELECT hash, salt, text FROM leaf WHERE own = $1 AND peer = $1 AND ep = 0 AND side = 'own' ORDER BY idx`,
      [own],
    );
    expect(leaves).toHaveLength(count);
    for (const { hash, salt, text } of leaves) {
      const { content } = JSON.parse(text) as { content: object };
      expect(leafHash(Buffer.concat([salt, canonicalBytes(content)]))).toEqual(hash);
    }
    const { edge, nodes } = append(
      EMPTY_EDGE,
      leaves.map(({ hash }) => hash),
    );
    const noted = await rows(`SELECT content FROM internal_queue WHERE own = $1 AND kind = 'ledger-closed'`, [
      own,
    ]);
    expect(noted).toEqual([{ content: { size: count, root: rootOf(edge).toString('base64url') } }]);
    expect(await rows('SELECT edge_size, edge_edge FROM closed_log WHERE own = $1', [own])).toEqual([
      { edge_size: String(count), edge_edge: Buffer.concat([...edge.hashes]) },
    ]);
    expect(await rows('SELECT hash FROM node WHERE own = $1', [own])).toEqual(
      nodes.map(({ hash }) => ({ hash })),
    );
  }
  expect(await rows('SELECT * FROM ledger_entry WHERE own = $1 ORDER BY seq LIMIT 2', [OWN])).toMatchObject([
    { kind: 'access', peer: PEER, at: new Date(AT), content: contentOf(0) },
    { kind: 'access', peer: null, at: new Date(AT), content: contentOf(1) },
  ]);
});

it.each(['message', 'leaf', 'node', 'closed_log', 'old_receipt'])('%s is append-only', async (table) => {
  for (const statement of [`DELETE FROM ${table}`, `UPDATE ${table} SET own = own`, `TRUNCATE ${table}`])
    await expect(
      rows(statement.replace('own = own', table === 'old_receipt' ? 'd = d' : 'own = own')),
    ).rejects.toThrow('append-only');
});

it('leaves no other table of before', async () => {
  expect(await rows(`SELECT relname FROM pg_class WHERE relname LIKE 'old\\_%' AND relkind = 'r'`)).toEqual([
    { relname: 'old_receipt' },
  ]);
});
