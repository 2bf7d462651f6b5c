import { newToken } from '#service';
import type { Api } from '#client';
import { until } from '../../apps/federation/src/until.js';
import { craft, craftStatement } from '../federation/crafted.js';
import {
  consultation,
  type MessageView,
  openCase,
  pairWith,
  quarantine,
  RECEIVER,
  SENDER,
  spontaneous,
  untilStatus,
} from '../federation/exchange.js';
import { STEP_MS, testFederation, type TestFederation } from '../federation/harness.js';
import { Interceptor } from '../federation/interceptor.js';

let federation: TestFederation;
let there: Interceptor;
/** In the backup, and with both sides. */
let opened: MessageView;
/** Sent by each side after the backup was taken. */
let forgotten: MessageView;
let unseen: MessageView;
let late: MessageView;
let last: MessageView;
/** An officer and the first administrator, by their tokens of before. */
let beforeRestore: readonly Api[];

/** Another authority of the restored node. */
const OTHER = 'kz-mvd';

const sender = () => federation.api(SENDER, 'officer');
const pairOf = (own: string, peer: string) => pairWith(federation.api(own, 'auditor'), peer);
const untilHeld = () =>
  until('it is held', STEP_MS, async () => {
    const rows = await federation.sql<{ code: string }>('by', 'SELECT code FROM held');
    return rows.some(({ code }) => code === 'GAP') ? true : undefined;
  });
const exchanged = async (from: string, message: object): Promise<MessageView> => {
  const sent = await federation.api(from, 'officer').post<MessageView>('/v1/messages', message);
  return untilStatus(federation.api(from, 'officer'), sent.id, 'accepted');
};

/** Of one authority's internal log: what it says of epochs with a peer. Entries get their places each second. */
async function epochsIn(node: string, own: string, peer: string): Promise<string[]> {
  const rows = await federation.sql<{ kind: string }>(
    node,
    `SELECT text::jsonb ->> 'kind' AS kind FROM leaf WHERE own = $1 AND peer = $1 AND side = 'own'
       AND text::jsonb ->> 'kind' LIKE 'epoch-%' AND text::jsonb ->> 'peer' = $2 ORDER BY idx`,
    [own, peer],
  );
  return rows.map(({ kind }) => kind);
}

/** Everything is in one database, so a copy of it is a backup. */
async function copyDatabase(from: string, to: string): Promise<void> {
  // A node's account has its database's name.
  await federation.sql('by', `CREATE DATABASE ${to} OWNER ${from} TEMPLATE ${from}`);
}

beforeAll(async () => {
  const quick = { resendAfterSeconds: 0.5, receiptAfterSeconds: 1 };
  federation = await testFederation('epochs', { nodes: ['kz', 'by'], overrides: { kz: quick, by: quick } });
  there = await Interceptor.on(federation, 'kz', 'by');
  opened = await openCase(federation);
  const [row] = await federation.sql<{ name: string }>('kz', 'SELECT current_database() AS name');
  const database = row?.name ?? '';
  await federation.halt('kz');
  await copyDatabase(database, `${database}_backup`);
  await federation.start('kz');
  forgotten = await exchanged(SENDER, consultation(opened));
  unseen = await exchanged(RECEIVER, consultation(opened, SENDER));
  const other = federation.api(OTHER, 'system');
  late = await untilStatus(
    other,
    (await other.post<MessageView>('/v1/messages', spontaneous())).id,
    'accepted',
  );
  // One is lost on the bus, and noted as missing by what comes after it.
  there.holds = () => true;
  const lost = await sender().post<MessageView>('/v1/messages', spontaneous());
  await there.captured(lost.id);
  there.holds = ({ messageId }) => messageId === lost.id;
  last = await exchanged(SENDER, spontaneous());
  await federation.halt('kz');
  await federation.sql('by', `DROP DATABASE ${database} WITH (FORCE)`);
  await federation.sql('by', `ALTER DATABASE ${database}_backup RENAME TO ${database}`);
  // What is said of the new epoch is lost on the bus at first; what is sent in it comes ahead of that.
  there.holds = () => true;
  const restoredAt = new Date().toISOString();
  const [asks, approves] = [newToken(), newToken()];
  await federation.reconfigure('kz', (configuration) => ({
    ...configuration,
    restoredAt,
    administratorTokenSha256: [asks.sha256, approves.sha256],
  }));
  beforeRestore = [sender(), federation.administrator('kz')];
  await federation.reissue('kz', [asks.token, approves.token]);
});
afterAll(async () => {
  await there.close();
  await federation.stop();
});

it('no token of before a restore works: the backup may be older than its revocation', async () => {
  for (const api of beforeRestore) await expect(api.get('/v1/register')).rejects.toThrow(/401/);
});

