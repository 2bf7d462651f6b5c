import type { KeyObject } from 'node:crypto';
import { fromBase64url, instantOf, unixSeconds, ValiseError } from '#core';
import {
  addStatementSignature,
  HAND_OVER_TYPE,
  type Jws,
  readListed,
  signBook,
  signHandOver,
  signStatement,
} from '#envelope';
import { accreditationSchema, arrangementSchema, keeperOf, nationalListSchema, speaksFor } from '#treaties';
import type { Certificate, Crl } from '#trust';
import { parse } from 'yaml';
import { z } from 'zod';

/** An arrangement has two; more than a few are a mistake. */
const SIGNATURES_MAX = 8;

export interface BookSigner {
  readonly certificate: Certificate;
  readonly key: KeyObject;
}

/** Reads what a list names by file. */
export interface ListFiles {
  readonly certificate: (file: string) => Certificate;
  readonly crl: (file: string) => Pick<Crl, 'der'>;
}

/** What two authorities sign between themselves. */
export const AGREEMENTS = {
  arrangement: { typ: 'valise-arrangement+jws', schema: arrangementSchema },
  accreditation: { typ: 'valise-accreditation+jws', schema: accreditationSchema },
} as const;
export type AgreementKind = keyof typeof AGREEMENTS;

/**
 * Signs a national list with its keeper's register key, ready for the depositaries and for `POST /v1/register/books`.
 *
 * @param text YAML or JSON; a certificate, an intermediate or a revocation list may be the name of a PEM file, which
 *   `files` then reads
 * @throws ValiseError INPUT_INVALID naming the field
 */
export function signList(text: string, signer: BookSigner, now: number, files: ListFiles): string {
  const content = checked(nationalListSchema, withFiles(read(text), files));
  // Faults that every reader would refuse are reported to the keeper first.
  const listed = readListed(content);
  if (!listed.ok) throw new ValiseError('INPUT_INVALID', `$.${listed.detail}`);
  const keeper = keeperOf(content.book) ?? '';
  const { authority } = signer.certificate;
  if (!speaksFor(authority, keeper) || !signer.certificate.roles.includes('register'))
    throw new ValiseError(
      'INPUT_INVALID',
      `${content.book} is signed by ${keeper}, with the role register; this certificate is of ${authority ?? 'nobody'} (${signer.certificate.roles.join(', ')})`,
      { path: '$.book', remedy: 'name the register certificate of the list’s own keeper, and its key' },
    );
  return signBook({ content, ...signer, iat: unixSeconds(now) });
}

/** The first side's seal under an arrangement or accreditation; the other side adds its own with `cosign`. */
export function signAgreement(kind: AgreementKind, text: string, signer: BookSigner, now: number): Jws {
  const { typ, schema } = AGREEMENTS[kind];
  const content = checked<z.ZodType>(schema, read(text));
  const signers = [{ ...signer, role: 'seal' as const }];
  return signStatement({ typ, content: content as never, signers, iat: unixSeconds(now) });
}

/** Adds the other side's seal. @throws ValiseError INPUT_INVALID where there is nothing of the kind to add it to */
export function cosign(signed: string, signer: BookSigner, now: number): Jws {
  const jws = readJws(signed);
  const kind = Object.values(AGREEMENTS).find(({ typ }) => typ === typOf(jws));
  if (!jws || !kind)
    throw new ValiseError(
      'INPUT_INVALID',
      'the file holds no signed arrangement and no signed accreditation',
      {
        remedy: 'give the file that the other side made with `valise books arrangement`',
      },
    );
  // No seal is put under what readers would refuse, or under an agreement between others.
  const content = checked<z.ZodType>(kind.schema, payloadOf(jws)) as { readonly between: readonly string[] };
  const { authority } = signer.certificate;
  if (authority === undefined || !content.between.includes(authority))
    throw new ValiseError(
      'INPUT_INVALID',
      `$.between: it is between ${content.between.join(' and ')}, and this certificate is of ${authority ?? 'nobody'}`,
      { path: '$.between' },
    );
  return addStatementSignature({
    typ: kind.typ,
    jws,
    signer: { ...signer, role: 'seal' },
    iat: unixSeconds(now),
  });
}

