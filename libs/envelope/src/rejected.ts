import type { ErrorCode } from '#core';

/** Who sent what was refused. Present only where the seal verified and commits to all of it, so that it may be answered and counted. */
export interface AuthenticatedSender {
  readonly from: string;
  readonly to: string;
  readonly id: string;
  readonly D: string;
  readonly ep: number;
  readonly n: number;
  readonly prev: string | null;
}

export interface Rejected {
  readonly ok: false;
  readonly code: ErrorCode;
  /** For logs and people; nothing switches on it. */
  readonly detail: string;
  readonly sender?: AuthenticatedSender;
}

/**
 * Carries a rejection out of nested checks to the function that returns it as a value. It never leaves this
 * library.
 */
export class Refusal extends Error {
  constructor(
    readonly code: ErrorCode,
    readonly detail: string,
    readonly sender?: AuthenticatedSender,
  ) {
    super(detail);
  }
}

/** Runs checks that throw `Refusal` and returns what they refused as a value; any other throw is a defect. */
export function refusing<T>(checks: () => T): T | Rejected {
  try {
    return checks();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code, detail, sender } = error;
    return { ok: false, code, detail, ...(sender === undefined ? {} : { sender }) };
  }
}
