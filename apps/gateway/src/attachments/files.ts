import { createHash, type Hash, randomBytes } from 'node:crypto';
import { constants, createWriteStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ValiseError } from '#core';
import { CHUNK_BYTES, CHUNK_TAG_BYTES, chunkCount, decryptChunk, encryptChunk, PART_CHUNKS } from '#envelope';

const KEY_BYTES = 32;
const CIPHER_CHUNK_BYTES = CHUNK_BYTES + CHUNK_TAG_BYTES;
/** What one message on the attachments' lane carries: 16 chunks. */
const CIPHER_PART_BYTES = PART_CHUNKS * CIPHER_CHUNK_BYTES;

export interface StoredFile {
  readonly key: Buffer;
  readonly bytes: number;
  readonly sha256: string;
}

/** Attachments' bytes on disk, always encrypted: what is uploaded is encrypted as it comes, what is pulled stays as it was sent. */
export class AttachmentFiles {
  constructor(private readonly folder: string) {}

  /**
   * Encrypts a stream of plaintext to disk, with no more memory than a chunk.
   *
   * @throws ValiseError INPUT_TOO_LARGE past `bytesMax`; nothing is kept then
   */
  async write(
    authority: string,
    id: string,
    plaintext: NodeJS.ReadableStream,
    bytesMax: number,
  ): Promise<StoredFile> {
    const target = await this.path(authority, 'out', id);
    const partial = `${target}.partial`;
    const key = randomBytes(KEY_BYTES);
    const encrypting = new EncryptingStream(key, bytesMax);
    try {
      await pipeline(plaintext, encrypting, createWriteStream(partial, { mode: 0o600, flush: true }));
      await rename(partial, target);
    } catch (thrown) {
      await rm(partial, { force: true });
      throw thrown;
    }
    return { key, bytes: encrypting.bytes, sha256: encrypting.sha256 };
  }

  /** One part's ciphertext, as the attachments' lane carries it. */
  async readPart(authority: string, direction: 'in' | 'out', id: string, part: number): Promise<Buffer> {
    const file = await this.openForReading(authority, direction, id);
    try {
      const buffer = Buffer.allocUnsafe(CIPHER_PART_BYTES);
      const { bytesRead } = await file.read(buffer, 0, CIPHER_PART_BYTES, part * CIPHER_PART_BYTES);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }

  /** Puts a part in its place, on the disk for good. */
  async writePart(authority: string, id: string, part: number, ciphertext: Buffer): Promise<void> {
    const path = await this.path(authority, 'in', id);
    const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    try {
      await file.write(ciphertext, 0, ciphertext.length, part * CIPHER_PART_BYTES);
      await file.datasync();
    } finally {
      await file.close();
    }
  }

  /** The plaintext, chunk by chunk; a chunk that does not verify ends the stream with an error. */
  async *read(
    authority: string,
    direction: 'in' | 'out',
    id: string,
    { key, bytes }: { key: Buffer; bytes: number },
  ): AsyncGenerator<Buffer> {
    const file = await this.openForReading(authority, direction, id);
    try {
      const chunks = chunkCount(bytes);
      for (let index = 0; index < chunks; index++)
        yield await this.readChunk(file, key, index, index === chunks - 1);
    } finally {
      await file.close();
    }
  }

  /** Whether the whole file has the size and the hash that its message declares. */
  async verify(authority: string, id: string, declared: StoredFile): Promise<boolean> {
    const hash = createHash('sha256');
    let bytes = 0;
    try {
      for await (const chunk of this.read(authority, 'in', id, declared)) {
        hash.update(chunk);
        bytes += chunk.length;
      }
    } catch (thrown) {
      if (thrown instanceof ValiseError && thrown.code === 'ENVELOPE_ATTACHMENT') return false;
      // A disk that cannot be read now says nothing of what the sender sent.
      throw thrown;
    }
    return bytes === declared.bytes && hash.digest('base64url') === declared.sha256;
  }

  private async readChunk(file: FileHandle, key: Buffer, index: number, final: boolean): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(CIPHER_CHUNK_BYTES);
    const { bytesRead } = await file.read(buffer, 0, CIPHER_CHUNK_BYTES, index * CIPHER_CHUNK_BYTES);
    const plaintext = decryptChunk(key, index, final, buffer.subarray(0, bytesRead));
    if (!plaintext) throw new ValiseError('ENVELOPE_ATTACHMENT', `chunk ${index} does not verify`);
    return plaintext;
  }

  private async openForReading(authority: string, direction: 'in' | 'out', id: string): Promise<FileHandle> {
    const path = await this.path(authority, direction, id);
    try {
      return await open(path, 'r');
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
  private async path(authority: string, direction: 'in' | 'out', id: string): Promise<string> {
    const folder = join(this.folder, authority, direction);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return join(folder, `${id}.chunks`);
  }
}

/** Plaintext in, chunks of ciphertext out; the last chunk is known only at the end, so one is held back. */
class EncryptingStream extends Transform {
  private readonly hash: Hash = createHash('sha256');
  private held: Buffer = Buffer.alloc(0);
  private index = 0;
  bytes = 0;
  sha256 = '';

  constructor(
    private readonly key: Buffer,
    private readonly bytesMax: number,
  ) {
    super();
  }

  override _transform(data: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.bytes += data.length;
    if (this.bytes > this.bytesMax) {
      done(
        new ValiseError('INPUT_TOO_LARGE', `an attachment has at most ${this.bytesMax} bytes`, {
          path: '$',
          limit: this.bytesMax,
        }),
      );
      return;
    }
    this.hash.update(data);
    this.held = this.held.length === 0 ? data : Buffer.concat([this.held, data]);
    while (this.held.length > CHUNK_BYTES) {
      this.push(encryptChunk(this.key, this.index++, false, this.held.subarray(0, CHUNK_BYTES)));
      this.held = this.held.subarray(CHUNK_BYTES);
    }
    done();
  }

  override _flush(done: TransformCallback): void {
    this.push(encryptChunk(this.key, this.index, true, this.held));
    this.sha256 = this.hash.digest('base64url');
    done();
  }
}
