import { createHash, type Hash } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { messageOf, ValiseError } from '#core';
import type { Progress } from './progress.js';
import type { AttachmentView } from './view.js';

/** Attempts in a row that bring nothing, with doubling pauses between them. */
const FRUITLESS_MAX = 5;
const PAUSE_FIRST_MS = 500;

export interface Download {
  readonly url: string;
  readonly token: string;
  readonly output: string;
  /** The first of the doubling pauses, milliseconds. */
  readonly pauseFirstMs?: number;
}

/**
 * Downloads an attachment into `output`. What comes stands in `output.partial` until its hash is right; a broken
 * connection, and another run after a broken one, go on from there.
 *
 * @throws ValiseError CONFLICT where the output exists; SERVICE_UNAVAILABLE, with what is there kept; ENVELOPE_ATTACHMENT
 *   where the hash is wrong, with nothing kept
 */
export async function download(
  { url, token, output, pauseFirstMs = PAUSE_FIRST_MS }: Download,
  attachment: AttachmentView,
  progress: Progress,
): Promise<void> {
  if (existsSync(output))
    throw new ValiseError('CONFLICT', `${output} exists already`, { remedy: 'name another with --output' });
  if (!existsSync(dirname(output)))
    throw new ValiseError('CONFIGURATION', `the folder ${dirname(output)} does not exist`, {
      remedy: 'make it, or name another with --output',
    });
  const partial = `${output}.partial`;
  const target = await openPartial(partial, attachment.bytes);
  try {
    progress.at(target.bytes, attachment.bytes);
    const content = new URL(`/v1/attachments/${attachment.id}/content`, url);
    await fetchRest(content, { token, pauseFirstMs }, attachment, target, progress);
    await target.file.sync();
  } finally {
    await target.file.close();
    progress.end();
  }
  if (target.hash.digest('base64url') !== attachment.sha256) {
    await rm(partial);
    throw new ValiseError(
      'ENVELOPE_ATTACHMENT',
      `the bytes are not those of ${attachment.id}; nothing is kept`,
      {
        remedy: 'download it again',
      },
    );
  }
  await rename(partial, output);
}

interface Target {
  readonly file: FileHandle;
  readonly hash: Hash;
  bytes: number;
}

/** What an earlier run left, with its hash so far. */
async function openPartial(partial: string, bytes: number): Promise<Target> {
  const hash = createHash('sha256');
  let there = existsSync(partial) ? statSync(partial).size : 0;
  if (there > bytes) there = 0;
  if (there > 0)
    for await (const chunk of createReadStream(partial, { end: there - 1 })) hash.update(chunk as Buffer);
  const file = await open(partial, 'a', 0o600);
  if (there === 0) await file.truncate();
  return { file, hash, bytes: there };
}

async function fetchRest(
  url: URL,
  { token, pauseFirstMs }: { readonly token: string; readonly pauseFirstMs: number },
  { bytes, sha256 }: AttachmentView,
  target: Target,
  progress: Progress,
): Promise<void> {
  for (let fruitless = 0; target.bytes < bytes;) {
    const before = target.bytes;
    try {
      const response = await requestFrom(url, token, sha256, target.bytes);
      for await (const chunk of response) {
        await keep(target, chunk);
        progress.at(target.bytes, bytes);
      }
      // An answer that ends as it should, and yet brings nothing, is no progress either.
      if (target.bytes === before) throw new Error('the answer brought no bytes');
      fruitless = 0;
    } catch (thrown) {
      if (thrown instanceof ValiseError) throw thrown;
      fruitless = target.bytes > before ? 0 : fruitless + 1;
      if (fruitless >= FRUITLESS_MAX)
        throw new ValiseError(
          'SERVICE_UNAVAILABLE',
          `the connection broke after ${target.bytes} of ${bytes} bytes: ${messageOf(thrown)}`,
          { remedy: 'run it again: it continues from there' },
          { cause: thrown },
        );
      await pause(pauseFirstMs * 2 ** fruitless);
    }
  }
}

/** A full disk is not a broken connection. */
async function keep(target: Target, chunk: Uint8Array): Promise<void> {
  try {
    await target.file.appendFile(chunk);
  } catch (thrown) {
    throw new ValiseError(
      'STORAGE_FULL',
      `the disk does not take more: ${messageOf(thrown)}`,
      {},
      { cause: thrown },
    );
  }
  target.hash.update(chunk);
  target.bytes += chunk.length;
}

/** @throws ValiseError where asking again is no use; any other error where it may be */
async function requestFrom(
  url: URL,
  token: string,
  sha256: string,
  first: number,
): Promise<AsyncIterable<Uint8Array>> {
  const headers = { authorization: `Bearer ${token}`, 'if-range': `"${sha256}"`, range: `bytes=${first}-` };
  const response = await fetch(url, { headers });
  if (response.status >= 500) throw new Error(`${response.status}: ${(await response.text()).slice(0, 200)}`);
  const from = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1];
  if (response.status !== 206 || Number(from) !== first || !response.body)
    throw new ValiseError(
      'SERVICE_UNAVAILABLE',
      response.ok
        ? `the gateway did not send the bytes from ${first} on`
        : `${response.status}: ${(await response.text()).slice(0, 500)}`,
    );
  return response.body as AsyncIterable<Uint8Array>;
}
