import { createHash } from 'node:crypto';
import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { type Circumstances, type Incoming, settleIn, wantedIn } from '#exchange';
import { until } from '../../apps/federation/src/until.js';
import type { Configuration } from '../../apps/gateway/src/configuration.js';
import type { Leader } from '../../apps/gateway/src/database/leader.js';
import type { BusArrival } from '../../apps/gateway/src/inbound/arrival.js';
import { HeldDeliveries } from '../../apps/gateway/src/inbound/held.js';
import type { Receiving } from '../../apps/gateway/src/inbound/receiving.js';
import { QuarantineHousekeeping } from '../../apps/gateway/src/quarantine/housekeeping.js';
import type { Register } from '../../apps/gateway/src/register/register.js';
import { messagePathPool } from '../../apps/gateway/src/rows/pool.js';
import { settleRows } from '../../apps/gateway/src/rows/settling.js';
import { bodiesOf } from '../../apps/gateway/src/settling/bodies.js';
import { STEP_MS } from '../federation/harness.js';
import { type EmptyDatabase, gatewayDatabase } from './empty-database.js';

type Code = 'CERTIFICATE_UNKNOWN' | 'REGISTER_BEHIND' | 'GAP';

let gateway: EmptyDatabase;
let pool: ReturnType<typeof messagePathPool>;
let deliveries: HeldDeliveries;
let changed: () => void;
/** Sending nodes and bodies, as they were tried. */
let tried: { readonly from: string; readonly body: string }[];
/** What is tried cannot be judged this time either, or it is settled, or it cannot even be settled. */
let outcome: (arrival: BusArrival) => 'held' | 'settled' | 'thrown';

beforeAll(async () => {
  gateway = await gatewayDatabase();
  pool = messagePathPool(gateway.url, 2);
});
afterAll(async () => {
  await pool.end();
  await gateway.end();
});

/** As receiving settles what it has opened. */
async function settle(arrival: BusArrival, what: 'held' | 'settled' | 'refused'): Promise<void> {
  const { from, kind, exchange, queue, body, attempts = 0, held } = arrival;
  const sha256 = createHash('sha256').update(body).digest('hex');
  const delivered = {
    node: from,
    body: { kind, exchange, queue, sha256, bytes: body.length },
    attempts,
    ...(held !== undefined && { held }),
  };
  const reason = { code: 'CERTIFICATE_UNKNOWN', detail: 'no list names it' } as const;
  const voided = { from: 'kz-knb', to: 'by-mvd', ep: 9, n: 9, D: sha256, reason: 'expired', at: '' };
  const statement = { ok: true, kind: 'statement', typ: 'valise-void+jws', content: voided };
  const member: Incoming =
    what === 'refused'
      ? { kind: 'refused', delivered, reason: { code: 'INTERNAL', detail: 'it cannot be settled' } }
      : what === 'held'
        ? { kind: 'delivery', delivered, opened: { ok: false, ...reason } }
        : ({
            ...{ kind: 'delivery', delivered, asking: { hash: sha256, iat: 0 } },
            opened: { ...statement, to: 'by-mvd', signer: { authority: 'kz-knb' } },
          } as unknown as Incoming);
  const circumstances = {
    ...{ at: Date.now(), registerMark: '', firstEpoch: 1, nodeOf: () => from },
    bounds: { nodeRowsMax: 10_000, nodeBytesMax: 1_000_000 },
  } as unknown as Circumstances;
  await settleRows(pool, wantedIn([member]), (facts) => settleIn(facts, [member], circumstances), {
    beside: bodiesOf(new Map([[sha256, body]])),
  });
}

beforeEach(async () => {
  await gateway.database.query('TRUNCATE held, quarantine, node_use, delivery_body');
  tried = [];
  outcome = () => 'held';
  const register = {
    onChange(listener: () => void) {
      changed = listener;
    },
  } as unknown as Register;
  const receiving = {
    async receive([arrival]: readonly BusArrival[]): Promise<void> {
      if (!arrival) throw new Error('each is tried alone');
      tried.push({ from: arrival.from, body: arrival.body.toString() });
      const is = outcome(arrival);
      if (is === 'thrown') throw new Error('it cannot be settled');
      await settle(arrival, is);
    },
    quarantineFailure: (arrival: BusArrival) => settle(arrival, 'refused'),
  } as unknown as Receiving;
  // Not the leader: rounds are made when the test says so.
  const leader = { isLeader: false } as unknown as Leader;
  deliveries = new HeldDeliveries(gateway.database, leader, register, receiving);
  deliveries.onApplicationBootstrap();
});
afterEach(async () => {
  jest.restoreAllMocks();
  await deliveries.onApplicationShutdown();
});

/** Held rows, of which the first is due first. */
async function hold(
  node: string,
  count: number,
  dueInSeconds: number,
  code: Code = 'CERTIFICATE_UNKNOWN',
): Promise<void> {
  for (let index = 0; index < count; index++) {
    const body = Buffer.from(`${node} ${code} ${index}`);
    await settle({ kind: 'envelope', exchange: `out.${node}`, queue: 'q', from: node, body }, 'held');
    await gateway.database.query(
      `UPDATE held SET code = $1, next_attempt_at = now() + make_interval(secs => $2) WHERE body ->> 'sha256' = $3`,
      [code, dueInSeconds + index / 1000, createHash('sha256').update(body).digest('hex')],
    );
  }
}
const triedOf = (node: string) => tried.filter(({ from }) => from === node).map(({ body }) => body);
const rowsOf = <Row>(text: string) => gateway.database.query<Row[]>(text);
const left = () =>
  rowsOf<{ attempts: number; wait: number }>(
    'SELECT attempts, round(extract(epoch FROM next_attempt_at - now()))::int AS wait FROM held',
  );
