import type { Payload } from '#envelope';

/** A payload of our own database: its bytes were validated before they were stored. */
export function readStoredPayload(bytes: Buffer): Payload {
  return JSON.parse(bytes.toString('utf8')) as Payload;
}
