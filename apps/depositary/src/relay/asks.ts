import { Injectable } from '@nestjs/common';
import { BOOK_VERSION_MAX, scanJson } from '#core';
import type { Refused } from '#register';
import { DataSource, type EntityManager } from 'typeorm';
import { z } from 'zod';
import type { HandOverRow } from '../database/entities.js';
import { Roots } from '../books/roots.js';
import { Shelf } from '../books/shelf.js';
import { Unreadable } from '../books/unreadable.js';
import { type Outgoing, Outbox, bookMessage, handOverMessage, statementMessage } from './outbox.js';
import { Relay } from './relay.js';

const ASK_CHARACTERS_MAX = 64 * 1024;
const BOOKS_MAX = 256;
const JSON_DEPTH_MAX = 4;

const bookId = z
  .string()
  .max(80)
  .regex(/^(treaty|list):[A-Za-z0-9-]+$/, 'must be a book id, for example list:KZ');
const version = z.int().min(1).max(BOOK_VERSION_MAX);
const reference = z.strictObject({
  version,
  hash: z.string().regex(/^[\w-]{43}$/, 'must be a SHA-256 in base64url'),
});

/** What a node asks: everything newer than what it has, or one exact version. */
export const askSchema = z.union([
  z.strictObject({
    have: z
      .record(bookId, reference)
      .refine((have) => Object.keys(have).length <= BOOKS_MAX, `at most ${BOOKS_MAX} books`),
  }),
  z.strictObject({ book: bookId, version }),
]);
type Ask = z.infer<typeof askSchema>;

/** Answers `book-ask`: the answer is written to the outbox, so that it survives a crash and never doubles. */
@Injectable()
export class Asks {
  constructor(
    private readonly database: DataSource,
    private readonly shelf: Shelf,
    private readonly outbox: Outbox,
    private readonly relay: Relay,
    private readonly unreadable: Unreadable,
    private readonly roots: Roots,
  ) {}

  async answer(text: string, node: string): Promise<{ readonly ok: true } | Refused> {
    const ask = parse(text);
    if (!ask.ok) return ask;
    await this.database.transaction(async (manager) => {
      await this.outbox.put(manager, [node], await this.messages(manager, ask.ask));
    });
    this.relay.wake();
    return { ok: true };
  }

  private async messages(manager: EntityManager, ask: Ask): Promise<Outgoing[]> {
    if ('book' in ask) {
      const row = await this.shelf.exact(ask.book, ask.version, manager);
      return row ? [bookMessage(row)] : [];
    }
    const newer = await this.shelf.newerThan(ask.have, manager);
    const books = newer.filter((book) => !this.unreadable.has(book));
    const statements = await this.shelf.statements(manager);
    const handOvers: HandOverRow[] = [];
    for (const { book } of books) handOvers.push(...(await this.roots.of(book, manager)));
    return [
      ...handOvers.map(handOverMessage),
      ...books.map(bookMessage),
      ...statements.map(statementMessage),
    ];
  }
}

function parse(text: string): { ok: true; ask: Ask } | Refused {
  const refused = (detail: string): Refused => ({ ok: false, code: 'INPUT_INVALID', detail });
  if (text.length > ASK_CHARACTERS_MAX || scanJson(text).depth > JSON_DEPTH_MAX)
    return refused('it is too large for a question');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refused('it is not JSON');
  }
  const parsed = askSchema.safeParse(value);
  return parsed.success ? { ok: true, ask: parsed.data } : refused(z.prettifyError(parsed.error));
}
