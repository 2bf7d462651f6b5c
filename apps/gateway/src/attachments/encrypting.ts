import { createHash, type Hash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { CHUNK_BYTES, encryptChunk } from '#envelope';

/** Plaintext in, chunks of ciphertext out; the last chunk is known only at the end, so one is held back. */
export class EncryptingStream extends Transform {
  private readonly hash: Hash = createHash('sha256');
  private held: Buffer = Buffer.alloc(0);
  private index = 0;
  bytes = 0;
  /** Base64url, of the plaintext; known at the end. */
  sha256 = '';

  constructor(private readonly key: Buffer) {
    super();
  }

  override _transform(data: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.bytes += data.length;
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
