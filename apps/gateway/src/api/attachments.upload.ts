import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { problemText } from '#service';
import type { Request } from 'express';

/** How long the rest of a refused upload is read and discarded, so that the caller sees the refusal. */
const LINGER_MS = 5_000;
/** A megabyte over the slowest of lines; a slower sender only occupies a connection. */
const REQUEST_MS = 30_000;
/** For the head of a request: nobody has shown a token before it is there. */
const HEADERS_MS = 15_000;
/** How often Node.js checks for late heads. */
const CHECK_MS = 5_000;
/** Requests whose body a handler takes, and watches its progress. */
const taken = new WeakSet<IncomingMessage>();

/**
 * The body as it comes. It is not destroyed where reading stops early, for a response is still to go out on it. From
 * the first read on the reader watches its progress: the limit for a whole request no longer applies.
 */
export function bodyOf(request: Request): AsyncIterable<Buffer> {
  return {
    [Symbol.asyncIterator]: () => {
      taken.add(request);
      return request.iterator({ destroyOnReturn: false });
    },
  };
}

/** Its body is no JSON, and is taken as it comes. */
export const isUpload = (method: string, path: string): boolean =>
  method === 'POST' && /^\/v1\/attachments\/?$/i.test(path);

/** The announced length, or undefined where there is none. */
export function declaredBytes({ headers }: Request): number | undefined {
  const declared = headers['content-length'];
  return declared === undefined ? undefined : Number(declared);
}

/**
 * Lets a refusal get through: a connection that is closed while the other side still writes is reset, and what was sent
 * on it is lost. A caller that continues writing is cut off.
 */
export function linger(request: IncomingMessage, lingerMs = LINGER_MS): void {
  if (request.complete) return;
  request.resume();
  setTimeout(() => {
    if (!request.complete) request.socket.destroy();
  }, lingerMs).unref();
}

export interface RequestLimits {
  /** For the whole body, unless a handler takes it. */
  readonly requestMs: number;
  /** For the rest of what is answered already. */
  readonly lingerMs: number;
  /** For the head. */
  readonly headersMs: number;
  /** How often Node.js checks for late heads. */
  readonly checkMs: number;
}
export const LIMITS: RequestLimits = {
  requestMs: REQUEST_MS,
  lingerMs: LINGER_MS,
  headersMs: HEADERS_MS,
  checkMs: CHECK_MS,
};

/**
 * Replaces Node.js's limit for a whole request by one that ends where a handler takes the body: not before, so that
 * nobody holds a connection without a token. What was answered before all of it came is not waited for either.
 */
export function limitRequests(server: Server, limits: RequestLimits = LIMITS): void {
  const { requestMs, lingerMs, headersMs, checkMs } = limits;
  server.requestTimeout = 0;
  server.headersTimeout = headersMs;
  // Read when the server begins to listen; Node.js takes it as an option of the constructor only, which is Nest's.
  Object.assign(server, { connectionsCheckingInterval: checkMs });
  server.on('request', (request, response) => {
    const { headers } = request;
    if (headers['transfer-encoding'] === undefined && headers['content-length'] === undefined) return;
    const timer = setTimeout(() => {
      if (!taken.has(request)) refuseLate(request, response, requestMs);
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

/** Says why before the connection ends, where nothing was said yet. */
function refuseLate(request: IncomingMessage, response: ServerResponse, requestMs: number): void {
  if (response.headersSent) {
    request.socket.destroy();
    return;
  }
  const detail = `the body did not arrive within ${requestMs / 1000} seconds`;
  response.once('finish', () => request.socket.destroy());
  response
    .writeHead(408, { 'Content-Type': 'application/problem+json', Connection: 'close' })
    .end(problemText('INPUT_TIMEOUT', 408, detail, { path: '$' }));
}

/** Uploads have a limit by their progress instead of one for the whole; all other bodies keep theirs. */
@Injectable()
export class UploadTime implements OnApplicationBootstrap {
  constructor(private readonly host: HttpAdapterHost) {}

  onApplicationBootstrap(): void {
    limitRequests(this.host.httpAdapter.getHttpServer() as Server);
  }
}
