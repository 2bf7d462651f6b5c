import type { BusServer } from '#bus';
import { type BusMessage, BusPublisher, type BusState, COMMITTED } from '#bus';
import { inboxQueue } from '#topology';
import { drain, federation, type Federation, type Handlers, proxy, serve, until } from './bus-harness.js';

const FAST = { heartbeatSeconds: 1, reconnectDelayMs: { first: 10, max: 50 } };

const running: { close(): Promise<unknown> }[] = [];
let bus: Federation;
let cable: Awaited<ReturnType<typeof proxy>>;

// Jest fails a test during which a rejection or an exception goes unhandled: none may, whatever the broker does.
beforeEach(async () => {
  bus = await federation(['kz', 'by']);
  cable = await proxy();
  running.push({ close: () => bus.remove() }, cable);
});
afterEach(async () => {
  for (const each of running.splice(0).reverse()) await each.close();
});

async function publisher(
  states: BusState[] = [],
  more: { heartbeatSeconds?: number } = {},
): Promise<BusPublisher> {
  const kz = new BusPublisher({
    url: bus.url('kz', cable.port),
    node: bus.id('kz'),
    onState: (state) => states.push(state),
    ...FAST,
    ...more,
  });
  running.push(kz);
  await kz.connect();
  return kz;
}

async function server(handlers: Handlers, port: number | undefined = cable.port): Promise<BusServer> {
  const { app, server: by } = await serve(
    { url: bus.url('by', port), node: bus.id('by'), peers: [bus.id('kz')], prefetch: 5, ...FAST },
    handlers,
  );
  running.push(app);
  await by.whenConnected(10_000);
  return by;
}

function message(messageId: string): BusMessage {
  return { to: bus.id('by'), kind: 'envelope', body: Buffer.alloc(6_000), messageId };
}

function codes(outcomes: PromiseSettledResult<void>[]): unknown[] {
  return [
    ...new Set(
      outcomes.map((o) => (o.status === 'fulfilled' ? 'confirmed' : (o.reason as { code: string }).code)),
    ),
  ];
}

describe('a connection that is cut', () => {
  it('fails what was not confirmed, and the publisher comes back by itself', async () => {
    const states: BusState[] = [];
    const kz = await publisher(states);
    cable.muteBroker();
    const publishing = Promise.allSettled(
      Array.from({ length: 700 }, (_, i) => kz.publish(message(`m-${i}`))),
    );
    const admin = await bus.connectAsAdmin();
    running.push(admin);
    const channel = await admin.createChannel();
    const queue = inboxQueue(bus.id('by'), bus.id('kz'));
    await until('the broker has some', async () => (await channel.checkQueue(queue)).messageCount > 0);
    cable.cut();
    expect(codes(await publishing)).toEqual(['BUS_UNAVAILABLE']);

    await kz.whenConnected(10_000);
    await kz.publish(message('afterwards'));
    const there = await drain(admin, queue);
    // Not confirmed does not mean not arrived: receivers settle duplicates by message id.
    expect(there.length).toBeGreaterThan(1);
    expect(there.at(-1)?.properties.messageId).toBe('afterwards');
    expect(states.map(({ state }) => state)).toEqual(
      expect.arrayContaining(['reconnecting', 'connected', 'reconnecting', 'connected']),
    );
  });

  it('fails at once while there is no broker, and starts without one', async () => {
    cable.refuse(true);
    const kz = await publisher();
    expect(kz.state.state).toBe('reconnecting');
    await expect(kz.publish(message('m'))).rejects.toMatchObject({ code: 'BUS_UNAVAILABLE' });
    cable.refuse(false);
    await kz.whenConnected(10_000);
    await kz.publish(message('m'));
  });

  it('is noticed when half open, on both sides, and nothing is lost', async () => {
    const done: string[] = [];
    const by = await server({
      envelope: ({ messageId = '' }) => {
        done.push(messageId);
        return COMMITTED;
      },
    });
    const kz = await publisher();
    await kz.publish(message('before'));
    await until('it arrives', () => done.length === 1);

    // It may have noticed, and be connected again, before the sender has.
    let noticed = false;
    const watching = by.status.subscribe((state) => (noticed ||= state === 'reconnecting'));
    cable.freeze();
    await expect(kz.publish(message('lost'))).rejects.toMatchObject({ code: 'BUS_UNAVAILABLE' });
    await until('the receiver notices', () => noticed);
    watching.unsubscribe();
    await Promise.all([kz.whenConnected(10_000), by.whenConnected(10_000)]);
    await kz.publish(message('lost'));
    await until('it arrives', () => done.includes('lost'));
    await until('the old sockets are gone', () => cable.clientSockets === 2);
  });

  it('hands out again what was in a handler, and forgets its retries', async () => {
    const seen: [string, boolean][] = [];
    let down = true;
    const by = await server({
      envelope: ({ messageId = '', redelivered }) => {
        seen.push([messageId, redelivered]);
        if (down) throw new Error('the database is down');
        return COMMITTED;
      },
    });
    const kz = await publisher();
    await kz.publish(message('m'));
    await until('it is held', () => by.held.length === 1);
    cable.cut();
    await until('it comes again', () => seen.some(([, redelivered]) => redelivered));
    down = false;
    await until('it is committed', () => by.held.length === 0);
    const admin = await bus.connectAsAdmin();
    running.push(admin);
    await by.close();
    expect(await drain(admin, inboxQueue(bus.id('by'), bus.id('kz')))).toEqual([]);
    expect(seen.filter(([, redelivered]) => !redelivered).length).toBeGreaterThan(0);
  });

  it('does not stop one queue for another that is missing, and takes it up when it is there', async () => {
    const queue = inboxQueue(bus.id('by'), bus.id('kz'));
    const admin = await bus.connectAsAdmin();
    running.push(admin);
    const channel = await admin.createChannel();
    await channel.deleteQueue(queue);
    const done: string[] = [];
    const by = await server({
      envelope: ({ messageId = '' }) => {
        done.push(messageId);
        return COMMITTED;
      },
    });
    const kz = await publisher();
    await kz.whenConnected(10_000);
    expect(by.state).toMatchObject({ state: 'connected', detail: expect.stringContaining(queue) as unknown });
    await expect(kz.publish(message('m'))).rejects.toMatchObject({ code: 'BUS_UNROUTABLE' });
    await kz.publish({ ...message('part'), lane: 'attachments' });
    await until('the other lane works', () => done.length === 1);

    await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    await channel.bindQueue(queue, `out.${bus.id('kz')}`, queue);
    await kz.publish(message('m'));
    await until('it is consumed', () => done.includes('m'));
    await until('nothing is amiss', () => by.state.detail === undefined);
    // A queue that is deleted under a consumer, which the broker tells by cancelling it.
    await channel.deleteQueue(queue);
    await until('it is amiss again', () => by.state.detail?.includes(queue) === true);
  });
});

