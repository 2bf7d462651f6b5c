import { createCipheriv, randomBytes } from 'node:crypto';
import {
  CHUNK_BYTES,
  CHUNK_TAG_BYTES,
  chunkCount,
  chunkRange,
  cipherBytes,
  decryptChunk,
  encryptChunk,
  PART_CHUNKS,
  partCount,
  partRange,
} from './index.js';

const key = randomBytes(32);
const INDEX_MAX = 0xffff_ffff;
const misuse: unknown = expect.objectContaining({ code: 'INPUT_INVALID' });

/** As docs/protocol/envelope.md has it, without any check: seven zero bytes, the index in four, the final flag in one. */
function streamed(index: number, final: boolean, plaintext: Buffer): Buffer {
  const nonce = Buffer.concat([Buffer.alloc(7), Buffer.alloc(4), Buffer.from([final ? 1 : 0])]);
  nonce.writeUInt32BE(index, 7);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

describe('a chunk', () => {
  it.each<[number, boolean, number]>([
    [0, true, 0],
    [0, false, CHUNK_BYTES],
    [1, true, 1],
    [258, true, CHUNK_BYTES],
    [INDEX_MAX, true, 5],
  ])('of index %d, final: %j, with %d bytes is as the protocol has it', (index, final, bytes) => {
    const plaintext = randomBytes(bytes);
    const chunk = encryptChunk(key, index, final, plaintext);
    expect(chunk.equals(streamed(index, final, plaintext))).toBe(true);
    expect(decryptChunk(key, index, final, chunk)?.equals(plaintext)).toBe(true);
  });

  it.each<[string, boolean, number]>([
    ['larger than a chunk', true, CHUNK_BYTES + 1],
    ['larger than a chunk, in the middle', false, CHUNK_BYTES + 1],
    ['short in the middle', false, CHUNK_BYTES - 1],
    ['empty in the middle', false, 0],
  ])('%s is neither made nor taken, well encrypted as it is', (_, final, bytes) => {
    const plaintext = Buffer.alloc(bytes);
    expect(() => encryptChunk(key, 1, final, plaintext)).toThrow(misuse);
    expect(decryptChunk(key, 1, final, streamed(1, final, plaintext))).toBeUndefined();
  });

  it('is not taken where it is shorter than its tag', () => {
    for (const bytes of [0, 1, CHUNK_TAG_BYTES - 1])
      expect(
        decryptChunk(key, 0, true, streamed(0, true, Buffer.alloc(0)).subarray(0, bytes)),
      ).toBeUndefined();
  });

  it.each([-1, 0.5, Number.NaN, INDEX_MAX + 1])('has no index %d', (index) => {
    expect(() => encryptChunk(key, index, true, Buffer.alloc(5))).toThrow(misuse);
    expect(() => decryptChunk(key, index, true, Buffer.alloc(21))).toThrow(misuse);
  });

  it.each([0, 16, 31, 33])('is not encrypted under a key of %d bytes', (bytes) => {
    expect(() => encryptChunk(Buffer.alloc(bytes), 0, true, Buffer.alloc(5))).toThrow(misuse);
    expect(() => decryptChunk(Buffer.alloc(bytes), 0, true, Buffer.alloc(21))).toThrow(misuse);
  });
});

describe('what an attachment is divided into', () => {
  const bytes = PART_CHUNKS * CHUNK_BYTES + 5;

  it('stands where the parts before it end, in plaintext and in ciphertext', () => {
    const cipherChunk = CHUNK_BYTES + 16;
    expect(chunkRange(bytes, 0)).toEqual({
      start: 0,
      length: CHUNK_BYTES,
      cipherStart: 0,
      cipherLength: cipherChunk,
      final: false,
    });
    expect(chunkRange(bytes, PART_CHUNKS)).toEqual({
      start: bytes - 5,
      length: 5,
      cipherStart: PART_CHUNKS * cipherChunk,
      cipherLength: 21,
      final: true,
    });
    expect(chunkRange(0, 0)).toMatchObject({ length: 0, cipherLength: 16, final: true });
    expect(partRange(bytes, 0)).toEqual({ first: 0, end: 16, cipherLength: 16 * cipherChunk });
    expect(partRange(bytes, 1)).toEqual({ first: 16, end: 17, cipherLength: 21 });
  });

  it.each([
    [0, 1, 1],
    [CHUNK_BYTES, 1, 1],
    [CHUNK_BYTES + 1, 2, 1],
    [PART_CHUNKS * CHUNK_BYTES, 16, 1],
    [bytes, 17, 2],
    [2 * PART_CHUNKS * CHUNK_BYTES + 1, 33, 3],
  ])('is of %d bytes %d chunks, in %d parts', (length, chunks, parts) => {
    expect([chunkCount(length), partCount(length)]).toEqual([chunks, parts]);
    expect(cipherBytes(length)).toBe(length + 16 * chunks);
  });

  it.each([-1, 0.5, Number.NaN, PART_CHUNKS + 1])('has no chunk %d', (index) => {
    expect(() => chunkRange(bytes, index)).toThrow(misuse);
  });

  it.each([-1, 2])('has no part %d', (part) => {
    expect(() => partRange(bytes, part)).toThrow(misuse);
  });
});
