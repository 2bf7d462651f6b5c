import { ValiseError } from '#core';
import type { Payload } from '#envelope';
import { type Body, bodySchema, type MessageType, typeOf } from './body.js';

/** A payload of our own database: its bytes were validated before they were stored. */
export function readStoredPayload(bytes: Buffer): Payload {
  return JSON.parse(bytes.toString('utf8')) as Payload;
}

/** The same with its type and body: of a message of ours, or one that we took into its case. */
export function readPayload(bytes: Buffer): { payload: Payload; body: Body; type: MessageType } {
  const payload = readStoredPayload(bytes);
  const type = typeOf(payload.act);
  if (type === undefined) throw new ValiseError('INTERNAL', `a stored payload has the act ${payload.act}`);
  return { payload, body: bodySchema.parse(payload.body), type };
}
