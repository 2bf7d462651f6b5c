import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** A book or a statement on its way to one node. */
export interface Outgoing {
  readonly kind: 'book' | 'book-statement';
  /** Names the book (and for a book its version): a second, newer one replaces the one still waiting. */
  readonly subject: string;
  readonly body: string;
}

/**
 * What is to be published, written in the transaction that decided it. One row per node and subject, so that
 * a node that is away for weeks, or asks a thousand times, cannot make the table grow.
 */
@Injectable()
export class Outbox {
  async put(manager: EntityManager, nodes: readonly string[], messages: readonly Outgoing[]): Promise<void> {
    for (const to of nodes)
      for (const { kind, subject, body } of messages)
        await manager.query(
          `INSERT INTO outbox (to_node, kind, message_id, body) VALUES ($1, $2, $3, $4)
           ON CONFLICT (message_id) DO UPDATE SET body = EXCLUDED.body`,
          [to, kind, `${kind}/${subject}/${to}`, body],
        );
  }
}

export function bookMessage(book: { book: string; era: number; version: number; text: string }): Outgoing {
  return { kind: 'book', subject: `${book.book}/${book.era}/${book.version}`, body: book.text };
}

/** Travels as books do, for it decides how they are read. */
export function handOverMessage(handOver: { book: string; fromRoot: string; text: string }): Outgoing {
  return { kind: 'book', subject: `${handOver.book}/root/${handOver.fromRoot}`, body: handOver.text };
}

export function statementMessage(statement: { book: string; text: string }): Outgoing {
  return { kind: 'book-statement', subject: statement.book, body: statement.text };
}
