import { createHash, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { ErrorCode } from '#core';
import { type Circumstances, type Incoming, settleIn, storable, wantedIn } from '#exchange';
import { CONFIGURATION, type Configuration } from '../configuration.js';
import { settleRows } from '../rows/settling.js';
import { bodiesOf } from '../settling/bodies.js';
import { boundsOf } from '../settling/bounds.js';
import { PathPool } from '../settling/path-pool.js';

/** Why a delivery goes to quarantine. */
export interface QuarantineReason {
  readonly code: ErrorCode;
  readonly detail: string;
  /** Of ours, that it was for, where that is known. */
  readonly authority?: string | undefined;
}
export interface Arrival {
  readonly kind: string;
  readonly exchange: string;
  readonly queue: string;
  /** The sending node, as the delivery's exchange names it; none of what did not come over the bus. */
  readonly from?: string;
  readonly body: Buffer;
}

const KIND_LENGTH_MAX = 200;

/**
 * Bad input is kept with its reason: the same bytes once, and of each sending node as much as the configuration says.
 * Past that the newest is counted and not kept. So a flood can push out neither another node's evidence nor the traces
 * of how it began, which an attacker would try to erase.
 */
@Injectable()
export class Quarantine {
  constructor(
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    private readonly pool: PathPool,
  ) {}

  /** What is no message or statement, and so is not settled with those. @returns whether it is kept as a new one */
  async put(arrival: Arrival, reason: QuarantineReason): Promise<boolean> {
    const { exchange, queue, from: node = '', body } = arrival;
    const sha256 = createHash('sha256').update(body).digest('hex');
    const kind = storable(arrival.kind).slice(0, KIND_LENGTH_MAX);
    const delivered = { node, body: { kind, exchange, queue, sha256, bytes: body.length }, attempts: 0 };
    const members: Incoming[] = [{ kind: 'refused', delivered, reason }];
    const { changes } = await settleRows(
      this.pool.sessions,
      wantedIn(members),
      (facts) => settleIn(facts, members, this.circumstances()),
      { beside: bodiesOf(new Map([[sha256, body]])) },
    );
    return [...(changes.quarantine?.values() ?? [])].some((row) => row?.times === 1);
  }

  /** Nothing is judged here, so there is nothing to judge on. */
  private circumstances(): Circumstances {
    return {
      at: Date.now(),
      get basis(): never {
        throw new Error('what is refused is not judged');
      },
      registerMark: '',
      random: randomBytes,
      nodeOf: () => undefined,
      isRevoked: () => true,
      bounds: boundsOf(this.configuration),
      firstEpoch: 1,
    };
  }
}
