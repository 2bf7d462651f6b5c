import { OFFICER_ROLES } from '#trust';
import { z } from 'zod';
import {
  authorityId,
  bookId,
  bookVersion,
  dayOrInstant,
  epoch,
  instant,
  instrumentId,
  jsonObject,
  sequence,
  sha256Text,
  token,
  uuid,
} from './fields.js';
import { RANGE_PARTS_MAX, RESEND_NUMBERS_MAX } from './limits.js';
import { checkpointSchema, internalSchema, logAskSchema, type LogContents } from './log-contents.js';
import { consentSchema, releaseSchema, revocationSchema, type ProofContents } from './proof-contents.js';

/** By the receiver's seal, to the sender: what became of the message D. The same message gets the same receipt. */
export const receiptSchema = z.strictObject({
  id: uuid,
  D: sha256Text,
  by: authorityId,
  to: authorityId,
  ep: epoch,
  n: sequence,
  stage: z.enum(['stored', 'accepted', 'rejected']),
  code: z
    .string()
    .max(64)
    .regex(/^[A-Z][A-Z_]*$/, 'not a code')
    .optional(),
  rule: token.optional(),
  at: instant,
  checkpoint: jsonObject.nullable(),
});

/** Asks for sequence numbers that did not arrive. */
export const resendSchema = z.strictObject({
  from: authorityId,
  to: authorityId,
  ep: epoch,
  ns: z.array(sequence).min(1).max(RESEND_NUMBERS_MAX).refine(ascending, 'not in ascending order'),
});

/** Declares that the message with this number will not come. */
export const voidSchema = z.strictObject({
  from: authorityId,
  to: authorityId,
  ep: epoch,
  n: sequence,
  D: sha256Text,
  reason: z.string().min(1).max(256),
  at: instant,
});

/** Asks for parts of an attachment of the message D; a part is 16 chunks of 64 KiB. */
export const rangeSchema = z.strictObject({
  from: authorityId,
  to: authorityId,
  D: sha256Text,
  attachment: token,
  first: sequence,
  count: z.int().min(1).max(RANGE_PARTS_MAX),
});

const place = z.strictObject({ ep: epoch, n: sequence, D: sha256Text });

/**
 * After a restore from a backup: a new epoch of what `from` sends to `to`, and the last messages either way that its
 * backup still knows. The other side answers with its own, so that both see what is missing.
 */
export const epochSchema = z
  .strictObject({
    from: authorityId,
    to: authorityId,
    /** The epoch in which `from` sends from now on; in an answer, the one in which it sends as before. */
    ep: epoch,
    /** The last message of `from` to `to`; null where there was none. */
    sent: place.nullable(),
    /** The last of `to` to `from`. */
    received: place.nullable(),
    /** SHA-256 of the statement's bytes that this one answers; null in the one that begins an epoch. */
    re: sha256Text.nullable(),
    at: instant,
  })
  .refine(({ ep, sent, re }) => re !== null || sent === null || ep > sent.ep, {
    path: ['ep'],
    message: 'not a new epoch',
  });

const pair = z
  .tuple([authorityId, authorityId])
  .refine(([first, second]) => first !== second, 'not two authorities');

/** A bilateral technical-channel arrangement (2018 article 6.2.2, CSTO article 6.4), signed by both. */
export const arrangementSchema = z.strictObject({
  id: token,
  version: bookVersion,
  instrument: instrumentId,
  between: pair,
  from: dayOrInstant,
  until: dayOrInstant.nullable(),
  electronicForm: z.boolean(),
});

/** Accreditation of the electronic channel between two authorities under a secrecy agreement, signed by both. */
export const accreditationSchema = z.strictObject({
  id: token,
  version: bookVersion,
  between: pair,
  under: instrumentId,
  upTo: z.enum(['open', 'restricted', 'secret', 'top-secret', 'special-importance']),
  from: dayOrInstant,
  until: dayOrInstant.nullable(),
});

/** Its keeper's hourly statement that this is the newest version of a book. */
export const bookStatementSchema = z.strictObject({
  book: bookId,
  version: bookVersion,
  hash: sha256Text,
  at: instant,
});

