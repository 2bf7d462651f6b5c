import { Injectable } from '@nestjs/common';
import type { CaseState } from '#cases';
import { unixSeconds, ValiseError } from '#core';
import { type Payload, prepareSeal, type Signer } from '#envelope';
import { type Body, type MessageType, requirePermit } from '#exchange';
import type { Decision } from '#policy';
import type { EntityManager } from 'typeorm';
import { AttachmentStore } from '../attachments/store.js';
import { Keys } from '../identity/keys.js';
import { Ledger } from '../ledger/ledger.js';
import { Register } from '../register/register.js';
import { type CaseRefusal, Cases } from './cases.js';
import { Message } from './entities.js';
import { Outbox } from './outbox.js';
import { lockPair } from './pairs.js';
import { Judge } from './judge.js';

export interface Outgoing {
  readonly message: Message;
  readonly payload: Payload;
  readonly body: Body;
  readonly type: MessageType;
  /** Verified signatures of officers. */
  readonly officers: readonly Signer[];
}

/**
 * The way out, up to the commit. What follows (signing by the seal, encrypting, publishing) is the relay's and is
 * idempotent.
 */
@Injectable()
export class Sending {
  constructor(
    private readonly judge: Judge,
    private readonly cases: Cases,
    private readonly keys: Keys,
    private readonly ledger: Ledger,
    private readonly outbox: Outbox,
    private readonly register: Register,
    private readonly attachments: AttachmentStore,
  ) {}

  /**
   * decide → transition → one transaction: sequence number and identity D, case state, ledger leaf, outbox row.
   *
   * @throws ValiseError POLICY_DENIED, CASE_TRANSITION, REGISTER_STALE, ENVELOPE_EXPIRED; the transaction then leaves everything as it was
   */
  async send(tx: EntityManager, outgoing: Outgoing, at: Date): Promise<Message> {
    const { message, payload, type } = outgoing;
    const pair = await lockPair(tx, message.authority, message.recipient);
    this.requireSendable(outgoing, at);
    const existing = isOpening(payload) ? null : await this.cases.lock(tx, message.authority, payload.case);
    const decision = this.decide(outgoing, existing?.state ?? null, at);
    const step = { ...outgoing, obligations: decision.obligations, sentAt: at, receivedAt: null };
    requireAdvanced(await this.cases.advance(tx, message.authority, existing, step));

    const place = { ep: pair.outEp, n: pair.outN + 1, prev: pair.outD };
    const { certificate } = this.keys.sealAt(message.authority, at);
    const sealed = prepareSeal({
      payload: message.payload,
      officers: message.officers,
      certificate,
      iat: unixSeconds(at),
      ...place,
    });
    await tx.query('UPDATE pair SET out_n = $3, out_d = $4 WHERE own = $1 AND peer = $2', [
      pair.own,
      pair.peer,
      place.n,
      sealed.D,
    ]);

    Object.assign(message, {
      ...place,
      d: sealed.D,
      sealProtected: sealed.protected,
      status: 'queued',
      decision,
      registerMark: this.register.snapshot.mark,
      // To the millisecond: what is sent and received within one second keeps its order. Treaties' clocks use whole seconds.
      sentAt: at,
    } satisfies Partial<Message>);
    await save(tx, message);
    await this.attachments.attach(tx, message, payload.attachments);
    await this.ledger.append(tx, at, [
      {
        authority: message.authority,
        log: message.recipient,
        kind: 'message-sent',
        content: {
          d: sealed.D,
          id: payload.id,
          type,
          case: payload.case,
          ep: place.ep,
          n: place.n,
          rules: decision.findings.map(({ rule }) => rule),
        },
      },
    ]);
    await this.outbox.putMessage(tx, message, at);
    return message;
  }

  private decide(outgoing: Outgoing, state: CaseState | null, at: Date): Decision {
    const officers = outgoing.officers.map(({ role }) => role);
    const decision = this.judge.decide({ ...outgoing, officers }, instant(at), state);
    requirePermit(decision);
    return decision;
  }

  private requireSendable({ payload, message }: Outgoing, at: Date): void {
    if (message.status !== 'awaiting-signature')
      throw new ValiseError(
        'CONFLICT',
        `the message ${payload.id} is ${message.status}; it was sent before or cannot be`,
        { path: 'id' },
      );
    if (payload.exp <= unixSeconds(at))
      throw new ValiseError('ENVELOPE_EXPIRED', `the message ${payload.id} expired before it was sent`, {
        remedy: 'draft it again',
      });
    this.register.requireFresh(this.register.versionsFor(payload.instrument, payload.from, payload.to), at);
  }
}

/** Our own messages open a case under their own name, so there can be none yet. */
export const isOpening = ({ id, case: name }: Payload): boolean => id === name;

/** A draft is on record already; what is sent at once is recorded now. */
async function save(tx: EntityManager, message: Message): Promise<void> {
  if (tx.hasId(message)) await tx.update(Message, { key: message.key }, message);
  else await tx.insert(Message, message);
}

function requireAdvanced(refusal: CaseRefusal | undefined): void {
  if (!refusal) return;
  const { detail, rule } = refusal;
  throw new ValiseError('CASE_TRANSITION', detail, { path: 'case', ...(rule !== undefined && { rule }) });
}

function instant(at: Date): string {
  return new Date(unixSeconds(at) * 1000).toISOString().replace('.000Z', 'Z');
}
