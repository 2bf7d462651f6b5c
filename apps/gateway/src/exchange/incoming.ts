import { Injectable } from '@nestjs/common';
import { type ErrorCode, instantOf, unixSeconds } from '#core';
import type { AuthenticatedSender, OpenedMessage } from '#envelope';
import { type EntityManager, LessThan } from 'typeorm';
import { AttachmentStore } from '../attachments/store.js';
import { Ledger } from '../ledger/ledger.js';
import { Quarantine } from '../quarantine/quarantine.js';
import { Register } from '../register/register.js';
import { Gap, Message, type Pair, Receipt } from './entities.js';
import { Gaps } from './gaps.js';
import { Receipts, type Stage } from './receipts.js';
import type { BusArrival } from './receive.js';
import { fitsSuccessor, type Numbered, placeOf } from './sequence.js';
import { decisionOfNobody, type Verdict, Verdicts } from './verdict.js';

interface Arrived extends Numbered {
  readonly id: string;
  readonly d: string;
  readonly from: string;
  readonly to: string;
}

/** Settles one authenticated message, under the lock of its pair: doubled? in its place? permissible? */
@Injectable()
export class Incoming {
  constructor(
    private readonly verdicts: Verdicts,
    private readonly receipts: Receipts,
    private readonly gaps: Gaps,
    private readonly attachments: AttachmentStore,
    private readonly register: Register,
    private readonly quarantine: Quarantine,
    private readonly ledger: Ledger,
  ) {}

  /** replay → sequence → verdict (decide, transition) → message, receipts, ledger */
  async settle(
    tx: EntityManager,
    arrival: BusArrival,
    opened: OpenedMessage,
    pair: Pair,
    at: Date,
  ): Promise<void> {
    const { payload, seal, D } = opened;
    const arrived = {
      id: payload.id,
      d: D,
      from: payload.from,
      to: payload.to,
      ep: seal.ep,
      n: seal.n,
      prev: seal.prev,
    };
    if (await this.isDoubled(tx, arrived, pair, at)) return;
    const conflict = await this.conflict(tx, arrived, pair, at);
    if (conflict) {
      await this.quarantineAndTell(tx, arrival, arrived, conflict, at);
      return;
    }
    const behindGap = await this.isBehindGap(tx, pair, arrived);
    const verdict =
      behindGap && this.verdicts.mustWait(opened)
        ? ({ kind: 'waiting' } as const)
        : await this.verdicts.of(tx, opened, at);
    await this.store(tx, arrival, opened, verdict, at);
    await this.release(tx, pair, at);
  }

  /** An authenticated message that is rejected without being read further: it has its place in the sequence all the same. */
  async reject(
    tx: EntityManager,
    arrival: BusArrival,
    sender: AuthenticatedSender,
    pair: Pair,
    reason: { code: ErrorCode; detail: string },
    at: Date,
  ): Promise<void> {
    const arrived = { ...sender, d: sender.D };
    if (await this.isDoubled(tx, arrived, pair, at)) return;
    const conflict = await this.conflict(tx, arrived, pair, at);
    await this.quarantineAndTell(tx, arrival, arrived, conflict ?? reason, at);
    await this.release(tx, pair, at);
  }

  /** A number that the other side voided: nothing comes under it any more. */
  async void(tx: EntityManager, arrived: Arrived, pair: Pair, at: Date): Promise<undefined> {
    const isNext = arrived.n === pair.inN + 1 && arrived.ep === pair.inEp;
    const isGap = await tx.existsBy(Gap, { own: pair.own, peer: pair.peer, ep: arrived.ep, n: arrived.n });
    if (!isNext && !isGap) return;
    await this.moveOn(tx, pair, arrived);
    await this.release(tx, pair, at);
  }

  /** Same identity: no effect, the same receipts again, counted. */
  private async isDoubled(
    tx: EntityManager,
    { d, from, to }: Arrived,
    pair: Pair,
    at: Date,
  ): Promise<boolean> {
    if (!(await tx.existsBy(Receipt, { authority: to, direction: 'given', peer: from, d }))) return false;
    await tx.query('UPDATE pair SET duplicates = duplicates + 1 WHERE own = $1 AND peer = $2', [
      pair.own,
      pair.peer,
    ]);
    await this.receipts.giveAgain(tx, to, from, d, at);
    return true;
  }

