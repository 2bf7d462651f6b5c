import { ValiseError } from '#core';
import { isSha256Text, isToken } from './fields.js';
import { checkFrame, list, oneOf, optional, strict, text, whole, type Check } from './frame.js';
import {
  ATTACHMENT_BYTES_MAX,
  ATTACHMENTS_MAX,
  CHUNK_BYTES,
  ENTRIES_MAX,
  MESSAGES_MAX,
  PROOFS_MAX,
  SHARED_BYTES_MAX,
} from './limits.js';
import { isJws, type Jws } from './jws.js';
import { Refusal } from './rejected.js';
import { frameBytes, parseCompact, parseFrame, type Bulk } from './text.js';

/** The checkpoint beside them. */
const ENTRIES_FRAME_BYTES_MAX = 16 * 1024;
const CONTENT_BULK: Bulk = ['jws', 'payload'];

export interface AttachmentKey {
  readonly id: string;
  /** 32 random bytes in base64url, one key an attachment. */
  readonly key: string;
  readonly chunkBytes: typeof CHUNK_BYTES;
  readonly bytes: number;
  readonly sha256: string;
}

/** What an envelope carries: one signed thing, and what belongs to it and is not signed with it. */
export interface Content {
  readonly jws: Jws;
  readonly proofs: readonly Jws[];
  readonly attachmentKeys: readonly AttachmentKey[];
  /** Of a checkpoint: the entries of its stretch, which its root covers. Nothing of them is looked at here. */
  readonly entries?: readonly unknown[] | undefined;
}

const anything: Check<unknown> = () => undefined;

const isContent = strict<Content>({
  jws: isJws,
  proofs: list(isJws, 0, PROOFS_MAX),
  attachmentKeys: list(
    strict<AttachmentKey>({
      id: isToken,
      key: text(43, 43),
      chunkBytes: oneOf(CHUNK_BYTES),
      bytes: whole(ATTACHMENT_BYTES_MAX),
      sha256: isSha256Text,
    }),
    0,
    ATTACHMENTS_MAX,
  ),
  entries: optional(list(anything, 0, ENTRIES_MAX)),
});

/** One of them as it is; several as an array. JSON in Latin-1, in which what is not ASCII would not survive: there is none. */
export function contentBytes(contents: readonly Content[]): Buffer {
  const [first, ...others] = contents;
  if (first === undefined) throw new ValiseError('INPUT_INVALID', 'an envelope carries something');
  if (others.length === 0) {
    const { payload, signatures } = first.jws;
    return frameBytes({ ...first, jws: { payload: '', signatures } }, CONTENT_BULK, payload);
  }
  const bytes = Buffer.from(JSON.stringify(contents), 'latin1');
  if (contents.length > MESSAGES_MAX || bytes.length > SHARED_BYTES_MAX)
    throw new ValiseError(
      'ENVELOPE_SIZE',
      `${contents.length} messages with ${bytes.length} bytes in one envelope`,
      { remedy: `at most ${MESSAGES_MAX} messages with ${SHARED_BYTES_MAX} bytes share one` },
    );
  return bytes;
}

/** @param plaintext Latin-1. @throws Refusal */
export function readContents(plaintext: string): readonly Content[] {
  // Beside entries, which may be anything, the bulk's place is not sure to be the only one of its name.
  if (plaintext.includes('"entries":')) {
    if (plaintext.length > SHARED_BYTES_MAX + ENTRIES_FRAME_BYTES_MAX)
      throw new Refusal('ENVELOPE_SIZE', 'a checkpoint with more entries than one telling has');
    if (!plaintext.startsWith('['))
      return [checkFrame(isContent, parseCompact(plaintext, 'content'), 'content')];
  }
  if (!plaintext.startsWith('['))
    return [checkFrame(isContent, parseFrame(plaintext, 'content', CONTENT_BULK), 'content')];
  if (plaintext.length > SHARED_BYTES_MAX)
    throw new Refusal(
      'ENVELOPE_SIZE',
      `messages that share an envelope have at most ${SHARED_BYTES_MAX} bytes`,
    );
  return checkFrame(list(isContent, 2, MESSAGES_MAX), parseCompact(plaintext, 'content'), 'content');
}
