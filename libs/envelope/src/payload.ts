import { canonicalBytes } from '#core';
import {
  isAuthorityId,
  isBookId,
  isBookVersion,
  isFileName,
  isInstrumentId,
  isJsonObject,
  isLevel,
  isMediaType,
  isSha256Text,
  isToken,
  isUnixSeconds,
  isUuid,
} from './fields.js';
import { list, matching, members, oneOf, optional, requireFrame, strict, such, whole } from './frame.js';
import { ATTACHMENT_BYTES_MAX, ATTACHMENTS_MAX, PROOFS_MAX, REGISTER_BOOKS_MAX } from './limits.js';
import { PROOF_TYPES, type ProofType } from './proof-contents.js';

export interface AttachmentEntry {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A book as a decision rested on it: the hash shows whether two readers of one version have the same history. */
export interface BookReference {
  readonly version: number;
  /** SHA-256 of the signed content, as the keeper's statement names it. */
  readonly hash: string;
}

export interface ProofReference {
  readonly typ: ProofType;
  readonly id: string;
  readonly sha256: string;
}

export interface Payload {
  readonly v: 1;
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** A message type with its version. */
  readonly act: string;
  readonly case: string;
  /** The message that this one answers. */
  readonly re?: string | undefined;
  readonly instrument: string;
  /** By book. */
  readonly register: Readonly<Record<string, BookReference>>;
  /** Unix seconds. */
  readonly exp: number;
  readonly level: 'open' | 'restricted' | 'secret' | 'top-secret' | 'special-importance';
  readonly body: Readonly<Record<string, unknown>>;
  readonly attachments: readonly AttachmentEntry[];
  readonly proofs?: readonly ProofReference[] | undefined;
}

const isAttachmentEntry = strict<AttachmentEntry>({
  id: isToken,
  name: isFileName,
  mediaType: isMediaType,
  bytes: whole(ATTACHMENT_BYTES_MAX),
  sha256: isSha256Text,
});

const isBookReference = strict<BookReference>({ version: isBookVersion, hash: isSha256Text });

const isProofReference = strict<ProofReference>({
  typ: oneOf(...PROOF_TYPES),
  id: isToken,
  sha256: isSha256Text,
});

export const isPayload = strict<Payload>({
  v: oneOf(1),
  id: isUuid,
  from: isAuthorityId,
  to: isAuthorityId,
  act: matching(/^[a-z][a-z-]{0,39}\/[1-9][0-9]{0,3}$/, 'not a message type with its version'),
  case: isToken,
  re: optional(isToken),
  instrument: isInstrumentId,
  register: members(isBookId, isBookReference, REGISTER_BOOKS_MAX),
  exp: isUnixSeconds,
  level: isLevel,
  body: isJsonObject,
  attachments: such(list(isAttachmentEntry, 0, ATTACHMENTS_MAX), haveOwnIds, 'two attachments have one id'),
  proofs: optional(list(isProofReference, 0, PROOFS_MAX)),
});

function haveOwnIds(items: readonly { id: string }[]): boolean {
  return new Set(items.map(({ id }) => id)).size === items.length;
}

/**
 * The bytes that everyone who signs signs: validated, in canonical form (RFC 8785).
 *
 * @throws ValiseError INPUT_INVALID with the path of the field at fault
 */
export function payloadBytes(payload: Payload): Buffer {
  return canonicalBytes(requireFrame(isPayload, payload, 'payload'));
}
