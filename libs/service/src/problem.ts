import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import { type ErrorCode, type ErrorDetails, ValiseError, messageOf } from '#core';
import type { Response } from 'express';
import { z } from 'zod';
import { isDatabaseAway } from './database-faults.js';

/** RFC 9457 problem details, as every error of the HTTP interface is reported. */
export const problemSchema = z
  .object({
    type: z.string().describe('urn:valise:problem:CODE'),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .loose()
  .meta({ id: 'Problem' });

/** The one mapping from codes to HTTP; a code that is not here is our own fault. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  INPUT_INVALID: 400,
  BOOK_FORMAT: 400,
  CERTIFICATE_FORMAT: 400,
  ENVELOPE_FORMAT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  POLICY_DENIED: 403,
  ENVELOPE_ROLE: 403,
  BOOK_SIGNATURE: 403,
  CERTIFICATE_PATH: 403,
  CERTIFICATE_REVOKED: 403,
  CERTIFICATE_UNKNOWN: 403,
  ENVELOPE_SIGNATURE: 403,
  NOT_FOUND: 404,
  INPUT_TIMEOUT: 408,
  CASE_TRANSITION: 409,
  CONFLICT: 409,
  BOOK_NOT_NEWER: 409,
  BOOK_VERSION: 409,
  BOOK_CONFLICT: 409,
  GONE: 410,
  INPUT_TOO_LARGE: 413,
  IDEMPOTENCY_MISMATCH: 422,
  INPUT_MEDIA_TYPE: 415,
  INPUT_UNKNOWN: 422,
  MESSAGE_TYPE_UNSUPPORTED: 422,
  ENVELOPE_EXPIRED: 409,
  RATE_LIMITED: 429,
  REGISTER_STALE: 503,
  DATABASE_UNAVAILABLE: 503,
  BUS_UNAVAILABLE: 503,
  SERVICE_UNAVAILABLE: 503,
  ATTACHMENT_UNAVAILABLE: 503,
  STORAGE_FULL: 507,
};

const HTTP_CODES: Partial<Record<number, ErrorCode>> = {
  400: 'INPUT_INVALID',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'NOT_FOUND',
  413: 'INPUT_TOO_LARGE',
  415: 'INPUT_MEDIA_TYPE',
  416: 'INPUT_INVALID',
  429: 'RATE_LIMITED',
};

interface Problem {
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly details: ErrorDetails;
}

/** Turns whatever a handler threw into problem details. Unforeseen errors are logged, and reported as INTERNAL only. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  catch(thrown: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const problem = this.problemOf(thrown);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (problem.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
    if (problem.status === 503) response.setHeader('Retry-After', '5');
    response
      .status(problem.status)
      .type('application/problem+json')
      .send(problemText(problem.code, problem.status, problem.detail, problem.details));
  }

  private problemOf(caught: unknown): Problem {
    // What our own look at a body threw: the body parser makes a refusal of its own of it.
    const thrown =
      caught instanceof HttpException && caught.cause instanceof ValiseError ? caught.cause : caught;
    // First: what it says of the server is for the log, not for callers.
    if (isDatabaseAway(thrown))
      return {
        status: 503,
        code: 'DATABASE_UNAVAILABLE',
        detail: 'the database is unavailable; try again',
        details: {},
      };
    if (thrown instanceof ValiseError) {
      const status = STATUS[thrown.code];
      if (status !== undefined)
        return { status, code: thrown.code, detail: thrown.message, details: thrown.details };
    }
    if (thrown instanceof HttpException) {
      const status = thrown.getStatus();
      return { status, code: HTTP_CODES[status] ?? 'INTERNAL', detail: thrown.message, details: {} };
    }
    const bodyParser = bodyParserProblem(thrown);
    if (bodyParser) return bodyParser;
    this.logger.error(messageOf(thrown), thrown instanceof Error ? thrown.stack : undefined);
    return { status: 500, code: 'INTERNAL', detail: 'an internal error; see the log', details: {} };
  }
}

/** What goes over the line. */
export function problemText(
  code: ErrorCode,
  status: number,
  detail: string,
  details: ErrorDetails = {},
): string {
  const title = code.toLowerCase().replaceAll('_', ' ');
  return JSON.stringify({ ...details, type: `urn:valise:problem:${code}`, title, status, code, detail });
}

/** Express's body parser throws plain errors with a status and a type. */
function bodyParserProblem(thrown: unknown): Problem | undefined {
  if (!(thrown instanceof Error) || !('status' in thrown) || !('type' in thrown)) return undefined;
  const limit = 'limit' in thrown ? String(thrown.limit) : '';
  if (thrown.status === 413)
    return {
      status: 413,
      code: 'INPUT_TOO_LARGE',
      detail: `the body is over the limit of ${limit} bytes`,
      details: { path: '$' },
    };
  return {
    status: 400,
    code: 'INPUT_INVALID',
    detail: `the body is not readable: ${thrown.message}`,
    details: { path: '$' },
  };
}
