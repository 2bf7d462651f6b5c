import { randomBytes } from 'node:crypto';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf, ValiseError } from '#core';

const CHUNK_BYTES = 128 * 1024;

/** Bytes in order, and the means to read them a second time from a place on. */
export interface Input {
  readonly chunks: AsyncIterable<Buffer>;
  /** @param offset of the first byte that `Kept.write` gets */
  keep(offset: number): Promise<Kept>;
  close(): Promise<void>;
}

export interface Kept {
  /** Every chunk from the offset on, in order. */
  write(chunk: Buffer): Promise<void>;
  /** The same bytes again. */
  read(): AsyncIterable<Buffer>;
  close(): Promise<void>;
}

/**
 * @param file a path, or `-` for standard input
 * @throws ValiseError INPUT_INVALID where it cannot be read
 */
export async function openInput(file: string): Promise<Input> {
  if (file === '-') return streamInput(process.stdin, () => Promise.resolve());
  const handle = await openToRead(file);
  const stat = await handle.stat();
  if (stat.isDirectory()) {
    await handle.close();
    throw new ValiseError('INPUT_INVALID', `cannot read ${file}: it is a folder`);
  }
  const close = () => handle.close();
  // A pipe that has a name (a shell's `<(…)`) cannot be read twice either.
  if (!stat.isFile()) return streamInput(streamOf(handle), close);
  return {
    chunks: streamOf(handle, 0),
    keep: (offset) =>
      Promise.resolve({
        write: () => Promise.resolve(),
        read: () => streamOf(handle, offset),
        close: () => Promise.resolve(),
      }),
    close,
  };
}

function streamInput(stream: AsyncIterable<unknown>, close: () => Promise<void>): Input {
  return { chunks: stream as AsyncIterable<Buffer>, keep: keepInFile, close };
}

/** A file that only we can read, and that has no name any more from the moment it is open: it cannot outlive us. */
async function keepInFile(): Promise<Kept> {
  const path = join(tmpdir(), `valise-${randomBytes(16).toString('hex')}`);
  const handle = await open(path, 'wx+', 0o600);
  await unlink(path);
  return {
    write: (chunk) => handle.appendFile(chunk),
    read: () => streamOf(handle, 0),
    close: () => handle.close(),
  };
}

function streamOf(handle: FileHandle, start?: number): AsyncIterable<Buffer> {
  return handle.createReadStream({
    highWaterMark: CHUNK_BYTES,
    autoClose: false,
    ...(start !== undefined && { start }),
  }) as AsyncIterable<Buffer>;
}

async function openToRead(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r');
  } catch (cause) {
    throw new ValiseError('INPUT_INVALID', `cannot read ${file}: ${messageOf(cause)}`, {}, { cause });
  }
}
