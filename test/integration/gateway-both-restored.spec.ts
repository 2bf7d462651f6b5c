import { createHash } from 'node:crypto';
import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import {
  type EncryptedStatementType,
  type EpochStatement,
  type Jws,
  type Opened,
  proofHash,
  signStatement,
  type StatementContents,
} from '#envelope';
import { EMPTY_EDGE } from '#ledger';
import { keyOf, type Row } from '#exchange';
import type { Configuration } from '../../apps/gateway/src/configuration.js';
import type { Leader } from '../../apps/gateway/src/database/leader.js';
import type { Publishing } from '../../apps/gateway/src/outbound/publishing.js';
import type { Register } from '../../apps/gateway/src/register/register.js';
import type { Revocations } from '../../apps/gateway/src/register/revocations.js';
import { messagePathPool } from '../../apps/gateway/src/rows/pool.js';
import { settleRows } from '../../apps/gateway/src/rows/settling.js';
import { Epochs } from '../../apps/gateway/src/sequence/epochs.js';
import type { PathPool } from '../../apps/gateway/src/settling/path-pool.js';
import { Settling } from '../../apps/gateway/src/settling/settling.js';
import { makeOffices } from '../../libs/envelope/testing/offices.js';
import { type EmptyDatabase, gatewayDatabase } from './empty-database.js';

const [OWN, PEER] = ['by-mvd', 'kz-knb'] as const;
const AT = '2026-06-01T00:00:00Z';
const MINUTE_MS = 60_000;
/** The peer's own new epoch. */
const THEIRS = 500;
const D = (n: number) => createHash('sha256').update(`message ${n}`).digest('base64url');

let gateway: EmptyDatabase;
let pool: ReturnType<typeof messagePathPool>;
let settling: Settling;
let epochs: Epochs;
let now: number;

beforeAll(async () => {
  jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  gateway = await gatewayDatabase();
  pool = messagePathPool(gateway.url, 2);
  const offices = await makeOffices();
  const authorities = new Map([[PEER, { id: PEER, node: 'kz' }]]);
  const register = { snapshot: { authorities, mark: '' } } as unknown as Register;
  const configuration = {
    ...{ restoredAt: AT, resendAfterSeconds: 10, attachments: {} },
    bounds: { nodeRowsMax: 99, nodeBytesMax: 9_000, waitingMax: 9, waitingBytesMax: 9_000 },
  } as unknown as Configuration;
  const sign = <T extends EncryptedStatementType>(_: string, typ: T, content: StatementContents[T]): Jws =>
    signStatement({ typ, content, signers: [{ ...offices.by.seal, role: 'seal' }], iat: now / 1_000 });
  const publishing = { sign } as unknown as Publishing;
  const sessions = { sessions: pool } as unknown as PathPool;
  settling = new Settling(sessions, configuration, register, {} as unknown as Revocations);
  await settling.onModuleInit();
  // Not the leader: nothing is stated to anybody.
  const leader = { isLeader: false } as unknown as Leader;
  epochs = new Epochs(gateway.database, configuration, leader, settling, publishing);
  now = Math.floor(Date.now() / 1_000) * 1_000;
  jest.spyOn(Date, 'now').mockImplementation(() => now);
});
afterAll(async () => {
  jest.restoreAllMocks();
  await pool.end();
  await gateway.end();
});

let deliveries = 0;
/** A statement of the peer, that its seal signed. A later one comes a minute later: sooner none is taken. */
async function take<T extends EncryptedStatementType>(typ: T, content: StatementContents[T]) {
  now += MINUTE_MS;
  const sha256 = `${++deliveries}`;
  const body = { kind: 'envelope', exchange: 'out.kz', queue: 'by.from.kz', sha256, bytes: 1 };
  const opened = { ok: true, kind: 'statement', typ, content, to: OWN, signer: { authority: PEER } };
  const delivered = { node: 'kz', body, attempts: 0 };
  const asking = {
    hash: createHash('sha256').update(JSON.stringify(content)).digest('base64url'),
    iat: now / 1_000,
  };
  const member = { kind: 'delivery', delivered, opened: opened as unknown as Opened, asking } as const;
  return (await settling.in([member])).settled;
}
const states = (content: Pick<EpochStatement, 'ep' | 're'> & Partial<EpochStatement>) =>
  take('valise-epoch+jws', { from: PEER, to: OWN, sent: null, received: null, at: AT, ...content });

