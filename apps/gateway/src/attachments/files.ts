import { createHash, randomBytes } from 'node:crypto';
import { constants, createWriteStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { messageOf, ValiseError } from '#core';
import { CHUNK_BYTES, CHUNK_TAG_BYTES, chunkCount, decryptChunk, PART_CHUNKS, partRange } from '#envelope';
import { breakingOff } from './breaking-off.js';
import { EncryptingStream } from './encrypting.js';

const KEY_BYTES = 32;
const CIPHER_CHUNK_BYTES = CHUNK_BYTES + CHUNK_TAG_BYTES;
/** What one message on the attachments' lane carries: 16 chunks. */
const CIPHER_PART_BYTES = PART_CHUNKS * CIPHER_CHUNK_BYTES;
/** The same in plaintext. */
export const PART_BYTES = PART_CHUNKS * CHUNK_BYTES;

export const SUFFIX = '.chunks';
/** Uploads in progress, in their authority's folder. */
export const PARTIAL_FOLDER = 'partial';

export type Direction = 'in' | 'out';
export interface StoredFile {
  readonly key: Buffer;
  readonly bytes: number;
  readonly sha256: string;
}
/** Plaintext bytes, the last one included, as HTTP ranges are. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}
/**
 * `altered`: our own disk has other bytes than were written, from that part on. `other`: it is another file than was
 * declared.
 */
export type Checked =
  { readonly is: 'whole' } | { readonly is: 'other' } | { readonly is: 'altered'; readonly part: number };

/** Attachments' bytes on disk, always encrypted: what is uploaded is encrypted as it comes, what is pulled stays as it was sent. */
export class AttachmentFiles {
  constructor(readonly folder: string) {}

  /**
   * Encrypts a stream of plaintext to disk, with no more memory than a chunk. What ends with an error leaves no file.
   *
   * @throws whatever the plaintext throws; ValiseError STORAGE_FULL where the disk is full
   */
  async write(
    authority: string,
    id: string,
    plaintext: AsyncIterable<Buffer>,
    signal?: AbortSignal,
  ): Promise<StoredFile> {
    const folder = await this.make(authority, 'out');
    const partial = join(await this.make(authority, PARTIAL_FOLDER), `${id}${SUFFIX}`);
    const key = randomBytes(KEY_BYTES);
    const encrypting = new EncryptingStream(key);
    try {
      const file = createWriteStream(partial, { mode: 0o600, flush: true });
      const source = signal ? breakingOff(plaintext, signal) : plaintext;
      await pipeline(source, encrypting, file, signal ? { signal } : {});
      await rename(partial, join(folder, `${id}${SUFFIX}`));
      await sync(folder);
    } catch (thrown) {
      await rm(partial, { force: true });
      if (signal?.aborted === true) throw signal.reason;
      throw isDiskFull(thrown) ? storageFull('the disk is full', thrown) : thrown;
    }
    return { key, bytes: encrypting.bytes, sha256: encrypting.sha256 };
  }

  /** One part's ciphertext, as the attachments' lane carries it. @throws ValiseError ATTACHMENT_UNAVAILABLE */
  async readPart(authority: string, direction: Direction, id: string, part: number): Promise<Buffer> {
    const file = await this.openForReading(authority, direction, id);
    try {
      return await readFully(file, Buffer.allocUnsafe(CIPHER_PART_BYTES), part * CIPHER_PART_BYTES);
    } finally {
      await file.close();
    }
  }

  /**
   * Puts a part in its place, durably.
   *
   * @throws ValiseError STORAGE_FULL, ATTACHMENT_UNAVAILABLE where our disk fails
   */
  async writePart(authority: string, id: string, part: number, ciphertext: Buffer): Promise<void> {
    try {
      const folder = await this.make(authority, 'in');
      const file = await open(join(folder, `${id}${SUFFIX}`), constants.O_RDWR | constants.O_CREAT, 0o600);
      try {
        await writeFully(file, ciphertext, part * CIPHER_PART_BYTES);
        await file.datasync();
      } finally {
        await file.close();
      }
    } catch (thrown) {
      if (isDiskFull(thrown)) throw storageFull('the disk is full', thrown);
      throw new ValiseError(
        'ATTACHMENT_UNAVAILABLE',
        `the disk: ${messageOf(thrown)}`,
        {},
        { cause: thrown },
      );
    }
  }

  /**
   * The plaintext of a range, chunk by chunk; a chunk that does not verify ends it with ENVELOPE_ATTACHMENT.
   *
   * @throws ValiseError ATTACHMENT_UNAVAILABLE before anything is read, where there is no such file
   */
  async read(
    authority: string,
    direction: Direction,
    id: string,
    { key, bytes }: Pick<StoredFile, 'key' | 'bytes'>,
    range: ByteRange = { first: 0, last: bytes - 1 },
  ): Promise<AsyncGenerator<Buffer>> {
    const file = await this.openForReading(authority, direction, id);
    return plaintextOf(file, key, bytes, range);
  }

  /** Whether the whole file is what its message declares. Nothing of it is kept in memory. */
  async check(authority: string, id: string, declared: StoredFile, signal: AbortSignal): Promise<Checked> {
    const hash = createHash('sha256');
    let bytes = 0;
    try {
      for await (const chunk of await this.read(authority, 'in', id, declared)) {
        hash.update(chunk);
        bytes += chunk.length;
        signal.throwIfAborted();
      }
    } catch (thrown) {
      if (!(thrown instanceof ValiseError)) throw thrown;
      // Every part verified when it came, so this says nothing of what the sender sent.
      return { is: 'altered', part: Math.floor(bytes / PART_BYTES) };
    }
    const good = bytes === declared.bytes && hash.digest('base64url') === declared.sha256;
    return { is: good ? 'whole' : 'other' };
  }

  async remove(authority: string, direction: Direction, id: string): Promise<void> {
    await rm(join(this.folder, authority, direction, `${id}${SUFFIX}`), { force: true });
  }

  /** Free space on the disk, in bytes. */
  async freeBytes(): Promise<number> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const { bavail, bsize } = await statfs(this.folder);
    return bavail * bsize;
  }

  private async openForReading(authority: string, direction: Direction, id: string): Promise<FileHandle> {
    try {
      return await open(join(this.folder, authority, direction, `${id}${SUFFIX}`), 'r');
    } catch (thrown) {
      throw new ValiseError(
        'ATTACHMENT_UNAVAILABLE',
        `the bytes of the attachment ${id} are not on this node’s disk`,
        {},
        { cause: thrown },
      );
    }
  }

  /** Names are made of validated identifiers only. */
  private async make(authority: string, name: Direction | typeof PARTIAL_FOLDER): Promise<string> {
    const folder = join(this.folder, authority, name);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return folder;
  }
}

