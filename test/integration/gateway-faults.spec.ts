import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../apps/federation/src/until.js';
import {
  providePostgres,
  type PostgresService,
  provideRabbitmq,
  removeServices,
  type RabbitmqService,
} from '../../apps/federation/src/services/index.js';
import {
  consultation,
  expectExactlyOnce,
  type MessageView,
  openCase,
  quarantine,
  RECEIVER,
  SENDER,
  spontaneous,
  walk,
} from '../federation/exchange.js';
import { STEP_MS, testFederation, type TestFederation } from '../federation/harness.js';

const OUTAGE_MS = 30_000;
const MESSAGES = 200;
/** An outage of a minute used to be a thousand lines. */
const LINES_MAX = 12;
/** What is lost or duplicated is so at the moment of the fault, however many messages follow. */
const FEW = 60;
const CALLERS = 8;

/** A broker and a server that only this file uses, for it takes them away. */
const dataDir = join(tmpdir(), `valise-faults-services-${randomUUID()}`);
// PostgreSQL runs under another account when we are root, and has to enter.
mkdirSync(dataDir, { mode: 0o755 });
const report = () => undefined;
const broker = (): Promise<RabbitmqService> => provideRabbitmq({ dataDir, report, durable: false, env: {} });
const database = (): Promise<PostgresService> =>
  providePostgres({ dataDir, report, durable: false, env: {} });
let rabbitmq: RabbitmqService;
let postgres: PostgresService;
let federation: TestFederation;
let opened: MessageView;
/** Everything that was ever accepted by the API. */
const ids: string[] = [];

beforeAll(async () => {
  [rabbitmq, postgres] = await Promise.all([broker(), database()]);
  const services = { rabbitmq, postgres, stop: () => Promise.resolve() };
  // Nothing is asked for or sent a second time within the test: that would hide what was acknowledged too early.
  const patient = { resendAfterSeconds: 3600, receiptAfterSeconds: 3600 };
  federation = await testFederation('faults', {
    services,
    nodes: ['kz', 'by'],
    overrides: { kz: patient, by: patient },
  });
  opened = await openCase(federation);
  ids.push(opened.id);
}, 120_000);

afterAll(async () => {
  await federation.stop();
  await Promise.all([rabbitmq.stop(), postgres.stop()]);
  removeServices(dataDir);
});

const sender = () => federation.api(SENDER, 'system');
const ready = async (node: string): Promise<{ status: number; database: string; bus: { sends: string } }> => {
  const response = await fetch(`${federation.urlOf(node)}/ready`);
  return {
    status: response.status,
    ...((await response.json()) as { database: string; bus: { sends: string } }),
  };
};
const untilReady = (node: string, status: number) =>
  until(`${node} says ${status}`, 2 * STEP_MS, async () =>
    (await ready(node)).status === status ? true : undefined,
  );

/** Every other message opens a case, the others go on in one. */
const message = (index: number) => (index % 2 === 0 ? spontaneous() : consultation(opened));

/** Sends messages from several callers at once; `act` runs while they do, after the first quarter. */
async function sendDuring(
  act: () => Promise<void>,
  send: (index: number) => Promise<MessageView>,
  messages = MESSAGES,
): Promise<void> {
  let next = 0;
  let acting: Promise<void> | undefined;
  const call = async (): Promise<void> => {
    for (let index = next++; index < messages; index = next++) {
      ids.push((await send(index)).id);
      if (index >= messages / 4) acting ??= act();
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, call));
  await acting;
}

const sendOnce = (index: number) => sender().post<MessageView>('/v1/messages', message(index));

/** As a national system does: the same request under the same key, until there is an answer. */
async function sendInsisting(index: number): Promise<MessageView> {
  const [request, headers] = [message(index), { 'idempotency-key': randomUUID() }];
  return until(`an answer to request ${index}`, 2 * STEP_MS, () =>
    sender()
      .post<MessageView>('/v1/messages', request, headers)
      .catch(() => undefined),
  );
}

async function expectNothingAmiss(): Promise<void> {
  await expectExactlyOnce(federation, ids);
  for (const [node, authority] of [
    ['kz', SENDER],
    ['by', RECEIVER],
  ] as const) {
    expect(await quarantine(federation.api(authority, 'security-officer'))).toEqual([]);
    await until(`an empty outbox at ${node}`, STEP_MS, async () =>
      (await federation.sql(node, 'SELECT 1 FROM outbox')).length === 0 ? true : undefined,
    );
  }
  await expectCaseInOrder();
}