/** Where a signed book is submitted: a list at a depositary, an agreement at a node of each side. */
export function submission(signed: string): { readonly path: string; readonly body: unknown } {
  const jws = readJws(signed);
  const typ = typOf(jws);
  // As text, so that a depositary relays the very bytes that were signed.
  if (typ === 'valise-book+jws') return { path: '/v1/lists', body: { book: signed.trim() } };
  // The hand-over of a depositary's own root goes to every node: no depositary vouches for itself.
  if (typ === HAND_OVER_TYPE && bookIn(jws).startsWith('list:'))
    return { path: '/v1/lists', body: { book: signed.trim() } };
  if (typ === HAND_OVER_TYPE || Object.values(AGREEMENTS).some((kind) => kind.typ === typ))
    return { path: '/v1/register/books', body: { book: jws } };
  throw new ValiseError(
    'INPUT_INVALID',
    'the file holds no signed list, hand-over, arrangement or accreditation',
    {
      remedy: 'give the file that `valise books` printed',
    },
  );
}

/** A keeper's old root signs its new one: the book's versions start again under it. */
export function handOver(book: string, to: Certificate, root: BookSigner, now: number): string {
  if (keeperOf(book) === undefined)
    throw new ValiseError('INPUT_INVALID', `${book} is not a book with a keeper`, {
      remedy: 'name a list or a treaty book, for example list:KZ',
    });
  const iat = unixSeconds(now);
  return signHandOver({ content: { book, at: instantOf(iat) }, to, ...root, iat });
}

/** Of a hand-over; nothing, where it names none. */
function bookIn(jws: Jws | undefined): string {
  const book = (jws && (payloadOf(jws) as { book?: unknown } | null | undefined))?.book;
  return typeof book === 'string' ? book : '';
}

function read(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 0 });
  } catch (cause) {
    throw new ValiseError('INPUT_INVALID', 'the file is neither YAML nor JSON', {}, { cause });
  }
}

function checked<Schema extends z.ZodType>(schema: Schema, content: unknown): z.output<Schema> {
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = ['$', ...(issue?.path ?? [])].join('.');
  throw new ValiseError('INPUT_INVALID', `${path}: ${issue?.message ?? 'invalid'}`, { path });
}

/** Instead of base64 a file can be named: `….pem` is read. */
function withFiles(content: unknown, read: ListFiles): unknown {
  if (typeof content !== 'object' || content === null) return content;
  const { certificates, intermediates, crls } = content as Readonly<Record<string, unknown>>;
  const certificate = (file: string): Buffer => read.certificate(file).der;
  const crl = (file: string): Buffer => read.crl(file).der;
  return {
    ...content,
    ...(Array.isArray(certificates) && {
      certificates: certificates.map((entry: unknown) => {
        const named = entry as { certificate?: unknown } | null;
        const file = named?.certificate;
        return isFile(file) ? { ...named, certificate: inBase64(file, certificate) } : entry;
      }),
    }),
    ...(Array.isArray(intermediates) && {
      intermediates: intermediates.map((entry: unknown) => inBase64(entry, certificate)),
    }),
    ...(Array.isArray(crls) && { crls: crls.map((entry: unknown) => inBase64(entry, crl)) }),
  };
}

function isFile(name: unknown): name is string {
  return typeof name === 'string' && name.endsWith('.pem');
}

function inBase64(entry: unknown, read: (file: string) => Buffer): unknown {
  return isFile(entry) ? read(entry).toString('base64') : entry;
}

/** A file of another office: nothing of it is used before it has this form. */
const jwsSchema = z.strictObject({
  payload: z.base64url(),
  signatures: z
    .array(z.strictObject({ protected: z.base64url(), signature: z.base64url() }))
    .min(1)
    .max(SIGNATURES_MAX),
});

/** Undefined for anything that is no JWS in general JSON form. @throws ValiseError INPUT_INVALID for what is no JSON */
function readJws(text: string): Jws | undefined {
  const parsed = jwsSchema.safeParse(read(text));
  return parsed.success ? parsed.data : undefined;
}

function payloadOf({ payload }: Jws): unknown {
  return parsedJson(fromBase64url(payload));
}

/** Of its first signature. */
function typOf(jws: Jws | undefined): string | undefined {
  const header = parsedJson(fromBase64url(jws?.signatures[0]?.protected ?? ''));
  return (header as { typ?: string } | null | undefined)?.typ;
}

function parsedJson(bytes: Buffer | undefined): unknown {
  try {
    return JSON.parse(bytes?.toString('utf8') ?? '');
  } catch {
    return undefined;
  }
}
