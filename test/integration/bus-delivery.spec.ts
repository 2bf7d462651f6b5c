import {
  type BusMessage,
  BusPublisher,
  type BusServer,
  type BusServerOptions,
  COMMITTED,
  type Delivery,
} from '#bus';
import { deadLetterQueue, DELIVERY_LIMIT, inboxQueue, outExchange } from '#topology';
import { drain, federation, type Federation, type Handlers, serve, until } from './bus-harness.js';

const running: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of running.splice(0).reverse()) await each.close();
});

async function publisherOf(bus: Federation, name: string): Promise<BusPublisher> {
  const publisher = new BusPublisher({ url: bus.url(name), node: bus.id(name) });
  running.push(publisher);
  await publisher.connect();
  await publisher.whenConnected(10_000);
  return publisher;
}

async function serverOf(
  bus: Federation,
  name: string,
  peers: string[],
  handlers: Handlers,
  options: Partial<BusServerOptions> = {},
): Promise<BusServer> {
  const { app, server } = await serve(
    {
      url: bus.url(name),
      node: bus.id(name),
      peers: peers.map(bus.id),
      prefetch: 10,
      retryDelayMs: { first: 5, max: 20 },
      ...options,
    },
    handlers,
  );
  running.push(app);
  await server.whenConnected(10_000);
  return server;
}

function message(to: string, messageId: string, more: Partial<BusMessage> = {}): BusMessage {
  return { to, kind: 'envelope', body: Buffer.from(messageId), messageId, ...more };
}

describe('publishing', () => {
  let bus: Federation;
  beforeEach(async () => {
    bus = await federation(['kz', 'by', 'ru'], {
      absentPairs: [['kz', 'ru']],
      limits: { messages: { messagesMax: 5, bytesMax: 1_000_000 } },
    });
    running.push({ close: () => bus.remove() });
  });

  it('fails as unroutable where nobody declared the pair, and only for that message', async () => {
    const kz = await publisherOf(bus, 'kz');
    const outcomes = await Promise.allSettled([
      kz.publish(message(bus.id('by'), 'm-1')),
      kz.publish(message(bus.id('ru'), 'm-1')),
      kz.publish(message(bus.id('ru'), 'm-2')),
      kz.publish(message(bus.id('by'), 'm-2')),
    ]);
    expect(outcomes.map((each) => (each.status === 'rejected' ? codeOf(each.reason) : 'confirmed'))).toEqual([
      'confirmed',
      'BUS_UNROUTABLE',
      'BUS_UNROUTABLE',
      'confirmed',
    ]);
  });

  it('is refused where the recipient’s queue for this sender is full, and other senders are not held back', async () => {
    const [kz, ru] = [await publisherOf(bus, 'kz'), await publisherOf(bus, 'ru')];
    let refusal: unknown;
    // The limit is soft by a burst, so the messages go one by one, and past the limit by a few.
    for (let i = 0; i < 50 && refusal === undefined; i++)
      refusal = await kz.publish(message(bus.id('by'), `full-${i}`)).then(
        () => undefined,
        (error: unknown) => error,
      );
    expect(codeOf(refusal)).toBe('BUS_REFUSED');
    await expect(ru.publish(message(bus.id('by'), 'other'))).resolves.toBeUndefined();
  });

  it('refuses what the bus cannot carry before it leaves', async () => {
    const kz = await publisherOf(bus, 'kz');
    const to = bus.id('by');
    await expect(kz.publish(message(to, 'big', { body: Buffer.alloc(3_000_000) }))).rejects.toMatchObject({
      code: 'INPUT_TOO_LARGE',
    });
    await expect(kz.publish(message(to, 'x'.repeat(256)))).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(kz.publish(message('a.b', 'm'))).rejects.toMatchObject({ code: 'CONFIGURATION' });
  });
});

