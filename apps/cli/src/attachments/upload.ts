import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { basename } from 'node:path';
import { Transform, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type ErrorCode, ValiseError } from '#core';
import type { Progress } from './progress.js';
import type { AttachmentView } from './view.js';

export interface Upload {
  readonly url: string;
  readonly token: string;
  readonly file: string;
  readonly name?: string | undefined;
  readonly mediaType?: string | undefined;
}

/**
 * Streams a file up and compares hashes: what the gateway stored is what was read here.
 *
 * @throws ValiseError with the gateway's code where it refuses; ENVELOPE_ATTACHMENT where the hashes differ
 */
export async function upload(
  { url, token, file, ...given }: Upload,
  progress: Progress,
): Promise<AttachmentView> {
  const bytes = sizeOf(file);
  const query = new URLSearchParams({ name: given.name ?? basename(file) });
  if (given.mediaType !== undefined) query.set('mediaType', given.mediaType);
  const metered = new Metered((done) => {
    progress.at(done, bytes);
  });
  const stored = await post<AttachmentView>(
    new URL(`/v1/attachments?${query.toString()}`, url),
    {
      authorization: `Bearer ${token}`,
      'content-type': 'application/octet-stream',
      'content-length': String(bytes),
    },
    (request) => pipeline(createReadStream(file), metered, request),
  );
  progress.end();
  if (stored.sha256 !== metered.sha256())
    throw new ValiseError(
      'ENVELOPE_ATTACHMENT',
      `the gateway stored other bytes than were read (${stored.id})`,
      {
        remedy: 'send it in no message; upload it again',
      },
    );
  return stored;
}

function sizeOf(file: string): number {
  try {
    const stat = statSync(file);
    if (stat.isFile()) return stat.size;
  } catch (thrown) {
    throw new ValiseError('NOT_FOUND', `${file} cannot be read`, {}, { cause: thrown });
  }
  throw new ValiseError('INPUT_INVALID', `${file} is not a file`);
}

/** Counts and hashes what passes. */
class Metered extends Transform {
  private readonly hash = createHash('sha256');
  private done = 0;

  constructor(private readonly note: (done: number) => void) {
    super();
  }

  sha256(): string {
    return this.hash.digest('base64url');
  }

  override _transform(data: Buffer, _encoding: BufferEncoding, next: TransformCallback): void {
    this.hash.update(data);
    this.done += data.length;
    this.note(this.done);
    next(null, data);
  }
}

/**
 * `fetch` reports no answer before everything is sent; a refusal of two gigabytes should not wait for the last byte.
 */
function post<T>(
  url: URL,
  headers: Record<string, string>,
  send: (request: ReturnType<typeof httpRequest>) => Promise<void>,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let isAnswered = false;
    const open = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = open(url, { method: 'POST', headers }, (response) => {
      isAnswered = true;
      answerOf<T>(response)
        .then(resolve, reject)
        .finally(() => request.destroy());
    });
    const failed = (thrown: unknown): void => {
      // Sending ends with an error where the answer came first; the answer says why.
      if (isAnswered) return;
      reject(new ValiseError('SERVICE_UNAVAILABLE', `${url.origin} does not answer`, {}, { cause: thrown }));
    };
    request.on('error', failed);
    send(request).catch(failed);
  });
}

async function answerOf<T>(response: IncomingMessage): Promise<T> {
  const text = Buffer.concat((await response.toArray()) as Buffer[]).toString('utf8');
  const status = response.statusCode ?? 0;
  if (status === 201) return JSON.parse(text) as T;
  throw problemOf(status, text);
}

function problemOf(status: number, text: string): ValiseError {
  try {
    const { code, detail, remedy } = JSON.parse(text) as { code: ErrorCode; detail: string; remedy?: string };
    return new ValiseError(code, `${status} ${code}: ${detail}`, remedy === undefined ? {} : { remedy });
  } catch {
    return new ValiseError('SERVICE_UNAVAILABLE', `${status}: ${text.slice(0, 200)}`);
  }
}
