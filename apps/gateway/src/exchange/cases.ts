import { Injectable } from '@nestjs/common';
import { type CaseEvent, type CaseState, type MessageEvent, replay, transition, voided } from '#cases';
import { type Instant, instantOf, unixSeconds } from '#core';
import type { Payload } from '#envelope';
import { byEffect, eventOf, type Body, type MessageType, readPayload } from '#exchange';
import type { Obligation } from '#policy';
import { type EntityManager, In } from 'typeorm';
import { ExchangeCase, Message, type MessageStatus } from './entities.js';

export interface Step {
  readonly payload: Payload;
  readonly body: Body;
  readonly type: MessageType;
  /** What `decide` obliges to. */
  readonly obligations: readonly Obligation[];
  readonly sentAt: Date;
  /** Null on the sender's side, where the receipt brings it. */
  readonly receivedAt: Date | null;
}
export interface CaseRefusal {
  readonly detail: string;
  readonly rule: string | undefined;
}

/** Messages that changed their case: those on their way or with the other side, and those taken from it. */
const EFFECTIVE: readonly MessageStatus[] = ['queued', 'sent', 'stored', 'pulling', 'accepted'];

/** Of one case, with payloads of up to half a megabyte. */
const READ_AT_ONCE_MAX = 16;
const READ = {
  key: true,
  authority: true,
  direction: true,
  id: true,
  decision: true,
  sentAt: true,
  storedAt: true,
  payload: true,
} as const;

/** Cases as each authority of ours sees them. Messages change them under the lock of their pair. */
@Injectable()
export class Cases {
  find(tx: EntityManager, authority: string, id: string): Promise<ExchangeCase | null> {
    return tx.findOneBy(ExchangeCase, { authority, id });
  }

  /**
   * The case as it is to be changed. Its row is locked after the pair's, where both are; receipts lock it alone, so that they
   * need not wait for what is being sent.
   */
  lock(tx: EntityManager, authority: string, id: string): Promise<ExchangeCase | null> {
    return tx.findOne(ExchangeCase, { where: { authority, id }, lock: { mode: 'pessimistic_write' } });
  }

  /** The state that a message was decided on: none, where it was the one to open the case. */
  async stateBefore(tx: EntityManager, { authority, caseId, id }: Message): Promise<CaseState | null> {
    const state = (await this.find(tx, authority, caseId))?.state ?? null;
    return state?.requestId === id ? null : state;
  }

  /**
   * Takes a case one step on; `own` is our authority in it, `existing` the case as it stands under the pair's lock.
   *
   * @returns why the case does not allow it, or undefined and the case is in its new state
   */
  async advance(
    tx: EntityManager,
    own: string,
    existing: ExchangeCase | null,
    step: Step,
  ): Promise<CaseRefusal | undefined> {
    const { payload } = step;
    const next = transition(existing?.state ?? null, messageEvent(own, step));
    if (!next.ok) return { detail: next.detail, rule: next.rule };
    const at = step.receivedAt ?? step.sentAt;
    const { state } = next;
    await tx.upsert(
      ExchangeCase,
      {
        authority: own,
        id: payload.case,
        counterpart: payload.from === own ? payload.to : payload.from,
        instrument: payload.instrument,
        status: state.status,
        state: state as never,
        openedAt: existing?.openedAt ?? at,
        updatedAt: at,
      },
      ['authority', 'id'],
    );
    return undefined;
  }

  /**
   * Makes a case again from the messages that had effect: one of them was voided or rejected, or a void one was received
   * after all. Both ends then have the same case; it is void while the message that opened it is.
   */
  async rebuild(tx: EntityManager, { authority, caseId }: Message): Promise<void> {
    const existing = await this.lock(tx, authority, caseId);
    if (!existing) return;
    const found: { key: string; id: string; at: Date; ep: number; n: string }[] = await tx.query(
      `SELECT key, id, CASE direction WHEN 'out' THEN sent_at ELSE coalesce(judged_at, created_at) END AS at, ep, n
       FROM message WHERE authority = $1 AND case_id = $2 AND status = ANY($3)`,
      [authority, caseId, EFFECTIVE],
    );
    const place = ({ id, at, ep, n }: (typeof found)[number]) => ({
      ...{ opens: id === caseId, at: at.getTime(), ep, n: Number(n) },
    });
    const effective = found.sort((one, other) => byEffect(place(one), place(other)));
    const { requestId } = existing.state;
    const opened = effective.some(({ id }) => id === requestId);
    const events = opened ? await this.eventsOfAll(tx, effective) : [];
    const state = (opened ? replay(events) : null) ?? voided(existing.state);
    await tx.update(ExchangeCase, { authority, id: caseId }, { status: state.status, state });
  }

  /** A few payloads in memory at a time: the other side decides how many messages a case has, and how large they are. */
  private async eventsOfAll(tx: EntityManager, messages: readonly { key: string }[]): Promise<CaseEvent[]> {
    const events: CaseEvent[] = [];
    for (let from = 0; from < messages.length; from += READ_AT_ONCE_MAX) {
      const keys = messages.slice(from, from + READ_AT_ONCE_MAX).map(({ key }) => key);
      const found = await tx.find(Message, { select: READ, where: { key: In(keys) } });
      const byKey = new Map(found.map((message) => [message.key, message]));
      for (const key of keys) {
        const message = byKey.get(key);
        if (message) events.push(...eventsOf(message.authority, message));
      }
    }
    return events;
  }

  /** The executor's receipt for the opening message starts the treaty's clocks at the initiator too. */
  async noteReceived(tx: EntityManager, message: Message, at: Instant): Promise<void> {
    // Only a message that opened a case gave it its name.
    if (message.caseId !== message.id) return;
    const existing = await this.lock(tx, message.authority, message.caseId);
    if (!existing) return;
    const next = transition(existing.state, {
      kind: 'received',
      id: message.id,
      at,
      obligations: message.decision.obligations,
    });
    if (!next.ok) return;
    await tx.update(
      ExchangeCase,
      { authority: message.authority, id: message.caseId },
      { status: next.state.status, state: next.state },
    );
  }
}

function messageEvent(
  own: string,
  { payload, body, type, obligations, sentAt, receivedAt }: Step,
): MessageEvent {
  return {
    ...eventOf(own, payload, body, type, sentAt.getTime()),
    receivedAt: receivedAt && instantOf(unixSeconds(receivedAt)),
    obligations,
  };
}

/** What a message did to its case when it was sent or taken, and its receipt after it. */
function eventsOf(own: string, message: Pick<Message, keyof typeof READ>): CaseEvent[] {
  const { id, direction, decision, sentAt, storedAt } = message;
  if (sentAt === null) return [];
  const { obligations } = decision;
  const receivedAt = direction === 'in' ? storedAt : null;
  const taken = messageEvent(own, { ...readPayload(message.payload), obligations, sentAt, receivedAt });
  if (direction === 'in' || storedAt === null) return [taken];
  return [taken, { kind: 'received', id, at: instantOf(unixSeconds(storedAt)), obligations }];
}
