import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { messageOf } from '#core';
import { KeptChannel } from './channel.js';
import { backoffMs, within } from './connection.js';
import { toDelivery, type Delivery } from './delivery.js';

/** A delivery whose handler does not commit; it stays unacknowledged and is tried again in place. */
export interface HeldDelivery {
  readonly queue: string;
  readonly messageId: string | undefined;
  readonly since: Date;
  readonly attempts: number;
  readonly error: string;
}

export interface ConsumerOptions {
  readonly queue: string;
  readonly node: string;
  readonly prefetch: number;
  readonly retryDelayMs: { readonly first: number; readonly max: number };
  /** Resolves when the delivery is committed, rejects otherwise. */
  readonly handle: (delivery: Delivery) => Promise<void>;
  readonly held: (held: HeldDelivery, thrown: unknown) => void;
  readonly changed: () => void;
}

interface Work {
  readonly message: ConsumeMessage;
  readonly channel: Channel;
  readonly delivery: Delivery;
  readonly abandoned: AbortSignal;
}

/**
 * Consumes one queue. Handlers start in the order of arrival and run side by side, up to `prefetch`.
 *
 * A delivery that does not commit is never given back: nack or requeue would count towards the delivery limit and
 * dead-letter a day's messages while the database is down. It is tried again here, and meanwhile the consumer is
 * cancelled, so that the rest stays with the broker, or goes to a replica that works.
 */
export class QueueConsumer {
  private readonly kept: KeptChannel<Channel>;
  private readonly failing = new Map<Work, HeldDelivery>();
  private readonly running = new Set<Promise<void>>();
  private tag: string | undefined;
  private abandon = new AbortController();
  private aligning: Promise<void> = Promise.resolve();
  private stopping = false;

  constructor(private readonly options: ConsumerOptions) {
    this.kept = new KeptChannel<Channel>({
      create: (model) => model.createChannel(),
      opened: async (channel) => {
        this.abandon.abort();
        this.abandon = new AbortController();
        // Up to `prefetch` deliveries may wait on it at once.
        setMaxListeners(0, this.abandon.signal);
        await channel.prefetch(options.prefetch);
        await this.align();
      },
      closed: () => {
        this.tag = undefined;
        // The broker hands out again what was unacknowledged: nobody waits for these attempts any more.
        this.abandon.abort();
      },
      changed: options.changed,
    });
  }

  get queue(): string {
    return this.options.queue;
  }

  get fault(): string | undefined {
    return this.kept.fault;
  }

  get heldDeliveries(): HeldDelivery[] {
    return [...this.failing.values()];
  }

  openOn(model: ChannelModel): Promise<void> {
    return this.kept.openOn(model);
  }

  /** Takes no more deliveries, and waits for the handlers that run; what does not commit in time stays with the broker. */
  async stop(milliseconds: number): Promise<void> {
    this.stopping = true;
    this.kept.abandon();
    this.abandon.abort();
    await within(milliseconds, Promise.all([this.align().catch(() => undefined), this.drained()]));
  }

  private async drained(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  /** Brings the consumer in line with what is wanted; one change at a time, since each is a round trip. */
  private align(): Promise<void> {
    const done = this.aligning.then(async () => {
      const { channel } = this.kept;
      if (channel === undefined) return;
      const wanted = !this.stopping && this.failing.size === 0;
      if (wanted === (this.tag !== undefined)) return;
      if (wanted) {
        const { consumerTag } = await channel.consume(this.options.queue, (message) => {
          this.receive(channel, message);
        });
        if (this.kept.channel === channel) this.tag = consumerTag;
      } else {
        const tag = this.tag ?? '';
        this.tag = undefined;
        await channel.cancel(tag);
      }
    });
    this.aligning = done.catch(() => undefined);
    return done;
  }

  private realign(): void {
    // A failure here is the channel's end, which opens another one.
    this.align().catch((error: unknown) => {
      this.kept.renew(messageOf(error));
    });
  }

  private receive(channel: Channel, message: ConsumeMessage | null): void {
    if (message === null) {
      this.tag = undefined;
      this.kept.renew('the broker cancelled the consumer: its queue was deleted or moved');
      return;
    }
    // Between our cancel and the broker's answer: it stays with the broker.
    if (this.stopping) return;
    const { queue, node } = this.options;
    const delivery = toDelivery(message, queue, node);
    const running = this.work({ message, channel, delivery, abandoned: this.abandon.signal }).finally(() => {
      this.running.delete(running);
    });
    this.running.add(running);
  }

  private async work(work: Work): Promise<void> {
    const abandoned = (): boolean => work.abandoned.aborted;
    for (let attempt = 1; ; attempt++) {
      const failure = await this.attempt(work.delivery);
      if (failure === undefined) {
        acknowledge(work);
        break;
      }
      if (abandoned()) break;
      this.hold(work, attempt, failure.thrown);
      const delay = backoffMs(attempt, this.options.retryDelayMs);
      await pause(delay, undefined, { signal: work.abandoned }).catch(() => undefined);
      if (abandoned()) break;
    }
    if (this.failing.delete(work)) {
      this.options.changed();
      if (this.failing.size === 0) this.realign();
    }
  }

  private async attempt(delivery: Delivery): Promise<{ readonly thrown: unknown } | undefined> {
    try {
      await this.options.handle(delivery);
      return undefined;
    } catch (thrown) {
      return { thrown };
    }
  }

  private hold(work: Work, attempts: number, thrown: unknown): void {
    const { queue, messageId } = work.delivery;
    const since = this.failing.get(work)?.since ?? new Date();
    const held = { queue, messageId, since, attempts, error: messageOf(thrown) };
    this.failing.set(work, held);
    this.options.held(held, thrown);
    this.options.changed();
    this.realign();
  }
}

/** On a channel that is gone there is nothing to acknowledge: the message comes again and is settled as a duplicate. */
function acknowledge({ channel, message }: Work): void {
  try {
    channel.ack(message);
  } catch {
    // amqplib throws IllegalOperationError on a closed channel, and nothing else here.
  }
}
