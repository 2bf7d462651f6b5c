import { createHash, randomBytes } from 'node:crypto';
import {
  attachmentsQueue,
  deadLetterExchange,
  deadLetterQueue,
  inboxQueue,
  LANES,
  laneQueue,
  outExchange,
  requireNodeId,
} from './names.js';

/** A node's account on the broker. Without password and hash it can only come with a client certificate (EXTERNAL). */
export interface BusNode {
  readonly id: string;
  readonly password?: string;
  /** RabbitMQ's salted SHA-256 form, as `rabbitPasswordHash` or `rabbitmqctl hash_password` makes it. */
  readonly passwordHash?: string;
}

export interface QueueLimit {
  readonly messagesMax: number;
  readonly bytesMax: number;
}

export interface BusDefinitionsInput {
  readonly vhost: string;
  readonly nodes: readonly BusNode[];
  /** Ordered pairs that may talk; every ordered pair of `nodes` where absent. */
  readonly pairs?: readonly { readonly from: string; readonly to: string }[];
  readonly limits?: { readonly messages?: QueueLimit; readonly attachments?: QueueLimit };
}

/** The part of RabbitMQ's definitions file that we write (rabbitmq.com/docs/definitions). */
export interface RabbitMqDefinitions {
  readonly vhosts: readonly { readonly name: string }[];
  readonly users: readonly RabbitMqUser[];
  readonly permissions: readonly RabbitMqPermission[];
  readonly topic_permissions: readonly never[];
  readonly exchanges: readonly RabbitMqExchange[];
  readonly queues: readonly RabbitMqQueue[];
  readonly bindings: readonly RabbitMqBinding[];
  readonly policies: readonly RabbitMqPolicy[];
}
export interface RabbitMqUser {
  readonly name: string;
  readonly tags: readonly string[];
  readonly password?: string;
  readonly password_hash?: string;
  readonly hashing_algorithm?: 'rabbit_password_hashing_sha256';
}
export interface RabbitMqPermission {
  readonly user: string;
  readonly vhost: string;
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}
export interface RabbitMqExchange {
  readonly name: string;
  readonly vhost: string;
  readonly type: 'direct' | 'fanout';
  readonly durable: true;
  readonly auto_delete: false;
  readonly internal: boolean;
  readonly arguments: Readonly<Record<string, never>>;
}
export interface RabbitMqQueue {
  readonly name: string;
  readonly vhost: string;
  readonly durable: true;
  readonly auto_delete: false;
  readonly arguments: { readonly 'x-queue-type': 'quorum' };
}
export interface RabbitMqBinding {
  readonly source: string;
  readonly vhost: string;
  readonly destination: string;
  readonly destination_type: 'queue';
  readonly routing_key: string;
  readonly arguments: Readonly<Record<string, never>>;
}
export interface RabbitMqPolicy {
  readonly name: string;
  readonly vhost: string;
  readonly pattern: string;
  readonly 'apply-to': 'queues';
  readonly priority: number;
  readonly definition: Readonly<Record<string, string | number>>;
}

/** If a consumer dies twenty times over one message, the message is the cause. */
export const DELIVERY_LIMIT = 20;

/**
 * What one sender may pile up in one receiver's inbox before its publications are refused. An envelope is at most
 * 1 MiB and typically 6 kB; an attachment part is just over 1 MiB.
 */
export const DEFAULT_LIMITS: { readonly messages: QueueLimit; readonly attachments: QueueLimit } = {
  messages: { messagesMax: 20_000, bytesMax: 512 * 1024 * 1024 },
  attachments: { messagesMax: 4_096, bytesMax: 2 * 1024 * 1024 * 1024 },
};

/** RabbitMQ 4 gives quorum queues a limit of 20 by itself; what is dead already must stay until it is consumed. */
const DEAD_DELIVERY_LIMIT = 1_000_000;

/**
 * Everything that the operator of a broker declares for a federation; pure, so that it can be shown, compared and
 * kept in a file. Needs RabbitMQ 3.10 or later (at-least-once dead-lettering of quorum queues).
 *
 * Limits and dead-lettering are **policies**, not queue arguments: arguments are fixed at declaration, so that a
 * changed limit would mean to delete queues with messages in them, and an import silently keeps an existing queue's
 * old arguments. A policy is replaced by importing again. Only the queue type has to be an argument.
 * A policy reaches a queue by its name's pattern and only one applies, hence one per recipient and lane.
 *
 * @throws ValiseError CONFIGURATION for an id that cannot name a node
 */
