import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Json, ValiseError } from '#core';
import type { Payload } from '#envelope';
import { type DecisionRow, readStoredPayload } from '#exchange';
import { isDatabaseAway } from '#service';
import { DataSource } from 'typeorm';
import { bindAttachments, freeAttachments } from '../attachments/drafts.js';
import type { ListedMessage } from '../rows/listing.js';
import { Settling } from '../settling/settling.js';
import { type Claim, claim, CLAIMS_KEPT_HOURS, settleClaims } from './claims.js';

/** A message before it has a number. */
export interface Draft {
  readonly own: string;
  readonly payload: Payload;
  /** Of the payload, as officers sign it. */
  readonly bytes: Buffer;
  readonly type: string;
  readonly status: 'awaiting-signature' | 'discarded';
  readonly createdBy: string | null;
  readonly createdAt: Date;
}

const INSERT = `INSERT INTO draft (own, id, peer, case_id, type, instrument, level, status, payload, decision, attachments, created_by, created_at, expires_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, 'awaiting-signature', $8, $9, $10, $11, $12, $13)`;

/** Drafts as they are stored, with the keys under which they were asked for and the attachments that they name. */
@Injectable()
export class DraftRows {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly settling: Settling,
  ) {}

  async find(own: string, id: string): Promise<Draft | undefined> {
    const [row]: (Pick<Draft, 'type' | 'status'> & {
      payload: Buffer;
      created_by: string | null;
      created_at: Date;
    })[] = await this.database.query(
      'SELECT type, status, payload, created_by, created_at FROM draft WHERE own = $1 AND id = $2',
      [own, id],
    );
    if (!row) return undefined;
    const { type, status, payload: bytes, created_by: createdBy, created_at: createdAt } = row;
    return { own, payload: readStoredPayload(bytes), bytes, type, status, createdBy, createdAt };
  }

  /**
   * The answer that a key got before, or what the work gives. The claim in the transaction decides; but who fails before that, perhaps on
   * what the same request has just changed, gets the answer that it has by then.
   */
  async once<Answer>(one: Claim | undefined, run: () => Promise<Answer>): Promise<Answer> {
    const before = await this.answered<Answer>(one);
    if (before !== undefined) return before;
    try {
      return await run();
    } catch (thrown) {
      const meanwhile = isDatabaseAway(thrown) ? undefined : await this.answered<Answer>(one);
      if (meanwhile !== undefined) return meanwhile;
      throw thrown;
    }
  }

  private async answered<Answer>(one: Claim | undefined): Promise<Answer | undefined> {
    if (!one) return undefined;
    const [known]: { request_sha256: string; response: Answer | null }[] = await this.database.query(
      `SELECT request_sha256, response FROM idempotency_key
       WHERE token_id = $1 AND key = $2 AND created_at > now() - make_interval(hours => $3)`,
      [one.tokenId, one.key, CLAIMS_KEPT_HOURS],
    );
    return known?.request_sha256 === one.hash ? (known.response ?? undefined) : undefined;
  }

  /** @throws ValiseError CONFLICT where another message was quicker to name an attachment; IDEMPOTENCY_MISMATCH */
  async insert<Answer>(
    draft: Draft,
    decision: DecisionRow,
    one: Claim | undefined,
    view: (row: ListedMessage) => Answer,
  ): Promise<Answer> {
    const { own, payload, bytes, type, createdBy, createdAt } = draft;
    let answer = view(listed(draft));
    let isNew = true;
    await this.settling.out(() => [], {
      before: async (ask) => {
        const claimed = await claim(ask, [one]);
        isNew = claimed.isOurs(one);
        if (!isNew && one) {
          answer = claimed.answerTo(one) as Answer;
          return;
        }
        const ids = payload.attachments.map(({ id }) => id);
        const bound = await ask(bindAttachments({ own, id: payload.id, peer: payload.to }, ids));
        if (bound.rowCount !== ids.length)
          throw new ValiseError('CONFLICT', 'an attachment belongs to another message', {
            path: 'attachments',
          });
        const expiresAt = new Date(payload.exp * 1000);
        await ask({
          name: 'draft insert',
          text: INSERT,
          values: [
            ...[own, payload.id, payload.to, payload.case, type, payload.instrument, payload.level],
            ...[
              bytes,
              JSON.stringify(decision),
              JSON.stringify(payload.attachments),
              createdBy,
              createdAt,
              expiresAt,
            ],
          ],
        });
      },
      after: () => (isNew ? settleClaims([{ claim: one, answer: answer as Json }]) : []),
    });
    return answer;
  }

  /** @throws ValiseError CONFLICT where it was sent meanwhile */
  async discard(own: string, id: string): Promise<void> {
    await this.settling.out(() => [], {
      before: async (ask) => {
        const { rowCount } = await ask({
          name: 'draft discard',
          text: `UPDATE draft SET status = 'discarded' WHERE own = $1 AND id = $2`,
          values: [own, id],
        });
        if (rowCount !== 1)
          throw new ValiseError('CONFLICT', `the message ${id} was sent meanwhile`, { path: 'id' });
        await ask(freeAttachments(own, id));
      },
    });
  }

  /** That there is no such message, or in what state it is. */
  async whyNoDraft(own: string, id: string, impossible: string): Promise<ValiseError> {
    const [sent]: { status: string }[] = await this.database.query(
      `SELECT s.status FROM pair p
       JOIN message m ON m.own = p.own AND m.peer = p.peer AND m.direction = 'out' AND m.id = $2
       JOIN message_state s ON (s.own, s.peer, s.direction, s.ep, s.n) = (m.own, m.peer, m.direction, m.ep, m.n)
       WHERE p.own = $1`,
      [own, id],
    );
    return sent
      ? new ValiseError('CONFLICT', `the message ${id} is ${sent.status} and ${impossible}`, { path: 'id' })
      : new ValiseError('NOT_FOUND', `there is no message ${id}`, { path: 'id' });
  }
}

export function listed({ own, payload, type, status, createdAt }: Draft): ListedMessage {
  const { id, to, case: caseId, instrument, level, exp } = payload;
  return {
    ...{ direction: 'out', id, sender: own, recipient: to, caseId, type, instrument, level, status },
    ...{ d: null, ep: null, n: null, createdAt, sentAt: null, storedAt: null, acceptedAt: null },
    expiresAt: new Date(exp * 1000),
    rejection: null,
  };
}
