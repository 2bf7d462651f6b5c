import { BaseRpcContext } from '@nestjs/microservices';
import type { ConsumeMessage } from 'amqplib';
import { nodeOfExchange, PEER_KINDS, senderOfQueue } from '#topology';

/**
 * The one value that acknowledges a delivery. Nest makes a throwing handler *resolve* (with an Observable), and a
 * handler that forgets to return resolves with `undefined`: only something that cannot come about by accident may
 * let the broker forget a message.
 */
export const COMMITTED: unique symbol = Symbol('valise.bus.committed');
export type Committed = typeof COMMITTED;

/** A message as the broker hands it over. Nothing in it is authenticated: that is the envelope's business. */
export interface Delivery {
  /** The AMQP property `type`, as the sender wrote it. */
  readonly kind: string;
  readonly body: Buffer;
  readonly exchange: string;
  readonly queue: string;
  /** The node that the exchange names (for a dead letter: that its queue named); '' where it names none. */
  readonly from: string;
  readonly redelivered: boolean;
  readonly messageId: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
}

export type DeliveryHandler = (delivery: Delivery) => Promise<Committed>;

/** Patterns that a handler may have: what peers send, and what only this side says. */
export const DEAD = 'dead';
export const UNKNOWN = 'unknown';

export class BusContext extends BaseRpcContext<[Delivery]> {
  constructor(delivery: Delivery) {
    super([delivery]);
  }

  get delivery(): Delivery {
    return this.getArgs()[0];
  }
}

export function toDelivery(message: ConsumeMessage, queue: string, node: string): Delivery {
  const { fields, properties, content } = message;
  const headers: Record<string, unknown> = { ...properties.headers };
  const type: unknown = properties.type;
  const messageId: unknown = properties.messageId;
  const sender =
    queue === `dead.${node}` ? senderOfDeadLetter(node, headers) : nodeOfExchange(fields.exchange);
  return {
    kind: typeof type === 'string' ? type : '',
    body: content,
    exchange: fields.exchange,
    queue,
    from: sender ?? '',
    redelivered: fields.redelivered,
    messageId: typeof messageId === 'string' ? messageId : undefined,
    headers,
  };
}

/**
 * Which handler a delivery goes to. The queue comes before the type: `type` is the sender's text, so a peer that
 * writes `dead` there must not reach the handler for dead letters.
 */
export function patternOf(delivery: Delivery, node: string): string {
  if (delivery.queue === `dead.${node}`) return DEAD;
  // A queue bound to another's exchange: the broker is misconfigured, and no sender can be named.
  if (delivery.from === '' || senderOfQueue(node, delivery.queue) !== delivery.from) return UNKNOWN;
  return (PEER_KINDS as readonly string[]).includes(delivery.kind) ? delivery.kind : UNKNOWN;
}

/** The first entry of `x-death` is the broker's own; the others, and `x-first-death-*`, a publisher can have written. */
function senderOfDeadLetter(node: string, headers: Record<string, unknown>): string | undefined {
  const deaths = headers['x-death'];
  const last: unknown = Array.isArray(deaths) ? deaths[0] : undefined;
  if (typeof last !== 'object' || last === null || !('queue' in last)) return undefined;
  return typeof last.queue === 'string' ? senderOfQueue(node, last.queue) : undefined;
}
