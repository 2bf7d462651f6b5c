import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
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
import {
  actOf,
  type Body,
  decisionRow,
  type MessageType,
  type Outgoing,
  readPayload,
  requirePermit,
} from '#exchange';
import type { Decision } from '#policy';
import type { Principal } from '#service';
import { instrumentOf, type Level } from '#treaties';
import { DataSource, type EntityManager } from 'typeorm';
import { AttachmentStore } from '../attachments/store.js';
import { CONFIGURATION, type Configuration } from '../configuration.js';
import { Keys } from '../identity/keys.js';
import { Ledger } from '../ledger/ledger.js';
import { Register } from '../register/register.js';
import type { ListedMessage } from '../rows/listing.js';
import { Judge } from '../settling/judge.js';
import { now } from '../settling/now.js';
import { type Claim, claimOf } from './claims.js';
import { type Draft, DraftRows, listed } from './draft-rows.js';
import { Sending } from './sending.js';
import { requireMaySend } from './who-sends.js';

const DAY_SECONDS = 86_400;
/** Whose signature a treaty may require: the authority's head, or between central specialised units the unit's. */
const SIGNERS = ['head', 'unit-head'] as const;
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
    @InjectDataSource() private readonly database: DataSource,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    private readonly judge: Judge,
    private readonly sending: Sending,
    private readonly rows: DraftRows,
    private readonly attachments: AttachmentStore,
    private readonly register: Register,
    private readonly keys: Keys,
    private readonly ledger: Ledger,
  ) {}

  /**
   * Drafts a message, and sends it at once where no officer’s signature is required.
   *
   * @param key Idempotency-Key: the same request under it has its effect once, and the same answer
   * @throws ValiseError POLICY_DENIED where no signature could make it permissible
   */
  async create<Answer>(
    principal: Principal,
    key: string | undefined,
    request: DraftRequest,
    view: View<Answer>,
  ): Promise<Answer> {
    const own = requireAuthority(principal);
    requireMaySend(principal, request.type);
    this.requireKnown(request);
    const claim = claimOf(principal, key, { act: 'create', request });
    return this.rows.once(claim, () => this.draft(principal, own, claim, request, view));
  }

  private async draft<Answer>(
    principal: Principal,
    own: string,
    claim: Claim | undefined,
    request: DraftRequest,
    view: View<Answer>,
  ): Promise<Answer> {
    const at = new Date();
    const attachments = await this.attachments.refer(own, request.attachments);
    const payload = this.payloadOf(own, request, attachments, at);
    const intended = { payload, body: request.body, type: request.type };
    const bytes = payloadBytes(payload);
    if (bytes.length > PAYLOAD_BYTES_MAX)
      throw new ValiseError(
        'INPUT_TOO_LARGE',
        `the message has ${bytes.length} bytes, and an envelope carries ${PAYLOAD_BYTES_MAX}`,
        { path: 'body', limit: PAYLOAD_BYTES_MAX, remedy: 'send what is large as an attachment' },
      );
    const state = await this.boundCase(payload);

    const decide = (officers: readonly string[]) =>
      this.judge.decide({ ...intended, officers }, now(), state);
    const sealedOnly = decide([]);
    // What no officer's signature would make permissible is refused now, not after one has signed.
    if (sealedOnly.outcome !== 'permit' && !SIGNERS.some((role) => decide([role]).outcome === 'permit'))
      requirePermit(decide(['head']));

    const draft: Draft = {
      own,
      payload,
      bytes,
      type: request.type,
      status: 'awaiting-signature',
      createdBy: principal.tokenId,
      createdAt: at,
    };
    if (isComplete(sealedOnly))
      return this.sending.send({
        outgoing: this.outgoing(draft, intended.body, [], []),
        claim,
        draft: undefined,
        view,
      });
    return this.rows.insert(draft, decisionRow(sealedOnly), claim, view);
  }

  /** Takes an officer's signature, made outside the gateway, and sends the message if it is permissible with it. */
  async sign<Answer>(
    principal: Principal,
    key: string | undefined,
    id: string,
    signature: JwsSignature,
    view: View<Answer>,
  ): Promise<Answer> {
    const own = requireAuthority(principal);
    const claim = claimOf(principal, key, { act: 'sign', id, signature });
    return this.rows.once(claim, async () => {
      const draft = await this.unsigned(own, id, 'takes no more signatures');
      const officer = this.verify(draft, signature);
      const { body } = readPayload(draft.bytes);
      return this.sending.send({
        outgoing: this.outgoing(draft, body, [signature], [officer]),
        claim,
        draft: { own, id },
        view,
      });
    });
  }

  /** Sends an urgent request as it stands, to be confirmed afterwards. */
  async sendNow<Answer>(
    principal: Principal,
    key: string | undefined,
    id: string,
    view: View<Answer>,
  ): Promise<Answer> {
    const own = requireAuthority(principal);
    const claim = claimOf(principal, key, { act: 'send', id });
    return this.rows.once(claim, async () => {
      const draft = await this.unsigned(own, id, 'was sent before or cannot be');
      const { body } = readPayload(draft.bytes);
      return this.sending.send({
        outgoing: this.outgoing(draft, body, [], []),
        claim,
        draft: { own, id },
        view,
      });
    });
  }

  /** Discards a draft. Its attachments are free for another message; a sent message cannot be discarded. */
  async discard(principal: Principal, id: string): Promise<ListedMessage> {
    const own = requireAuthority(principal);
    const draft = await this.rows.find(own, id);
    if (draft?.status === 'discarded') return listed(draft);
    if (!draft) throw await this.rows.whyNoDraft(own, id, 'cannot be discarded');
    await this.rows.discard(own, id);
    return listed({ ...draft, status: 'discarded' });
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
      { authority: principal.authority, kind: 'message-refused', content },
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

  private async unsigned(own: string, id: string, impossible: string): Promise<Draft> {
    const draft = await this.rows.find(own, id);
    if (!draft) throw await this.rows.whyNoDraft(own, id, impossible);
    if (draft.status === 'awaiting-signature') return draft;
    throw new ValiseError('CONFLICT', `the message ${id} is ${draft.status} and ${impossible}`, {
      path: 'id',
    });
  }

  /** @throws ValiseError REGISTER_STALE where a book that the decision rests on is too old to send by */
  private outgoing(
    { payload, bytes, type, createdBy, createdAt }: Draft,
    body: Body,
    signatures: readonly JwsSignature[],
    officers: readonly Signer[],
  ): Outgoing {
    const at = new Date();
    const { from, to, instrument } = payload;
    this.register.requireFresh(this.register.versionsFor(instrument, from, to), at);
    return {
      ...{ payload, payloadBytes: bytes, body, type: type as MessageType, createdBy },
      officers: signatures,
      roles: officers.map(({ role }) => role),
      certificate: this.keys.sealAt(from, at).certificate,
      createdAt: createdAt.getTime(),
    };
  }

  /**
   * The case as it stands, null where the message opens one. A case is between two, and its messages answer each other:
   * what the recipient would have to reject for that would leave the case in two states.
   */
  private async boundCase(payload: Payload): Promise<CaseState | null> {
    const { from: own, to, case: caseId, re, id } = payload;
    if (caseId === id) {
      if (re !== undefined) throw unknownAnswered(re);
      return null;
    }
    const [existing]: { counterpart: string; state: CaseState }[] = await this.database.query(
      'SELECT counterpart, state FROM exchange_case WHERE own = $1 AND id = $2',
      [own, caseId],
    );
    if (!existing) throw new ValiseError('NOT_FOUND', `there is no case ${caseId}`, { path: 'case' });
    if (existing.counterpart !== to)
      throw new ValiseError('INPUT_INVALID', `the case ${caseId} is with ${existing.counterpart}`, {
        path: 'to',
        remedy: 'open a case of its own with the other authority',
      });
    if (re === undefined) return existing.state;
    const known: unknown[] = await this.database.query(
      `SELECT 1 FROM message m JOIN message_state s USING (own, peer, direction, ep, n)
       WHERE m.own = $1 AND m.peer = $2 AND m.direction IN ('in', 'out') AND m.id = $3 AND m.case_id = $4
         AND (m.direction = 'in' OR s.status <> 'void')`,
      [own, to, re, caseId],
    );
    if (known.length === 0) throw unknownAnswered(re);
    return existing.state;
  }

  private verify({ own, bytes }: Draft, signature: JwsSignature): Signer {
    const at = new Date();
    const resolve = (thumbprint: string) => this.register.snapshot.resolve(thumbprint, at);
    const verified = verifyOfficerSignature({ payload: bytes, signature, resolve });
    if (!verified.ok)
      throw new ValiseError(verified.code, `signature: ${verified.detail}`, { path: 'signature' });
    if (verified.authority !== own)
      throw new ValiseError(
        'ENVELOPE_ROLE',
        `signature: the signer is of ${verified.authority}, not of ${own}`,
        {
          path: 'signature',
        },
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

type View<Answer> = (row: ListedMessage) => Answer;

function unknownAnswered(re: string): ValiseError {
  return new ValiseError('INPUT_INVALID', `${re} is not a message of the case`, { path: 're' });
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
