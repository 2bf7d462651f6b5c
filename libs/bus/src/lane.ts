import type { ChannelModel, ConfirmChannel } from 'amqplib';
import { messageOf, ValiseError } from '#core';
import { KeptChannel } from './channel.js';

export interface Outgoing {
  readonly exchange: string;
  readonly queue: string;
  readonly kind: string;
  readonly body: Buffer;
  readonly messageId: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

export interface LaneLimits {
  /** Published and not yet confirmed. */
  readonly inFlightMax: number;
  readonly inFlightBytesMax: number;
  /** Accepted from callers, waiting for room; beyond it publishing fails at once. */
  readonly waitingMax: number;
  readonly confirmTimeoutMs: number;
}

interface Entry extends Outgoing {
  readonly settle: (error?: ValiseError) => void;
  sentAt: number;
}

const SWEEP_MS = 1_000;

/** One confirm channel with a bounded number of publications in flight. */
export class PublishLane {
  private readonly kept: KeptChannel<ConfirmChannel>;
  private readonly waiting: Entry[] = [];
  private readonly inFlight = new Set<Entry>();
  private bytes = 0;
  /** Returned by the broker, not yet confirmed, by queue and message id: the return comes first, and names no tag. */
  private readonly returned = new Map<string, number>();
  private full = false;
  private blocked = false;
  private sweeper: NodeJS.Timeout | undefined;
  private readonly whenSettled: (() => void)[] = [];

  constructor(
    private readonly limits: LaneLimits,
    changed: () => void,
  ) {
    this.kept = new KeptChannel<ConfirmChannel>({
      create: (model) => model.createConfirmChannel(),
      opened: (channel) => {
        this.listen(channel);
        return Promise.resolve();
      },
      closed: (_channel, reason) => {
        this.fail(reason);
      },
      changed: () => {
        changed();
        this.pump();
      },
    });
  }

  get fault(): string | undefined {
    return this.kept.fault;
  }

  openOn(model: ChannelModel): Promise<void> {
    this.blocked = false;
    return this.kept.openOn(model);
  }

  setBlocked(blocked: boolean): void {
    this.blocked = blocked;
    this.pump();
  }

  publish(outgoing: Outgoing): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.kept.fault !== undefined) {
        reject(unavailable(this.kept.fault));
        return;
      }
      if (this.waiting.length >= this.limits.waitingMax) {
        reject(unavailable(`${this.waiting.length} publications wait already`));
        return;
      }
      const settle = (error?: ValiseError): void => {
        if (error === undefined) resolve();
        else reject(error);
      };
      this.waiting.push({ ...outgoing, settle, sentAt: Date.now() });
      this.watchTime();
      this.pump();
    });
  }

  /** Waits until nothing is in flight, at most so long as confirms may take. */
  async drained(): Promise<void> {
    while (this.inFlight.size + this.waiting.length > 0)
      await new Promise<void>((resolve) => this.whenSettled.push(resolve));
  }

  stop(): void {
    this.kept.abandon();
    this.kept.fault = 'closed';
    this.fail('closed');
  }

  private listen(channel: ConfirmChannel): void {
    this.full = false;
    channel.on('drain', () => {
      this.full = false;
      this.pump();
    });
    channel.on('return', ({ fields, properties }) => {
      const key = `${fields.routingKey} ${String(properties.messageId)}`;
      this.returned.set(key, (this.returned.get(key) ?? 0) + 1);
    });
  }

  private pump(): void {
    const { channel, fault } = this.kept;
    if (channel === undefined || fault !== undefined) return;
    for (let next = this.waiting[0]; next !== undefined && this.hasRoom(next); next = this.waiting[0]) {
      this.waiting.shift();
      this.send(channel, next);
    }
  }

  private hasRoom({ body }: Entry): boolean {
    if (this.full || this.blocked || this.inFlight.size >= this.limits.inFlightMax) return false;
    return this.inFlight.size === 0 || this.bytes + body.length <= this.limits.inFlightBytesMax;
  }

  private send(channel: ConfirmChannel, entry: Entry): void {
    const { exchange, queue, kind, body, messageId, headers } = entry;
    this.inFlight.add(entry);
    this.bytes += body.length;
    entry.sentAt = Date.now();
    try {
      const room = channel.publish(
        exchange,
        queue,
        body,
        { mandatory: true, persistent: true, type: kind, messageId, headers },
        (error: unknown) => {
          this.confirmed(channel, entry, error);
        },
      );
      this.full = !room;
    } catch (error) {
      this.settle(entry, unavailable(messageOf(error)));
    }
  }

  private confirmed(channel: ConfirmChannel, entry: Entry, error: unknown): void {
    // The channel's end settled it already; amqplib calls every callback then.
    if (this.kept.channel !== channel) return;
    const returned = this.takeReturn(entry);
    if (error !== null) this.settle(entry, refused(entry));
    else this.settle(entry, returned ? unroutable(entry) : undefined);
    this.pump();
  }

  private takeReturn({ queue, messageId }: Entry): boolean {
    if (this.returned.size === 0) return false;
    const key = `${queue} ${messageId}`;
    const returns = this.returned.get(key) ?? 0;
    if (returns > 1) this.returned.set(key, returns - 1);
    else this.returned.delete(key);
    return returns > 0;
  }

  private settle(entry: Entry, error?: ValiseError): void {
    if (!this.inFlight.delete(entry)) return;
    this.bytes -= entry.body.length;
    entry.settle(error);
    this.notifySettled();
  }

  private fail(reason: string): void {
    this.returned.clear();
    this.full = false;
    for (const entry of this.waiting.splice(0)) entry.settle(unavailable(reason));
    for (const entry of [...this.inFlight]) this.settle(entry, unavailable(reason));
    clearInterval(this.sweeper);
    this.sweeper = undefined;
    this.notifySettled();
  }

  private notifySettled(): void {
    if (this.whenSettled.length === 0) return;
    for (const resolve of this.whenSettled.splice(0)) resolve();
  }

  /** One timer for all: a queue without a majority confirms nothing, and a blocked broker takes nothing. */
  private watchTime(): void {
    this.sweeper ??= setInterval(() => {
      const before = Date.now() - this.limits.confirmTimeoutMs;
      const late = unavailable(`not confirmed within ${this.limits.confirmTimeoutMs} ms`);
      // Both are in the order in which their time began.
      for (const entry of this.inFlight) {
        if (entry.sentAt > before) break;
        this.settle(entry, late);
      }
      for (
        let first = this.waiting[0];
        first !== undefined && first.sentAt <= before;
        first = this.waiting[0]
      ) {
        this.waiting.shift();
        first.settle(late);
      }
      if (this.inFlight.size + this.waiting.length > 0) {
        this.pump();
        return;
      }
      clearInterval(this.sweeper);
      this.sweeper = undefined;
      this.notifySettled();
    }, SWEEP_MS);
  }
}

function unavailable(reason: string): ValiseError {
  return new ValiseError('BUS_UNAVAILABLE', `the bus did not take the message: ${reason}`);
}

function refused({ queue, messageId }: Entry): ValiseError {
  return new ValiseError('BUS_REFUSED', `the broker refused ${messageId}: ${queue} is full`, { queue });
}

function unroutable({ queue, messageId, exchange }: Entry): ValiseError {
  return new ValiseError('BUS_UNROUTABLE', `no queue for ${messageId}: ${exchange} leads to no ${queue}`, {
    queue,
    remedy: 'The operator of the broker declares the pair with "valise bus init".',
  });
}
