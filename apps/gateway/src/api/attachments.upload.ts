import type { IncomingMessage, Server } from 'node:http';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Request } from 'express';

/** How long the rest of a refused upload is read and forgotten, so that the caller gets to see the refusal. */
const LINGER_MS = 5_000;
/** Node.js's own limit for a whole request, which a large upload over a thin line exceeds. */
const REQUEST_MS = 300_000;
const PATH = /^\/v1\/attachments(\?|$)/;

/** The body as it comes. It is not destroyed where reading stops early, for a response is still to go out on it. */
export function bodyOf(request: Request): AsyncIterable<Buffer> {
  return { [Symbol.asyncIterator]: () => request.iterator({ destroyOnReturn: false }) };
}

/** What the caller says that comes, or undefined where it says nothing. */
export function declaredBytes({ headers }: Request): number | undefined {
  const declared = headers['content-length'];
  return declared === undefined ? undefined : Number(declared);
}

/**
 * Lets a refusal get through: a connection that is closed while the other side still writes is reset, and what was sent
 * on it is lost. Whoever goes on writing is cut off.
 */
export function linger(request: Request): void {
  if (request.complete) return;
  request.resume();
  setTimeout(() => {
    if (!request.complete) request.socket.destroy();
  }, LINGER_MS).unref();
}

/** Uploads have a limit by their progress instead of one for the whole; all other bodies keep theirs. */
@Injectable()
export class UploadTime implements OnApplicationBootstrap {
  constructor(private readonly host: HttpAdapterHost) {}

  onApplicationBootstrap(): void {
    const server = this.host.httpAdapter.getHttpServer() as Server;
    server.requestTimeout = 0;
    server.on('request', (request: IncomingMessage) => {
      const { headers, url = '' } = request;
      const hasBody = headers['transfer-encoding'] !== undefined || headers['content-length'] !== undefined;
      if (!hasBody || PATH.test(url)) return;
      const timer = setTimeout(() => request.socket.destroy(), REQUEST_MS);
      request.once('close', () => {
        clearTimeout(timer);
      });
    });
  }
}
