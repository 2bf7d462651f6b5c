import { createHash } from 'node:crypto';
import { canonicalBytes, ValiseError } from '#core';
import { compileRegister, type CompiledRegister } from '#policy';
import {
  type Accreditation,
  type Arrangement,
  assembleRegister,
  keeperOf,
  type NationalList,
  type TreatyBook,
} from '#treaties';
import {
  type Certificate,
  type Crl,
  type FreshnessPolicy,
  parseCertificate,
  parseCrl,
  type Role,
  validatePath,
} from '#trust';
import type { BookReference } from '#envelope';
import type { Book } from './entities.js';

const MINUTE_MS = 60_000;

export interface PathMaterial {
  readonly intermediates: Certificate[];
  readonly crls: Crl[];
}

export function pathMaterialIn({
  intermediates,
  crls,
}: Pick<NationalList, 'intermediates' | 'crls'>): PathMaterial {
  return {
    intermediates: intermediates.map((der) => parseCertificate(Buffer.from(der, 'base64'))),
    crls: crls.map((der) => parseCrl(Buffer.from(der, 'base64'))),
  };
}

export interface ListedAuthority {
  readonly id: string;
  readonly node: string;
  readonly kind: NationalList['authorities'][number]['kind'];
  readonly book: string;
}
export type Resolved =
  | { readonly ok: true; readonly certificate: Certificate; readonly authority: string }
  | {
      readonly ok: false;
      readonly code: 'CERTIFICATE_UNKNOWN' | 'CERTIFICATE_PATH' | 'CERTIFICATE_REVOKED';
      readonly detail: string;
    };

interface ListedCertificate {
  readonly certificate: Certificate;
  readonly authority: string;
  readonly role: Role;
  readonly book: string;
}

/**
 * The register at one moment: the newest version of every book, compiled. It never changes; a new book makes a new one.
 */
export class RegisterSnapshot {
  readonly register: CompiledRegister;
  readonly versions: Readonly<Record<string, number>>;
  /** Changes with any book: a decision taken under another mark is taken again. */
  readonly mark: string;
  readonly authorities = new Map<string, ListedAuthority>();
  private readonly certificates = new Map<string, ListedCertificate>();
  private readonly resolved = new Map<string, { minute: number; answer: Resolved }>();
  private readonly encryption = new Map<string, ListedCertificate[]>();
  private readonly paths = new Map<string, PathMaterial>();
  /** Said once each: paths are walked every minute. */
  private readonly warnings = new Set<string>();

  constructor(
    readonly books: readonly Book[],
    private readonly anchorOf: (keeper: string) => Certificate | undefined,
    private readonly freshness: FreshnessPolicy,
    private readonly warn: (message: string) => void = () => undefined,
  ) {
    this.versions = Object.fromEntries(books.map(({ book, version }) => [book, version]));
    this.mark = createHash('sha256')
      .update(canonicalBytes(books.map(({ book, version, hash }) => [book, version, hash])))
      .digest('base64url');
    const of = <T>(prefix: string): T[] =>
      books.filter(({ book }) => book.startsWith(prefix)).map(({ content }) => content as T);
    const nationalLists = of<NationalList>('list:');
    this.register = compileRegister(
      assembleRegister({
        treatyBooks: of<TreatyBook>('treaty:'),
        nationalLists,
        arrangements: of<Arrangement>('arrangement:'),
        accreditations: of<Accreditation>('accreditation:'),
      }),
    );
    nationalLists.forEach((list) => {
      this.addList(list);
    });
    for (const listed of this.certificates.values()) this.addEncryption(listed);
  }

  /**
   * The certificate behind a thumbprint, if its authority's own state vouches for it at that instant. A path is walked
   * once a minute for each certificate: an expiry shows within the minute, a revocation with the list that brings it.
   */
  resolve(thumbprint: string, at: Date): Resolved {
    const minute = Math.floor(at.getTime() / MINUTE_MS);
    const known = this.resolved.get(thumbprint);
    if (known?.minute === minute) return known.answer;
    const answer = this.walkPath(thumbprint, at);
    // Strangers' thumbprints are not kept: they would be without number.
    if (this.certificates.has(thumbprint)) this.resolved.set(thumbprint, { minute, answer });
    return answer;
  }

  /** Those of these books that there are, as messages name them. */
  referTo(names: readonly string[]): Record<string, BookReference> {
    const there = names.flatMap((name) => this.books.find(({ book }) => book === name) ?? []);
    return Object.fromEntries(there.map(({ book, version, hash }) => [book, { version, hash }]));
  }

  private walkPath(thumbprint: string, at: Date): Resolved {
    const listed = this.certificates.get(thumbprint);
    if (!listed)
      return {
        ok: false,
        code: 'CERTIFICATE_UNKNOWN',
        detail: `no list names the certificate ${thumbprint}`,
      };
    const { certificate, authority, role, book } = listed;
    const root = this.anchorOf(keeperOf(book) ?? '');
    if (!root)
      return { ok: false, code: 'CERTIFICATE_PATH', detail: `no root is pinned for the keeper of ${book}` };
    if (certificate.authority !== authority)
      return {
        ok: false,
        code: 'CERTIFICATE_PATH',
        detail: `the certificate names ${certificate.authority ?? 'no authority'}, its list ${authority}`,
      };
    const { freshness } = this;
    const answer = validatePath({ leaf: certificate, root, ...this.paths.get(book), freshness, at, role });
    // A list that is too old says nothing of anybody: what rests on it waits for a newer one.
    if (!answer.ok) return answer.stale ? { ...answer, code: 'CERTIFICATE_UNKNOWN' } : answer;
    if (answer.warning !== undefined && !this.warnings.has(answer.warning)) {
      this.warnings.add(answer.warning);
      this.warn(`${book}: ${answer.warning}`);
    }
    return { ok: true, certificate, authority };
  }

  /** What a list brings along for its certificates: intermediates and revocation lists. */
  pathOf(book: string): PathMaterial {
    return this.paths.get(book) ?? { intermediates: [], crls: [] };
  }

  /**
   * The certificate to encrypt to an authority with: the newest that is good now.
   *
   * @throws ValiseError CERTIFICATE_UNKNOWN where there is none
   */
  encryptionCertificate(authority: string, at: Date): Certificate {
    const newest = this.encryption
      .get(authority)
      ?.find(({ certificate }) => this.resolve(certificate.thumbprint, at).ok);
    if (!newest)
      throw new ValiseError(
        'CERTIFICATE_UNKNOWN',
        `${authority} has no encryption certificate that is good now`,
      );
    return newest.certificate;
  }

  private addList(list: NationalList): void {
    for (const { id, node, kind } of list.authorities)
      this.authorities.set(id, { id, node, kind, book: list.book });
    for (const { authority, role, certificate } of list.certificates) {
      const parsed = parseCertificate(Buffer.from(certificate, 'base64'));
      this.certificates.set(parsed.thumbprint, { certificate: parsed, authority, role, book: list.book });
    }
    this.paths.set(list.book, pathMaterialIn(list));
  }
  /** Newest first. */
  private addEncryption(listed: ListedCertificate): void {
    if (listed.role !== 'encryption') return;
    const known = this.encryption.get(listed.authority) ?? [];
    known.push(listed);
    known.sort((a, b) => b.certificate.notBefore.getTime() - a.certificate.notBefore.getTime());
    this.encryption.set(listed.authority, known);
  }
}
