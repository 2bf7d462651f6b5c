import { createHash } from 'node:crypto';
import { canonicalBytes, type ErrorCode } from '#core';
import { type Jws, verifyStatement } from '#envelope';
import { accreditationSchema, arrangementSchema } from '#treaties';
import type { BookAnswer, Reader } from './reader.js';
import { issueIn, refused } from './refusals.js';

const SIGNED_BY_TWO = [
  { typ: 'valise-arrangement+jws', prefix: 'arrangement', schema: arrangementSchema },
  { typ: 'valise-accreditation+jws', prefix: 'accreditation', schema: accreditationSchema },
] as const;
type KindSignedByTwo = (typeof SIGNED_BY_TWO)[number];

export function kindSignedByTwo(typ: string | undefined): KindSignedByTwo | undefined {
  return SIGNED_BY_TWO.find((kind) => kind.typ === typ);
}

/** What two authorities agreed between themselves, under both their seals and nobody else's. */
export function readSignedByTwo(
  text: string,
  kind: KindSignedByTwo,
  { resolve, own }: Extract<Reader, { kind: 'node' }>,
): BookAnswer {
  const verified = verifyStatement(JSON.parse(text) as Jws, { typ: kind.typ, resolve });
  if (!verified.ok) return refused(bookCode(verified.code), verified.detail);
  const parsed = kind.schema.safeParse(verified.content);
  if (!parsed.success) return refused('BOOK_FORMAT', issueIn(parsed.error));
  const content = parsed.data;
  const { id, version, between } = content;
  // Exactly the two have signed; a head may, and is no seal.
  const { signers } = verified;
  const seals = signers.filter(({ role }) => role === 'seal').map(({ authority }) => authority);
  if (!between.every((authority) => seals.includes(authority)))
    return refused(
      'BOOK_SIGNATURE',
      `it is between ${between.join(' and ')} and needs the seals of both; it has ${seals.join(' and ') || 'none'}`,
    );
  // Any two authorities can sign one with any name: those of strangers would take the names of ours.
  if (!between.some((authority) => own.includes(authority)))
    return refused('BOOK_SIGNATURE', `it is between ${between.join(' and ')}, and this node serves neither`);
  const book = `${kind.prefix}:${id}`;
  const hash = createHash('sha256').update(canonicalBytes(content)).digest('base64url');
  const signedAt = new Date(Math.max(...signers.map(({ iat }) => iat)) * 1000);
  return { ok: true, book: { book, version, hash, content, text, signedAt, root: null } };
}

/** In the codes of books: one who may not sign it has not signed it, and what cannot be read is no book. */
function bookCode(code: ErrorCode): ErrorCode {
  if (code.startsWith('CERTIFICATE_')) return code;
  const isSignature = ['ENVELOPE_BINDING', 'ENVELOPE_ROLE', 'ENVELOPE_SIGNATURE'].includes(code);
  return isSignature ? 'BOOK_SIGNATURE' : 'BOOK_FORMAT';
}
