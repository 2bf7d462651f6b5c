import type { KeyObject } from 'node:crypto';
import { unixSeconds, ValiseError } from '#core';
import { addStatementSignature, type Jws, signBook, signStatement } from '#envelope';
import { accreditationSchema, arrangementSchema, nationalListSchema } from '#treaties';
import type { Certificate } from '#trust';
import { parse } from 'yaml';
import type { z } from 'zod';

export interface BookSigner {
  readonly certificate: Certificate;
  readonly key: KeyObject;
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
 * @param text YAML or JSON; a certificate may be the name of a PEM file, which `readCertificate` then reads
 * @throws ValiseError INPUT_INVALID naming the field
 */
export function signList(
  text: string,
  signer: BookSigner,
  now: number,
  readCertificate: (file: string) => Certificate,
): string {
  const content = checked(nationalListSchema, withCertificates(read(text), readCertificate));
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
  const jws = read(signed) as Jws;
  const kind = Object.values(AGREEMENTS).find(({ typ }) => typ === typOf(jws));
  if (!kind)
    throw new ValiseError(
      'INPUT_INVALID',
      'the file holds no signed arrangement and no signed accreditation',
      {
        remedy: 'give the file that the other side made with `valise books agree`',
      },
    );
  return addStatementSignature({
    typ: kind.typ,
    jws,
    signer: { ...signer, role: 'seal' },
    iat: unixSeconds(now),
  });
}

function read(text: string): unknown {
  try {
    return parse(text);
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

/** Nobody types base64: a certificate named `….pem` is read from its file. */
function withCertificates(content: unknown, readCertificate: (file: string) => Certificate): unknown {
  if (typeof content !== 'object' || content === null || !('certificates' in content)) return content;
  const { certificates } = content;
  if (!Array.isArray(certificates)) return content;
  const listed = certificates.map((entry: unknown) => {
    const named = entry as { certificate?: unknown } | null;
    const file = named?.certificate;
    return typeof file === 'string' && file.endsWith('.pem')
      ? { ...named, certificate: readCertificate(file).der.toString('base64') }
      : entry;
  });
  return { ...content, certificates: listed };
}

function typOf(jws: Partial<Jws> | null): string | undefined {
  const header = jws?.signatures?.[0]?.protected;
  if (typeof header !== 'string') return undefined;
  return (read(Buffer.from(header, 'base64url').toString('utf8')) as { typ?: string } | null)?.typ;
}
