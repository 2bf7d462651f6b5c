import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import { ValiseError } from '#core';
import { BusConnection, type BusConnectionOptions, type BusState } from './connection.js';
import { QueueConsumer, type HeldDelivery } from './consumer.js';
import { BusContext, COMMITTED, patternOf, UNKNOWN, type Delivery } from './delivery.js';
import { deadLetterQueue, LANES, laneQueue, requireNodeId } from '#topology';

export interface BusServerOptions extends BusConnectionOptions {
  readonly node: string;
  /** The nodes whose messages this one receives. */
  readonly peers: readonly string[];
  /** Unacknowledged deliveries per queue, which is also how many handlers of it run at once. */
  readonly prefetch: number;
  /** The same for attachment parts, which are a megabyte each. Default 8. */
  readonly attachmentsPrefetch?: number;
  /** Pauses between attempts to handle one delivery. Default 200 ms to 30 s. */
  readonly retryDelayMs?: { readonly first: number; readonly max: number };
  /** Failures of handlers that are logged elsewhere already. */
  readonly isToldElsewhere?: (thrown: unknown) => boolean;
  /** How long `close` waits for handlers that run. Default 10 s. */
  readonly drainTimeoutMs?: number;
}

/**
 * NestJS transport for what arrives on the bus.
 *
 * Handlers are `@EventPattern(kind)` or `@MessagePattern(kind)` methods that take a `Delivery` and resolve with
 * `COMMITTED`; `unknown` takes what has no handler and must exist, `dead` takes dead letters. Global guards, pipes and
 * filters do not run here unless the application is told so (`inheritAppConfig`): what arrives is authenticated by
 * its envelope.
 */
export class BusServer extends Server<never, BusState['state']> implements CustomTransportStrategy {
  override transportId = Symbol('valise.bus');
  /** We observe what handlers throw, so Nest need not report it as unhandled. */
  override readonly propagatesEventHandlerErrors = true;
  private readonly connection: BusConnection;
  private readonly consumers: readonly QueueConsumer[];
  private failedAttempts = 0;

  constructor(private readonly options: BusServerOptions) {
    super();
    const { node, peers, prefetch, attachmentsPrefetch = 8 } = options;
    requireNodeId(node);
    // 0 would mean no limit at all to the broker.
    if (
      ![prefetch, attachmentsPrefetch].every(
        (count) => Number.isInteger(count) && count >= 1 && count <= 65_535,
      )
    )
      throw new ValiseError('CONFIGURATION', 'prefetch must be a whole number from 1 to 65535');
    this.connection = new BusConnection(options, {
      name: `${node} receives`,
      opened: async (model) => {
        await Promise.all(this.consumers.map((consumer) => consumer.openOn(model)));
      },
      stateChanged: (state) => {
        this._status$.next(state.state);
        options.onState?.(state);
      },
    });
    this.consumers = [
      ...peers.flatMap((peer) =>
        LANES.map((lane) =>
          this.consumer(laneQueue(lane, node, peer), lane === 'messages' ? prefetch : attachmentsPrefetch),
        ),
      ),
      this.consumer(deadLetterQueue(node), prefetch),
    ];
  }

  get state(): BusState {
    return this.connection.state;
  }

  /** Deliveries whose handlers do not commit: their queues are not consumed until they do. */
  get held(): readonly HeldDelivery[] {
    return this.consumers.flatMap((consumer) => consumer.heldDeliveries);
  }

  /** Calls back when the first attempt to connect is over: a gateway serves its officers while the broker is down. */
  async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      this.checkHandlers();
      await this.connection.start();
    } catch (error) {
      callback(error);
      return;
    }
    callback();
  }

  /** @throws ValiseError BUS_UNAVAILABLE where the queues are not consumed within that time */
  whenConnected(timeoutMs: number): Promise<void> {
    return this.connection.whenConnected(timeoutMs);
  }

  /** Consumes no more, waits (bounded) for the handlers that run, then ends the connection. */
  async close(): Promise<void> {
    const { drainTimeoutMs = 10_000 } = this.options;
    await Promise.all(this.consumers.map((consumer) => consumer.stop(drainTimeoutMs)));
    await this.connection.close();
  }

  override on(): never {
    throw new ValiseError('INTERNAL', 'the bus tells its state through onState and status');
  }

  override unwrap(): never {
    throw new ValiseError('INTERNAL', 'only the transport acknowledges: its channels are not shared');
  }

  private consumer(queue: string, prefetch: number): QueueConsumer {
    return new QueueConsumer({
      queue,
      prefetch,
      node: this.options.node,
      retryDelayMs: this.options.retryDelayMs ?? { first: 200, max: 30_000 },
      handle: (delivery) => this.handle(delivery),
      held: ({ messageId, error }, thrown) => {
        if (this.options.isToldElsewhere?.(thrown) === true) return;
        // One line for all that fails until nothing does.
        if (this.failedAttempts++ === 0)
          this.logger.warn(
            `not committed, tried again: ${messageId ?? 'without id'} from ${queue}: ${error}`,
          );
      },
      changed: () => {
        if (this.failedAttempts > 0 && this.held.length === 0) {
          this.logger.log(`deliveries are committed again, ${this.failedAttempts} attempts failed meanwhile`);
          this.failedAttempts = 0;
        }
        this.noteFaults();
      },
    });
  }

  private async handle(delivery: Delivery): Promise<void> {
    const handler = this.handlerFor(patternOf(delivery, this.options.node));
    let result: unknown = await handler(delivery, new BusContext(delivery));
    if (isObservable(result)) result = await lastValueFrom(result, { defaultValue: undefined });
    if (result !== COMMITTED) throw new Error('the handler ended without COMMITTED');
  }

  /** A plain look-up: Nest's own would parse the pattern, which is the sender's text, as JSON. */
  private handlerFor(pattern: string): MessageHandler {
    const handler = this.messageHandlers.get(pattern) ?? this.messageHandlers.get(UNKNOWN);
    if (handler === undefined) throw new ValiseError('INTERNAL', `no handler for "${pattern}"`);
    return handler;
  }

  private checkHandlers(): void {
    if (!this.messageHandlers.has(UNKNOWN))
      throw new ValiseError('INTERNAL', 'the bus needs a handler "unknown" for what no other handler takes');
    for (const [pattern, handler] of this.messageHandlers)
      // Nest would join their results into an object, which never equals COMMITTED.
      if (handler.next) throw new ValiseError('INTERNAL', `two handlers for "${pattern}" on the bus`);
  }

  private noteFaults(): void {
    const faults = this.consumers.flatMap(({ queue, fault }) =>
      fault === undefined ? [] : [`${queue}: ${fault}`],
    );
    this.connection.note(faults.length === 0 ? undefined : faults.slice(0, 5).join('; '));
  }
}
