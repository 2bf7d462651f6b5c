import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { CaseState } from '#cases';
import { unixSeconds, uuidv7, ValiseError } from '#core';
import {
  type JwsSignature,
  type Payload,
  PAYLOAD_BYTES_MAX,
  payloadBytes,
  type Signer,
  verifyOfficerSignature,
} from '#envelope';
import { actOf, type Body, type MessageType, readPayload, requirePermit } from '#exchange';
import type { Decision } from '#policy';
import type { Principal } from '#service';
import { instrumentOf, type Level } from '#treaties';
import { type EntityManager, In, Not } from 'typeorm';
import { AttachmentStore } from '../attachments/store.js';
import { CONFIGURATION, type Configuration } from '../configuration.js';
import { INTERNAL, Ledger } from '../ledger/ledger.js';
import { Register } from '../register/register.js';
import { Cases } from './cases.js';
import { Message, type MessageStatus } from './entities.js';
import { requireMaySend } from './who-sends.js';
import { isOpening, type Outgoing, Sending } from './send.js';
import { now } from './now.js';
import { Judge } from './judge.js';

const DAY_SECONDS = 86_400;
/** No treaty requires more than two signatures beside the seal. */
const OFFICERS_MAX = 3;
/** Whose signature a treaty may require: the authority's head, or between central specialised units the unit's. */
const SIGNERS = ['head', 'unit-head'] as const;
/** Messages of ours that the other side never saw. */
const UNSENT: MessageStatus[] = ['awaiting-signature', 'discarded', 'void'];

export interface DraftRequest {
  readonly instrument: string;
  readonly to: string;
  readonly type: MessageType;
  readonly case?: string | undefined;
  readonly re?: string | undefined;
  readonly level: Level;
  readonly body: Body;
  readonly attachments: readonly string[];
}

/**
 * Messages before they are sent. What a head has to sign waits as a draft: its canonical bytes go out to be signed
 * and come back signed, for officers' keys never enter the gateway.
 */
@Injectable()
export class Drafts {
  constructor(
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    private readonly judge: Judge,
    private readonly cases: Cases,
    private readonly sending: Sending,
    private readonly attachments: AttachmentStore,
    private readonly register: Register,
    private readonly ledger: Ledger,
  ) {}

  /**
   * Drafts a message, and sends it at once where no officer’s signature is required.
   *
   * @throws ValiseError POLICY_DENIED where no signature could make it permissible
   */
  async create(tx: EntityManager, principal: Principal, request: DraftRequest): Promise<Message> {
    const authority = requireAuthority(principal);
    requireMaySend(principal, request.type);
    this.requireKnown(request);
    const at = new Date();
    const attachments = await this.attachments.refer(tx, authority, request.attachments);
    const payload = this.payloadOf(authority, request, attachments, at);
    const intended = { payload, body: request.body, type: request.type };
    const bytes = payloadBytes(payload);
    if (bytes.length > PAYLOAD_BYTES_MAX)
      throw new ValiseError(
        'INPUT_TOO_LARGE',
        `the message has ${bytes.length} bytes, and an envelope carries ${PAYLOAD_BYTES_MAX}`,
        { path: 'body', limit: PAYLOAD_BYTES_MAX, remedy: 'send what is large as an attachment' },
      );
    const state = await this.boundCase(tx, payload);

    const decide = (officers: readonly string[]) =>
      this.judge.decide({ ...intended, officers }, now(), state);
    const sealedOnly = decide([]);
    // What no officer's signature would make permissible is refused now, not after one has signed.
    if (sealedOnly.outcome !== 'permit' && !SIGNERS.some((role) => decide([role]).outcome === 'permit'))
      requirePermit(decide(['head']));

    const message = tx.create(Message, {
      authority,
      direction: 'out',
      id: payload.id,
      sender: authority,
      recipient: payload.to,
      caseId: payload.case,
      type: request.type,
      instrument: payload.instrument,
      level: payload.level,
      status: 'awaiting-signature',
      payload: bytes,
      officers: [],
      decision: sealedOnly,
      registerMark: this.register.snapshot.mark,
      createdBy: principal.tokenId,
      createdAt: at,
      expiresAt: new Date(payload.exp * 1000),
    });
    if (isComplete(sealedOnly)) return this.sending.send(tx, { ...intended, message, officers: [] }, at);
    await tx.insert(Message, message);
    await this.attachments.attach(tx, message, payload.attachments);
    return message;
  }

  /** Adds an officer's signature, made outside the gateway, and sends the message once it is permissible. */
  async sign(tx: EntityManager, principal: Principal, id: string, signature: JwsSignature): Promise<Message> {
    const outgoing = await this.lock(tx, requireAuthority(principal), id);
    if (outgoing.message.status !== 'awaiting-signature')
      throw new ValiseError(
        'CONFLICT',
        `the message ${id} is ${outgoing.message.status} and takes no more signatures`,
        { path: 'id' },
      );
    const officer = this.verify(outgoing.message, signature);
    if (outgoing.officers.some(({ thumbprint }) => thumbprint === officer.thumbprint))
      throw new ValiseError('CONFLICT', 'this officer has signed it already', { path: 'signature' });
    if (outgoing.officers.length >= OFFICERS_MAX)
      throw new ValiseError('INPUT_INVALID', `at most ${OFFICERS_MAX} officers sign a message`, {
        path: 'signature',
      });
    outgoing.message.officers = [...outgoing.message.officers, signature];
    return this.sending.send(tx, { ...outgoing, officers: [...outgoing.officers, officer] }, new Date());
  }

  /** Sends an urgent request as it stands, to be confirmed afterwards. */
  async sendNow(tx: EntityManager, principal: Principal, id: string): Promise<Message> {
    return this.sending.send(tx, await this.lock(tx, requireAuthority(principal), id), new Date());
  }

