import type { ErrorCode } from '#core';
import type { z } from 'zod';

export interface Refused {
  readonly ok: false;
  readonly code: ErrorCode;
  readonly detail: string;
}

export function refused(code: ErrorCode, detail: string): Refused {
  return { ok: false, code, detail };
}

/** The first thing that is wrong, with its path. */
export function issueIn(error: z.ZodError): string {
  const [{ path, message }] = error.issues as [z.core.$ZodIssue];
  return `${path.join('.')}: ${message}`;
}