async function pair(): Promise<Row<'pair'> | null | undefined> {
  const key = keyOf.pair(OWN, PEER);
  return (await settling.read([{ table: 'pair', key }])).get('pair', key);
}
async function begun(): Promise<{ ep: number; row: Row<'epoch'> }> {
  const { outEp: ep = 0 } = (await pair()) ?? {};
  const key = keyOf.epoch(OWN, PEER, 'out', ep);
  const row = (await settling.read([{ table: 'epoch', key }])).get('epoch', key);
  if (!row) throw new Error('no epoch of ours is recorded');
  return { ep, row };
}
const count = async (from: string) => {
  const [row] = await gateway.database.query<{ count: string }[]>(`SELECT count(*) FROM ${from}`);
  return Number(row?.count);
};

it('a restore begins an epoch and a log, and keeps the statement that the answer must name', async () => {
  // The backup has the first of three messages of theirs, and two of ours.
  const row: Row<'pair'> = {
    ...{ own: OWN, peer: PEER, outEp: 1, outN: 2, outD: D(12), outTotal: 2 },
    ...{ inEp: 1, inN: 1, inD: D(1), inTotal: 1, gaps: [], waiting: [] },
    ...{ log: EMPTY_EDGE, receiptedTo: 0, duplicates: 0 },
  };
  const key = keyOf.pair(OWN, PEER);
  await settleRows(pool, [{ table: 'pair', key }], () => ({ changes: { pair: new Map([[key, row]]) } }));
  await epochs.onModuleInit();
  const { ep, row: epoch } = await begun();
  expect(ep).toBeGreaterThan(1);
  expect(await pair()).toMatchObject({ outEp: ep, outN: 0, outD: null, log: { size: 1 } });
  expect(epoch).toMatchObject({
    answeredAt: null,
    content: { ep, sent: { ep: 1, n: 2, D: D(12) }, received: { ep: 1, n: 1, D: D(1) }, re: null },
  });
  const [statement] = await gateway.database.query<{ ep: number; jws: Jws }[]>(
    'SELECT ep, jws FROM epoch_statement',
  );
  expect(statement?.ep).toBe(ep);
  expect(statement && proofHash(statement.jws)).toBe(epoch.hash);
  // A second start, or another replica, begins nothing again.
  now += MINUTE_MS;
  await epochs.onModuleInit();
  expect((await pair())?.outEp).toBe(ep);
  expect([await count('epoch'), await count('epoch_statement')]).toEqual([1, 1]);
});

it('a pair that the backup did not know begins with the epoch of the restore', async () => {
  const { ep } = await begun();
  const { result } = await settling.change([], (_, { firstEpoch }) => firstEpoch);
  expect(result).toBe(ep);
});

it('where both were restored, what an epoch had before is asked for though the answer to ours came first', async () => {
  const { row: epoch } = await begun();
  expect(await states({ ep: THEIRS, re: D(99) })).toEqual(['quarantined']);
  expect((await begun()).row.answeredAt).toBeNull();
  expect(await states({ ep: THEIRS, re: epoch.hash })).toEqual(['taken']);
  expect((await begun()).row.answeredAt).toBe(now);
  // The answer does not say how far the epoch before went: it begins none.
  expect(await pair()).toMatchObject({ inEp: 1, inN: 1, gaps: [] });

  const beginning = { ep: THEIRS, sent: { ep: 1, n: 3, D: D(3) }, re: null };
  expect(await states(beginning)).toEqual(['taken']);
  expect(await pair()).toMatchObject({ inEp: THEIRS, inN: 0, gaps: [{ ep: 1, from: 2, to: 3 }] });

  now += MINUTE_MS;
  await settling.in([{ kind: 'missing', own: OWN, peer: PEER }]);
  const asked = keyOf.statement(OWN, PEER, 'valise-resend+jws', '1 2');
  const outbox = await settling.read([{ table: 'outbox', key: asked }]);
  expect(outbox.get('outbox', asked)).toMatchObject({ content: { from: OWN, to: PEER, ep: 1, ns: [2, 3] } });

  // Once is enough: the numbers have come meanwhile.
  for (const n of [2, 3]) {
    const voided = { from: PEER, to: OWN, ep: 1, n, D: D(n), reason: 'ENVELOPE_EXPIRED', at: AT } as const;
    expect(await take('valise-void+jws', voided)).toEqual(['taken']);
  }
  expect((await pair())?.gaps).toEqual([]);
  expect(await states(beginning)).toEqual(['taken']);
  expect(await states({ ...beginning, at: '2026-06-01T00:01:00Z' })).toEqual(['taken']);
  expect(await pair()).toMatchObject({ inEp: THEIRS, inN: 0, gaps: [] });
});
