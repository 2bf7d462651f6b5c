import type { ErrorCode } from '#core';

/** Why a stranger's bytes are not taken, or prove nothing. */
export interface Refused {
  readonly ok: false;
  readonly code: ErrorCode;
  /** For logs and people; nothing switches on it. */
  readonly detail: string;
}

export function refused(code: ErrorCode, detail: string): Refused {
  return { ok: false, code, detail };
}