/** Every chunk of a part is bound to its place by its nonce: a moved, cut or altered one does not decrypt. */
export function partVerifies(
  { bytes, key }: Pick<StoredFile, 'key' | 'bytes'>,
  part: number,
  ciphertext: Buffer,
): boolean {
  const { first, end, cipherLength } = partRange(bytes, part);
  if (ciphertext.length !== cipherLength) return false;
  const final = chunkCount(bytes) - 1;
  for (let index = first; index < end; index++)
    if (!decryptChunk(key, index, index === final, chunkOf(ciphertext, index - first))) return false;
  return true;
}

/** A file system's quota and size limit count as a full disk. */
export function isDiskFull(thrown: unknown): boolean {
  const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : undefined;
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG';
}

export function storageFull(message: string, cause?: unknown, remedy?: string): ValiseError {
  return new ValiseError('STORAGE_FULL', message, remedy === undefined ? {} : { remedy }, { cause });
}

/** A part is read at once and decrypted chunk by chunk. The first and last chunk are cut to the range. */
async function* plaintextOf(
  file: FileHandle,
  key: Buffer,
  bytes: number,
  { first, last }: ByteRange,
): AsyncGenerator<Buffer> {
  try {
    const buffer = Buffer.allocUnsafe(CIPHER_PART_BYTES);
    const final = chunkCount(bytes) - 1;
    const lastChunk = Math.max(0, Math.floor(last / CHUNK_BYTES));
    for (let index = Math.floor(first / CHUNK_BYTES); index <= lastChunk;) {
      const run = Math.min(PART_CHUNKS, lastChunk - index + 1);
      const ciphertext = await readFully(
        file,
        buffer.subarray(0, run * CIPHER_CHUNK_BYTES),
        index * CIPHER_CHUNK_BYTES,
      );
      for (let place = 0; place < run; place++, index++) {
        const chunk = decryptChunk(key, index, index === final, chunkOf(ciphertext, place));
        if (!chunk) throw new ValiseError('ENVELOPE_ATTACHMENT', `chunk ${index} does not verify`);
        const start = index * CHUNK_BYTES;
        yield chunk.subarray(Math.max(0, first - start), last + 1 - start);
      }
    }
  } finally {
    await file.close();
  }
}

function chunkOf(ciphertext: Buffer, place: number): Buffer {
  return ciphertext.subarray(place * CIPHER_CHUNK_BYTES, (place + 1) * CIPHER_CHUNK_BYTES);
}

/** As much as there is, up to the buffer's length. */
async function readFully(file: FileHandle, buffer: Buffer, position: number): Promise<Buffer> {
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, position + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}

/** A disk that fills up in the middle of a write reports it only at the next one. */
async function writeFully(file: FileHandle, buffer: Buffer, position: number): Promise<void> {
  for (let done = 0; done < buffer.length;) {
    const { bytesWritten } = await file.write(buffer, done, buffer.length - done, position + done);
    done += bytesWritten;
  }
}

/** A new name is durable only when its folder is. */
async function sync(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
