import { Injectable } from '@nestjs/common';
import { type VerifiedHandOver, verifyHandOver } from '#envelope';
import {
  type BookAnswer,
  bookNamedIn,
  contentIn,
  crlsIn,
  readBook,
  type Reading,
  readStatement,
  type Refused,
  soundBooks,
  type StatementAnswer,
} from '#register';
import { Roots } from './roots.js';
import { Shelf } from './shelf.js';

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

  async list(text: string, now: Date): Promise<BookAnswer> {
    return readBook(text, await this.reading(text, now));
  }

  async statement(text: string, now: Date): Promise<StatementAnswer> {
    return readStatement(text, await this.reading(text, now));
  }

  /** A keeper's new root, signed by the old one. */
  handOver(text: string, now: Date): VerifiedHandOver | Refused {
    return verifyHandOver(text, { rootsOf: (book) => this.roots.chains.all(book), at: now });
  }

  /** Of a list on record: why it cannot be read, where it cannot. It was kept before that was checked. */
  unreadable(book: string, text: string): string | undefined {
    const [reason] = soundBooks([{ book, content: contentIn(text) }]).unreadable.values();
    return reason;
  }

  private async reading(text: string, at: Date): Promise<Reading> {
    const book = bookNamedIn(text);
    const newest = book === undefined ? null : await this.shelf.newest(book);
    return {
      reader: { kind: 'depositary' },
      rootsOf: (named) => this.roots.chains.all(named),
      // Only once the signature is verified: a stranger's text has none of them parsed.
      crlsOf: () => (newest === null ? [] : crlsIn(contentIn(newest.text))),
      at,
    };
  }
}
