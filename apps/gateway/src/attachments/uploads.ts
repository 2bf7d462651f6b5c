import { ValiseError } from '#core';
import type { Configuration } from '../configuration.js';
import { storageFull } from './files.js';

/** How often an upload looks whether the disk still has room. */
const LOOK_BYTES = 16 * 1024 * 1024;
/** A caller that sends less than this in `stallSeconds` only holds a connection. */
const PROGRESS_BYTES_MIN = 64 * 1024;

export type UploadLimits = Pick<
  Configuration['attachments'],
  'bytesMax' | 'unsentBytesMax' | 'freeBytesMin' | 'stallSeconds'
>;
interface Running {
  readonly authority: string;
  /** What it is known to take: declared, or already come. */
  bytes: number;
}

/** What uploads may take: of one file, of an authority's share, of the disk, and of time. */
export class Uploads {
  private readonly running = new Set<Running>();

  constructor(
    private readonly limits: UploadLimits,
    /** Bytes of an authority's uploads that no message names. */
    private readonly unsentBytes: (authority: string) => Promise<number>,
    private readonly freeBytes: () => Promise<number>,
  ) {}

  /**
   * Hands the plaintext on to `write` so long as it may go on. Running uploads count against the share of their
   * authority, on each replica for itself.
   *
   * @param declared the announced length; never trusted
   * @throws ValiseError INPUT_TOO_LARGE, STORAGE_FULL, INPUT_TIMEOUT
   */
  async run<T>(
    authority: string,
    declared: number | undefined,
    plaintext: AsyncIterable<Buffer>,
    write: (plaintext: AsyncIterable<Buffer>, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const upload: Running = { authority, bytes: declared ?? 0 };
    this.running.add(upload);
    try {
      const unsent = await this.unsentBytes(authority);
      this.requireRoom(upload, unsent);
      await this.requireDisk(upload.bytes);
      const watch = this.watch();
      try {
        return await write(this.metered(upload, unsent, plaintext, watch), watch.signal);
      } finally {
        watch.end();
      }
    } finally {
      this.running.delete(upload);
    }
  }

  private async *metered(
    upload: Running,
    unsent: number,
    plaintext: AsyncIterable<Buffer>,
    watch: Watch,
  ): AsyncGenerator<Buffer> {
    let bytes = 0;
    let lookAt = LOOK_BYTES;
    for await (const data of plaintext) {
      bytes += data.length;
      watch.note(data.length);
      upload.bytes = Math.max(upload.bytes, bytes);
      this.requireRoom(upload, unsent);
      if (bytes >= lookAt) {
        await this.requireDisk(0);
        lookAt += LOOK_BYTES;
      }
      yield data;
    }
    // Everything arrived: how long the disk takes is not the caller's fault.
    watch.end();
  }

  private requireRoom({ authority, bytes }: Running, unsent: number): void {
    const { bytesMax, unsentBytesMax } = this.limits;
    if (bytes > bytesMax)
      throw new ValiseError('INPUT_TOO_LARGE', `an attachment has at most ${bytesMax} bytes`, {
        path: '$',
        limit: bytesMax,
      });
    let running = 0;
    for (const one of this.running) if (one.authority === authority) running += one.bytes;
    if (unsent + running > unsentBytesMax)
      throw storageFull(
        `uploads of ${authority} that no message names would take ${unsent + running} bytes; its quota is ${unsentBytesMax}`,
        undefined,
        'send the messages that they are for, or delete them (DELETE /v1/attachments/ID)',
      );
  }

  private async requireDisk(wanted: number): Promise<void> {
    const free = await this.freeBytes();
    if (free - wanted < this.limits.freeBytesMin)
      throw storageFull(
        'the disk for attachments is full',
        undefined,
        'ask the node’s operator to free space',
      );
  }

  /** Ends an upload that makes no progress. */
  private watch(): Watch {
    const { stallSeconds } = this.limits;
    const ending = new AbortController();
    let progress = 0;
    const timer = setInterval(() => {
      if (progress < PROGRESS_BYTES_MIN)
        ending.abort(
          new ValiseError('INPUT_TIMEOUT', `less than ${PROGRESS_BYTES_MIN} bytes came in ${stallSeconds} s`),
        );
      progress = 0;
    }, stallSeconds * 1000);
    return {
      signal: ending.signal,
      note: (bytes) => (progress += bytes),
      end: () => {
        clearInterval(timer);
      },
    };
  }
}

interface Watch {
  readonly signal: AbortSignal;
  readonly note: (bytes: number) => void;
  readonly end: () => void;
}
