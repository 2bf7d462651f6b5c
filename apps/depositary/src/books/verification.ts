import { Injectable } from '@nestjs/common';
import { fromBase64url, scanJson, messageOf, unixSeconds } from '#core';
import {
  BOOK_BYTES_MAX,
  readListed,
  unusableListed,
  type VerifiedHandOver,
  verifyBook,
  verifyBookStatement,
  verifyHandOver,
} from '#envelope';
import { keeperOf, type NationalList, nationalListSchema, speaksFor } from '#treaties';
import { type Certificate, type Crl, parseCrl } from '#trust';
import type { Refused } from './quarantine.js';
import type { BookRow } from '../database/entities.js';
import { Roots } from './roots.js';
import { Shelf, type Statement } from './shelf.js';

const JSON_DEPTH_MAX = 32;
/** How far a keeper's clock may be ahead; a statement from the future would keep a book fresh that is not. */
const CLOCK_SKEW_SECONDS = 300;

export interface VerifiedList {
  readonly ok: true;
  readonly book: string;
  readonly version: number;
  readonly hash: string;
  readonly text: string;
  /** Thumbprint of the root under which it is signed. */
  readonly root: string | null;
}

/**
 * What a state or an organ says of itself is accepted only under its own signature, under the root that this depositary
 * pinned; who delivered it proves nothing.
 */
@Injectable()
export class Verification {
  constructor(
    private readonly shelf: Shelf,
    private readonly roots: Roots,
  ) {}

  /** @returns the row of one that is on record since before its keeper's root handed over: it is repeated honestly */
  async list(text: string, now: Date): Promise<VerifiedList | BookRow | Refused> {
    if (Buffer.byteLength(text) > BOOK_BYTES_MAX) return refused(`it has more than ${BOOK_BYTES_MAX} bytes`);
    // Before its content is walked: a stranger's list may have thousands of entries that are made to be slow.
    const signed = verifyBook(text, { anchorOf: this.anchorOf, at: now });
    if (!signed.ok) return (await this.past(text, now)) ?? signed;
    const peeked = peek(text);
    if (!peeked.ok) return peeked;
    const crls = await this.revocations(peeked.list.book, peeked.list.crls);
    if (!crls.ok) return crls;
    const verified = verifyBook(text, { anchorOf: this.anchorOf, at: now, crls: crls.crls });
    if (!verified.ok) return verified;
    const { book, version, hash, signer } = verified;
    const unfit = strangerTo(book, signer) ?? this.unfitContent(peeked.list, now);
    if (unfit) return unfit;
    return { ok: true, book, version, hash, text, root: this.anchorOf(book)?.thumbprint ?? null };
  }

  private async past(text: string, now: Date): Promise<BookRow | undefined> {
    for (const root of this.roots.chains.all(peekBook(text) ?? '').slice(0, -1)) {
      const verified = verifyBook(text, { anchorOf: () => root, at: now });
      if (verified.ok) return (await this.shelf.recorded(verified)) ?? undefined;
    }
    return undefined;
  }

  /** A keeper's new root, signed by the old one. */
  handOver(text: string, now: Date): (VerifiedHandOver & { readonly text: string }) | Refused {
    if (Buffer.byteLength(text) > BOOK_BYTES_MAX) return refused('too large for a hand-over');
    const verified = verifyHandOver(text, { rootsOf: (book) => this.roots.chains.all(book), at: now });
    return verified.ok ? { ...verified, text } : verified;
  }

  /** Of what is on record: why it cannot be read, where it cannot. It was kept before that was checked. */
  unreadable(text: string): string | undefined {
    const peeked = peek(text);
    const read = peeked.ok ? readListed(peeked.list) : peeked;
    return read.ok ? undefined : read.detail;
  }

  /** What a list brings must be of use under its keeper's root, certificate by certificate: nodes rely on what is relayed. */
  private unfitContent(list: NationalList, now: Date): Refused | undefined {
    const read = readListed(list);
    if (!read.ok) return read;
    const root = this.anchorOf(list.book);
    return root && unusableListed(read.material, root, now);
  }

