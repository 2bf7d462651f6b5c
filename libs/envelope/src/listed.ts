import { messageOf } from '#core';
import { parseCertificate, parseCrl, validatePath, type Certificate, type Crl, type Role } from '#trust';
import type { BookRejected } from './books.js';

/** What a keeper's list says of certificates, each in base64 of its DER. */
export interface ListedContent {
  readonly certificates: readonly {
    readonly authority: string;
    readonly role: Role;
    readonly certificate: string;
  }[];
  readonly intermediates: readonly string[];
  readonly crls: readonly string[];
}

export interface ListedCertificate {
  readonly authority: string;
  readonly role: Role;
  readonly certificate: Certificate;
}
export interface ListedMaterial {
  readonly listed: readonly ListedCertificate[];
  readonly intermediates: readonly Certificate[];
  readonly crls: readonly Crl[];
}

/**
 * Reads all that a list brings, everywhere alike: each is a certificate, and names the authority that it is listed for.
 * Otherwise a keeper could list another state's certificate as its own and affect it.
 */
export function readListed(content: ListedContent): { ok: true; material: ListedMaterial } | BookRejected {
  let at = '';
  const read = <T>(path: string, base64: string, parse: (der: Buffer) => T): T => {
    at = path;
    return parse(Buffer.from(base64, 'base64'));
  };
  try {
    const listed = content.certificates.map(({ certificate, ...entry }, index) => ({
      ...entry,
      certificate: read(`certificates.${index}.certificate`, certificate, parseCertificate),
    }));
    const stranger = listed.findIndex(({ authority, certificate }) => certificate.authority !== authority);
    if (stranger >= 0) return refused('BOOK_FORMAT', mismatch(stranger, listed[stranger]));
    const intermediates = content.intermediates.map((der, index) =>
      read(`intermediates.${index}`, der, parseCertificate),
    );
    const crls = content.crls.map((der, index) => read(`crls.${index}`, der, parseCrl));
    return { ok: true, material: { listed, intermediates, crls } };
  } catch (error) {
    return refused('BOOK_FORMAT', `${at}: ${messageOf(error)}`);
  }
}

/**
 * Why a listed certificate could never be relied on under its keeper's root: no path, or not in its role. Dates do not count: a list
 * may keep what has expired, or announce what will be good.
 */
export function unusableListed(
  { listed, intermediates }: ListedMaterial,
  root: Certificate,
  now: Date,
): BookRejected | undefined {
  for (const [index, { certificate: leaf, role }] of listed.entries()) {
    const { notBefore, notAfter } = leaf;
    const at = new Date(Math.min(Math.max(now.getTime(), notBefore.getTime()), notAfter.getTime()));
    const answer = validatePath({ leaf, intermediates, root, at, role });
    if (!answer.ok) return refused(answer.code, `certificates.${index}: ${answer.detail}`);
  }
  return undefined;
}

function mismatch(index: number, listed: ListedCertificate | undefined): string {
  const named = listed?.certificate.authority ?? 'no authority';
  return `certificates.${index}: the certificate names ${named}, and is listed for ${listed?.authority ?? ''}`;
}

function refused(code: BookRejected['code'], detail: string): BookRejected {
  return { ok: false, code, detail };
}
