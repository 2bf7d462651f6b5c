import { ClientProxy, type ReadPacket, type WritePacket } from '@nestjs/microservices';
import { ValiseError } from '#core';
import { BusConnection, type BusConnectionOptions, type BusState, within } from './connection.js';
import { type LaneLimits, PublishLane } from './lane.js';
import { type Lane, laneQueue, outExchange } from '#topology';

export interface BusMessage {
  /** The node that it goes to. */
  readonly to: string;
  readonly kind: string;
  readonly body: Buffer;
  readonly messageId: string;
  /** Default `messages`. */
  readonly lane?: Lane;
  readonly headers?: Readonly<Record<string, unknown>>;
}

export interface BusPublisherOptions extends BusConnectionOptions {
  readonly node: string;
  readonly limits?: Partial<Record<Lane, Partial<LaneLimits>>>;
}

/** Above the largest message there is, an attachment part of 16 chunks; the broker's `max_message_size` is higher. */
export const BODY_BYTES_MAX = 2 * 1024 * 1024;

/** AMQP 0-9-1's `shortstr`. */
const SHORT_STRING_BYTES_MAX = 255;

const DEFAULT_LANE_LIMITS: Readonly<Record<Lane, LaneLimits>> = {
  messages: {
    inFlightMax: 500,
    inFlightBytesMax: 16 * 1024 * 1024,
    waitingMax: 10_000,
    confirmTimeoutMs: 30_000,
  },
  // Little in flight: attachments share the connection with messages, which should not wait behind them.
  attachments: {
    inFlightMax: 8,
    inFlightBytesMax: 8 * 1024 * 1024,
    waitingMax: 256,
    confirmTimeoutMs: 60_000,
  },
};

/**
 * Publishes persistently, with confirms and `mandatory`. A publication that is not confirmed may nevertheless have
 * arrived (the connection broke before the confirm): receivers settle duplicates by message id.
 */
export class BusPublisher extends ClientProxy<Record<string, () => void>, BusState['state']> {
  private readonly connection: BusConnection;
  private readonly lanes: Readonly<Record<Lane, PublishLane>>;
  private readonly exchange: string;

  constructor(private readonly options: BusPublisherOptions) {
    super();
    this.exchange = outExchange(options.node);
    const changed = (): void => {
      this.noteFaults();
    };
    const lane = (name: Lane): PublishLane =>
      new PublishLane({ ...DEFAULT_LANE_LIMITS[name], ...options.limits?.[name] }, changed);
    this.lanes = { messages: lane('messages'), attachments: lane('attachments') };
    this.connection = new BusConnection(options, {
      name: `${options.node} sends`,
      opened: async (model) => {
        await Promise.all(Object.values(this.lanes).map((each) => each.openOn(model)));
      },
      blocked: (blocked) => {
        for (const each of Object.values(this.lanes)) each.setBlocked(blocked);
      },
      stateChanged: (state) => {
        this._status$.next(state.state);
        options.onState?.(state);
      },
    });
  }

  get state(): BusState {
    return this.connection.state;
  }

  /** Starts connecting, and resolves when the first attempt is over, successful or not. */
  connect(): Promise<void> {
    return this.connection.start();
  }

  /**
   * @returns when the broker has the message on a majority of its disks
   * @throws ValiseError BUS_UNROUTABLE (nobody declared this pair), BUS_REFUSED (the recipient's queue for us is
   *   full), BUS_UNAVAILABLE (no connection, or lost before the confirm), INPUT_TOO_LARGE
   */
  override publish(message: BusMessage): Promise<void>;
  /** Nest's request and response: the bus has none. */
  override publish(packet: ReadPacket, callback: (packet: WritePacket) => void): () => void;
  override publish(
    message: BusMessage | ReadPacket,
    callback?: (packet: WritePacket) => void,
  ): Promise<void> | (() => void) {
    if (!('to' in message)) {
      callback?.({ err: new ValiseError('INTERNAL', 'the bus does not support request and response') });
      return () => undefined;
    }
    return this.transmit(message);
  }

  /** @throws ValiseError BUS_UNAVAILABLE where no connection stands within that time */
  whenConnected(timeoutMs: number): Promise<void> {
    return this.connection.whenConnected(timeoutMs);
  }

  /** Waits, in bounded time, for what is in flight; then ends the connection. */
  async close(): Promise<void> {
    const lanes = Object.values(this.lanes);
    await within(5_000, Promise.all(lanes.map((lane) => lane.drained())));
    for (const lane of lanes) lane.stop();
    await this.connection.close();
  }

  override unwrap(): never {
    throw new ValiseError('INTERNAL', 'confirms are counted per channel: the channels are not shared');
  }

  /** `emit(kind, message)` is `publish({...message, kind})`. */
  protected override dispatchEvent<T>(packet: ReadPacket<Omit<BusMessage, 'kind'>>): Promise<T> {
    return this.publish({ ...packet.data, kind: String(packet.pattern) }) as Promise<T>;
  }

  private async transmit({
    to,
    kind,
    body,
    messageId,
    lane = 'messages',
    headers = {},
  }: BusMessage): Promise<void> {
    if (body.length > BODY_BYTES_MAX)
      throw new ValiseError(
        'INPUT_TOO_LARGE',
        `${body.length} bytes are more than the bus carries (${BODY_BYTES_MAX})`,
      );
    for (const text of [kind, messageId])
      if (text === '' || Buffer.byteLength(text) > SHORT_STRING_BYTES_MAX)
        throw new ValiseError('INPUT_INVALID', 'kind and messageId must have 1 to 255 bytes');
    const queue = laneQueue(lane, to, this.options.node);
    await this.lanes[lane].publish({ exchange: this.exchange, queue, kind, body, messageId, headers });
  }

  private noteFaults(): void {
    const faults = Object.entries(this.lanes).flatMap(([name, { fault }]) =>
      fault === undefined ? [] : [`${name}: ${fault}`],
    );
    this.connection.note(faults.length === 0 ? undefined : faults.join('; '));
  }
}
