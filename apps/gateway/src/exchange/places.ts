import { Injectable } from '@nestjs/common';
import type { ErrorCode } from '#core';
import { fitsSuccessor, GAP_MAX, type Numbered, placeOf } from '#exchange';
import { type EntityManager, LessThan } from 'typeorm';
import { Gap, Message, Pair, Receipt } from './entities.js';
import { Gaps } from './gaps.js';
import type { LockedPair } from './pairs.js';
import { Receipts } from './receipts.js';

/** An authenticated message, as its seal numbers it. */
export interface Arrived extends Numbered {
  readonly id: string;
  readonly d: string;
  readonly from: string;
  readonly to: string;
}
export type Taken =
  | { readonly kind: 'taken' }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'early'; readonly detail: string }
  | { readonly kind: 'conflict'; readonly code: ErrorCode; readonly detail: string };

/** The places of one authority's messages to another: every authenticated message takes one, and each is taken once. */
@Injectable()
export class Places {
  constructor(
    private readonly receipts: Receipts,
    private readonly gaps: Gaps,
  ) {}

  /** Takes a message's place. One that has it already gets the same receipts again and is counted. */
  async take(tx: EntityManager, arrived: Arrived, pair: LockedPair, at: Date): Promise<Taken> {
    const { id, d, from, to } = arrived;
    // Whatever was settled under this identifier has a receipt of ours.
    const given = await tx.find(Receipt, {
      select: { d: true },
      where: { authority: to, direction: 'given', peer: from, messageId: id },
    });
    if (given.some((receipt) => receipt.d === d)) {
      await tx.increment(Pair, { own: pair.own, peer: pair.peer }, 'duplicates', 1);
      // A message that was refused out of its place and arrives again on request is settled: it is no longer missing.
      if (pair.gaps) await tx.delete(Gap, { own: pair.own, peer: pair.peer, ep: arrived.ep, n: arrived.n });
      await this.receipts.giveAgain(tx, to, from, d, at);
      return { kind: 'duplicate' };
    }
    if (given.length > 0) return conflict(`another message had the identifier ${id}`);
    return this.takeNew(tx, arrived, pair, at);
  }

  /** Notes that a number is settled: the next one is expected, or a gap is closed. */
  async moveOn(tx: EntityManager, pair: LockedPair, { ep, n, d }: Arrived): Promise<void> {
    const { own, peer } = pair;
    if (ep < pair.inEp || n <= pair.inN) {
      await tx.delete(Gap, { own, peer, ep, n });
      return;
    }
    Object.assign(pair, { inN: n, inD: d });
    await tx.update(Pair, { own, peer }, { inN: n, inD: d });
  }

  /** Whether a number is the next one, or one that is missing. */
  async isOpen(
    tx: EntityManager,
    { own, peer, inEp, inN }: LockedPair,
    { ep, n }: Numbered,
  ): Promise<boolean> {
    return (ep === inEp && n === inN + 1) || (await tx.existsBy(Gap, { own, peer, ep, n }));
  }

  /** Whether a number before this one is missing, or waits itself; also of one whose place is not taken yet. */
  async isBehind(
    tx: EntityManager,
    { own, peer, gaps, waiting, inEp, inN }: LockedPair,
    { ep, n }: Numbered,
  ): Promise<boolean> {
    if (ep === inEp && n > inN + 1) return true;
    const earlier = <T extends object>(fixed: T) => [
      { ...fixed, ep, n: LessThan(n) },
      { ...fixed, ep: LessThan(ep) },
    ];
    if (gaps && (await tx.existsBy(Gap, earlier({ own, peer })))) return true;
    const waits = { authority: own, sender: peer, direction: 'in' as const, status: 'waiting' as const };
    return waiting && tx.existsBy(Message, earlier(waits));
  }

  private async takeNew(tx: EntityManager, arrived: Arrived, pair: LockedPair, at: Date): Promise<Taken> {
    const { from, to, ep, n, d } = arrived;
    const past = ep < pair.inEp || n <= pair.inN;
    const isGap = past && (await tx.existsBy(Gap, { own: to, peer: from, ep, n }));
    const before = isGap ? ((await this.neighbour(tx, arrived, n - 1))?.d ?? undefined) : undefined;
    const after = isGap ? (await this.neighbour(tx, arrived, n + 1))?.prev : undefined;
    const place = placeOf({ ep: pair.inEp, n: pair.inN, d: pair.inD }, arrived, { isGap, before, after });
    if (place.kind === 'conflict') return conflict(place.detail);
    if (place.kind === 'early') return place;
    if (place.kind === 'late' && !fitsSuccessor(d, after))
      return conflict(`its successor ${n + 1} names another message as the one before it`);
    if (place.kind === 'ahead') {
      const open = pair.gaps ? await tx.countBy(Gap, { own: to, peer: from }) : 0;
      if (open + place.missing.to - place.missing.from >= GAP_MAX)
        return conflict(`more than ${GAP_MAX} numbers would be missing`);
      await this.gaps.note(tx, to, from, ep, place.missing, at);
      pair.gaps = true;
    }
    await this.moveOn(tx, pair, arrived);
    return { kind: 'taken' };
  }

  private neighbour(tx: EntityManager, { from, to, ep }: Arrived, n: number): Promise<Message | null> {
    return tx.findOneBy(Message, { authority: to, direction: 'in', sender: from, recipient: to, ep, n });
  }
}

function conflict(detail: string): Taken {
  return { kind: 'conflict', code: 'CONFLICT', detail };
}