export function busDefinitions(input: BusDefinitionsInput): RabbitMqDefinitions {
  const { vhost, nodes } = input;
  const ids = nodes.map(({ id }) => requireNodeId(id));
  const pairs =
    input.pairs ?? ids.flatMap((to) => ids.filter((id) => id !== to).map((from) => ({ from, to })));
  const limits = { ...DEFAULT_LIMITS, ...input.limits };

  return {
    vhosts: [{ name: vhost }],
    users: nodes.map(user),
    permissions: ids.map((id) => permission(vhost, id)),
    // Topic permissions on a shared exchange are passed by with CC headers; we have no shared exchange.
    topic_permissions: [],
    exchanges: ids.flatMap((id) => [
      exchange(vhost, outExchange(id), 'direct', false),
      // Internal: the broker alone publishes into it.
      exchange(vhost, deadLetterExchange(id), 'fanout', true),
    ]),
    queues: [
      ...pairs.flatMap(({ from, to }) => [inboxQueue(to, from), attachmentsQueue(to, from)]),
      ...ids.map(deadLetterQueue),
    ].map((name) => queue(vhost, name)),
    bindings: [
      ...pairs.flatMap(({ from, to }) =>
        LANES.map((lane) => laneQueue(lane, to, from)).map((name) =>
          binding(vhost, outExchange(from), name, name),
        ),
      ),
      ...ids.map((id) => binding(vhost, deadLetterExchange(id), deadLetterQueue(id), '')),
    ],
    policies: ids.flatMap((id) => [
      inboxPolicy(vhost, id, `inbox-${id}`, `^${id}\\.from\\.[a-z0-9-]+$`, limits.messages),
      inboxPolicy(
        vhost,
        id,
        `attachments-${id}`,
        `^${id}\\.from\\.[a-z0-9-]+\\.attachments$`,
        limits.attachments,
      ),
      deadPolicy(vhost, id),
    ]),
  };
}

/** RabbitMQ's stored form of a password: base64(salt ‖ SHA-256(salt ‖ password)), with a salt of 4 bytes. */
export function rabbitPasswordHash(password: string, salt: Buffer = randomBytes(4)): string {
  const digest = createHash('sha256').update(salt).update(password, 'utf8').digest();
  return Buffer.concat([salt, digest]).toString('base64');
}

function user({ id, password, passwordHash }: BusNode): RabbitMqUser {
  if (password !== undefined) return { name: id, tags: [], password };
  // An empty hash is RabbitMQ's way to say that no password opens this account.
  return {
    name: id,
    tags: [],
    password_hash: passwordHash ?? '',
    hashing_algorithm: 'rabbit_password_hashing_sha256',
  };
}

/**
 * Configure nothing, write to the own exchange (never the default exchange, which reaches every queue), read the own
 * queues.
 */
function permission(vhost: string, id: string): RabbitMqPermission {
  return {
    user: id,
    vhost,
    configure: '^$',
    write: `^out\\.${id}$`,
    read: `^(${id}\\.from\\.[a-z0-9-]+(\\.attachments)?|dead\\.${id})$`,
  };
}

function exchange(
  vhost: string,
  name: string,
  type: 'direct' | 'fanout',
  internal: boolean,
): RabbitMqExchange {
  return { name, vhost, type, durable: true, auto_delete: false, internal, arguments: {} };
}

function queue(vhost: string, name: string): RabbitMqQueue {
  return { name, vhost, durable: true, auto_delete: false, arguments: { 'x-queue-type': 'quorum' } };
}

function binding(vhost: string, source: string, destination: string, routingKey: string): RabbitMqBinding {
  return { source, vhost, destination, destination_type: 'queue', routing_key: routingKey, arguments: {} };
}

function inboxPolicy(
  vhost: string,
  id: string,
  name: string,
  pattern: string,
  limit: QueueLimit,
): RabbitMqPolicy {
  return {
    name,
    vhost,
    pattern,
    'apply-to': 'queues',
    priority: 10,
    definition: {
      'delivery-limit': DELIVERY_LIMIT,
      'max-length': limit.messagesMax,
      'max-length-bytes': limit.bytesMax,
      // Pushes back on the sender; and at-least-once dead-lettering is refused without it.
      overflow: 'reject-publish',
      'dead-letter-exchange': deadLetterExchange(id),
      'dead-letter-strategy': 'at-least-once',
    },
  };
}

function deadPolicy(vhost: string, id: string): RabbitMqPolicy {
  return {
    name: `dead-${id}`,
    vhost,
    pattern: `^dead\\.${id}$`,
    'apply-to': 'queues',
    priority: 10,
    definition: { 'delivery-limit': DEAD_DELIVERY_LIMIT },
  };
}
