import { Injectable } from '@nestjs/common';
import { type ErrorCode, instantOf, unixSeconds } from '#core';
import type { AuthenticatedSender, OpenedMessage } from '#envelope';
import type { EntityManager } from 'typeorm';
import { AttachmentStore } from '../attachments/store.js';
import { Ledger } from '../ledger/ledger.js';
import { Quarantine } from '../quarantine/quarantine.js';
import { Refusals } from '../quarantine/refusals.js';
import { Register } from '../register/register.js';
import type { BusArrival } from './arrival.js';
import { Message } from './entities.js';
import { Holding } from './holding.js';
import type { LockedPair } from './pairs.js';
import { type Arrived, Places } from './places.js';
import { Receipts, type Stage } from './receipts.js';
import { decisionOfNobody, rejected, rejectionOf, type Verdict, Verdicts } from './verdict.js';
import { Waiting } from './waiting.js';

/** Settles one authenticated message, under the lock of its pair: a duplicate? in its place? permissible? */
@Injectable()
export class Incoming {
  constructor(
    private readonly verdicts: Verdicts,
    private readonly receipts: Receipts,
    private readonly places: Places,
    private readonly attachments: AttachmentStore,
    private readonly register: Register,
    private readonly holding: Holding,
    private readonly quarantine: Quarantine,
    private readonly ledger: Ledger,
    private readonly waiting: Waiting,
    private readonly refusals: Refusals,
  ) {}

  /** readable? → may it wait? → replay → sequence → verdict (decide, transition) → message, receipts, ledger */
  async settle(
    tx: EntityManager,
    arrival: BusArrival,
    opened: OpenedMessage,
    pair: LockedPair,
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
    const unfit = this.verdicts.unreadable(opened) ?? (await this.objection(tx, opened));
    const mustWait =
      unfit === undefined &&
      this.verdicts.mustWait(opened) &&
      (await this.places.isBehind(tx, pair, arrived));
    if (mustWait && !(await this.waiting.admits(tx, pair, opened))) {
      await this.refusals.count(tx, arrival.from, 'waiting', at);
      return;
    }
    const taken = await this.places.take(tx, arrived, pair, at);
    if (taken.kind === 'duplicate') {
      await this.release(tx, pair, at);
      return;
    }
    if (taken.kind === 'early') {
      await this.holding.hold(tx, arrival, { code: 'GAP', detail: taken.detail, d: arrived.d }, at);
      return;
    }
    if (taken.kind === 'conflict') {
      await this.quarantineAndTell(tx, arrival, arrived, taken, at);
      return;
    }
    const verdict = mustWait
      ? ({ kind: 'waiting' } as const)
      : (unfit ?? (await this.verdicts.of(tx, opened, at)));
    if (mustWait) pair.waiting = true;
    await this.store(tx, arrival, opened, verdict, at);
    await this.release(tx, pair, at);
  }

  /** An authenticated message that is rejected without being read further: it has its place in the sequence all the same. */
  async reject(
    tx: EntityManager,
    arrival: BusArrival,
    sender: AuthenticatedSender,
    pair: LockedPair,
    reason: { code: ErrorCode; detail: string },
    at: Date,
  ): Promise<void> {
    const arrived = { ...sender, d: sender.D };
    const taken = await this.places.take(tx, arrived, pair, at);
    if (taken.kind === 'duplicate') {
      await this.release(tx, pair, at);
      return;
    }
    if (taken.kind === 'early') {
      await this.holding.hold(tx, arrival, { code: 'GAP', detail: taken.detail, d: arrived.d }, at);
      return;
    }
    await this.quarantineAndTell(tx, arrival, arrived, taken.kind === 'conflict' ? taken : reason, at);
    await this.release(tx, pair, at);
  }

  /** A number that the other side voided: no message can have it any more. */
  async void(tx: EntityManager, arrived: Arrived, pair: LockedPair, at: Date): Promise<undefined> {
    if (!(await this.places.isOpen(tx, pair, arrived))) return;
    await this.places.moveOn(tx, pair, arrived);
    await this.release(tx, pair, at);
  }

  private async store(
    tx: EntityManager,
    arrival: BusArrival,
    opened: OpenedMessage,
    verdict: Verdict | { kind: 'waiting' },
    at: Date,
  ): Promise<void> {
    const { payload, seal, D } = opened;
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
      rejection: rejectionOf(verdict),
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
        authority: payload.to,
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

  /** Once nothing is missing before them, messages that waited are judged, in their order: the first of them at once. */
  async release(tx: EntityManager, pair: LockedPair, at: Date): Promise<void> {
    await this.waiting.release(tx, pair, at);
  }

  private async objection(tx: EntityManager, { payload }: OpenedMessage): Promise<Verdict | undefined> {
    const objection = await this.attachments.objection(tx, payload);
    return objection === undefined ? undefined : rejected('ENVELOPE_ATTACHMENT', objection);
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