const used = async () =>
  (
    await rowsOf<{ rows: string; bytes: string }>(
      'SELECT held_rows AS rows, held_bytes AS bytes FROM node_use',
    )
  )[0];

it('takes the oldest of every node in turn, and of each node so many in a round', async () => {
  await hold('flooding', 120, -3_600);
  await hold('by', 2, -1);
  await deliveries.tryDue();
  expect(tried.slice(0, 4).map(({ from }) => from)).toEqual(['by', 'flooding', 'by', 'flooding']);
  expect(triedOf('flooding')).toHaveLength(50);
  expect(triedOf('flooding')[0]).toBe('flooding CERTIFICATE_UNKNOWN 0');
  await deliveries.tryDue();
  await deliveries.tryDue();
  expect(new Set(triedOf('flooding')).size).toBe(120);
  expect(tried).toHaveLength(122);
});

it('leaves alone what is not due', async () => {
  await hold('by', 3, 3_600);
  await deliveries.tryDue();
  expect(tried).toEqual([]);
});

it('tries all that waits for a book once after the register changed, in as many rounds as it takes', async () => {
  await hold('flooding', 120, 3_600);
  await hold('by', 1, 3_600, 'REGISTER_BEHIND');
  await hold('am', 1, 3_600, 'GAP');
  changed();
  await deliveries.tryDue();
  expect(triedOf('by')).toHaveLength(1);
  for (let round = 0; round < 5; round++) await deliveries.tryDue();
  expect(new Set(triedOf('flooding')).size).toBe(120);
  expect(tried).toHaveLength(121);
});

it('waits longer after every attempt, and what is kept of its node is counted once', async () => {
  await hold('by', 1, -1);
  const before = await used();
  expect(await left()).toMatchObject([{ attempts: 0 }]);
  for (const wait of [10, 20, 40, 80, 160, 320, 600, 600]) {
    await deliveries.tryDue();
    const [row] = await left();
    expect(Math.abs((row?.wait ?? 0) - wait)).toBeLessThanOrEqual(1);
    await gateway.database.query('UPDATE held SET next_attempt_at = now()');
  }
  expect(await left()).toMatchObject([{ attempts: 8 }]);
  expect(await used()).toEqual(before);
});

it('gives up after a day of attempts: the delivery goes to quarantine with why it could not be judged', async () => {
  await hold('by', 1, -1);
  await gateway.database.query('UPDATE held SET attempts = 150');
  await deliveries.tryDue();
  expect(await left()).toEqual([]);
  expect(await rowsOf('SELECT code, node FROM quarantine')).toEqual([
    { code: 'CERTIFICATE_UNKNOWN', node: 'by' },
  ]);
  expect(await used()).toEqual({ rows: '0', bytes: '0' });
});

it('forgets what is settled', async () => {
  await hold('by', 2, -1);
  outcome = ({ body }) => (body.toString().endsWith('0') ? 'settled' : 'held');
  await deliveries.tryDue();
  expect(await left()).toHaveLength(1);
  expect(await used()).toMatchObject({ rows: '1' });
  outcome = () => 'settled';
  await gateway.database.query('UPDATE held SET next_attempt_at = now()');
  await deliveries.tryDue();
  expect(await left()).toEqual([]);
  expect(await used()).toEqual({ rows: '0', bytes: '0' });
});

it('puts into quarantine what cannot even be settled, and goes on with the others', async () => {
  for (const level of ['warn', 'error'] as const)
    jest.spyOn(Logger.prototype, level).mockImplementation(() => undefined);
  await hold('by', 3, -1);
  outcome = ({ body }) => (body.toString().endsWith('1') ? 'thrown' : 'settled');
  await deliveries.tryDue();
  expect(triedOf('by').at(-1)).toBe('by CERTIFICATE_UNKNOWN 2');
  expect(await left()).toEqual([]);
  expect(await rowsOf('SELECT code FROM quarantine')).toEqual([{ code: 'INTERNAL' }]);
});

it('keeps bytes that nothing named any more and that are held again at the moment of their removal', async () => {
  const housekeeping = new QuarantineHousekeeping(
    gateway.database,
    {} as unknown as Configuration,
    {} as unknown as Leader,
  );
  const body = Buffer.from('the same bytes');
  const settling = await pool.connect();
  try {
    await settling.query(
      `INSERT INTO delivery_body (sha256, body, at) VALUES ('known', $1, now() - interval '2 hours'), ('old', $1, now() - interval '2 hours')`,
      [body],
    );
    await settling.query('BEGIN');
    await settling.query(`UPDATE delivery_body SET at = now() WHERE sha256 = 'known'`);
    const removal = housekeeping.removeBodies();
    await until('it waits for the settlement', STEP_MS, async () => {
      const waiting = await rowsOf(
        `SELECT 1 FROM pg_stat_activity WHERE query LIKE 'DELETE FROM delivery_body%' AND wait_event_type = 'Lock'`,
      );
      return waiting.length > 0 ? true : undefined;
    });
    await settling.query('COMMIT');
    await removal;
  } finally {
    settling.release();
  }
  expect(await rowsOf('SELECT sha256 FROM delivery_body')).toEqual([{ sha256: 'known' }]);
});
