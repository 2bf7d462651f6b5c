import { createHash } from 'node:crypto';
import { canonicalBytes, ValiseError } from '#core';
import type { BookReference, ListedMaterial, Payload, Resolve } from '#envelope';
import {
  assembleRegister,
  bookIdsFor,
  compileRegister,
  type CompiledRegister,
  type NationalList,
  requiredBookIdsFor,
  type TreatyBook,
} from '#treaties';
import { type Certificate, type Crl, type FreshnessPolicy, type Role, validatePath } from '#trust';
import { isOfOthers } from './between.js';
import type { HeldBook } from './held.js';
import { crlsIn, soundBooks } from './sound.js';

const MINUTE_MS = 60_000;

export interface ListedAuthority {
  readonly id: string;
  readonly node: string;
  readonly kind: NationalList['authorities'][number]['kind'];
  readonly book: string;
}
export type Resolved = ReturnType<Resolve>;

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
  readonly treatyBooks: readonly TreatyBook[];
  readonly nationalLists: readonly NationalList[];
  /** Books that cannot be read and are ignored; each with the reason. */
  readonly unreadable: ReadonlyMap<string, string>;
  /** By thumbprint; a certificate may be listed in several roles, and only in the list of the state that its authority is of. */
  private readonly certificates = new Map<string, ListedCertificate[]>();
  private readonly resolved = new Map<string, { minute: number; answer: Resolved }>();
  private readonly encryption = new Map<string, ListedCertificate[]>();
  private readonly paths = new Map<string, Omit<ListedMaterial, 'listed'>>();
  private readonly roots: ReadonlyMap<string, Certificate | undefined>;
  /** Said once each: paths are walked every minute. */
  private readonly warnings = new Set<string>();

  constructor(
    readonly books: readonly HeldBook[],
    rootOf: (book: HeldBook) => Certificate | undefined,
    private readonly freshness: FreshnessPolicy,
    private readonly warn: (message: string) => void = () => undefined,
  ) {
    this.versions = Object.fromEntries(books.map(({ book, version }) => [book, version]));
    this.mark = createHash('sha256')
      .update(canonicalBytes(books.map(({ book, version, hash }) => [book, version, hash])))
      .digest('base64url');
    const { treatyBooks, lists, arrangements, accreditations, unreadable } = soundBooks(books);
    this.unreadable = unreadable;
    this.roots = new Map(books.map((book) => [book.book, rootOf(book)]));
    this.treatyBooks = treatyBooks;
    this.nationalLists = lists.map(({ list }) => list);
    const { nationalLists } = this;
    this.register = compileRegister(
      assembleRegister({ treatyBooks, nationalLists, arrangements, accreditations }),
    );
    for (const { list, material } of lists) this.addList(list, material);
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
    // Unlisted thumbprints are not kept: their number is unbounded.
    if (this.certificates.has(thumbprint)) this.resolved.set(thumbprint, { minute, answer });
    return answer;
  }

  /** Books that are no affair of this authority. */
  hiddenFrom(authority: string | null): ReadonlySet<string> {
    return new Set(this.books.filter((book) => isOfOthers(book, authority)).map(({ book }) => book));
  }

  /** The states and organs whose lists name these authorities. */
  private sidesOf(...authorities: readonly string[]): string[] {
    return authorities.flatMap((id) => this.authorities.get(id)?.book.slice('list:'.length) ?? []);
  }

  /** Those of these books that there are, as messages name them. */
  referTo(names: readonly string[]): Record<string, BookReference> {
    const there = names.flatMap((name) => this.books.find(({ book }) => book === name) ?? []);
    return Object.fromEntries(there.map(({ book, version, hash }) => [book, { version, hash }]));
  }

  private walkPath(thumbprint: string, at: Date): Resolved {
    let answer: Resolved = {
      ok: false,
      code: 'CERTIFICATE_UNKNOWN',
      detail: `no list names the certificate ${thumbprint}`,
    };
    for (const listed of this.certificates.get(thumbprint) ?? []) {
      const next = this.walkPathOf(listed, at);
      // It signs in each role that it is listed in, and in no other.
      if (answer.ok && next.ok) answer = { ...next, roles: [...answer.roles, ...next.roles] };
      else if (!answer.ok) answer = next;
    }
    return answer;
  }

  private walkPathOf({ certificate, authority, role, book }: ListedCertificate, at: Date): Resolved {
    const root = this.roots.get(book);
    if (!root)
      return { ok: false, code: 'CERTIFICATE_PATH', detail: `no root is pinned for the keeper of ${book}` };
    const { freshness } = this;
    const answer = validatePath({ leaf: certificate, root, ...this.paths.get(book), freshness, at, role });
    // A list that is too old proves nothing: messages that rest on it wait for a newer one.
    if (!answer.ok) return answer.stale ? { ...answer, code: 'CERTIFICATE_UNKNOWN' } : answer;
    if (answer.warning !== undefined && !this.warnings.has(answer.warning)) {
      this.warnings.add(answer.warning);
      this.warn(`${book}: ${answer.warning}`);
    }
    return { ok: true, certificate, authority, roles: [role] };
  }

  /** Revocation lists of a book: also those of one that cannot be read, lest a revoked key sign the next version. */
  crlsOf(book: string): readonly Crl[] {
    return this.paths.get(book)?.crls ?? crlsIn(this.books.find((held) => held.book === book)?.content);
  }

  /** The books that a decision between two authorities rests on, as every message names them. */
  versionsFor(instrument: string, from: string, to: string): Record<string, BookReference> {
    return this.referTo(bookIdsFor(instrument, ...this.sidesOf(from, to)));
  }

  /** Books that every message under its instrument names, and this one does not: what it leaves out, nobody could compare. */
  unnamedIn({
    instrument,
    from,
    to,
    register,
  }: Pick<Payload, 'instrument' | 'from' | 'to' | 'register'>): string[] {
    const required = requiredBookIdsFor(instrument, ...this.sidesOf(from, to));
    return required.filter((book) => !Object.hasOwn(register, book));
  }

  /**
   * The certificate to encrypt to an authority with: the newest that is good now.
   *
   * @throws ValiseError CERTIFICATE_UNKNOWN where there is none
   */
  encryptionCertificate(authority: string, at: Date): Certificate {
    const newest = this.encryption.get(authority)?.find(({ certificate }) => {
      const answer = this.resolve(certificate.thumbprint, at);
      return answer.ok && answer.roles.includes('encryption');
    });
    if (!newest)
      throw new ValiseError(
        'CERTIFICATE_UNKNOWN',
        `${authority} has no encryption certificate that is valid now`,
      );
    return newest.certificate;
  }

  private addList({ book, authorities }: NationalList, { listed, ...path }: ListedMaterial): void {
    for (const { id, node, kind } of authorities) this.authorities.set(id, { id, node, kind, book });
    for (const entry of listed) {
      const { thumbprint } = entry.certificate;
      const one = { ...entry, book };
      this.certificates.set(thumbprint, [...(this.certificates.get(thumbprint) ?? []), one]);
      this.addEncryption(one);
    }
    this.paths.set(book, path);
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
