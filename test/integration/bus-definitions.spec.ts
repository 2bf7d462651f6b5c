import { BusPublisher } from '#bus';
import { applyDefinitions, busDefinitions, inboxQueue, outExchange } from '#topology';
import { drain, federation, type Federation, PASSWORD, until } from './bus-harness.js';

const running: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of running.splice(0).reverse()) await each.close();
});

describe('applying definitions', () => {
  let bus: Federation;
  beforeEach(async () => {
    bus = await federation(['kz', 'by']);
    running.push({ close: () => bus.remove() });
  });

  async function publisher(): Promise<BusPublisher> {
    const kz = new BusPublisher({ url: bus.url('kz'), node: bus.id('kz') });
    running.push(kz);
    await kz.connect();
    await kz.whenConnected(10_000);
    return kz;
  }
  const message = (messageId: string) => ({
    to: bus.id('by'),
    kind: 'envelope',
    body: Buffer.from(messageId),
    messageId,
  });

  it('is idempotent, keeps messages, and changes limits of queues that exist', async () => {
    const kz = await publisher();
    await kz.publish(message('kept'));
    const nodes = ['kz', 'by'].map((name) => ({ id: bus.id(name), password: PASSWORD }));
    const limits = { messages: { messagesMax: 1, bytesMax: 1_000_000 } };
    await applyDefinitions(bus.managementUrl, busDefinitions({ vhost: bus.vhost, nodes, limits }));
    await until('the new limit holds', () =>
      kz.publish(message('more')).then(
        () => false,
        (error: unknown) => (error as { code?: unknown }).code === 'BUS_REFUSED',
      ),
    );
    const admin = await bus.connectAsAdmin();
    running.push(admin);
    const [first] = await drain(admin, inboxQueue(bus.id('by'), bus.id('kz')));
    expect(first?.properties.messageId).toBe('kept');
  });

  it('says what stands in the way', async () => {
    const admin = await bus.connectAsAdmin();
    running.push(admin);
    const channel = await admin.createChannel();
    await channel.bindQueue(inboxQueue(bus.id('by'), bus.id('kz')), outExchange(bus.id('by')), 'forged');
    await expect(applyDefinitions(bus.managementUrl, bus.definitions)).rejects.toMatchObject({
      code: 'CONFIGURATION',
      message: expect.stringContaining('with "forged" is not ours'),
    });
    await channel.unbindQueue(inboxQueue(bus.id('by'), bus.id('kz')), outExchange(bus.id('by')), 'forged');
    await channel.deleteQueue(inboxQueue(bus.id('by'), bus.id('kz')));
    await channel.assertQueue(inboxQueue(bus.id('by'), bus.id('kz')), { durable: true });
    await expect(applyDefinitions(bus.managementUrl, bus.definitions)).rejects.toMatchObject({
      code: 'CONFIGURATION',
      message: expect.stringContaining('missing or of another type'),
    });
  });

  it('tells wrong credentials from a broker that is not there', async () => {
    const url = new URL(bus.managementUrl);
    url.password = 'wrong';
    await expect(applyDefinitions(url.href, bus.definitions)).rejects.toMatchObject({
      code: 'CONFIGURATION',
    });
    await expect(applyDefinitions('http://a:b@127.0.0.1:1', bus.definitions)).rejects.toMatchObject({
      code: 'BUS_UNAVAILABLE',
    });
  });
});