  /** Discards a draft. Its attachments are free for another message; a sent message cannot be discarded. */
  async discard(tx: EntityManager, principal: Principal, id: string): Promise<Message> {
    const message = await this.find(tx, requireAuthority(principal), id);
    if (message.status === 'discarded') return message;
    if (message.status !== 'awaiting-signature')
      throw new ValiseError('CONFLICT', `the message ${id} is ${message.status} and cannot be discarded`, {
        path: 'id',
      });
    await this.attachments.detach(tx, message);
    await tx.update(Message, { key: message.key }, { status: 'discarded' });
    return Object.assign(message, { status: 'discarded' as const });
  }

  /** A refusal is recorded like a message, in a transaction of its own. */
  async logRefusal(tx: EntityManager, principal: Principal, to: string, refusal: ValiseError): Promise<void> {
    const content = {
      by: principal.tokenId,
      from: principal.authority,
      to,
      code: refusal.code,
      rule: refusal.details.rule ?? null,
    };
    await this.ledger.append(tx, new Date(), [
      { authority: principal.authority, log: INTERNAL, kind: 'message-refused', content },
    ]);
  }

  /** An unknown name is a mistake of the caller, not a refusal under a treaty. */
  private requireKnown({ instrument, to }: DraftRequest): void {
    if (!instrumentOf(instrument))
      throw new ValiseError('INPUT_UNKNOWN', `instrument: there is no instrument ${instrument}`, {
        path: 'instrument',
        remedy: 'GET /v1/instruments has all of them',
      });
    if (!this.register.snapshot.authorities.has(to))
      throw new ValiseError('INPUT_UNKNOWN', `to: no list of the register names ${to}`, {
        path: 'to',
        remedy: 'GET /v1/register/authorities has all of them',
      });
  }

  private async lock(tx: EntityManager, authority: string, id: string): Promise<Outgoing> {
    const message = await this.find(tx, authority, id);
    return {
      message,
      ...readPayload(message.payload),
      officers: message.officers.map((signature) => this.verify(message, signature)),
    };
  }

  /**
   * The case as it stands, null where the message opens one. A case is between two, and its messages answer each other:
   * what the recipient would have to reject for that would leave the case in two states.
   */
  private async boundCase(tx: EntityManager, payload: Payload): Promise<CaseState | null> {
    const { from: authority, to, case: caseId, re } = payload;
    const existing = isOpening(payload) ? null : await this.cases.find(tx, authority, caseId);
    if (!isOpening(payload) && !existing)
      throw new ValiseError('NOT_FOUND', `there is no case ${caseId}`, { path: 'case' });
    if (existing && existing.counterpart !== to)
      throw new ValiseError('INPUT_INVALID', `the case ${caseId} is with ${existing.counterpart}`, {
        path: 'to',
        remedy: 'open a case of its own with the other authority',
      });
    if (re === undefined) return existing?.state ?? null;
    const answered = { authority, caseId, id: re };
    const known = await tx.existsBy(Message, [
      { ...answered, direction: 'in' },
      { ...answered, direction: 'out', status: Not(In(UNSENT)) },
    ]);
    if (!known) throw new ValiseError('INPUT_INVALID', `${re} is not a message of the case`, { path: 're' });
    return existing?.state ?? null;
  }

  private async find(tx: EntityManager, authority: string, id: string): Promise<Message> {
    const where = { authority, direction: 'out' as const, id };
    const message = await tx.findOne(Message, { where, lock: { mode: 'pessimistic_write' } });
    if (!message) throw new ValiseError('NOT_FOUND', `there is no message ${id} of ours`, { path: 'id' });
    return message;
  }

  private verify(message: Message, signature: JwsSignature): Signer {
    const at = new Date();
    const resolve = (thumbprint: string) => this.register.snapshot.resolve(thumbprint, at);
    const verified = verifyOfficerSignature({ payload: message.payload, signature, resolve });
    if (!verified.ok)
      throw new ValiseError(verified.code, `signature: ${verified.detail}`, { path: 'signature' });
    if (verified.authority !== message.authority)
      throw new ValiseError(
        'ENVELOPE_ROLE',
        `signature: the signer is of ${verified.authority}, not of ${message.authority}`,
        { path: 'signature' },
      );
    return verified;
  }

  private payloadOf(
    from: string,
    request: DraftRequest,
    attachments: Payload['attachments'],
    at: Date,
  ): Payload {
    const id = uuidv7(at.getTime(), randomBytes(16));
    return {
      v: 1,
      id,
      from,
      to: request.to,
      act: actOf(request.type),
      // The first message of a case gives it its name.
      case: request.case ?? id,
      ...(request.re !== undefined && { re: request.re }),
      instrument: request.instrument,
      register: this.register.versionsFor(request.instrument, from, request.to),
      exp: unixSeconds(at) + this.configuration.messageDays * DAY_SECONDS,
      level: request.level,
      body: request.body,
      attachments,
    };
  }
}

/** @throws ValiseError FORBIDDEN for a token that is for no authority */
export function requireAuthority(principal: Principal): string {
  if (principal.authority === null)
    throw new ValiseError(
      'FORBIDDEN',
      'this token is for no authority, and only authorities exchange messages',
    );
  return principal.authority;
}

/**
 * Permissible as it stands, with nothing left to be confirmed. An urgent request may go unsigned too, but that is for its
 * author to say: it waits for a signature, or for being sent without.
 */
function isComplete({ outcome, obligations }: Decision): boolean {
  return outcome === 'permit' && !obligations.some((obligation) => obligation.do === 'confirm-in-writing');
}
