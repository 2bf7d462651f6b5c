import { Injectable } from '@nestjs/common';
import { type ErrorCode, unixSeconds, instantOf } from '#core';
import type { OpenedMessage, Payload } from '#envelope';
import { obstacleIn, officerRoles, readable, type Readable } from '#exchange';
import type { Decision } from '#policy';
import { HOUSE } from '#treaties';
import type { EntityManager } from 'typeorm';
import { detailOf } from '../quarantine/quarantine.js';
import { Cases } from './cases.js';
import { type ExchangeCase, Message } from './entities.js';
import { Judge } from './judge.js';

export type Verdict =
  | { readonly kind: 'accepted'; readonly decision: Decision }
  | {
      readonly kind: 'rejected';
      readonly code: ErrorCode;
      readonly rule: string | undefined;
      readonly detail: string;
      readonly decision: Decision;
    };

interface Received {
  readonly payload: Payload;
  readonly officers: readonly string[];
  readonly sentAt: Date;
  /** The `at` of our receipt `stored`: what both ends count the treaty's times from. */
  readonly receivedAt: Date;
}

/**
 * The verdict on a message that is authentic and in its place: is it readable, of this case, permissible, and next in
 * it?
 */
@Injectable()
export class Verdicts {
  constructor(
    private readonly judge: Judge,
    private readonly cases: Cases,
  ) {}

  of(tx: EntityManager, opened: OpenedMessage, at: Date): Promise<Verdict> {
    const officers = opened.officers.map(({ role }) => role);
    return this.judgeOn(
      tx,
      { payload: opened.payload, officers, sentAt: new Date(opened.seal.iat * 1000), receivedAt: at },
      at,
    );
  }

  /**
   * For a message that waited behind a gap: its signatures were verified when it was stored, under the certificates that were
   * listed then. Whether it is permissible is asked as of now.
   */
  ofStored(tx: EntityManager, message: Message, at: Date): Promise<Verdict> {
    const payload = JSON.parse(message.payload.toString('utf8')) as Payload;
    const { sentAt, storedAt } = message;
    const officers = officerRoles(message);
    return this.judgeOn(tx, { payload, officers, sentAt: sentAt ?? at, receivedAt: storedAt ?? at }, at);
  }

  /** Why no case could ever take it, whatever came before: what cannot be read need not wait. */
  unreadable({ payload }: OpenedMessage): Verdict | undefined {
    const read = readBody(payload);
    return 'kind' in read ? read : undefined;
  }

  /** A message of a case that exists may depend on one that is missing; one that opens a case depends on none. */
  mustWait({ payload }: OpenedMessage): boolean {
    return payload.case !== payload.id;
  }

  private async judgeOn(tx: EntityManager, received: Received, at: Date): Promise<Verdict> {
    const { payload, officers, sentAt, receivedAt } = received;
    const read = readBody(payload);
    if ('kind' in read) return read;
    const { type, body } = read;
    const existing = await this.cases.lock(tx, payload.to, payload.case);
    // A case has the name of the message that opened it, so that both ends know it by the same one.
    if (!existing && payload.case !== payload.id)
      return rejected('CASE_TRANSITION', `there is no case ${payload.case}`, undefined, HOUSE.procedure.cite);
    const unbound = await this.unbound(tx, payload, existing);
    if (unbound) return rejected('ENVELOPE_BINDING', unbound);

    const state = existing?.state ?? null;
    const decision = this.judge.decide({ payload, body, type, officers }, instantOf(unixSeconds(at)), state);
    if (decision.outcome !== 'permit') {
      const obstacle = obstacleIn(decision);
      return rejected(
        'ENVELOPE_POLICY',
        `${decision.outcome}: ${obstacle?.text.en ?? 'no rule allows it'}`,
        decision,
        obstacle?.rule,
      );
    }
    const step = {
      payload,
      body,
      type,
      obligations: decision.obligations,
      sentAt,
      receivedAt,
    };
    const refusal = await this.cases.advance(tx, payload.to, existing, step);
    return refusal
      ? rejected('CASE_TRANSITION', refusal.detail, decision, refusal.rule ?? HOUSE.procedure.cite)
      : { kind: 'accepted', decision };
  }

  /** `case` and `re` must be ones in which the sender takes part. */
  private async unbound(
    tx: EntityManager,
    payload: Payload,
    existing: ExchangeCase | null,
  ): Promise<string | undefined> {
    if (existing && existing.counterpart !== payload.from)
      return `the case ${payload.case} is not one of ${payload.from}`;
    if (payload.re === undefined) return undefined;
    const answered = await tx.existsBy(Message, {
      authority: payload.to,
      caseId: payload.case,
      id: payload.re,
    });
    return answered ? undefined : `it answers ${payload.re}, which is not a message of the case`;
  }
}

/** For what was not decided: rejected before, or waiting. */
export function decisionOfNobody(): Decision {
  return { outcome: 'deny', findings: [], consentFrom: [], obligations: [] };
}

function readBody(payload: Payload): Readable | Verdict {
  const read = readable(payload);
  return 'kind' in read ? rejected(read.code, read.detail) : read;
}

/** Thumbprints of those who signed a stored message, the seal last. */
export function signersOf({ jws }: Pick<Message, 'jws'>): string[] {
  return (jws?.signatures ?? []).map(({ protected: header }) => {
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString('utf8')) as { kid: string };
    return kid;
  });
}

export function rejected(
  code: ErrorCode,
  detail: string,
  decision: Decision = decisionOfNobody(),
  rule?: string,
): Verdict {
  return { kind: 'rejected', code, detail, decision, rule };
}

export function rejectionOf(verdict: Verdict | { kind: 'waiting' }): Message['rejection'] {
  if (verdict.kind !== 'rejected') return null;
  const { code, detail, rule } = verdict;
  // It repeats the sender's words, the names of unknown fields for example.
  return { code, detail: detailOf(detail), ...(rule !== undefined && { rule }) };
}
