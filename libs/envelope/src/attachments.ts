import { createCipheriv, createDecipheriv } from 'node:crypto';
import { ValiseError } from '#core';
import { CHUNK_BYTES, PART_CHUNKS } from './limits.js';

/**
 * Attachments as a STREAM of AES-256-GCM chunks (Hoang, Reyhanitabar, Rogaway, Vizár 2015): the nonce is seven zero
 * bytes, the chunk's index in four, and a final flag in one. One random key an attachment, so a counter is enough;
 * order, truncation and extension all show, and any chunk can be checked alone.
 */

const CIPHER = 'aes-256-gcm';
export const CHUNK_TAG_BYTES = 16;
const KEY_BYTES = 32;
const INDEX_MAX = 0xffff_ffff;

/** Chunks of an attachment of so many plaintext bytes; an empty one has one empty, final chunk. */
export function chunkCount(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / CHUNK_BYTES));
}

/** Bus messages of an attachment: 16 chunks each, the last with what is left. */
export function partCount(bytes: number): number {
  return Math.ceil(chunkCount(bytes) / PART_CHUNKS);
}

/** Ciphertext bytes of the whole attachment, tags included. */
export function cipherBytes(bytes: number): number {
  return bytes + chunkCount(bytes) * CHUNK_TAG_BYTES;
}

/** Where a chunk lies, in plaintext and in ciphertext, and whether it is the last. */
export function chunkRange(
  bytes: number,
  index: number,
): { start: number; length: number; cipherStart: number; cipherLength: number; final: boolean } {
  const count = chunkCount(bytes);
  if (!Number.isInteger(index) || index < 0 || index >= count)
    throw new ValiseError('INPUT_INVALID', `an attachment of ${bytes} bytes has no chunk ${index}`);
  const start = index * CHUNK_BYTES;
  const length = Math.min(CHUNK_BYTES, bytes - start);
  return {
    start,
    length,
    cipherStart: index * (CHUNK_BYTES + CHUNK_TAG_BYTES),
    cipherLength: length + CHUNK_TAG_BYTES,
    final: index === count - 1,
  };
}

/** The chunks of one part: `first` inclusive, `end` exclusive. */
export function partRange(bytes: number, part: number): { first: number; end: number; cipherLength: number } {
  const count = chunkCount(bytes);
  const first = part * PART_CHUNKS;
  const end = Math.min(first + PART_CHUNKS, count);
  const { cipherStart } = chunkRange(bytes, first);
  const last = chunkRange(bytes, end - 1);
  return { first, end, cipherLength: last.cipherStart + last.cipherLength - cipherStart };
}

/** @returns ciphertext ‖ tag; @throws ValiseError INPUT_INVALID for a chunk that cannot be */
export function encryptChunk(key: Buffer, index: number, final: boolean, plaintext: Buffer): Buffer {
  requireKey(key);
  if (plaintext.length > CHUNK_BYTES || (!final && plaintext.length !== CHUNK_BYTES))
    throw new ValiseError('INPUT_INVALID', `a chunk of ${plaintext.length} bytes`);
  const cipher = createCipheriv(CIPHER, key, nonce(index, final), { authTagLength: CHUNK_TAG_BYTES });
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** @returns undefined where the chunk is not this attachment's chunk `index`, or not its last although `final` */
export function decryptChunk(key: Buffer, index: number, final: boolean, chunk: Buffer): Buffer | undefined {
  requireKey(key);
  const length = chunk.length - CHUNK_TAG_BYTES;
  if (length < 0 || length > CHUNK_BYTES || (!final && length !== CHUNK_BYTES)) return undefined;
  const decipher = createDecipheriv(CIPHER, key, nonce(index, final), { authTagLength: CHUNK_TAG_BYTES });
  decipher.setAuthTag(chunk.subarray(length));
  const plaintext = decipher.update(chunk.subarray(0, length));
  try {
    decipher.final();
  } catch {
    return undefined;
  }
  return plaintext;
}

function nonce(index: number, final: boolean): Buffer {
  if (!Number.isInteger(index) || index < 0 || index > INDEX_MAX)
    throw new ValiseError('INPUT_INVALID', `${index} is not a chunk index`);
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(index, 7);
  bytes[11] = final ? 1 : 0;
  return bytes;
}

function requireKey(key: Buffer): void {
  if (key.length !== KEY_BYTES) throw new ValiseError('INPUT_INVALID', `a key of ${key.length} bytes`);
}