  /** @returns `past` for one that an earlier root of the keeper signed, before it handed over: it says nothing any more */
  async statement(text: string, now: Date): Promise<({ ok: true } & Statement) | Refused | 'past'> {
    if (Buffer.byteLength(text) > BOOK_BYTES_MAX) return refused('too large for a statement');
    const book = peekBook(text);
    const crls = await this.revocations(book ?? '', []);
    if (!crls.ok) return crls;
    const verify = (anchorOf: (book: string) => Certificate | undefined) =>
      verifyBookStatement(text, { anchorOf, at: now, crls: crls.crls });
    const verified = verify(this.anchorOf);
    if (!verified.ok) {
      const earlier = this.roots.chains.all(book ?? '').slice(0, -1);
      return earlier.some((root) => verify(() => root).ok) ? 'past' : verified;
    }
    const { content, signer } = verified;
    const stranger = strangerTo(content.book, signer);
    if (stranger) return stranger;
    const at = new Date(content.at);
    if (unixSeconds(at) > unixSeconds(now) + CLOCK_SKEW_SECONDS)
      return refused(`it is of ${content.at}, which is in the future`);
    return { ok: true, book: content.book, version: content.version, hash: content.hash, at, text };
  }

  private readonly anchorOf = (book: string): Certificate | undefined => this.roots.chains.newestOf(book);

  /** The revocation lists that came with the list and those on record: a stolen key cannot leave its own out. */
  private async revocations(
    book: string,
    submitted: readonly string[],
  ): Promise<{ ok: true; crls: Crl[] } | Refused> {
    const newest = await this.shelf.newest(book);
    const recorded = newest ? peek(newest.text) : undefined;
    const known = recorded?.ok ? recorded.list.crls.flatMap((der) => readable(der) ?? []) : [];
    try {
      return { ok: true, crls: [...submitted.map(readCrl), ...known] };
    } catch (thrown) {
      return refused(`crls: ${messageOf(thrown)}`);
    }
  }
}

function readCrl(base64: string): Crl {
  return parseCrl(Buffer.from(base64, 'base64'));
}

/** One on record that cannot be read must not keep its keeper from bringing a better one. */
function readable(base64: string): Crl | undefined {
  try {
    return readCrl(base64);
  } catch {
    return undefined;
  }
}

/** Under a state's root there may be other register certificates; only the keeper's own signs its book. */
function strangerTo(book: string, signer: Certificate): Refused | undefined {
  const keeper = keeperOf(book);
  if (keeper !== undefined && speaksFor(signer.authority, keeper)) return undefined;
  const detail = `${book} is kept by ${keeper ?? 'nobody'}, and ${signer.authority ?? 'nobody named'} signed it`;
  return { ok: false, code: 'BOOK_SIGNATURE', detail };
}

/**
 * Reads the content before the signature is checked, for its form and its revocation lists. Bounded, and not trusted.
 */
function peek(text: string): { ok: true; list: NationalList } | Refused {
  if (Buffer.byteLength(text) > BOOK_BYTES_MAX) return refused(`it has more than ${BOOK_BYTES_MAX} bytes`);
  const content = payloadOf(text);
  if (content === undefined) return refused('it is not a JWS in JSON form with a JSON payload');
  const parsed = nationalListSchema.safeParse(content);
  if (parsed.success) return { ok: true, list: parsed.data };
  const [issue] = parsed.error.issues;
  return refused(
    `it is not a national list: ${['$', ...(issue?.path ?? [])].join('.')}: ${issue?.message ?? 'invalid'}`,
  );
}

/** The type that the first signature's header claims: only used to choose the verifier, which checks it. */
export function typOf(text: string): string | undefined {
  const jws = parse(text) as { signatures?: { protected?: unknown }[] } | null | undefined;
  const claimed = Array.isArray(jws?.signatures) ? jws.signatures[0]?.protected : undefined;
  if (typeof claimed !== 'string') return undefined;
  const header = parse(fromBase64url(claimed)?.toString('utf8'));
  return (header as { typ?: string } | null | undefined)?.typ;
}

function peekBook(text: string): string | undefined {
  const content = payloadOf(text);
  const book = typeof content === 'object' && content && 'book' in content ? content.book : undefined;
  return typeof book === 'string' ? book : undefined;
}

function payloadOf(text: string): unknown {
  const jws = parse(text);
  if (typeof jws !== 'object' || jws === null || !('payload' in jws) || typeof jws.payload !== 'string')
    return undefined;
  return parse(fromBase64url(jws.payload)?.toString('utf8'));
}

function parse(text: string | undefined): unknown {
  if (text === undefined || scanJson(text).depth > JSON_DEPTH_MAX) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function refused(detail: string): Refused {
  return { ok: false, code: 'BOOK_FORMAT', detail };
}
