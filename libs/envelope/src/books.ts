import { canonicalBytes, ValiseError } from '#core';
import { parseCertificate, validatePath, type Certificate, type Crl } from '#trust';
import { z } from 'zod';
import { bookId, bookVersion, sha256Text, unixSeconds } from './fields.js';
import { BOOK_BYTES_MAX } from './limits.js';
import {
  CONTENT_TYPE,
  headerText,
  parseHeader,
  requireOwnKey,
  signingInput,
  signWith,
  type Jws,
} from './jws.js';
import { Refusal } from './rejected.js';
import { bookStatementSchema, type BookStatement } from './statement-contents.js';
import { ownSuite, suiteFor, type SigningKey } from './suites.js';
import { check, decode, encode, parseCanonical, parseCompact, require, sha256 } from './text.js';

export const BOOK_TYPE = 'valise-book+jws';
export const BOOK_STATEMENT_TYPE = 'valise-book-statement+jws';

/** What every book says of itself; the rest is for libs/treaties to read. */
export interface BookContent {
  readonly book: string;
  readonly version: number;
  readonly [member: string]: unknown;
}

export interface BookTrust {
  /** The root of the book's keeper, as pinned by the reader. */
  readonly anchorOf: (book: string) => Certificate | undefined;
  readonly at: Date;
  readonly crls?: readonly Crl[] | undefined;
}

export interface BookRejected {
  readonly ok: false;
  readonly code: 'BOOK_FORMAT' | 'BOOK_SIGNATURE' | 'CERTIFICATE_PATH' | 'CERTIFICATE_REVOKED';
  readonly detail: string;
}

interface Verified<C> {
  readonly ok: true;
  readonly content: C;
  /** base64url SHA-256 of the signed payload's bytes. */
  readonly hash: string;
  /** Unix seconds. */
  readonly signedAt: number;
  readonly signer: Certificate;
}
export type VerifiedBook = Verified<BookContent> & { readonly book: string; readonly version: number };
export type VerifiedBookStatement = Verified<BookStatement>;

export interface SigningOptions<C> {
  readonly content: C;
  readonly certificate: Certificate;
  readonly key: SigningKey;
  /** Unix seconds. */
  readonly iat: number;
  /** The intermediate between the certificate and the keeper's root, if there is one. */
  readonly chain?: readonly Certificate[] | undefined;
}

const contentSchema = z.looseObject({ book: bookId, version: bookVersion });

const headerSchema = z.strictObject({
  alg: z.string().max(32),
  typ: z.string().max(64),
  cty: z.literal(CONTENT_TYPE),
  kid: sha256Text,
  'x5t#S256': sha256Text,
  iat: unixSeconds,
  x5c: z.array(z.string().max(6_000)).min(1).max(2),
});

const jwsSchema = z.strictObject({
  payload: z.string().min(1),
  signatures: z.tuple([z.strictObject({ protected: z.string(), signature: z.string() })]),
});

/**
 * Signs a version of a book with its keeper's register key.
 *
 * @returns JWS General JSON; readers find the certificates in `x5c` and judge them against the root they pinned
 */
export function signBook(options: SigningOptions<BookContent>): string {
  return signByRegister(BOOK_TYPE, { ...options, content: require(contentSchema, options.content, 'book') });
}

export function verifyBook(text: string, trust: BookTrust): VerifiedBook | BookRejected {
  return refusingBook(() => {
    const verified = verifyText(text, BOOK_TYPE, contentSchema, trust);
    return { ...verified, book: verified.content.book, version: verified.content.version };
  });
}

/** The keeper's hourly `{book, version, hash, at}`, from which a book's age counts. */
export function signBookStatement(options: SigningOptions<BookStatement>): string {
  const content = require(bookStatementSchema, options.content, 'book statement');
  return signByRegister(BOOK_STATEMENT_TYPE, { ...options, content });
}

export function verifyBookStatement(text: string, trust: BookTrust): VerifiedBookStatement | BookRejected {
  return refusingBook(() => verifyText(text, BOOK_STATEMENT_TYPE, bookStatementSchema, trust));
}

function signByRegister(typ: string, options: SigningOptions<unknown>): string {
  const { certificate } = options;
  if (!certificate.roles.includes('register'))
    throw new ValiseError('ENVELOPE_ROLE', `${certificate.subject} does not carry the role register`);
  return signText(typ, options);
}

