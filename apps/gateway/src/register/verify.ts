import { createHash } from 'node:crypto';
import { canonicalBytes, type ErrorCode, messageOf } from '#core';
import { type Jws, type Resolve, verifyBook, verifyBookStatement, verifyStatement } from '#envelope';
import {
  accreditationSchema,
  arrangementSchema,
  keeperOf,
  nationalListSchema,
  treatyBookSchema,
} from '#treaties';
import type { Certificate } from '#trust';
import type { z } from 'zod';

/** One version of a national list is far below this; more is no list. */
const BOOK_BYTES_MAX = 1024 * 1024;

export interface ReadBook {
  readonly book: string;
  readonly version: number;
  readonly hash: string;
  readonly content: object;
  readonly signedAt: Date;
}
export interface ReadingContext {
  readonly anchorOf: (keeper: string) => Certificate | undefined;
  readonly resolve: Resolve;
  readonly at: Date;
}
interface Refused {
  readonly ok: false;
  readonly code: ErrorCode;
  readonly detail: string;
}

const BOOKS: readonly { readonly prefix: string; readonly schema: z.ZodType }[] = [
  { prefix: 'treaty:', schema: treatyBookSchema },
  { prefix: 'list:', schema: nationalListSchema },
];
const SIGNED_BY_TWO = [
  { typ: 'valise-arrangement+jws', prefix: 'arrangement', schema: arrangementSchema },
  { typ: 'valise-accreditation+jws', prefix: 'accreditation', schema: accreditationSchema },
] as const;

/**
 * Reads a signed book: a treaty book or a national list under its keeper's pinned root, or what two authorities
 * agreed between themselves, under both their seals.
 */
export function readBook(text: string, context: ReadingContext): { ok: true; book: ReadBook } | Refused {
  if (text.length > BOOK_BYTES_MAX)
    return { ok: false, code: 'BOOK_FORMAT', detail: `a book has at most ${BOOK_BYTES_MAX} bytes` };
  const typ = typOf(text);
  const byTwo = SIGNED_BY_TWO.find((kind) => kind.typ === typ);
  return byTwo ? readSignedByTwo(text, byTwo, context) : readKept(text, context);
}

/** Reads a keeper's statement {book, version, hash, at}. */
export function readStatement(text: string, { anchorOf, at }: ReadingContext) {
  const verified = verifyBookStatement(text, { anchorOf: (book) => anchorOfBook(book, anchorOf), at });
  if (!verified.ok) return verified;
  return { ok: true as const, ...verified.content, at: new Date(verified.content.at) };
}

function readKept(text: string, { anchorOf, at }: ReadingContext): { ok: true; book: ReadBook } | Refused {
  const verified = verifyBook(text, { anchorOf: (book) => anchorOfBook(book, anchorOf), at });
  if (!verified.ok) return verified;
  const { book, version, hash, content, signedAt } = verified;
  const kind = BOOKS.find(({ prefix }) => book.startsWith(prefix));
  if (!kind) return { ok: false, code: 'BOOK_FORMAT', detail: `there is no book of the kind ${book}` };
  const parsed = kind.schema.safeParse(content);
  if (!parsed.success) return { ok: false, code: 'BOOK_FORMAT', detail: firstIssue(parsed.error) };
  return {
    ok: true,
    book: { book, version, hash, content: parsed.data as object, signedAt: new Date(signedAt * 1000) },
  };
}

function readSignedByTwo(
  text: string,
  kind: (typeof SIGNED_BY_TWO)[number],
  { resolve }: ReadingContext,
): { ok: true; book: ReadBook } | Refused {
  const verified = verifyStatement(JSON.parse(text) as Jws, { typ: kind.typ, resolve });
  if (!verified.ok) return { ok: false, code: verified.code, detail: verified.detail };
  const parsed = kind.schema.safeParse(verified.content);
  if (!parsed.success) return { ok: false, code: 'BOOK_FORMAT', detail: firstIssue(parsed.error) };
  const { id, version, between } = parsed.data;
  const seals = verified.signers.filter(({ role }) => role === 'seal').map(({ authority }) => authority);
  if (
    verified.signers.length !== 2 ||
    between[0] === between[1] ||
    !between.every((authority) => seals.includes(authority))
  )
    return {
      ok: false,
      code: 'BOOK_SIGNATURE',
      detail: `it is between ${between.join(' and ')} and wants the seals of both; it has ${seals.join(' and ') || 'none'}`,
    };
  const content = parsed.data as object;
  const hash = createHash('sha256').update(canonicalBytes(content)).digest('base64url');
  const signedAt = new Date(Math.max(...verified.signers.map(({ iat }) => iat)) * 1000);
  return { ok: true, book: { book: `${kind.prefix}:${id}`, version, hash, content, signedAt } };
}

/** A book that no keeper may keep has no anchor: it is refused as badly signed. */
function anchorOfBook(book: string, anchorOf: ReadingContext['anchorOf']): Certificate | undefined {
  const keeper = keeperOf(book);
  return keeper === undefined ? undefined : anchorOf(keeper);
}

/** The type that the first signature's header claims: only used to choose the verifier, which checks it. */
function typOf(text: string): string | undefined {
  try {
    const jws = JSON.parse(text) as { signatures?: { protected?: string }[] };
    const header = Buffer.from(jws.signatures?.[0]?.protected ?? '', 'base64url').toString('utf8');
    return (JSON.parse(header) as { typ?: string }).typ;
  } catch {
    return undefined;
  }
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue ? `${issue.path.join('.')}: ${issue.message}` : messageOf(error);
}
