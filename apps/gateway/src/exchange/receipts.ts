import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type ErrorCode, instantOf, unixSeconds, uuidv7 } from '#core';
import { type Jws, type Receipt as SignedReceipt, signStatement } from '#envelope';
import { type EntityManager } from 'typeorm';
import { Keys } from '../identity/keys.js';
import { Ledger } from '../ledger/ledger.js';
import { Cases } from './cases.js';
import { Message, Receipt } from './entities.js';
import { Outbox } from './outbox.js';

export interface Receipted {
  readonly authority: string;
  readonly peer: string;
  readonly id: string;
  readonly d: string;
  readonly ep: number;
  readonly n: number;
}
export type Stage =
  | { readonly stage: 'stored' | 'accepted' }
  | { readonly stage: 'rejected'; readonly code: ErrorCode; readonly rule?: string | undefined };

/** Signed answers to every message: that it is stored, accepted or rejected. The same message gets the same receipts. */
@Injectable()
export class Receipts {
  constructor(
    private readonly keys: Keys,
    private readonly outbox: Outbox,
    private readonly ledger: Ledger,
    private readonly cases: Cases,
  ) {}

  /** Signs receipts and queues them, in the transaction of what they tell. */
  async give(tx: EntityManager, about: Receipted, stages: readonly Stage[], at: Date): Promise<void> {
    const seal = this.keys.sealAt(about.authority, at);
    const iat = unixSeconds(at);
    const statements = stages.map((stage) => {
      const content = {
        id: uuidv7(at.getTime(), randomBytes(16)),
        D: about.d,
        by: about.authority,
        to: about.peer,
        ep: about.ep,
        n: about.n,
        at: instantOf(iat),
        checkpoint: null,
        stage: stage.stage,
        ...(stage.stage === 'rejected' && {
          code: stage.code,
          ...(stage.rule !== undefined && { rule: stage.rule }),
        }),
      };
      return {
        stage,
        jws: signStatement({ typ: 'valise-receipt+jws', content, signers: [{ ...seal, role: 'seal' }], iat }),
      };
    });
    await tx.insert(
      Receipt,
      statements.map(({ stage, jws }) => ({
        authority: about.authority,
        direction: 'given' as const,
        peer: about.peer,
        messageId: about.id,
        d: about.d,
        stage: stage.stage,
        code: stage.stage === 'rejected' ? stage.code : null,
        rule: stage.stage === 'rejected' ? (stage.rule ?? null) : null,
        at: new Date(iat * 1000),
        jws: jws as never,
        recordedAt: at,
      })),
    );
    // Messages of a sender that is no longer on a list end all the same, and do not delay those of others.
    if (!this.outbox.isListed(about.peer)) return;
    await this.outbox.putStatements(
      tx,
      about.authority,
      about.peer,
      statements.map(({ jws }) => jws),
      at,
    );
  }

  /** A duplicate gets exactly the same receipts again. */
  async giveAgain(tx: EntityManager, authority: string, peer: string, d: string, at: Date): Promise<void> {
    const given = await tx.find(Receipt, {
      where: { authority, direction: 'given', peer, d },
      order: { seq: 'ASC' },
    });
    if (given.length > 0)
      await this.outbox.repeatStatements(
        tx,
        authority,
        peer,
        given.map(({ jws }) => jws),
        at,
      );
  }

  /**
   * Takes the other side's receipt for a message of ours.
   *
   * @returns why it cannot be one, or undefined
   */
  async take(tx: EntityManager, receipt: SignedReceipt, jws: Jws, at: Date): Promise<string | undefined> {
    const message = await tx.findOneBy(Message, { authority: receipt.to, direction: 'out', d: receipt.D });
    if (message?.recipient !== receipt.by) return 'it is for no message that we sent to its signer';
    const inserted = await tx
      .createQueryBuilder()
      .insert()
      .into(Receipt)
      .values({
        authority: receipt.to,
        direction: 'received',
        peer: receipt.by,
        messageId: message.id,
        d: receipt.D,
        stage: receipt.stage,
        code: receipt.code ?? null,
        rule: receipt.rule ?? null,
        at: new Date(receipt.at),
        jws: jws as never,
        recordedAt: at,
      })
      .orIgnore()
      .returning('seq')
      .execute();
    const isNew = (inserted.raw as unknown[]).length > 0;
    if (isNew) await this.apply(tx, message, receipt.stage, receipt);
    await this.endRepeating(tx, message, receipt);
    if (!isNew) return undefined;
    await this.ledger.append(tx, at, [
      {
        authority: receipt.to,
        log: receipt.by,
        kind: 'receipt-received',
        content: { d: receipt.D, stage: receipt.stage, at: receipt.at, code: receipt.code ?? null },
      },
    ]);
    return undefined;
  }

  /**
   * A message is sent again until it is refused, or both receipts are here: a statement travels once, and one that was lost,
   * `stored` for example, that `accepted` overtook, comes again only because the message does. Also where the receipt is known: a message that was
   * sent again on request is answered by the same ones. After the message's row, as the relay locks them too.
   */
  private async endRepeating(
    tx: EntityManager,
    { key, authority, recipient }: Message,
    { D, stage }: SignedReceipt,
  ): Promise<void> {
    if (stage === 'rejected') {
      await tx.query('DELETE FROM outbox WHERE message_key = $1', [key]);
      return;
    }
    await tx.query(
      `DELETE FROM outbox WHERE message_key = $1 AND 2 = (
         SELECT count(*) FROM receipt WHERE authority = $2 AND direction = 'received' AND peer = $3 AND d = $4
           AND stage IN ('stored', 'accepted'))`,
      [key, authority, recipient, D],
    );
  }

  /** A rejected message had no effect there, so it has none in our view of its case. */
  private async noteRejected(
    tx: EntityManager,
    message: Message,
    { code, rule }: { code?: string | undefined; rule?: string | undefined },
  ): Promise<void> {
    const rejection = { code, rule, detail: 'rejected by the recipient' };
    const updated: unknown[][] = await tx.query(
      `UPDATE message SET status = 'rejected', rejection = $2 WHERE key = $1 AND status <> 'accepted' RETURNING key`,
      [message.key, JSON.stringify(rejection)],
    );
    if (updated[0]?.length === 1) await this.cases.rebuild(tx, message);
  }

  /** Stages only go forward: a late `stored` does not undo `accepted`. */
  private async apply(
    tx: EntityManager,
    message: Message,
    stage: Stage['stage'],
    receipt: { at: string; code?: string | undefined; rule?: string | undefined },
  ): Promise<void> {
    const at = new Date(receipt.at);
    if (stage === 'stored') {
      await this.cases.noteReceived(tx, message, receipt.at);
      await tx.query(
        `UPDATE message SET stored_at = $2, status = CASE WHEN status IN ('queued', 'sent') THEN 'stored' ELSE status END WHERE key = $1`,
        [message.key, at],
      );
    } else if (stage === 'accepted') {
      await tx.query(
        `UPDATE message SET accepted_at = $2, status = 'accepted' WHERE key = $1 AND status <> 'rejected'`,
        [message.key, at],
      );
      // It was on its way when its number was voided, and arrived: it belongs to its case after all.
      if (message.status === 'void') await this.cases.rebuild(tx, message);
    } else await this.noteRejected(tx, message, receipt);
  }
}