it('after a restore sequences begin again, and both sides learn what the backup did not know', async () => {
  await expect(sender().get(`/v1/messages/${forgotten.id}`)).rejects.toThrow(/404/);
  const { id } = await sender().post<MessageView>('/v1/messages', spontaneous());
  const [message] = await there.captured(id);
  if (message) await there.forward(message);
  await untilHeld();
  there.holds = () => false;
  await untilStatus(sender(), id, 'accepted');
  const sent = (await pairOf(SENDER, RECEIVER))?.sent;
  expect(sent).toMatchObject({ n: 1, lost: { from: forgotten.n, to: last.n } });
  expect((await pairOf(RECEIVER, SENDER))?.received).toMatchObject({ n: 1, gaps: 0, epoch: sent?.epoch });
  for (const [node, own, peer, kinds] of [
    ['kz', SENDER, RECEIVER, ['epoch-begun', 'epoch-answered']],
    ['by', RECEIVER, SENDER, ['epoch-of-peer']],
  ] as const)
    await until('it is in the internal log', STEP_MS, async () =>
      (await epochsIn(node, own, peer)).join() === kinds.join() ? true : undefined,
    );
});

it('what the other side had sent since the backup comes again, under the same identity', async () => {
  const again = await untilStatus(sender(), unseen.id, 'accepted');
  expect(again).toMatchObject({ D: unseen.D, n: unseen.n });
  expect((await pairOf(SENDER, RECEIVER))?.received).toMatchObject({ n: unseen.n, gaps: 0 });
  await exchanged(RECEIVER, consultation(opened, SENDER));
});

it('the exchange goes on in both directions, and a second start begins nothing again', async () => {
  const before = await pairOf(SENDER, RECEIVER);
  await federation.kill('kz');
  await exchanged(SENDER, consultation(opened));
  expect((await pairOf(SENDER, RECEIVER))?.sent).toMatchObject({
    epoch: before?.sent.epoch,
    n: (before?.sent.n ?? 0) + 1,
  });
  expect(await quarantine(federation.administrator('by'))).toEqual([]);
});

it('a pair that the backup did not know begins with a number of its own too', async () => {
  // The third authority was written to for the first time after the backup.
  expect(late.n).toBe(1);
  const { id } = await federation.api(OTHER, 'system').post<MessageView>('/v1/messages', spontaneous());
  await untilStatus(federation.api(OTHER, 'system'), id, 'accepted');
  const received = (await pairOf(RECEIVER, OTHER))?.received;
  expect(received).toMatchObject({ n: 1, gaps: 0 });
  expect(received?.epoch).toBeGreaterThan(1);
});

it('a message of an epoch that nobody stated is held once, in however many envelopes, and not refused', async () => {
  const rogue = craft(federation, OTHER, { ep: 2 ** 31 - 1, n: 1, prev: null });
  for (const body of [rogue.body, rogue.body, rogue.again(), rogue.again()])
    await there.inject('kz', { kind: 'envelope', body });
  await untilHeld();
  await exchanged(SENDER, consultation(opened));
  expect(
    await federation.sql('by', `SELECT 1 FROM held WHERE code = 'GAP' AND d = $1`, [rogue.D]),
  ).toHaveLength(1);
  expect(await quarantine(federation.administrator('by'))).toEqual([]);
});

it('a statement of an epoch has what waits at its own node tried again, once, and nothing else', async () => {
  const tomorrow = () => federation.sql('by', `UPDATE held SET next_attempt_at = now() + interval '1 day'`);
  await tomorrow();
  // As if the minute since its gateway's own statement were over.
  await federation.sql('by', 'DELETE FROM asked WHERE own = $1 AND peer = $2', [RECEIVER, OTHER]);
  await federation.sql(
    'by',
    `INSERT INTO held SELECT replace(key, 'kz ', 'am '), 'am', code, detail, d, body, attempts, next_attempt_at FROM held`,
  );
  const attempts = async () => {
    const rows = await federation.sql<{ node: string; attempts: number }>(
      'by',
      'SELECT node, attempts FROM held',
    );
    return Object.fromEntries(rows.map((row) => [row.node, row.attempts]));
  };
  const before = await attempts();
  const { epoch: ep = 0, n = 0 } = (await pairOf(RECEIVER, OTHER))?.received ?? {};
  const [last] = await federation.sql<{ d: string }>(
    'by',
    'SELECT in_d AS d FROM pair WHERE own = $1 AND peer = $2',
    [RECEIVER, OTHER],
  );
  const at = '2026-06-01T00:00:00Z';
  const sent = { ep, n, D: last?.d ?? '' };
  const statement = { from: OTHER, to: RECEIVER, ep: ep + 1, sent, received: null, re: null, at };
  const { body } = craftStatement(federation, OTHER, 'valise-epoch+jws', statement);
  await there.inject('kz', { kind: 'envelope', body });
  await until('it is tried again', STEP_MS, async () =>
    (await attempts()).kz === (before.kz ?? 0) + 1 ? true : undefined,
  );
  expect(await attempts()).toMatchObject({ am: before.am });
  // Not answered within a minute: nothing is tried again for it.
  await tomorrow();
  await there.inject('kz', { kind: 'envelope', body });
  await exchanged(SENDER, consultation(opened));
  expect(
    await federation.sql('by', "SELECT 1 FROM held WHERE next_attempt_at < now() + interval '1 hour'"),
  ).toEqual([]);
});
