import type { IncomingMessage, Server } from 'node:http';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Request } from 'express';

/** How long the rest of a refused upload is read and forgotten, so that the caller gets to see the refusal. */
const LINGER_MS = 5_000;
/** Node.js's own limit for a whole request, which a large upload over a thin line exceeds. */
const REQUEST_MS = 300_000;
/** Requests whose body a handler takes, and watches its progress. */
const taken = new WeakSet<IncomingMessage>();

/**
 * The body as it comes. It is not destroyed where reading stops early, for a response is still to go out on it. From the
 * first read on, whoever reads it sees to it that it gets on: the limit for a whole request is no more.
 */
export function bodyOf(request: Request): AsyncIterable<Buffer> {
  return {
    [Symbol.asyncIterator]: () => {
      taken.add(request);
      return request.iterator({ destroyOnReturn: false });
    },
  };
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
export function linger(request: IncomingMessage, lingerMs = LINGER_MS): void {
  if (request.complete) return;
  request.resume();
  setTimeout(() => {
    if (!request.complete) request.socket.destroy();
  }, lingerMs).unref();
}

/**
 * Replaces Node.js's limit for a whole request by one that ends where a handler takes the body: not before, so that
 * nobody holds a connection without a token. What was answered before all of it came is not waited for either.
 *
 * @param requestMs for the whole body, unless it is taken
 * @param lingerMs for the rest of what is answered already
 */
export function limitRequests(server: Server, requestMs = REQUEST_MS, lingerMs = LINGER_MS): void {
  server.requestTimeout = 0;
  server.on('request', (request, response) => {
    const { headers } = request;
    if (headers['transfer-encoding'] === undefined && headers['content-length'] === undefined) return;
    const timer = setTimeout(() => {
      if (!taken.has(request)) request.socket.destroy();
    }, requestMs).unref();
    request.once('close', () => {
      clearTimeout(timer);
    });
    response.once('finish', () => {
      // A request that is answered before its end is not told when its connection closes.
      clearTimeout(timer);
      linger(request, lingerMs);
    });
  });
}

/** Uploads have a limit by their progress instead of one for the whole; all other bodies keep theirs. */
@Injectable()
export class UploadTime implements OnApplicationBootstrap {
  constructor(private readonly host: HttpAdapterHost) {}

  onApplicationBootstrap(): void {
    limitRequests(this.host.httpAdapter.getHttpServer() as Server);
  }
}
