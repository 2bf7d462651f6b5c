import { BusPublisher, COMMITTED, type Delivery } from '#bus';
import { attachmentsQueue, inboxQueue, outExchange } from '#topology';
import { federation, serve, until, type Federation } from './bus-harness.js';

let bus: Federation;
beforeAll(async () => {
  bus = await federation(['kz', 'by', 'ru'], { absentPairs: [['kz', 'ru']] });
});
afterAll(() => bus.remove());

async function publisherOf(name: string): Promise<BusPublisher> {
  const publisher = new BusPublisher({ url: bus.url(name), node: bus.id(name) });
  await publisher.connect();
  await publisher.whenConnected(10_000);
  return publisher;
}

describe('a message between two nodes', () => {
  it('arrives once, on its lane, with its sender named by the exchange', async () => {
    const got: Delivery[] = [];
    const { app, server } = await serve(
      { url: bus.url('by'), node: bus.id('by'), peers: [bus.id('kz'), bus.id('ru')], prefetch: 10 },
      {
        envelope: (delivery) => {
          got.push(delivery);
          return COMMITTED;
        },
        book: (delivery) => {
          got.push(delivery);
          return COMMITTED;
        },
      },
    );
    await server.whenConnected(10_000);
    const kz = await publisherOf('kz');
    const to = bus.id('by');
    await kz.publish({
      to,
      kind: 'envelope',
      body: Buffer.from('one'),
      messageId: 'm-1',
      headers: { part: 1 },
    });
    await kz.publish({ to, kind: 'book', body: Buffer.from('two'), messageId: 'm-2', lane: 'attachments' });
    await until('both are there', () => got.length === 2);
    expect(got.map((delivery) => ({ ...delivery, body: delivery.body.toString() }))).toEqual([
      {
        kind: 'envelope',
        body: 'one',
        exchange: outExchange(bus.id('kz')),
        queue: inboxQueue(to, bus.id('kz')),
        from: bus.id('kz'),
        redelivered: false,
        messageId: 'm-1',
        headers: { part: 1 },
      },
      expect.objectContaining({ kind: 'book', queue: attachmentsQueue(to, bus.id('kz')), body: 'two' }),
    ]);
    await kz.close();
    await app.close();
    expect([kz.state.state, server.state.state]).toEqual(['closed', 'closed']);
  });
});
