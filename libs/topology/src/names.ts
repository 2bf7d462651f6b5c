import { ValiseError } from '#core';

/**
 * Messages and attachments travel on queues of their own: an urgent message must not wait behind gigabytes. The
 * lane is the sender's choice and means nothing to the receiver but the queue that it came from.
 */
export type Lane = 'messages' | 'attachments';
export const LANES: readonly Lane[] = ['messages', 'attachments'];

/** What a peer may put into the AMQP property `type`. Anything else is handed to the handler `unknown`. */
export const PEER_KINDS = ['envelope', 'book', 'book-statement', 'book-ask', 'attachment-part'] as const;
export type PeerKind = (typeof PEER_KINDS)[number];

/**
 * Without dots, so that `<to>.from.<from>` reads in one way only, and without anything that means something in the
 * regular expressions of RabbitMQ's permissions.
 */
const NODE_ID = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

export function isNodeId(text: string): boolean {
  return NODE_ID.test(text);
}

/** @throws ValiseError CONFIGURATION */
export function requireNodeId(text: string): string {
  if (isNodeId(text)) return text;
  throw new ValiseError('CONFIGURATION', `"${text}" cannot name a node on the bus`, {
    remedy: 'Use 1 to 63 lower-case letters, digits and inner hyphens.',
  });
}

/** The only exchange that `node` may write to; so a delivery's exchange names its sender. */
export function outExchange(node: string): string {
  return `out.${requireNodeId(node)}`;
}

/** @returns the node whose exchange this is, or undefined where the name is no node's exchange */
export function nodeOfExchange(exchange: string): string | undefined {
  if (!exchange.startsWith('out.')) return undefined;
  const node = exchange.slice('out.'.length);
  return isNodeId(node) ? node : undefined;
}

export function inboxQueue(to: string, from: string): string {
  return `${requireNodeId(to)}.from.${requireNodeId(from)}`;
}

export function attachmentsQueue(to: string, from: string): string {
  return `${inboxQueue(to, from)}.attachments`;
}

export function laneQueue(lane: Lane, to: string, from: string): string {
  return lane === 'messages' ? inboxQueue(to, from) : attachmentsQueue(to, from);
}

/** Where the broker puts what `node` was handed 20 times and never acknowledged. */
export function deadLetterExchange(node: string): string {
  return `dead.${requireNodeId(node)}`;
}

export function deadLetterQueue(node: string): string {
  return `dead.${requireNodeId(node)}`;
}

/** @returns the sender in the name of one of `to`'s queues, or undefined where it is none */
export function senderOfQueue(to: string, queue: string): string | undefined {
  const prefix = `${to}.from.`;
  if (!queue.startsWith(prefix)) return undefined;
  const from = queue.slice(prefix.length).replace(/\.attachments$/, '');
  return isNodeId(from) ? from : undefined;
}
