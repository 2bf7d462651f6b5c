import { canonicalBytes } from '#core';
import { z } from 'zod';
import {
  authorityId,
  isBookId,
  instrumentId,
  jsonObject,
  level,
  sha256Text,
  token,
  unixSeconds,
  uuid,
} from './fields.js';
import { ATTACHMENT_BYTES_MAX, ATTACHMENTS_MAX, PROOFS_MAX, REGISTER_BOOKS_MAX } from './limits.js';
import { PROOF_TYPES } from './proof-contents.js';
import { require } from './text.js';

const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}$/;

/** A name is shown and may become a file's name: no separators, no controls, not a step up the tree. */
const fileName = z
  .string()
  .min(1)
  .max(255)
  .refine(
    (name) => !/[\u0000-\u001f\u007f/\\\u202a-\u202e\u2066-\u2069]/.test(name) && !/^\.{1,2}$/.test(name),
    'not a plain file name',
  );

export const attachmentSchema = z.strictObject({
  id: token,
  name: fileName,
  mediaType: z.string().max(129).regex(MEDIA_TYPE, 'not a media type'),
  bytes: z.int().min(0).max(ATTACHMENT_BYTES_MAX),
  sha256: sha256Text,
});

export const proofReferenceSchema = z.strictObject({
  typ: z.enum(PROOF_TYPES),
  id: token,
  sha256: sha256Text,
});

/** Versions by book. Not `z.record`, which costs as much as all other fields of a payload together. */
const registerVersions = z.custom<Readonly<Record<string, number>>>(
  isRegisterVersions,
  'not versions of books',
);

function isRegisterVersions(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const books = Object.entries(value);
  return (
    books.length <= REGISTER_BOOKS_MAX &&
    books.every(([book, version]) => isBookId(book) && Number.isSafeInteger(version) && Number(version) >= 0)
  );
}

export const payloadSchema = z.strictObject({
  v: z.literal(1),
  id: uuid,
  from: authorityId,
  to: authorityId,
  act: z.string().regex(/^[a-z][a-z-]{0,39}\/[1-9][0-9]{0,3}$/, 'not a message type with its version'),
  case: token,
  re: token.optional(),
  instrument: instrumentId,
  register: registerVersions,
  exp: unixSeconds,
  level,
  body: jsonObject,
  attachments: z
    .array(attachmentSchema)
    .max(ATTACHMENTS_MAX)
    .refine(distinctIds, 'two attachments have one id'),
  proofs: z.array(proofReferenceSchema).max(PROOFS_MAX).optional(),
});

export type Payload = z.infer<typeof payloadSchema>;
export type AttachmentEntry = z.infer<typeof attachmentSchema>;
export type ProofReference = z.infer<typeof proofReferenceSchema>;

/**
 * The bytes that everyone who signs signs: validated, in canonical form (RFC 8785).
 *
 * @throws ValiseError INPUT_INVALID with the path of the field at fault
 */
export function payloadBytes(payload: Payload): Buffer {
  return canonicalBytes(require(payloadSchema, payload, 'payload'));
}

function distinctIds(items: readonly { id: string }[]): boolean {
  return new Set(items.map(({ id }) => id)).size === items.length;
}
