import { Injectable } from '@nestjs/common';
import { unixSeconds, ValiseError } from '#core';
import { type Payload, prepareSeal, type Signer } from '#envelope';
import type { Decision } from '#policy';
import type { EntityManager } from 'typeorm';
import { Keys } from '../identity/keys.js';
import { Ledger } from '../ledger/ledger.js';
import { Register } from '../register/register.js';
import type { Body, MessageType } from './body.js';
import { Cases } from './cases.js';
import { Message } from './entities.js';
import { Judge, requirePermit } from './judge.js';
import { Outbox } from './outbox.js';
import { lockPair } from './pairs.js';

export interface Outgoing {
  readonly message: Message;
  readonly payload: Payload;
  readonly body: Body;
  readonly type: MessageType;
  /** Verified signatures of officers. */
  readonly officers: readonly Signer[];
}

/** The way out, up to the commit. What follows (signing by the seal, encrypting, publishing) is the relay's and can be repeated. */
@Injectable()
export class Sending {
  constructor(
    private readonly judge: Judge,
    private readonly cases: Cases,
    private readonly keys: Keys,
    private readonly ledger: Ledger,
    private readonly outbox: Outbox,
    private readonly register: Register,
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
    const decision = await this.decide(tx, outgoing, at);
    await this.cases.advance(tx, message.authority, {
      ...outgoing,
      obligations: decision.obligations,
      sentAt: at,
      receivedAt: null,
    });

    const place = { ep: pair.outEp, n: pair.outN + 1, prev: pair.outD };
    const { certificate } = this.keys.of(message.authority).seal;
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
      sentAt: new Date(unixSeconds(at) * 1000),
    } satisfies Partial<Message>);
    await tx.save(Message, message, { reload: false });
    await this.ledger.append(tx, at, [
      {
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

  private async decide(tx: EntityManager, outgoing: Outgoing, at: Date): Promise<Decision> {
    const state = await this.cases.stateOf(tx, outgoing.message.authority, outgoing.payload.case);
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

function instant(at: Date): string {
  return new Date(unixSeconds(at) * 1000).toISOString().replace('.000Z', 'Z');
}