/** What belongs to one case had its effect in the order of sending, whatever the order of arrival. */
async function expectCaseInOrder(): Promise<void> {
  const rows = await federation.sql<{ n: string }>(
    'by',
    `SELECT message.n FROM leaf
     JOIN message ON message.own = leaf.own AND message.direction = 'in' AND message.d = leaf.text::jsonb->>'D'
     WHERE leaf.own = $1 AND leaf.peer = $2 AND leaf.side = 'own' AND leaf.text::jsonb->>'stage' = 'accepted'
       AND message.case_id = $3 ORDER BY leaf.ep, leaf.idx`,
    [RECEIVER, SENDER, opened.case],
  );
  const numbers = rows.map(({ n }) => Number(n));
  expect(numbers.length).toBeGreaterThan(1);
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
}

/** What the nodes wrote during something, line by line. */
async function logged(during: () => Promise<void>): Promise<Record<'kz' | 'by', string[]>> {
  const before = { kz: federation.logOf('kz').length, by: federation.logOf('by').length };
  await during();
  const lines = (node: 'kz' | 'by') => federation.logOf(node).slice(before[node]).trimEnd().split('\n');
  return { kz: lines('kz'), by: lines('by') };
}

function expectToldOnce(lines: Record<'kz' | 'by', string[]>, server: string): void {
  for (const node of ['kz', 'by'] as const) {
    const said = (what: string) => lines[node].filter((line) => line.includes(server) && line.includes(what));
    expect(said('is unreachable')).toHaveLength(1);
    expect(said('is back')).toHaveLength(1);
    expect(lines[node].length).toBeLessThan(LINES_MAX);
  }
}

it('with the broker unreachable every call is accepted, and everything arrives once it is back', async () => {
  expectToldOnce(await logged(withoutBroker), `RabbitMQ at 127.0.0.1:${rabbitmq.port}/`);
}, 240_000);

async function withoutBroker(): Promise<void> {
  let away = Infinity;
  await sendDuring(async () => {
    await rabbitmq.stop();
    away = Date.now();
    for (const node of ['kz', 'by']) await untilReady(node, 503);
    expect((await ready('kz')).bus.sends).not.toBe('connected');
  }, sendOnce);
  // All were accepted, and most of them are still here.
  expect(ids).toHaveLength(1 + MESSAGES);
  const waiting = await walk<MessageView>(sender(), '/v1/messages?direction=out&status=queued');
  expect(waiting.length).toBeGreaterThan(MESSAGES / 4);
  // Long enough that reconnecting has slowed down, and that nothing still waits for its first attempt.
  await until('the end of the outage', 2 * OUTAGE_MS, () =>
    Promise.resolve(Date.now() - away >= OUTAGE_MS ? true : undefined),
  );
  rabbitmq = await broker();
  await expectNothingAmiss();
  for (const node of ['kz', 'by']) await untilReady(node, 200);
}

it('a receiver that is killed while it receives loses nothing and duplicates nothing', async () => {
  await sendDuring(() => federation.kill('by'), sendOnce);
  await expectNothingAmiss();
}, 180_000);

it('a sender that is killed while it sends sends once what its callers repeat', async () => {
  await sendDuring(() => federation.kill('kz'), sendInsisting, FEW);
  await expectNothingAmiss();
}, 180_000);

it('with the database unreachable nothing is acknowledged and nothing lost, and the nodes say so', async () => {
  expectToldOnce(await logged(withoutDatabase), 'PostgreSQL at 127.0.0.1:');
}, 240_000);

async function withoutDatabase(): Promise<void> {
  await sendDuring(
    async () => {
      await postgres.stop();
      for (const node of ['kz', 'by']) await untilReady(node, 503);
      expect((await ready('by')).database).toBe('away');
      postgres = await database();
    },
    sendInsisting,
    FEW,
  );
  await expectNothingAmiss();
  for (const node of ['kz', 'by']) await untilReady(node, 200);
  expect(
    federation.processes
      .all()
      .find(({ name }) => name === 'by')
      ?.restarts(),
  ).toBe(1);
}
