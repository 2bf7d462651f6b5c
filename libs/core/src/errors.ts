/**
 * The one closed list of stable codes. Callers switch on the code, never on the text; documents, HTTP problem
 * types, receipts and quarantine use these same words.
 */
export const ERROR_CODES = [
  // The envelope (docs/protocol/envelope.md): permanent, transient, alarm.
  'ENVELOPE_SIZE',
  'ENVELOPE_FORMAT',
  'ENVELOPE_VERSION',
  'ENVELOPE_ALGORITHM',
  'ENVELOPE_NOT_FOR_ME',
  'ENVELOPE_DECRYPT',
  'ENVELOPE_COMMITMENT',
  'ENVELOPE_SIGNATURE',
  'ENVELOPE_ROLE',
  'ENVELOPE_BINDING',
  'ENVELOPE_EXPIRED',
  'ENVELOPE_ATTACHMENT',
  'ENVELOPE_PROOF',
  'ENVELOPE_POLICY',
  'CERTIFICATE_PATH',
  'CERTIFICATE_REVOKED',
  'CERTIFICATE_UNKNOWN',
  'REGISTER_BEHIND',
  'GAP',
  'ATTACHMENT_UNAVAILABLE',
  'CONFLICT',
  'REPLAY',
  // The register's books.
  'BOOK_SIGNATURE',
  'BOOK_FORMAT',
  'BOOK_NOT_NEWER',
  'BOOK_VERSION',
  'BOOK_CONFLICT',
  'REGISTER_STALE',
  // Logs: histories that contradict, entries that miss the root, a head that is not here yet. Receipts in them.
  'LEDGER_FORK',
  'LEDGER_ENTRY',
  'LEDGER_BEHIND',
  'RECEIPT_UNKNOWN',
  'RECEIPT_TIME',
  // Evidence, read without a register or a network.
  'EVIDENCE_FORMAT',
  'EVIDENCE_DIGEST',
  'EVIDENCE_SIGNATURE',
  'EVIDENCE_TIME',
  'EVIDENCE_MISSING',
  // Keys and certificates.
  'KEY_FILE',
  'KEY_PERMISSIONS',
  'KEY_PASSPHRASE',
  'CERTIFICATE_FORMAT',
  // Requests from outside.
  'INPUT_INVALID',
  'INPUT_TOO_LARGE',
  'INPUT_UNKNOWN',
  'INPUT_MEDIA_TYPE',
  'INPUT_TIMEOUT',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'GONE',
  'POLICY_DENIED',
  'CASE_TRANSITION',
  'MESSAGE_TYPE_UNSUPPORTED',
  'IDEMPOTENCY_MISMATCH',
  'RATE_LIMITED',
  // The machine around us.
  'CONFIGURATION',
  'BUS_UNAVAILABLE',
  'BUS_UNROUTABLE',
  'BUS_REFUSED',
  'DATABASE_UNAVAILABLE',
  'SERVICE_UNAVAILABLE',
  'STORAGE_FULL',
  'ALREADY_RUNNING',
  'PORT_TAKEN',
  'INTERNAL',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export interface ErrorDetails {
  /** JSON path of the field at fault, for example `contents.6_3_e`. */
  readonly path?: string;
  /** Treaty article behind a refusal, for example `cis-it-crime-2018#6.1`. */
  readonly rule?: string;
  /** What the reader can do about it. */
  readonly remedy?: string;
  readonly [key: string]: unknown;
}

/**
 * Thrown for misuse and for broken dependencies. What happens in the normal life of the system (a rejected
 * envelope, a denied decision) is a value, not an exception.
 */
export class ValiseError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: ErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'ValiseError';
  }
}

/** The message of anything thrown, for a log line. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