  /** Takes the message's place in the sequence. @returns why there is none */
  private async conflict(
    tx: EntityManager,
    arrived: Arrived,
    pair: Pair,
    at: Date,
  ): Promise<{ code: ErrorCode; detail: string } | undefined> {
    const { id, from, to, ep, n } = arrived;
    if (await tx.existsBy(Receipt, { authority: to, direction: 'given', peer: from, messageId: id }))
      return { code: 'CONFLICT', detail: `another message had the identifier ${id}` };
    const isGap = n <= pair.inN && (await tx.existsBy(Gap, { own: to, peer: from, ep, n }));
    const before = isGap ? await this.dOf(tx, arrived, n - 1) : undefined;
    const after = isGap ? (await this.neighbour(tx, arrived, n + 1))?.prev : undefined;
    const place = placeOf({ ep: pair.inEp, n: pair.inN, d: pair.inD }, arrived, { isGap, before, after });
    if (place.kind === 'conflict') return { code: 'CONFLICT', detail: place.detail };
    if (place.kind === 'late' && !fitsSuccessor(arrived.d, after))
      return {
        code: 'CONFLICT',
        detail: `its successor ${n + 1} names another message as the one before it`,
      };
    if (place.kind === 'ahead') await this.gaps.note(tx, to, from, ep, place.missing, at);
    await this.moveOn(tx, pair, arrived);
    return undefined;
  }

  private async moveOn(
    tx: EntityManager,
    pair: Pair,
    { ep, n, d }: { ep: number; n: number; d: string },
  ): Promise<void> {
    if (n <= pair.inN) {
      await tx.delete(Gap, { own: pair.own, peer: pair.peer, ep, n });
      return;
    }
    pair.inN = n;
    pair.inD = d;
    await tx.query('UPDATE pair SET in_n = $3, in_d = $4 WHERE own = $1 AND peer = $2', [
      pair.own,
      pair.peer,
      n,
      d,
    ]);
  }

  private async store(
    tx: EntityManager,
    arrival: BusArrival,
    opened: OpenedMessage,
    verdict: Verdict | { kind: 'waiting' },
    at: Date,
  ): Promise<void> {
    const { payload, seal, D } = opened;
    const rejection =
      verdict.kind === 'rejected'
        ? {
            code: verdict.code,
            detail: verdict.detail,
            ...(verdict.rule !== undefined && { rule: verdict.rule }),
          }
        : null;
    const pulling = verdict.kind === 'accepted' && payload.attachments.length > 0;
    const status =
      verdict.kind === 'accepted' ? (pulling ? ('pulling' as const) : ('accepted' as const)) : verdict.kind;
    const message = tx.create(Message, {
      authority: payload.to,
      direction: 'in',
      id: payload.id,
      sender: payload.from,
      recipient: payload.to,
      caseId: payload.case,
      type: payload.act.split('/')[0] ?? '',
      instrument: payload.instrument,
      level: payload.level,
      status,
      payload: opened.payloadBytes,
      officers: opened.jws.signatures.slice(0, -1),
      sealProtected: opened.jws.signatures.at(-1)?.protected ?? null,
      jws: opened.jws,
      d: D,
      ep: seal.ep,
      n: seal.n,
      prev: seal.prev,
      decision: verdict.kind === 'waiting' ? decisionOfNobody() : verdict.decision,
      registerMark: this.register.snapshot.mark,
      createdAt: at,
      sentAt: new Date(seal.iat * 1000),
      storedAt: secondsOnly(at),
      acceptedAt: status === 'accepted' ? secondsOnly(at) : null,
      expiresAt: new Date(payload.exp * 1000),
      rejection,
    });
    await tx.insert(Message, message);
    if (verdict.kind !== 'rejected' && payload.attachments.length > 0)
      await this.attachments.expect(tx, message, payload.attachments, opened.attachmentKeys, pulling, at);
    const about = { authority: payload.to, peer: payload.from, id: payload.id, d: D, ep: seal.ep, n: seal.n };
    await this.receipts.give(tx, about, stagesOf(verdict, pulling), at);
    if (verdict.kind === 'rejected')
      await this.quarantine.put(tx, at, arrival, {
        ...verdict,
        authority: payload.to,
        sender: { from: payload.from, to: payload.to, id: payload.id, d: D },
      });
    await this.ledger.append(tx, at, [
      {
        log: payload.from,
        kind: 'message-received',
        content: {
          d: D,
          id: payload.id,
          act: payload.act,
          case: payload.case,
          ep: seal.ep,
          n: seal.n,
          status,
          at: instantOf(unixSeconds(at)),
        },
      },
    ]);
  }

