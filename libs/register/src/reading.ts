import { unixSeconds } from '#core';
import {
  BOOK_BYTES_MAX,
  type BookTrust,
  CLOCK_SKEW_SECONDS,
  type ListedMaterial,
  readListed,
  unusableListed,
  type VerifiedBook,
  verifyBook,
  verifyBookStatement,
} from '#envelope';
import { keeperOf, type NationalList, nationalListSchema, speaksFor, treatyBookSchema } from '#treaties';
import type { Certificate, Crl } from '#trust';
import type { z } from 'zod';
import { bookNamedIn, typOf } from './claims.js';
import type { Named } from './held.js';
import type { BookAnswer, ReadBook, Reader, Reading, StatementAnswer, Statement, Unread } from './reader.js';
import { issueIn, refused, type Refused } from './refusals.js';
import { kindSignedByTwo, readSignedByTwo } from './signed-by-two.js';

const KINDS: readonly {
  readonly prefix: string;
  readonly schema: z.ZodType<object>;
  readonly takenBy: readonly Reader['kind'][];
}[] = [
  { prefix: 'treaty:', schema: treatyBookSchema, takenBy: ['node'] },
  { prefix: 'list:', schema: nationalListSchema, takenBy: ['node', 'depositary'] },
];

/**
 * Reads a signed book: a treaty book or a national list under its keeper's root, or what two authorities agreed between
 * themselves, under both their seals.
 */
export function readBook(text: string, reading: Reading): BookAnswer {
  if (Buffer.byteLength(text) > BOOK_BYTES_MAX)
    return refused('BOOK_FORMAT', `a book has at most ${BOOK_BYTES_MAX} bytes`);
  const { reader, at } = reading;
  const byTwo = kindSignedByTwo(typOf(text));
  if (byTwo && reader.kind === 'node') return readSignedByTwo(text, byTwo, reader);
  const read = readKept(text, reading);
  if (read.ok) return read;
  // Under whichever root it was admitted, and whatever came since: its signer is revoked by the version that replaced it, perhaps.
  return repeating(read, text, reading.rootsOf, (anchorOf) => {
    const verified = verifyBook(text, { anchorOf, at });
    return verified.ok ? verified : undefined;
  });
}

/** Reads a keeper's statement {book, version, hash, at}. */
export function readStatement(text: string, reading: Reading): StatementAnswer {
  const read = readStated(text, reading);
  if (read.ok) return read;
  const earlier = (book: string) => reading.rootsOf(book).slice(0, -1);
  return repeating(read, text, earlier, (anchorOf) => {
    const verified = verifyBookStatement(text, { anchorOf, at: reading.at });
    return verified.ok ? verified.content : undefined;
  });
}

function readKept(text: string, reading: Reading): { readonly ok: true; readonly book: ReadBook } | Refused {
  const { reader, at } = reading;
  const anchorOf = newestOf(reading);
  // Before its content is walked: a stranger's list may have thousands of entries that are made to be slow.
  const verified = verifyBook(text, { anchorOf, at });
  if (!verified.ok) return verified;
  const { book, version, hash, signer } = verified;
  const parsed = contentOf(verified, reader);
  if (!parsed.ok) return parsed;
  const { content } = parsed;
  const listed = materialIn(content);
  if (!listed.ok) return refused(listed.code, `${book}: ${listed.detail}`);
  const { material } = listed;
  const root = anchorOf(book);
  const unfit =
    strangerTo(book, signer) ??
    revokedBy([...material.crls, ...reading.crlsOf(book)], text, reading, verifyBook) ??
    // A node may hold what it cannot rely on; what a depositary relays must be of use to every node.
    (reader.kind === 'depositary' && root ? unusableListed(material, root, at) : undefined);
  if (unfit) return unfit;
  const signedAt = new Date(verified.signedAt * 1000);
  return { ok: true, book: { book, version, hash, content, text, signedAt, root: root?.thumbprint ?? null } };
}

function readStated(
  text: string,
  reading: Reading,
): { readonly ok: true; readonly statement: Statement } | Refused {
  const verified = verifyBookStatement(text, { anchorOf: newestOf(reading), at: reading.at });
  if (!verified.ok) return verified;
  const { book, version, hash, at: stated } = verified.content;
  const unfit =
    strangerTo(book, verified.signer) ?? revokedBy(reading.crlsOf(book), text, reading, verifyBookStatement);
  if (unfit) return unfit;
  const at = new Date(stated);
  // A statement from the future would keep an old book fresh.
  if (unixSeconds(at) > unixSeconds(reading.at) + CLOCK_SKEW_SECONDS)
    return refused('BOOK_FORMAT', `it is of ${stated}, which is in the future`);
  return { ok: true, statement: { book, version, hash, at, text } };
}

/**
 * Depositaries repeat honestly what they have, until they have something newer, and the bus delivers again. Nothing but the signature is
 * verified: the revocation lists of an old root end with it.
 */
function repeating(
  unread: Refused,
  text: string,
  rootsOf: Reading['rootsOf'],
  verify: (anchorOf: BookTrust['anchorOf']) => Named | undefined,
): Unread {
  const claimed = bookNamedIn(text);
  for (const root of claimed === undefined ? [] : rootsOf(claimed)) {
    const verified = verify(() => root);
    if (!verified) continue;
    const { book, version, hash } = verified;
    return { ...unread, repeats: { book, version, hash } };
  }
  return unread;
}

/** Held to what such a book says, and to the kinds that the reader takes. */
function contentOf(
  { book, content }: VerifiedBook,
  reader: Reader,
): { readonly ok: true; readonly content: object } | Refused {
  const kind = KINDS.find(({ prefix }) => book.startsWith(prefix));
  if (!kind) return refused('BOOK_FORMAT', `there is no book of the kind ${book}`);
  if (!kind.takenBy.includes(reader.kind))
    return refused('BOOK_FORMAT', `it is not a national list: ${book}`);
  const parsed = kind.schema.safeParse(content);
  return parsed.success ? { ok: true, content: parsed.data } : refused('BOOK_FORMAT', issueIn(parsed.error));
}

/** Treaty books bring none. */
function materialIn(content: object): ReturnType<typeof readListed> {
  const none: ListedMaterial = { listed: [], intermediates: [], crls: [] };
  return 'crls' in content ? readListed(content as NationalList) : { ok: true, material: none };
}

/** Under a keeper's root there may be other certificates; only the keeper's own signs its book. */
function strangerTo(book: string, signer: Certificate): Refused | undefined {
  const keeper = keeperOf(book);
  if (keeper !== undefined && speaksFor(signer.authority, keeper)) return undefined;
  const detail = `${book} is kept by ${keeper ?? 'nobody'}, and ${signer.authority ?? 'nobody named'} signed it`;
  return refused('BOOK_SIGNATURE', detail);
}

/** By the lists that come with the book and those on record: a stolen key cannot leave its own revocation out. */
function revokedBy(
  crls: readonly Crl[],
  text: string,
  reading: Reading,
  verify: (text: string, trust: BookTrust) => { readonly ok: true } | Refused,
): Refused | undefined {
  const verified = verify(text, { anchorOf: newestOf(reading), at: reading.at, crls });
  return verified.ok ? undefined : verified;
}

function newestOf({ rootsOf }: Reading): BookTrust['anchorOf'] {
  return (book) => rootsOf(book).at(-1);
}