describe('receiving', () => {
  let bus: Federation;
  beforeEach(async () => {
    bus = await federation(['kz', 'by']);
    running.push({ close: () => bus.remove() });
  });

  it('starts handlers in the order of arrival, side by side up to the prefetch', async () => {
    const started: string[] = [];
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const kz = await publisherOf(bus, 'kz');
    const ids = Array.from({ length: 30 }, (_, i) => `order-${i}`);
    for (const id of ids) await kz.publish(message(bus.id('by'), id));
    await serverOf(bus, 'by', ['kz'], {
      envelope: async ({ messageId }) => {
        started.push(messageId ?? '');
        await gate;
        return COMMITTED;
      },
    });
    await until('the prefetch is used', () => started.length === 10);
    release();
    await until('all are handled', () => started.length === 30);
    expect(started).toEqual(ids);
  });

  it('acknowledges only what was committed: what is in a handler when the process dies comes again', async () => {
    const kz = await publisherOf(bus, 'kz');
    const seen: Delivery[] = [];
    const first = await serverOf(
      bus,
      'by',
      ['kz'],
      {
        envelope: (delivery) => {
          seen.push(delivery);
          return new Promise(() => undefined);
        },
      },
      { drainTimeoutMs: 50 },
    );
    await kz.publish(message(bus.id('by'), 'again'));
    await until('the handler has it', () => seen.length === 1);
    await first.close();

    const later: Delivery[] = [];
    await serverOf(bus, 'by', ['kz'], {
      envelope: (delivery) => {
        later.push(delivery);
        return COMMITTED;
      },
    });
    await until('it comes again', () => later.length === 1);
    expect([seen[0]?.redelivered, later[0]?.redelivered]).toEqual([false, true]);
    expect(later[0]?.messageId).toBe('again');
  });

  it.each<[string, () => unknown]>([
    ['throws', () => Promise.reject(new Error('the database is down'))],
    [
      'throws at once',
      () => {
        throw new Error('the database is down');
      },
    ],
    ['returns nothing', () => undefined],
    ['returns something else', () => Promise.resolve({ committed: true })],
    ['returns the name of the value', () => 'COMMITTED'],
  ])(
    'tries again in place where the handler %s, without loss and without counting towards the delivery limit',
    async (_what, failure) => {
      const kz = await publisherOf(bus, 'kz');
      const attempts: Delivery[] = [];
      const done: string[] = [];
      const server = await serverOf(bus, 'by', ['kz'], {
        envelope: (delivery) => {
          if (delivery.messageId === 'hard') {
            attempts.push(delivery);
            if (attempts.length < 3) return failure();
          }
          done.push(delivery.messageId ?? '');
          return COMMITTED;
        },
      });
      await kz.publish(message(bus.id('by'), 'hard'));
      await kz.publish(message(bus.id('by'), 'easy'));
      await until('both are done', () => done.length === 2);
      expect(done.sort()).toEqual(['easy', 'hard']);
      expect(attempts).toHaveLength(3);
      // The broker handed it out once: it never saw it again.
      expect(
        attempts.every(
          ({ redelivered, headers }) => !redelivered && headers['x-delivery-count'] === undefined,
        ),
      ).toBe(true);
      await until('nothing is held', () => server.held.length === 0);
    },
  );

  it('consumes nothing more from a queue while one of its deliveries fails, and goes on afterwards', async () => {
    const kz = await publisherOf(bus, 'kz');
    const to = bus.id('by');
    const seen = new Set<string>();
    const done: string[] = [];
    let down = true;
    const server = await serverOf(bus, 'by', ['kz'], {
      envelope: ({ messageId = '' }) => {
        seen.add(messageId);
        if (down) throw new Error('the database is down');
        done.push(messageId);
        return COMMITTED;
      },
    });
    const attempts = (): number => server.held[0]?.attempts ?? 0;
    await kz.publish(message(to, 'a'));
    await until('it is being tried again', () => attempts() > 1);
    for (const id of ['b', 'c', 'd', 'e']) await kz.publish(message(to, id));
    const before = attempts();
    await until('it was tried some more', () => attempts() > before + 3);
    expect([...seen]).toEqual(['a']);
    expect(server.held).toMatchObject([{ queue: inboxQueue(to, bus.id('kz')), messageId: 'a' }]);
    expect(server.state.state).toBe('connected');

    // A replica that works gets what the failing one leaves with the broker.
    const replica: string[] = [];
    const second = await serverOf(bus, 'by', ['kz'], {
      envelope: ({ messageId = '' }) => {
        replica.push(messageId);
        return COMMITTED;
      },
    });
    await until('the replica has taken the rest', () => replica.length === 4);
    await second.close();
    await kz.publish(message(to, 'f'));
    down = false;
    await until('it goes on', () => done.length === 2);
    expect([done, replica]).toEqual([
      ['a', 'f'],
      ['b', 'c', 'd', 'e'],
    ]);
    expect(server.held).toEqual([]);
  });

  it('hands to `unknown` what claims to be something that peers may not say', async () => {
    const kz = await publisherOf(bus, 'kz');
    const unknown: string[] = [];
    await serverOf(bus, 'by', ['kz'], {
      unknown: ({ kind }) => {
        unknown.push(kind);
        return COMMITTED;
      },
    });
    const kinds = ['dead', 'unknown', '"envelope"', '{"a":1}', 'toString', 'attachment-part', 'Envelope'];
    for (const kind of kinds) await kz.publish(message(bus.id('by'), 'm', { kind }));
    await until('all are there', () => unknown.length === kinds.length);
    expect(unknown).toEqual(kinds);
  });

  it('finishes the handlers that run before it closes, and takes nothing more', async () => {
    const kz = await publisherOf(bus, 'kz');
    const done: string[] = [];
    const started: string[] = [];
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const server = await serverOf(
      bus,
      'by',
      ['kz'],
      {
        envelope: async ({ messageId }) => {
          started.push(messageId ?? '');
          await gate;
          done.push(messageId ?? '');
          return COMMITTED;
        },
      },
      { prefetch: 1 },
    );
    await kz.publish(message(bus.id('by'), 'running'));
    await kz.publish(message(bus.id('by'), 'waiting'));
    await until('one runs', () => started.length === 1);
    const closed = server.close();
    release();
    await closed;
    expect([started, done]).toEqual([['running'], ['running']]);
    const admin = await bus.connectAsAdmin();
    running.push(admin);
    const left = await drain(admin, inboxQueue(bus.id('by'), bus.id('kz')));
    expect(left.map(({ properties }) => properties.messageId as string)).toEqual(['waiting']);
  });
});