export type Receipt = z.infer<typeof receiptSchema>;
export type Resend = z.infer<typeof resendSchema>;
export type Void = z.infer<typeof voidSchema>;
export type Range = z.infer<typeof rangeSchema>;
export type EpochStatement = z.infer<typeof epochSchema>;
export type Arrangement = z.infer<typeof arrangementSchema>;
export type Accreditation = z.infer<typeof accreditationSchema>;
export type BookStatement = z.infer<typeof bookStatementSchema>;

export interface StatementContents extends ProofContents, LogContents {
  'valise-receipt+jws': Receipt;
  'valise-resend+jws': Resend;
  'valise-void+jws': Void;
  'valise-range+jws': Range;
  'valise-epoch+jws': EpochStatement;
  'valise-arrangement+jws': Arrangement;
  'valise-accreditation+jws': Accreditation;
  'valise-book-statement+jws': BookStatement;
}
export type StatementType = keyof StatementContents;

/** Those that travel encrypted from one authority to another. */
export const ENCRYPTED_STATEMENT_TYPES = [
  'valise-receipt+jws',
  'valise-resend+jws',
  'valise-void+jws',
  'valise-range+jws',
  'valise-epoch+jws',
  'valise-checkpoint+jws',
  'valise-log-ask+jws',
] as const;
export type EncryptedStatementType = (typeof ENCRYPTED_STATEMENT_TYPES)[number];

interface StatementRule<T extends StatementType> {
  readonly schema: z.ZodType<StatementContents[T]>;
  /** The authorities that must have signed, exactly; undefined where the path to the keeper's anchor says it. */
  readonly signedBy: (content: StatementContents[T]) => readonly string[] | undefined;
  readonly roles: readonly string[];
  /** Two different officers of the one who is named, and last its seal. */
  readonly fourEyes?: true;
}

const bySeal = ['seal'];
const bySealOrHead = ['seal', 'head'];
const fourEyes = {
  signedBy: ({ by }: { by: string }) => [by, by, by],
  roles: [...OFFICER_ROLES, 'seal'],
  fourEyes: true,
} as const;

/** The closed list: what may be stated, who states it, in which role. */
export const STATEMENTS: { readonly [T in StatementType]: StatementRule<T> } = {
  'valise-receipt+jws': { schema: receiptSchema, signedBy: ({ by }) => [by], roles: bySeal },
  'valise-resend+jws': { schema: resendSchema, signedBy: ({ from }) => [from], roles: bySeal },
  'valise-void+jws': { schema: voidSchema, signedBy: ({ from }) => [from], roles: bySeal },
  'valise-range+jws': { schema: rangeSchema, signedBy: ({ from }) => [from], roles: bySeal },
  'valise-epoch+jws': { schema: epochSchema, signedBy: ({ from }) => [from], roles: bySeal },
  'valise-checkpoint+jws': { schema: checkpointSchema, signedBy: ({ from }) => [from], roles: bySeal },
  'valise-log-ask+jws': { schema: logAskSchema, signedBy: ({ from }) => [from], roles: bySeal },
  'valise-internal+jws': { schema: internalSchema, signedBy: ({ by }) => [by], roles: bySeal },
  'valise-consent+jws': { schema: consentSchema, ...fourEyes },
  'valise-release+jws': { schema: releaseSchema, ...fourEyes },
  'valise-revocation+jws': { schema: revocationSchema, ...fourEyes },
  'valise-arrangement+jws': {
    schema: arrangementSchema,
    signedBy: ({ between }) => between,
    roles: bySealOrHead,
  },
  'valise-accreditation+jws': {
    schema: accreditationSchema,
    signedBy: ({ between }) => between,
    roles: bySealOrHead,
  },
  'valise-book-statement+jws': {
    schema: bookStatementSchema,
    signedBy: () => undefined,
    roles: ['register'],
  },
};

export function isStatementType(typ: string): typ is StatementType {
  return Object.hasOwn(STATEMENTS, typ);
}

export function isEncryptedStatementType(typ: unknown): typ is EncryptedStatementType {
  return (ENCRYPTED_STATEMENT_TYPES as readonly unknown[]).includes(typ);
}

function ascending(numbers: readonly number[]): boolean {
  return numbers.every((n, index) => index === 0 || n > (numbers[index - 1] ?? n));
}
