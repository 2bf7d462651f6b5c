import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import {
  CHUNK_BYTES,
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

function encryptAll(plaintext: Buffer): Buffer {
  return Buffer.concat(
    Array.from({ length: chunkCount(plaintext.length) }, (_, index) => {
      const { start, length, final } = chunkRange(plaintext.length, index);
      return encryptChunk(key, index, final, plaintext.subarray(start, start + length));
    }),
  );
}

describe('an attachment', () => {
  it.each([0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])(
    'of %d bytes comes back chunk by chunk',
    (bytes) => {
      const plaintext = randomBytes(bytes);
      const ciphertext = encryptAll(plaintext);
      expect(ciphertext).toHaveLength(cipherBytes(bytes));
      const chunks = Array.from({ length: chunkCount(bytes) }, (_, index) => {
        const { cipherStart, cipherLength, final } = chunkRange(bytes, index);
        return decryptChunk(key, index, final, ciphertext.subarray(cipherStart, cipherStart + cipherLength));
      });
      expect(Buffer.concat(chunks.map((chunk) => chunk ?? Buffer.from('lost'))).equals(plaintext)).toBe(true);
    },
  );

  it('is divided into chunks and parts without gap or overlap', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), (bytes) => {
        const parts = Array.from({ length: Math.min(partCount(bytes), 40) }, (_, part) =>
          partRange(bytes, part),
        );
        expect(parts.map(({ first, end }) => [first, end])).toEqual(
          parts.map((_, index) => [
            index * PART_CHUNKS,
            Math.min((index + 1) * PART_CHUNKS, chunkCount(bytes)),
          ]),
        );
        const all = parts.reduce((sum, { cipherLength }) => sum + cipherLength, 0);
        if (parts.length === partCount(bytes)) expect(all).toBe(cipherBytes(bytes));
      }),
    );
  });

  it('shows reordering, truncation, extension and alteration', () => {
    const full = randomBytes(CHUNK_BYTES);
    const chunk = encryptChunk(key, 1, false, full);
    expect(decryptChunk(key, 1, false, chunk)?.equals(full)).toBe(true);
    expect(decryptChunk(key, 2, false, chunk)).toBeUndefined();
    expect(decryptChunk(key, 1, true, chunk)).toBeUndefined();
    expect(decryptChunk(key, 1, false, encryptChunk(key, 1, true, full))).toBeUndefined();
    expect(decryptChunk(randomBytes(32), 1, false, chunk)).toBeUndefined();
    expect(decryptChunk(key, 1, false, chunk.subarray(1))).toBeUndefined();
    expect(decryptChunk(key, 1, true, Buffer.alloc(15))).toBeUndefined();
    chunk[70] = (chunk[70] ?? 0) ^ 1;
    expect(decryptChunk(key, 1, false, chunk)).toBeUndefined();
  });

  it('is not encrypted in chunks that a reader would refuse', () => {
    expect(() => encryptChunk(key, 0, false, Buffer.alloc(5))).toThrow('5 bytes');
    expect(() => encryptChunk(key, 2 ** 32, true, Buffer.alloc(5))).toThrow('index');
    expect(() => encryptChunk(randomBytes(16), 0, true, Buffer.alloc(5))).toThrow('key');
    expect(() => chunkRange(5, 1)).toThrow('no chunk 1');
  });
});
