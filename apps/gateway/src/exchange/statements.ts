import { Injectable } from '@nestjs/common';
import type { OpenedStatement } from '#envelope';
import type { EntityManager } from 'typeorm';
import { Serving } from '../attachments/serve.js';
import { Quarantine } from '../quarantine/quarantine.js';
import type { BusArrival } from './arrival.js';
import { type Ask, Asks } from './asks.js';
import { Epochs } from './epochs.js';
import { Gaps } from './gaps.js';
import { Incoming } from './incoming.js';
import type { LockedPair } from './pairs.js';
import { Receipts } from './receipts.js';

/** Signed statements between two authorities: receipts, requests to resend, voids, epochs, requests for parts of attachments. */
@Injectable()
export class Statements {
  constructor(
    private readonly receipts: Receipts,
    private readonly gaps: Gaps,
    private readonly epochs: Epochs,
    private readonly incoming: Incoming,
    private readonly serving: Serving,
    private readonly quarantine: Quarantine,
    private readonly asks: Asks,
  ) {}

  async settle(
    tx: EntityManager,
    arrival: BusArrival,
    opened: OpenedStatement,
    pair: LockedPair | undefined,
    at: Date,
  ): Promise<void> {
    const unfit = await this.take(tx, arrival.from, opened, pair, at);
    if (unfit === undefined) return;
    await this.quarantine.put(tx, at, arrival, {
      code: 'ENVELOPE_BINDING',
      detail: `${opened.typ}: ${unfit}`,
      authority: opened.to,
      sender: { from: opened.signer.authority, to: opened.to },
    });
  }

  /** @returns why the statement can be about nothing of ours, or undefined */
  private async take(
    tx: EntityManager,
    node: string,
    opened: OpenedStatement,
    pair: LockedPair | undefined,
    at: Date,
  ): Promise<string | undefined> {
    if (opened.typ === 'valise-receipt+jws') return this.receipts.take(tx, opened.content, opened.jws, at);
    if (!pair) throw new Error(`the pair of a ${opened.typ} is not locked`);
    const { own, peer } = pair;
    const ask = { own, peer, node, jws: opened.jws, iat: opened.signer.iat };
    switch (opened.typ) {
      case 'valise-resend+jws':
        return (await this.asks.toResend(tx, ask, at)) ? this.gaps.answer(tx, opened.content, at) : undefined;
      case 'valise-range+jws':
        return this.serving.answer(tx, opened.content, (repeated) =>
          this.asks.forParts(tx, ask, repeated, at),
        );
      case 'valise-epoch+jws':
        return this.takeEpoch(tx, opened, pair, ask, at);
      case 'valise-void+jws': {
        const { from, to, ep, n, D } = opened.content;
        return this.incoming.void(tx, { from, to, ep, n, d: D, id: '', prev: null }, pair, at);
      }
      case 'valise-checkpoint+jws':
      case 'valise-log-ask+jws':
        return 'this gateway tells and mirrors no logs yet';
    }
  }

  /** Gaps of the epoch before may be gone with it, and what waited behind them goes on. */
  private async takeEpoch(
    tx: EntityManager,
    { content, jws }: Extract<OpenedStatement, { typ: 'valise-epoch+jws' }>,
    pair: LockedPair,
    ask: Ask,
    at: Date,
  ): Promise<string | undefined> {
    // Its signer states it until it has an answer; an answer of its own is taken at any time.
    if (content.re === null && !(await this.asks.ofEpoch(tx, ask, at))) return undefined;
    const unfit = await this.epochs.take(tx, content, jws, pair, at);
    if (unfit === undefined) await this.incoming.release(tx, pair, at);
    return unfit;
  }
}
