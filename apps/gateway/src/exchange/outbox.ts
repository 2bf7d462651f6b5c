import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { uuidv7, ValiseError } from '#core';
import type { Jws } from '#envelope';
import type { EntityManager } from 'typeorm';
import { Register } from '../register/register.js';
import { Message, OutboxRow } from './entities.js';

/** Statements for one authority that wait before it gets no repetitions: it asks for more and takes nothing. */
const REPEATED_WAITING_MAX = 1_000;

/** What a transaction publishes once it is committed. */
@Injectable()
export class Outbox {
  private readonly wakers: (() => void)[] = [];

  constructor(private readonly register: Register) {}

  /** Called when there may be new rows; the relay looks. */
  onWake(waker: () => void): void {
    this.wakers.push(waker);
  }

  /** Call after the commit: the rows are there anyway, this only saves the relay's waiting. */
  wake(): void {
    for (const waker of this.wakers) waker();
  }

  /** Queues a message, or queues it again where the other side asks for it. */
  async putMessage(tx: EntityManager, message: Message, at: Date): Promise<void> {
    await tx.query(
      `INSERT INTO outbox (message_key, own, recipient, to_node, bus_id, next_attempt_at, created_at)
       VALUES ($1, $2, $3, $4, $5, now(), $6)
       ON CONFLICT (message_key) WHERE message_key IS NOT NULL DO UPDATE SET next_attempt_at = EXCLUDED.next_attempt_at, attempts = 0`,
      [message.key, message.authority, message.recipient, this.nodeOf(message.recipient), message.id, at],
    );
  }

  /** Queues signed statements of one authority of ours for an authority of another node (or of our own). */
  async putStatements(
    tx: EntityManager,
    own: string,
    recipient: string,
    statements: readonly Jws[],
    at: Date,
  ): Promise<void> {
    const toNode = this.nodeOf(recipient);
    await tx.insert(
      OutboxRow,
      statements.map((statement) => ({
        own,
        recipient,
        toNode,
        statement: statement as never,
        busId: uuidv7(at.getTime(), randomBytes(16)),
        nextAttemptAt: () => 'now()',
        createdAt: at,
        attempts: 0,
      })),
    );
  }

  /**
   * Queues statements again that went out before. A peer that sends one message over and over, and lets its own queue fill
   * up, would make the table grow for ever; what is dropped here is asked for again as long as it is needed.
   */
  async repeatStatements(
    tx: EntityManager,
    own: string,
    recipient: string,
    statements: readonly Jws[],
    at: Date,
  ): Promise<void> {
    const tooMany: unknown[] = await tx.query(
      'SELECT 1 FROM outbox WHERE own = $1 AND recipient = $2 OFFSET $3 LIMIT 1',
      [own, recipient, REPEATED_WAITING_MAX],
    );
    if (tooMany.length === 0) await this.putStatements(tx, own, recipient, statements, at);
  }

  /** Whether any list names it; one that left cannot be told anything. */
  isListed(authority: string): boolean {
    return this.register.snapshot.authorities.has(authority);
  }

  private nodeOf(authority: string): string {
    const listed = this.register.snapshot.authorities.get(authority);
    if (!listed)
      throw new ValiseError('NOT_FOUND', `no list names the authority ${authority}`, { path: 'to' });
    return listed.node;
  }
}