  /** Once nothing is missing before them, messages that waited are judged, in their order. */
  private async release(tx: EntityManager, pair: Pair, at: Date): Promise<void> {
    const waiting: Message[] = await tx
      .createQueryBuilder(Message, 'message')
      .where(
        `message.authority = :own AND message.direction = 'in' AND message.sender = :peer AND message.status = 'waiting'`,
        pair,
      )
      .andWhere(
        'NOT EXISTS (SELECT 1 FROM gap WHERE gap.own = :own AND gap.peer = :peer AND gap.n < message.n)',
      )
      .orderBy('message.n')
      .getMany();
    for (const message of waiting) await this.judgeWaiting(tx, message, pair, at);
  }

  private async judgeWaiting(tx: EntityManager, message: Message, pair: Pair, at: Date): Promise<void> {
    const verdict = await this.verdicts.ofStored(tx, message, at);
    const pulling = verdict.kind === 'accepted' && (await this.attachments.begin(tx, message));
    const about = {
      authority: pair.own,
      peer: pair.peer,
      id: message.id,
      d: message.d ?? '',
      ep: message.ep ?? 0,
      n: message.n ?? 0,
    };
    if (verdict.kind === 'rejected') {
      const rejection = {
        code: verdict.code,
        detail: verdict.detail,
        ...(verdict.rule !== undefined && { rule: verdict.rule }),
      };
      await tx.update(
        Message,
        { key: message.key },
        { status: 'rejected', rejection, decision: verdict.decision },
      );
      await this.receipts.give(
        tx,
        about,
        [{ stage: 'rejected', code: verdict.code, rule: verdict.rule }],
        at,
      );
      return;
    }
    await tx.update(
      Message,
      { key: message.key },
      {
        status: pulling ? 'pulling' : 'accepted',
        acceptedAt: pulling ? null : secondsOnly(at),
        decision: verdict.decision,
      },
    );
    if (!pulling) await this.receipts.give(tx, about, [{ stage: 'accepted' }], at);
  }

  private async quarantineAndTell(
    tx: EntityManager,
    arrival: BusArrival,
    arrived: Arrived,
    reason: { code: ErrorCode; detail: string },
    at: Date,
  ): Promise<void> {
    const { id, d, from, to, ep, n } = arrived;
    await this.quarantine.put(tx, at, arrival, {
      ...reason,
      authority: to,
      sender: { from, to, id, d, ep, n },
    });
    await this.receipts.give(
      tx,
      { authority: to, peer: from, id, d, ep, n },
      [{ stage: 'rejected', code: reason.code }],
      at,
    );
  }

  private isBehindGap(tx: EntityManager, pair: Pair, { ep, n }: Numbered): Promise<boolean> {
    return tx.existsBy(Gap, { own: pair.own, peer: pair.peer, ep, n: LessThan(n) });
  }

  private async dOf(tx: EntityManager, arrived: Arrived, n: number): Promise<string | undefined> {
    return (await this.neighbour(tx, arrived, n))?.d ?? undefined;
  }

  private neighbour(tx: EntityManager, { from, to, ep }: Arrived, n: number): Promise<Message | null> {
    return tx.findOneBy(Message, { authority: to, direction: 'in', sender: from, recipient: to, ep, n });
  }
}

function stagesOf(verdict: Verdict | { kind: 'waiting' }, pulling: boolean): Stage[] {
  if (verdict.kind === 'rejected') return [{ stage: 'rejected', code: verdict.code, rule: verdict.rule }];
  return verdict.kind === 'accepted' && !pulling
    ? [{ stage: 'stored' }, { stage: 'accepted' }]
    : [{ stage: 'stored' }];
}

function secondsOnly(at: Date): Date {
  return new Date(unixSeconds(at) * 1000);
}
