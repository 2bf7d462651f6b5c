import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { instantOf, unixSeconds } from '#core';
import { type Jws, signStatement } from '#envelope';
import { officerRoles, obstacleIn, readPayload } from '#exchange';
import { DataSource, type EntityManager, In } from 'typeorm';
import { Keys, type SealKey } from '../identity/keys.js';
import { Ledger } from '../ledger/ledger.js';
import { Register } from '../register/register.js';
import { Cases } from './cases.js';
import { Message } from './entities.js';
import { Outbox } from './outbox.js';
import { lockPair } from './pairs.js';
import { now } from './now.js';
import { Judge } from './judge.js';

interface Reason {
  readonly code: 'ENVELOPE_EXPIRED' | 'POLICY_DENIED' | 'KEY_FILE';
  readonly rule: string | null;
  readonly detail: string;
}

/**
 * A message that has its number but must no longer be sent: its number is voided by a signed statement, so that the
 * other side does not wait for it.
 */
@Injectable()
export class Voids {
  private readonly logger = new Logger('Voids');

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly judge: Judge,
    private readonly cases: Cases,
    private readonly register: Register,
    private readonly keys: Keys,
    private readonly outbox: Outbox,
    private readonly ledger: Ledger,
  ) {}

  /** Decides again where the register changed since; what would be refused now is voided. @returns whether it was */
  async voidIfRefused(message: Message): Promise<boolean> {
    const unsettled = message.status === 'queued' || message.status === 'sent';
    if (message.status === 'void') return true;
    if (!unsettled) return false;
    const reason = await this.refusal(message);
    if (!reason) return false;
    return this.database.transaction((tx) => this.void(tx, message, reason));
  }

  /** The statement for a number whose message was voided, to be sent again where it was asked for. */
  statementOf(message: Message, at: Date): Jws {
    const seal = this.keys.sealAt(message.authority, at);
    const iat = unixSeconds(at);
    const content = {
      from: message.authority,
      to: message.recipient,
      ep: message.ep ?? 0,
      n: message.n ?? 0,
      D: message.d ?? '',
      reason: message.rejection?.code ?? 'POLICY_DENIED',
      at: instantOf(iat),
    };
    return signStatement({ typ: 'valise-void+jws', content, signers: [{ ...seal, role: 'seal' }], iat });
  }

  /** The seal that a message was prepared for when it took its place in the sequence. */
  sealOf({ authority, sealProtected }: Message): SealKey | undefined {
    return sealProtected === null ? undefined : this.keys.sealOf(authority, thumbprintIn(sealProtected));
  }

  private async refusal(message: Message): Promise<Reason | undefined> {
    if (message.expiresAt.getTime() <= Date.now())
      return { code: 'ENVELOPE_EXPIRED', rule: null, detail: 'it expired before it was received' };
    if (message.jws === null && this.sealOf(message) === undefined)
      return {
        code: 'KEY_FILE',
        rule: null,
        detail: 'the seal that it was prepared for is not in the configuration any more',
      };
    if (message.registerMark === this.register.snapshot.mark) return undefined;
    const read = readPayload(message.payload);
    const state = await this.cases.stateBefore(this.database.manager, message);
    const decision = this.judge.decide({ ...read, officers: officerRoles(message) }, now(), state);
    if (decision.outcome === 'permit') {
      await this.database
        .getRepository(Message)
        .update({ key: message.key }, { registerMark: this.register.snapshot.mark });
      return undefined;
    }
    return {
      code: 'POLICY_DENIED',
      rule: obstacleIn(decision)?.rule ?? null,
      detail: `${decision.outcome} on the register as it is now`,
    };
  }

  /** @returns false where a receipt came meanwhile: what was received cannot be void */
  private async void(tx: EntityManager, message: Message, reason: Reason): Promise<boolean> {
    const at = new Date();
    await lockPair(tx, message.authority, message.recipient);
    const unsettled = { key: message.key, status: In(['queued', 'sent']) };
    if (!(await tx.existsBy(Message, unsettled))) return false;
    this.logger.warn(`message ${message.id} is voided: ${reason.code} ${reason.rule ?? ''}`);
    message.rejection = {
      code: reason.code,
      detail: reason.detail,
      ...(reason.rule !== null && { rule: reason.rule }),
    };
    await tx.update(Message, { key: message.key }, { status: 'void', rejection: message.rejection });
    await tx.query('DELETE FROM outbox WHERE message_key = $1', [message.key]);
    await this.cases.rebuild(tx, message);
    await this.outbox.putStatements(
      tx,
      message.authority,
      message.recipient,
      [this.statementOf(message, at)],
      at,
    );
    await this.ledger.append(tx, at, [
      {
        authority: message.authority,
        log: message.recipient,
        kind: 'message-voided',
        content: { d: message.d, code: reason.code, rule: reason.rule },
      },
    ]);
    return true;
  }
}

function thumbprintIn(sealProtected: string): string {
  const { kid } = JSON.parse(Buffer.from(sealProtected, 'base64url').toString('utf8')) as { kid: string };
  return kid;
}
