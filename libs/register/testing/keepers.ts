import { signBook, signBookStatement, signHandOver, type BookContent } from '#envelope';
import type { NationalList } from '#treaties';
import {
  createCrl,
  createRoot,
  issueCertificate,
  issueIntermediate,
  privateKeyOf,
  type Certificate,
  type Role,
} from '#trust';

/** Keepers of books with real keys, for specs, and what they sign. */

export const AT = new Date('2026-06-01T00:00:00Z');
export const IAT = AT.getTime() / 1000;
export const VALIDITY = {
  notBefore: new Date('2026-01-01T00:00:00Z'),
  notAfter: new Date('2028-01-01T00:00:00Z'),
};

type Root = Awaited<ReturnType<typeof createRoot>>;
export interface Holder {
  readonly certificate: Certificate;
  readonly key: ReturnType<typeof privateKeyOf>;
  /** What stands between its certificate and the root. */
  readonly chain?: readonly Certificate[];
}
export interface Keeper extends Holder {
  readonly root: Root;
}

export async function hold(issuer: Root, role: Role, authority: string): Promise<Holder> {
  const subject = { name: `${authority} ${role}`, authority };
  const issued = await issueCertificate({ issuer, role, subject, suite: 'P-256', ...VALIDITY });
  return { certificate: issued.certificate, key: privateKeyOf(issued.privateKeyPem ?? '') };
}

export function newRoot(name: string): Promise<Root> {
  return createRoot({ name, suite: 'P-256', ...VALIDITY });
}

/** @param authority as its certificate names the keeper: `KZ`, `CIS` */
export async function newKeeper(authority: string): Promise<Keeper> {
  const root = await newRoot(`Root of ${authority}`);
  return { root, ...(await hold(root, 'register', authority)) };
}

/** A keeper whose root issued an intermediate, which issued its certificate. */
export async function keeperBelow(
  root: Root,
  authority: string,
): Promise<Keeper & { readonly middle: Root }> {
  const middle = await issueIntermediate({
    issuer: root,
    name: `Issuer of ${authority}`,
    suite: 'P-256',
    ...VALIDITY,
  });
  return { root, middle, ...(await hold(middle, 'register', authority)), chain: [middle.certificate] };
}

/** base64 of an issuer's revocation list. */
export async function revocationList(issuer: Root, ...revoked: readonly Certificate[]): Promise<string> {
  const { der } = await createCrl({
    issuer,
    revoked: revoked.map(({ serialNumber }) => ({ serialNumber, at: VALIDITY.notBefore })),
    thisUpdate: VALIDITY.notBefore,
    nextUpdate: VALIDITY.notAfter,
    number: 1,
  });
  return der.toString('base64');
}

export function listOf(over: Partial<NationalList> = {}): NationalList {
  return {
    book: 'list:KZ',
    version: 1,
    state: 'KZ',
    organ: null,
    issuedAt: '2026-06-01T00:00:00Z',
    authorities: [],
    certificates: [],
    intermediates: [],
    crls: [],
    grades: [],
    ...over,
  };
}

/** A list, or whatever else is made of it. */
export function signedList(holder: Holder, over: Readonly<Record<string, unknown>> = {}): string {
  return signedBook(holder, { ...listOf(), ...over });
}

export function signedBook({ certificate, key, chain }: Holder, content: BookContent): string {
  return signBook({ content, certificate, key, chain, iat: IAT });
}

export function signedStatement(
  { certificate, key, chain }: Holder,
  over: { book?: string; version?: number; hash?: string; at?: string } = {},
): string {
  const content = { book: 'list:KZ', version: 1, hash: 'A'.repeat(43), at: '2026-06-01T00:00:00Z', ...over };
  return signBookStatement({ content, certificate, key, chain, iat: IAT });
}

export function signedHandOver(from: Root, to: Certificate, book = 'list:KZ'): string {
  const content = { book, at: '2026-06-01T00:00:00Z' };
  return signHandOver({
    content,
    certificate: from.certificate,
    key: privateKeyOf(from.privateKeyPem),
    to,
    iat: IAT,
  });
}