describe('closing', () => {
  it.each(['connected', 'frozen', 'refused'] as const)('leaves no socket when %s', async (how) => {
    if (how === 'refused') cable.refuse(true);
    // No heartbeat comes to the help of a close that waits for an answer.
    const slow = { heartbeatSeconds: 60, drainTimeoutMs: 50 };
    const kz = await publisher([], slow);
    const { app } = await serve(
      {
        url: bus.url('by', cable.port),
        node: bus.id('by'),
        peers: [bus.id('kz')],
        prefetch: 5,
        ...FAST,
        ...slow,
      },
      {},
    );
    if (how !== 'refused') await until('both are connected', () => cable.clientSockets === 2);
    let lost: Promise<unknown> = Promise.resolve();
    if (how === 'frozen') {
      await kz.whenConnected(10_000);
      cable.freeze();
      lost = kz.publish(message('m')).catch((error: unknown) => error);
    }
    await Promise.all([kz.close(), app.close()]);
    await lost;
    await kz.close();
    await until('no socket is left', () => cable.clientSockets === 0);
    await expect(kz.publish(message('m'))).rejects.toMatchObject({ code: 'BUS_UNAVAILABLE' });
  });
});

describe('backpressure', () => {
  it('keeps a bounded number in flight, and waits while the broker is blocked', async () => {
    const kz = new BusPublisher({
      url: bus.url('kz', cable.port),
      node: bus.id('kz'),
      limits: { messages: { inFlightMax: 10, waitingMax: 50, confirmTimeoutMs: 500 } },
      ...FAST,
      heartbeatSeconds: 30,
    });
    running.push(kz);
    await kz.connect();
    cable.muteBroker();
    const outcomes = Promise.allSettled(Array.from({ length: 70 }, (_, i) => kz.publish(message(`m-${i}`))));
    const admin = await bus.connectAsAdmin();
    running.push(admin);
    const channel = await admin.createChannel();
    const queue = inboxQueue(bus.id('by'), bus.id('kz'));
    await until('the broker has some', async () => (await channel.checkQueue(queue)).messageCount === 10);
    // 10 in flight, 50 waiting, and 10 too many: none is confirmed, none is forgotten.
    const settled = await outcomes;
    expect(codes(settled)).toEqual(['BUS_UNAVAILABLE']);
    const texts = settled.map((each) => (each.status === 'rejected' ? String(each.reason) : ''));
    expect(texts.filter((text) => text.includes('wait already'))).toHaveLength(10);
  });
});