export function signText(typ: string, options: SigningOptions<unknown>): string {
  const { certificate, key, iat, chain = [] } = options;
  requireOwnKey(certificate, key);
  const header = {
    alg: ownSuite(certificate.publicKey, undefined).signature,
    typ,
    cty: CONTENT_TYPE,
    kid: certificate.thumbprint,
    'x5t#S256': certificate.thumbprint,
    iat,
    // RFC 7515 section 4.1.6: base64, not base64url.
    x5c: [certificate, ...chain].map(({ der }) => der.toString('base64')),
  };
  const payload = encode(canonicalBytes(options.content));
  const protectedHeader = headerText(require(headerSchema, header, 'book header'));
  const jws: Jws = { payload, signatures: [signWith(key, protectedHeader, payload)] };
  return JSON.stringify(jws);
}

interface ReadText<C> {
  readonly content: C;
  readonly bytes: Buffer;
  readonly signedAt: number;
  /** The certificates that it carries: the signer's first. Its own word, until a reader's root vouches for them. */
  readonly signer: Certificate;
  readonly intermediates: readonly Certificate[];
  readonly requireSignature: () => void;
}

/** What a signed text says of itself, before anything of it is verified. @throws Refusal */
export function readText<S extends z.ZodType<{ book: string }>>(
  text: string,
  typ: string,
  schema: S,
): ReadText<z.infer<S>> {
  if (Buffer.byteLength(text) > BOOK_BYTES_MAX)
    throw new Refusal('BOOK_FORMAT', `a book has at most ${BOOK_BYTES_MAX} bytes`);
  const { payload, signatures } = check(jwsSchema, parseCompact(text, 'book'), 'book');
  const [entry] = signatures;
  const header = check(headerSchema, parseHeader(entry.protected), 'book header');
  if (header.typ !== typ) throw new Refusal('BOOK_FORMAT', `this is not of type ${typ}`);
  const bytes = decode(payload, 'book');
  const content = check(schema, parseCanonical(bytes, 'book'), 'book');

  const [leaf, ...intermediates] = header.x5c.map(readCertificate);
  if (leaf?.thumbprint !== header.kid || header.kid !== header['x5t#S256'])
    throw new Refusal('BOOK_FORMAT', 'the book names another certificate than it carries');
  const requireSignature = (): void => {
    const suite = suiteFor(leaf.publicKey, undefined);
    const signature = decode(entry.signature, 'signature');
    const input = signingInput(entry.protected, payload);
    if (header.alg !== suite.signature || !suite.verify(input, leaf.publicKey, signature))
      throw new Refusal('BOOK_SIGNATURE', 'the signature of the book does not verify');
  };
  return { content, bytes, signedAt: header.iat, signer: leaf, intermediates, requireSignature };
}

function verifyText<S extends z.ZodType<{ book: string }>>(
  text: string,
  typ: string,
  schema: S,
  trust: BookTrust,
): Verified<z.infer<S>> {
  const read = readText(text, typ, schema);
  const { content, bytes, signedAt, signer, intermediates } = read;
  // The certificate is the book's own word; what makes it good is the path to the root that the reader pinned.
  const root = trust.anchorOf(content.book);
  if (root === undefined) throw new Refusal('CERTIFICATE_PATH', `no root is pinned for ${content.book}`);
  const { at, crls } = trust;
  const path = validatePath({ leaf: signer, intermediates, root, crls, at, role: 'register' });
  if (!path.ok) throw new Refusal(path.code, path.detail);
  read.requireSignature();
  return { ok: true, content, hash: sha256(bytes), signedAt, signer };
}

export function readCertificate(base64: string): Certificate {
  const der = Buffer.from(base64, 'base64');
  try {
    if (der.toString('base64') === base64) return parseCertificate(der);
  } catch (error) {
    if (!(error instanceof ValiseError)) throw error;
  }
  throw new Refusal('BOOK_FORMAT', 'the book carries a certificate of no accepted suite');
}

const BOOK_CODES = ['BOOK_SIGNATURE', 'CERTIFICATE_PATH', 'CERTIFICATE_REVOKED'] as const;

/** Like `refusing`, in the codes of books: whatever the shared readers call a fault of format is one of the book. */
export function refusingBook<T>(checks: () => T): T | BookRejected {
  try {
    return checks();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const code = BOOK_CODES.find((known) => known === error.code) ?? 'BOOK_FORMAT';
    return { ok: false, code, detail: error.detail };
  }
}
