import { randomBytes } from 'node:crypto';
import { connect } from 'amqplib';
import { attachmentsQueue, inboxQueue, outExchange } from '#topology';
import { uuidv7 } from '#core';
import { until } from '../../apps/federation/src/until.js';
import { STEP_MS, type TestFederation } from './harness.js';

export interface Intercepted {
  readonly kind: string;
  readonly messageId: string;
  readonly body: Buffer;
}
type Connection = Awaited<ReturnType<typeof connect>>;
type Channel = Awaited<ReturnType<Connection['createConfirmChannel']>>;

/** Routing key of what the hostile bus lets through: the ordinary one leads to it. */
const FORWARD = 'forward';

/**
 * A hostile bus between two nodes: everything that one sends to the other comes here first, with the operator's account, and
 * what is not held goes on. The sender gets its confirms as ever.
 */
export class Interceptor {
  /** All that came by, in order, held or not. */
  readonly seen: Intercepted[] = [];
  /** What to keep back; by default nothing. */
  holds: (one: Intercepted) => boolean = () => false;

  private constructor(
    private readonly connection: Connection,
    private readonly channel: Channel,
    private readonly from: string,
    private readonly to: string,
  ) {}

  static async on({ broker, vhost }: TestFederation, from: string, to: string): Promise<Interceptor> {
    const { user, password } = broker.admin;
    const connection = await connect(broker.amqpUrl(user, password, vhost), { noDelay: true });
    const channel = await connection.createConfirmChannel();
    const interceptor = new Interceptor(connection, channel, from, to);
    await interceptor.install();
    return interceptor;
  }

  /** What is held of these messages, once each of them was seen. */
  async captured(...messageIds: string[]): Promise<Intercepted[]> {
    return until('messages on the bus', STEP_MS, () => {
      const found = messageIds.flatMap((id) => this.seen.find(({ messageId }) => messageId === id) ?? []);
      return Promise.resolve(found.length === messageIds.length ? found : undefined);
    });
  }

  /** Lets bytes through to the receiver, as the sender's. */
  forward({ kind, messageId, body }: Intercepted): Promise<void> {
    return this.publish(outExchange(this.from), FORWARD, { kind, messageId, body });
  }

  /** Puts bytes into the receiver's inbox from any node, through that node's exchange. */
  inject(through: string, one: Omit<Intercepted, 'messageId'>): Promise<void> {
    const key = through === this.from ? FORWARD : inboxQueue(this.to, through);
    return this.publish(outExchange(through), key, { ...one, messageId: freshId() });
  }

  /** The same on the attachments' lane, with headers. */
  injectPart(headers: Record<string, unknown>, body: Buffer): Promise<void> {
    const key = attachmentsQueue(this.to, this.from);
    const one = { kind: 'attachment-part', messageId: freshId(), body };
    return this.publish(outExchange(this.from), key, one, headers);
  }

  /** Puts the bus back as it was. */
  async close(): Promise<void> {
    const [exchange, queue] = [outExchange(this.from), inboxQueue(this.to, this.from)];
    await this.channel.bindQueue(queue, exchange, queue);
    await this.channel.unbindQueue(queue, exchange, FORWARD);
    await this.connection.close();
  }

  private async install(): Promise<void> {
    const [exchange, queue] = [outExchange(this.from), inboxQueue(this.to, this.from)];
    const { queue: own } = await this.channel.assertQueue('', { exclusive: true, durable: false });
    await this.channel.bindQueue(queue, exchange, FORWARD);
    await this.channel.bindQueue(own, exchange, queue);
    await this.channel.consume(
      own,
      (message) => {
        if (message === null) return;
        const { type, messageId } = message.properties as { type?: string; messageId?: string };
        const one = { body: message.content, kind: type ?? '', messageId: messageId ?? '' };
        this.seen.push(one);
        if (!this.holds(one)) void this.forward(one);
      },
      { noAck: true },
    );
    // From here on nothing reaches the receiver but through us.
    await this.channel.unbindQueue(queue, exchange, queue);
  }

  private async publish(
    exchange: string,
    key: string,
    { kind, messageId, body }: Intercepted,
    headers: Record<string, unknown> = {},
  ): Promise<void> {
    this.channel.publish(exchange, key, body, { persistent: true, type: kind, messageId, headers });
    await this.channel.waitForConfirms();
  }
}

function freshId(): string {
  return uuidv7(Date.now(), randomBytes(16));
}
