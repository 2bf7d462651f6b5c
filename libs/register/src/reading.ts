import { createHash } from 'node:crypto';
import { canonicalBytes, type ErrorCode, messageOf, unixSeconds } from '#core';
import {
  BOOK_BYTES_MAX,
  type BookTrust,
  CLOCK_SKEW_SECONDS,
  type Jws,
  type ListedMaterial,
  readListed,
  type Resolve,
  verifyBook,
  verifyBookStatement,
  verifyStatement,
} from '#envelope';
import {
  accreditationSchema,
  arrangementSchema,
  keeperOf,
  type NationalList,
  nationalListSchema,
  speaksFor,
  treatyBookSchema,
} from '#treaties';
import type { Certificate, Crl } from '#trust';
import type { z } from 'zod';
import type { PathMaterial } from './snapshot.js';

export interface ReadBook {
  readonly book: string;
  readonly version: number;
  readonly hash: string;
  readonly content: object;
  readonly signedAt: Date;
  /** Thumbprint of the root under which it is signed; null where two authorities signed it. */
  readonly root: string | null;
}
export interface ReadingContext {
  /** The root that a book which comes now must be signed under. */
  readonly anchorOf: (book: string) => Certificate | undefined;
  /** Of the version on record. */
  readonly pathOf: (book: string) => PathMaterial;
  readonly resolve: Resolve;
  /** Authorities that this node serves. */
  readonly own: readonly string[];
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
  if (Buffer.byteLength(text) > BOOK_BYTES_MAX)
    return { ok: false, code: 'BOOK_FORMAT', detail: `a book has at most ${BOOK_BYTES_MAX} bytes` };
  const typ = typOf(text);
  const byTwo = SIGNED_BY_TWO.find((kind) => kind.typ === typ);
  return byTwo ? readSignedByTwo(text, byTwo, context) : readKept(text, context);
}

/** Reads a keeper's statement {book, version, hash, at}. */
export function readStatement(text: string, context: ReadingContext) {
  const { anchorOf, at } = context;
  const verified = verifyBookStatement(text, { anchorOf, at });
  if (!verified.ok) return verified;
  const { content, signer } = verified;
  const unfit =
    strangerTo(content.book, signer) ?? revokedBy([], content.book, text, verifyBookStatement, context);
  if (unfit) return unfit;
  const stated = new Date(content.at);
  // A statement from the future would keep an old book fresh.
  if (unixSeconds(stated) > unixSeconds(at) + CLOCK_SKEW_SECONDS)
    return {
      ok: false as const,
      code: 'BOOK_FORMAT' as const,
      detail: `it is of ${content.at}, which is in the future`,
    };
  return { ok: true as const, ...content, at: stated };
}

function readKept(text: string, context: ReadingContext): { ok: true; book: ReadBook } | Refused {
  const { anchorOf, at } = context;
  const verified = verifyBook(text, { anchorOf, at });
  if (!verified.ok) return verified;
  const { book, version, hash, content, signedAt } = verified;
  const kind = BOOKS.find(({ prefix }) => book.startsWith(prefix));
  if (!kind) return { ok: false, code: 'BOOK_FORMAT', detail: `there is no book of the kind ${book}` };
  const parsed = kind.schema.safeParse(content);
  if (!parsed.success) return { ok: false, code: 'BOOK_FORMAT', detail: firstIssue(parsed.error) };
  const listed = materialIn(parsed.data);
  if (!listed.ok) return { ...listed, detail: `${book}: ${listed.detail}` };
  const unfit =
    strangerTo(book, verified.signer) ?? revokedBy(listed.material.crls, book, text, verifyBook, context);
  if (unfit) return unfit;
  return {
    ok: true,
    book: {
      ...{ book, version, hash, content: parsed.data as object },
      ...{ signedAt: new Date(signedAt * 1000), root: anchorOf(book)?.thumbprint ?? null },
    },
  };
}

function readSignedByTwo(
  text: string,
  kind: (typeof SIGNED_BY_TWO)[number],
  { resolve, own }: ReadingContext,
): { ok: true; book: ReadBook } | Refused {
  const verified = verifyStatement(JSON.parse(text) as Jws, { typ: kind.typ, resolve });
  if (!verified.ok) return { ok: false, code: bookCode(verified.code), detail: verified.detail };
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
      detail: `it is between ${between.join(' and ')} and needs the seals of both; it has ${seals.join(' and ') || 'none'}`,
    };
  // Any two authorities can sign one with any name: those of strangers would take the names of ours.
  if (!between.some((authority) => own.includes(authority)))
    return {
      ok: false,
      code: 'BOOK_SIGNATURE',
      detail: `it is between ${between.join(' and ')}, and this node serves neither`,
    };
  const content = parsed.data as object;
  const hash = createHash('sha256').update(canonicalBytes(content)).digest('base64url');
  const signedAt = new Date(Math.max(...verified.signers.map(({ iat }) => iat)) * 1000);
  return { ok: true, book: { book: `${kind.prefix}:${id}`, version, hash, content, signedAt, root: null } };
}

/** In the codes of books: one who may not sign it has not signed it, and what cannot be read is no book. */
function bookCode(code: ErrorCode): ErrorCode {
  if (code.startsWith('CERTIFICATE_')) return code;
  const isSignature = ['ENVELOPE_BINDING', 'ENVELOPE_ROLE', 'ENVELOPE_SIGNATURE'].includes(code);
  return isSignature ? 'BOOK_SIGNATURE' : 'BOOK_FORMAT';
}

/** Under a keeper's root there may be other certificates; only the keeper's own signs its book. */
function strangerTo(book: string, signer: Certificate): Refused | undefined {
  const keeper = keeperOf(book) ?? '';
  if (speaksFor(signer.authority, keeper)) return undefined;
  const detail = `${book} is kept by ${keeper || 'nobody'}, and ${signer.authority ?? 'nobody named'} signed it`;
  return { ok: false, code: 'BOOK_SIGNATURE', detail };
}

/**
 * Its signature again, by the revocation lists that come with the book and those on record: a stolen key cannot leave its own
 * revocation out.
 */
function revokedBy(
  submitted: readonly Crl[],
  book: string,
  text: string,
  verify: (text: string, trust: BookTrust) => { readonly ok: true } | Refused,
  { anchorOf, pathOf, at }: ReadingContext,
): Refused | undefined {
  const crls = [...submitted, ...pathOf(book).crls];
  const verified = verify(text, { anchorOf, at, crls });
  return verified.ok ? undefined : verified;
}

/** Treaty books bring none. */
function materialIn(content: unknown): ReturnType<typeof readListed> {
  const none: ListedMaterial = { listed: [], intermediates: [], crls: [] };
  return 'crls' in (content as object) ? readListed(content as NationalList) : { ok: true, material: none };
}

/** The type that the first signature's header claims: only used to choose the verifier, which checks it. */
export function typOf(text: string): string | undefined {
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
