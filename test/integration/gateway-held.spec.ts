import { createHash } from 'node:crypto';
import type { ErrorCode } from '#core';
import type { Configuration } from '../../apps/gateway/src/configuration.js';
import type { Leader } from '../../apps/gateway/src/database/leader.js';
import type { BusArrival } from '../../apps/gateway/src/exchange/arrival.js';
import { HeldDeliveries } from '../../apps/gateway/src/exchange/held.js';
import { Holding } from '../../apps/gateway/src/exchange/holding.js';
import type { Receiving } from '../../apps/gateway/src/exchange/receive.js';
import type { Quarantine } from '../../apps/gateway/src/quarantine/quarantine.js';
import type { Refusals } from '../../apps/gateway/src/quarantine/refusals.js';
import type { Register } from '../../apps/gateway/src/register/register.js';
import { type EmptyDatabase, gatewayDatabase } from './empty-database.js';

let gateway: EmptyDatabase;
let deliveries: HeldDeliveries;
let changed: () => void;
/** Sending nodes and bodies, as they were tried. */
let tried: { readonly from: string; readonly body: string }[];

beforeAll(async () => {
  gateway = await gatewayDatabase();
});
afterAll(() => gateway.end());

beforeEach(async () => {
  await gateway.database.query('DELETE FROM held');
  tried = [];
  const register = {
    onChange(listener: () => void) {
      changed = listener;
    },
  } as unknown as Register;
  // What is tried here cannot be judged this time either.
  const receiving = {
    whyHeld({ from, body }: BusArrival) {
      tried.push({ from, body: body.toString() });
      return { code: 'CERTIFICATE_UNKNOWN', detail: 'no list names it' };
    },
  } as unknown as Receiving;
  const bounds = { nodeRowsMax: 10_000, nodeBytesMax: 1_000_000 };
  const holding = new Holding(
    { bounds } as Configuration,
    {} as unknown as Quarantine,
    {} as unknown as Refusals,
  );
  // Not the leader: rounds are made when the test says so.
  const leader = { isLeader: false } as unknown as Leader;
  deliveries = new HeldDeliveries(gateway.database, leader, register, receiving, holding);
  deliveries.onApplicationBootstrap();
});
afterEach(() => deliveries.onApplicationShutdown());

/** Held rows, of which the first is due first. */
async function hold(
  node: string,
  count: number,
  dueInSeconds: number,
  code: ErrorCode = 'CERTIFICATE_UNKNOWN',
): Promise<void> {
  for (let index = 0; index < count; index++) {
    const body = Buffer.from(`${code} ${index}`);
    await gateway.database.query(
      `INSERT INTO held (at, exchange, queue, from_node, code, detail, body, sha256, bytes, next_attempt_at)
       VALUES (now(), $1, 'q', $2, $3, '', $4, $5, $6, now() + make_interval(secs => $7))`,
      [
        ...[`out.${node}`, node, code, body, createHash('sha256').update(body).digest('hex'), body.length],
        dueInSeconds + index / 1000,
      ],
    );
  }
}
const triedOf = (node: string) => tried.filter(({ from }) => from === node).map(({ body }) => body);

it('takes the oldest of every node in turn, and of each node so many in a round', async () => {
  await hold('flooding', 120, -3_600);
  await hold('by', 2, -1);
  await deliveries.tryDue();
  expect(tried.slice(0, 4).map(({ from }) => from)).toEqual(['flooding', 'by', 'flooding', 'by']);
  expect(triedOf('flooding')).toHaveLength(50);
  expect(triedOf('flooding')[0]).toBe('CERTIFICATE_UNKNOWN 0');
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
