import { randomBytes } from 'node:crypto';
import { connect } from 'amqplib';
import { inboxQueue, outExchange } from '#topology';
import { uuidv7 } from '#core';
import type { RabbitmqService } from './services/index.js';

/** What was seen on the bus: ciphertext, and the broker's own properties. */
export interface Seen {
  readonly body: Buffer;
  readonly kind: string;
  readonly messageId: string;
}

/**
 * An untrusted bus, played: with the operator's account it copies what one node sends to another, and injects what it
 * likes through anybody's exchange. No node may do either.
 */
export class Wiretap {
  private readonly seen: Seen[] = [];

  private constructor(
    private readonly connection: Awaited<ReturnType<typeof connect>>,
    private readonly channel: Awaited<
      ReturnType<Awaited<ReturnType<typeof connect>>['createConfirmChannel']>
    >,
  ) {}

  static async on(broker: RabbitmqService, vhost: string, from: string, to: string): Promise<Wiretap> {
    const { user, password } = broker.admin;
    const connection = await connect(broker.amqpUrl(user, password, vhost), { noDelay: true });
    const channel = await connection.createConfirmChannel();
    const tap = new Wiretap(connection, channel);
    const { queue } = await channel.assertQueue('', { exclusive: true, autoDelete: true, durable: false });
    await channel.bindQueue(queue, outExchange(from), inboxQueue(to, from));
    await channel.consume(
      queue,
      (message) => {
        if (message === null) return;
        const { type, messageId } = message.properties as { type?: string; messageId?: string };
        tap.seen.push({ body: message.content, kind: type ?? '', messageId: messageId ?? '' });
      },
      { noAck: true },
    );
    return tap;
  }

  /** The envelope with this identifier on the bus, once it went by. */
  find(messageId: string): Seen | undefined {
    return this.seen.find((one) => one.messageId === messageId);
  }

  /** Everything that went by, in its order. */
  all(): readonly Seen[] {
    return this.seen;
  }

  /** Puts bytes on the bus through a node's exchange, as that node would. */
  async inject(through: string, to: string, { body, kind }: Pick<Seen, 'body' | 'kind'>): Promise<void> {
    const messageId = uuidv7(Date.now(), randomBytes(16));
    this.channel.publish(outExchange(through), inboxQueue(to, through), body, {
      persistent: true,
      type: kind,
      messageId,
      contentType: 'application/jose+json',
    });
    await this.channel.waitForConfirms();
  }

  async close(): Promise<void> {
    await this.connection.close();
  }
}
