import { createHash } from 'node:crypto';
import { HttpException } from '@nestjs/common';
import { ValiseError } from '#core';
import type { Request, Response } from 'express';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Attachment } from '../attachments/attachment.entity.js';
import type { AttachmentFiles, ByteRange } from '../attachments/files.js';

/** The requested part of a file: all of it where there is no range that we can serve (RFC 9110, section 14.2). */
export interface Asked extends ByteRange {
  readonly isPartial: boolean;
}

/**
 * Reads `Range` and `If-Range`. Several ranges at once, other units and what is malformed count as none.
 *
 * @throws HttpException 416 for a range that begins behind the end
 */
export function askedFor(
  { bytes, sha256 }: Pick<Attachment, 'bytes' | 'sha256'>,
  headers: Request['headers'],
): Asked {
  const whole = { first: 0, last: bytes - 1, isPartial: false };
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(headers.range ?? '') ?? [];
  const ifRange = headers['if-range'];
  // Another file than the one that the caller has a part of.
  if ((from === '' && to === '') || (ifRange !== undefined && ifRange !== etag(sha256))) return whole;
  const first = from === '' ? Math.max(0, bytes - Number(to)) : Number(from);
  const last = from === '' || to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1);
  if (from !== '' && to !== '' && Number(to) < Number(from)) return whole;
  if (first >= bytes) throw new HttpException(`the attachment has ${bytes} bytes`, 416);
  return { first, last, isPartial: true };
}

/**
 * Sends an attachment's bytes, decrypted on the way. If the bytes on the disk are not those that were verified, the
 * connection is cut before the announced length, so that the download cannot pass for complete.
 */
export async function sendContent(
  files: AttachmentFiles,
  attachment: Attachment,
  asked: Asked,
  request: Request,
  response: Response,
): Promise<void> {
  const { authority, direction, id, bytes, sha256, name } = attachment;
  const plaintext = await files.read(authority, direction, id, attachment, asked);
  response
    .status(asked.isPartial ? 206 : 200)
    .setHeader('Content-Type', 'application/octet-stream')
    .setHeader('Content-Length', asked.last + 1 - asked.first)
    .setHeader('Content-Disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`)
    .setHeader('Accept-Ranges', 'bytes')
    .setHeader('ETag', etag(sha256))
    // RFC 9530; of the whole file also where a part of it is sent.
    .setHeader('Repr-Digest', `sha-256=:${Buffer.from(sha256, 'base64url').toString('base64')}:`)
    .setHeader('Cache-Control', 'private, no-store');
  if (asked.isPartial) response.setHeader('Content-Range', `bytes ${asked.first}-${asked.last}/${bytes}`);
  if (request.method === 'HEAD') {
    await plaintext.return(undefined);
    response.end();
    return;
  }
  await pipeline(Readable.from(asked.isPartial ? plaintext : verified(plaintext, sha256)), response);
}

/** Holds the last chunk back until the hash over all of them is right. */
async function* verified(plaintext: AsyncGenerator<Buffer>, sha256: string): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let held: Buffer | undefined;
  for await (const chunk of plaintext) {
    hash.update(chunk);
    if (held) yield held;
    held = chunk;
  }
  if (hash.digest('base64url') !== sha256)
    throw new ValiseError('ENVELOPE_ATTACHMENT', 'the bytes on the disk are not those that were verified');
  if (held) yield held;
}

function etag(sha256: string): string {
  return `"${sha256}"`;
}
