import { BOOK_BYTES_MAX } from '#envelope';
import { pageOf } from '#service';
import { agreementSchema, daySchema, eventSchema, instantSchema } from '#treaties';
import { z } from 'zod';

const ENTRIES_MAX = 500;
const hash = z.string().describe('base64url of SHA-256 over the payload bytes');

/** Several entries of one receipt make one version of the treaty book. */
export const recordEvents = z.strictObject({ events: z.array(eventSchema).min(1).max(ENTRIES_MAX) });
export const recordAgreements = z.strictObject({
  agreements: z.array(agreementSchema).min(1).max(ENTRIES_MAX),
});

export const recordedSchema = z
  .object({ book: z.string(), version: z.int(), hash, issuedAt: instantSchema })
  .meta({ id: 'Recorded' });

export const eventViewSchema = z
  .object({ id: z.string(), event: eventSchema, recordedAt: instantSchema, recordedBy: z.string() })
  .meta({ id: 'RecordedEvent' });
export const eventPageSchema = pageOf(eventViewSchema);

/** As `valise books` prints it; it is verified as a whole, with its signatures. */
const signedBook = z.strictObject({ payload: z.string(), signatures: z.array(z.unknown()).min(1).max(8) });
/** The signed list as the state or organ made it, alone or as `book`; as text its very bytes are kept. */
export const submitList = z.union([
  signedBook,
  z.strictObject({
    book: z.union([z.string().min(1).max(BOOK_BYTES_MAX), z.record(z.string().max(32), z.unknown())]),
  }),
]);

export const versionSchema = z
  .object({
    book: z.string(),
    version: z.int(),
    hash,
    receivedAt: instantSchema,
    receivedOn: daySchema.describe('day of receipt (UTC)'),
    receivedBy: z.string(),
  })
  .meta({ id: 'BookVersion' });
export const versionPageSchema = pageOf(versionSchema);

export const bookSchema = versionSchema
  .extend({
    statement: z.object({ version: z.int(), hash, at: instantSchema }).nullable(),
    ageSeconds: z.int().nullable().describe('since the keeper last said that its newest version is current'),
  })
  .meta({ id: 'Book' });
export const booksSchema = z.object({ items: z.array(bookSchema) });

const bookId = z
  .string()
  .max(80)
  .regex(/^[a-z]+:[A-Za-z0-9-]+$/, 'a book’s identifier, for example list:KZ');
export const bookParams = z.strictObject({ book: bookId });
export const versionParams = z.strictObject({
  book: bookId,
  version: z.coerce.number().int().min(1).max(2_147_483_647),
});

export const quarantinePageSchema = pageOf(
  z
    .object({
      id: z.string(),
      kind: z.string(),
      source: z.string(),
      code: z.string(),
      detail: z.string(),
      sha256: z.string(),
      times: z.int(),
      firstAt: instantSchema,
      lastAt: instantSchema,
      bytes: z.int(),
    })
    .meta({ id: 'Quarantined' }),
);
const reference = z.object({ version: z.int(), hash });
const conflictSchema = z
  .object({
    id: z.string(),
    book: z.string(),
    source: z.string(),
    times: z.int(),
    theirs: reference,
    ours: reference.describe('what it contradicts, on record here'),
    firstAt: instantSchema,
    lastAt: instantSchema,
  })
  .meta({ id: 'BookConflict' });
export const conflictsSchema = z.object({ items: z.array(conflictSchema) });
export const conflictProofSchema = conflictSchema
  .extend({ theirText: z.string(), ourText: z.string().nullable() })
  .meta({ id: 'BookConflictProof' });
export const quarantineParams = z.strictObject({ id: z.string().regex(/^\d{1,18}$/) });

export const issueToken = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(100)
    .regex(/^\P{Cc}*$/u, 'text without control characters'),
  role: z.enum(['administrator', 'system', 'auditor']),
  expiresAt: instantSchema.optional().describe('within 366 days; left out: in 90 days'),
});
const tokenView = z.object({
  id: z.string(),
  name: z.string(),
  role: z.string(),
  createdAt: instantSchema,
  createdBy: z.string(),
  expiresAt: instantSchema,
});
export const tokensSchema = z.object({ items: z.array(tokenView) });
export const issuedTokenSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    role: z.string(),
    token: z.string(),
    expiresAt: instantSchema,
  })
  .meta({ id: 'IssuedToken' });
export const tokenParams = z.strictObject({ id: z.uuid() });

export const healthSchema = z.object({ status: z.literal('ok') });
export const readySchema = z
  .object({
    ready: z.boolean(),
    database: z.boolean(),
    bus: z.string().describe('connected, or why not'),
    conflicts: z.array(z.string()).describe('books of which their keepers signed two histories'),
    unreadable: z.array(z.string()).describe('versions on record that cannot be read and are not relayed'),
  })
  .meta({ id: 'Ready' });
