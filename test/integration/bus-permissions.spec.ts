import type { Channel, ChannelModel, ConfirmChannel } from 'amqplib';
import { attachmentsQueue, deadLetterExchange, deadLetterQueue, inboxQueue, outExchange } from '#topology';
import { drain, federation, type Federation } from './bus-harness.js';

const ACCESS_REFUSED = 403;

let bus: Federation;
let kz: ChannelModel;
let admin: ChannelModel;
beforeAll(async () => {
  bus = await federation(['kz', 'by', 'ru']);
  kz = await bus.connectAs('kz');
  admin = await bus.connectAsAdmin();
});
afterAll(async () => {
  await kz.close();
  await admin.close();
  await bus.remove();
});

/** The code with which the broker closes the channel over it; 'done' where it lets it pass. */
async function outcome(action: (channel: Channel) => Promise<unknown>): Promise<number | 'done'> {
  const channel = await kz.createChannel();
  channel.on('error', () => undefined);
  try {
    await action(channel);
  } catch (error) {
    return (error as { code: number }).code;
  }
  await channel.close();
  return 'done';
}

/** Publishing has no answer of its own: either the confirm comes, or the channel is closed over it. */
async function published(
  exchange: string,
  key: string,
  options: { CC?: string[]; BCC?: string[]; mandatory?: boolean; userId?: string } = {},
): Promise<number | 'done' | 'returned'> {
  const channel: ConfirmChannel = await kz.createConfirmChannel();
  const returns: unknown[] = [];
  channel.on('return', (message) => returns.push(message));
  const refused = new Promise<number>((resolve) =>
    channel.on('error', (error) => {
      resolve((error as Error & { code: number }).code);
    }),
  );
  channel.publish(exchange, key, Buffer.from('x'), { persistent: true, ...options });
  const result = await Promise.race([
    refused,
    channel.waitForConfirms().then(
      () => 'done' as const,
      () => refused,
    ),
  ]);
  if (result === 'done') await channel.close();
  return result === 'done' && returns.length > 0 ? 'returned' : result;
}

const name = {
  get kz() {
    return bus.id('kz');
  },
  get by() {
    return bus.id('by');
  },
  get ru() {
    return bus.id('ru');
  },
};

describe('a node on the bus', () => {
  it('reads its own queues', async () => {
    for (const queue of [
      inboxQueue(name.kz, name.by),
      attachmentsQueue(name.kz, name.by),
      deadLetterQueue(name.kz),
    ])
      expect(await outcome((channel) => channel.consume(queue, () => undefined))).toBe('done');
  });

  it('cannot consume, get or purge what is in another’s queues', async () => {
    for (const queue of [
      inboxQueue(name.by, name.kz),
      inboxQueue(name.by, name.ru),
      attachmentsQueue(name.by, name.kz),
      deadLetterQueue(name.by),
    ]) {
      expect(await outcome((channel) => channel.consume(queue, () => undefined))).toBe(ACCESS_REFUSED);
      expect(await outcome((channel) => channel.get(queue))).toBe(ACCESS_REFUSED);
      expect(await outcome((channel) => channel.purgeQueue(queue))).toBe(ACCESS_REFUSED);
    }
  });

  it('cannot write to another’s exchange, through the default exchange, or among the dead letters', async () => {
    expect(await published(outExchange(name.by), inboxQueue(name.ru, name.by))).toBe(ACCESS_REFUSED);
    expect(await published('', inboxQueue(name.by, name.kz))).toBe(ACCESS_REFUSED);
    expect(await published('', inboxQueue(name.by, name.ru))).toBe(ACCESS_REFUSED);
    expect(await published('amq.topic', 'x')).toBe(ACCESS_REFUSED);
    expect(await published(deadLetterExchange(name.by), '')).toBe(ACCESS_REFUSED);
    expect(await published(deadLetterExchange(name.kz), '')).toBe(ACCESS_REFUSED);
  });

  it('cannot sign on the broker’s level with another’s name', async () => {
    const PRECONDITION_FAILED = 406;
    expect(await published(outExchange(name.kz), inboxQueue(name.by, name.kz), { userId: name.by })).toBe(
      PRECONDITION_FAILED,
    );
  });

  it('cannot declare, delete, bind or unbind, not even its own', async () => {
    const own = inboxQueue(name.kz, name.by);
    const attempts: ((channel: Channel) => Promise<unknown>)[] = [
      (channel) => channel.assertQueue('mine'),
      (channel) => channel.assertQueue(''),
      (channel) => channel.assertExchange('mine', 'direct'),
      (channel) => channel.deleteQueue(own),
      (channel) => channel.deleteQueue(inboxQueue(name.by, name.kz)),
      (channel) => channel.deleteExchange(outExchange(name.kz)),
      (channel) => channel.bindQueue(own, outExchange(name.ru), inboxQueue(name.by, name.ru)),
      (channel) => channel.bindQueue(inboxQueue(name.by, name.ru), outExchange(name.kz), 'x'),
      (channel) => channel.unbindQueue(own, outExchange(name.by), own),
      (channel) => channel.bindExchange(outExchange(name.kz), outExchange(name.by), 'x'),
      (channel) => channel.bindExchange(outExchange(name.by), outExchange(name.kz), 'x'),
    ];
    for (const attempt of attempts) expect(await outcome(attempt)).toBe(ACCESS_REFUSED);
  });

  it.each(['CC', 'BCC'] as const)(
    'reaches with %s only queues that name it as the sender',
    async (header) => {
      const aimed = [
        inboxQueue(name.by, name.ru),
        inboxQueue(name.ru, name.by),
        attachmentsQueue(name.by, name.ru),
        deadLetterQueue(name.by),
        deadLetterQueue(name.kz),
        inboxQueue(name.kz, name.by),
      ];
      const allowed = [
        inboxQueue(name.by, name.kz),
        inboxQueue(name.ru, name.kz),
        attachmentsQueue(name.ru, name.kz),
      ];
      const [first = '', ...copies] = allowed;
      expect(await published(outExchange(name.kz), first, { [header]: [...aimed, ...copies] })).toBe('done');

      for (const queue of aimed) expect(await drain(admin, queue)).toEqual([]);
      for (const queue of allowed) {
        const messages = await drain(admin, queue);
        expect(messages.map(({ fields }) => fields.exchange)).toEqual([outExchange(name.kz)]);
      }
    },
  );

  it('gets back what is addressed to a queue of another pair', async () => {
    expect(await published(outExchange(name.kz), inboxQueue(name.by, name.ru), { mandatory: true })).toBe(
      'returned',
    );
  });

  it('cannot enter another virtual host', async () => {
    const other = await federation(['kg']);
    try {
      await expect(bus.connectAs('kz').then((model) => model.close())).resolves.toBeUndefined();
      const url = new URL(bus.url('kz'));
      url.pathname = `/${encodeURIComponent(other.vhost)}`;
      const { connect } = await import('amqplib');
      await expect(connect(url.href)).rejects.toThrow('got <ConnectionClose');
    } finally {
      await other.remove();
    }
  });
});