describe('dead letters', () => {
  let bus: Federation;
  beforeEach(async () => {
    bus = await federation(['kz', 'by']);
    running.push({ close: () => bus.remove() });
  });

  it('holds what was handed out more than 20 times, with the reason and the sender', async () => {
    const kz = await publisherOf(bus, 'kz');
    const by = await bus.connectAs('by');
    running.push(by);
    const queue = inboxQueue(bus.id('by'), bus.id('kz'));
    await kz.publish(
      message(bus.id('by'), 'deadly', {
        headers: {
          'x-death': [{ queue: 'by.from.ru', reason: 'rejected', count: 1 }],
          'x-first-death-queue': 'forged',
        },
      }),
    );
    // A consumer that dies over it, again and again: its channel closes with the delivery unacknowledged.
    for (let times = 0; times <= DELIVERY_LIMIT; times++) {
      const channel = await by.createChannel();
      let handedOut = false;
      await channel.consume(queue, () => {
        handedOut = true;
      });
      await until('it is handed out again', () => handedOut);
      await channel.close();
    }

    const got: Delivery[] = [];
    await serverOf(bus, 'by', ['kz'], {
      dead: (delivery) => {
        got.push(delivery);
        return COMMITTED;
      },
    });
    await until('the dead letter is there', () => got.length === 1);
    expect(got[0]).toMatchObject({
      kind: 'envelope',
      messageId: 'deadly',
      from: bus.id('kz'),
      queue: deadLetterQueue(bus.id('by')),
    });
    expect(got[0]?.body.toString()).toBe('deadly');
    const deaths = got[0]?.headers['x-death'] as { reason: string; queue: string; exchange: string }[];
    expect(deaths[0]).toMatchObject({ reason: 'delivery_limit', queue, exchange: outExchange(bus.id('kz')) });
  });
});

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : error;
}
