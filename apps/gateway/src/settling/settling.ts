import { randomBytes } from 'node:crypto';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { messageOf } from '#core';
import {
  type Changes,
  type Circumstances,
  type Facts,
  type Fault,
  type Incoming,
  type Keeping,
  type Leaving,
  type Left,
  type Name,
  type SettledIn,
  settleIn,
  settleInternal,
  settleLog,
  settleOut,
  settleTelling,
  type Speaking,
  type TableName,
  type Telling,
  View,
  wantedIn,
  wantedLog,
  wantedOut,
} from '#exchange';
import { CONFIGURATION, type Configuration } from '../configuration.js';
import { Register } from '../register/register.js';
import { Revocations } from '../register/revocations.js';
import { inHalves } from '../rows/halving.js';
import { type Beside, settleRows } from '../rows/settling.js';
import { NAMES as TABLE_NAMES } from '../rows/tables.js';
import { type Bodies, bodiesOf } from './bodies.js';
import { boundsOf } from './bounds.js';
import { PathPool } from './path-pool.js';
import { RevocationFacts } from './revocation-facts.js';

/** What became of members, in their order. */
export interface SettledBatch extends Omit<SettledIn, 'changes'> {
  /** Whether there is something new in the outbox. */
  readonly publishes: boolean;
}

/**
 * The shell around the core: facts are loaded, settled purely and written, in one transaction for a batch. What a settlement is given
 * beside rows (the instant, the register, bounds, random bytes) comes from here.
 */
@Injectable()
export class Settling implements OnModuleInit {
  private readonly logger = new Logger('Settling');
  private firstEpoch = 1;

  constructor(
    private readonly pool: PathPool,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    private readonly register: Register,
    private readonly revocations: Revocations,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.readRestores();
  }

  /** Pairs that a backup did not know begin with the number of the last restore. */
  async readRestores(): Promise<void> {
    const { rows } = await this.pool.sessions.query<{ ep: number | null }>(
      'SELECT max(ep) AS ep FROM restore',
    );
    this.firstEpoch = rows[0]?.ep ?? 1;
  }

  /**
   * What came in. A member that the database refuses is quarantined alone.
   *
   * @param bodies of deliveries that may have to be kept, by hash
   */
  async in(members: readonly Incoming[], bodies: Bodies = new Map()): Promise<SettledBatch> {
    const settled: SettledIn[] = [];
    await inHalves(
      members,
      async (some) => {
        settled.push(await this.settleIn(some, bodies));
        return some.map(() => undefined);
      },
      async (member, thrown) => {
        if (member.kind !== 'delivery') throw thrown;
        const reason = { code: 'INTERNAL', detail: messageOf(thrown) } as const;
        settled.push(await this.settleIn([{ kind: 'refused', delivered: member.delivered, reason }], bodies));
        return undefined;
      },
    );
    return {
      publishes: settled.some(({ changes }) => changes.outbox !== undefined),
      settled: settled.flatMap((one) => one.settled),
      more: settled.flatMap((one) => one.more),
    };
  }

  /** What is to leave, with what is written beside it in the same transaction. */
  out(
    members: () => readonly Leaving[],
    beside?: Beside<{ readonly changes: Changes; readonly left: readonly Left[] }>,
  ): Promise<{ readonly changes: Changes; readonly left: readonly Left[] }> {
    const wanted = wantedOut(members());
    return this.settle(wanted, (facts, now) => settleOut(facts, members(), now), {
      ...(beside && { beside }),
    });
  }

  log(members: readonly Telling[], bodies: Bodies = new Map()) {
    return this.settle(wantedLog(members), (facts, now) => settleLog(facts, members, now), {
      beside: bodiesOf(bodies),
      unlocked: ['pair'],
    });
  }

  async telling(members: readonly Speaking[]) {
    const asked = members.some(({ kind }) => kind === 'ask');
    const unlocked: readonly TableName[] = ['pair', 'internalLog', ...(asked ? [] : (['mirror'] as const))];
    const told = await this.settle([], (facts, now) => settleTelling(facts, members, now), { unlocked });
    this.report(told.faults);
    return told;
  }

  async internal(members: readonly Keeping[]) {
    const unlocked: readonly TableName[] = ['pair', 'mirror'];
    const kept = await this.settle([], (facts, now) => settleInternal(facts, members, now), { unlocked });
    this.report(kept.faults);
    return kept;
  }

  /** Rows as they are, without locks. */
  async read(names: readonly Name[]): Promise<Facts> {
    const { facts } = await this.settle(names, (facts) => ({ changes: {}, facts }), {
      unlocked: TABLE_NAMES,
    });
    return facts;
  }

  /** A settlement that is no batch of members. */
  change<R>(
    wanted: readonly Name[],
    act: (view: View, circumstances: Circumstances) => R,
    after?: (result: R) => ReturnType<NonNullable<Beside<unknown>['after']>>,
  ): Promise<{ readonly changes: Changes; readonly result: R }> {
    return this.settle(
      wanted,
      (facts, now) => {
        const view = new View(facts);
        const result = act(view, now);
        return { changes: view.changes(), result };
      },
      after && { beside: { after: ({ result }) => after(result) } },
    );
  }

  /** Members that are at fault keep no other waiting, and somebody must look. */
  private report(faults: readonly Fault[]): void {
    for (const { error } of faults)
      this.logger.error(messageOf(error), error instanceof Error ? error.stack : undefined);
  }

  private settleIn(members: readonly Incoming[], bodies: Bodies): Promise<SettledIn> {
    return this.settle(wantedIn(members), (facts, now) => settleIn(facts, members, now), {
      beside: bodiesOf(bodies),
    });
  }

  private async settle<R extends { readonly changes: Changes }>(
    wanted: readonly Name[],
    run: (facts: Facts, circumstances: Circumstances) => R,
    options: { readonly unlocked?: readonly TableName[]; readonly beside?: Beside<R> } = {},
  ): Promise<R> {
    const revoked = new RevocationFacts(this.register, this.revocations);
    for (;;) {
      const found = await revoked.completing(() => {
        const circumstances = this.circumstances(revoked);
        return settleRows(
          this.pool.sessions,
          wanted,
          (facts) => revoked.requireKnown(run(facts, circumstances)),
          options,
        );
      });
      if (found) return found.result;
    }
  }

  private circumstances(revoked: RevocationFacts): Circumstances {
    const { busLevelMax } = this.configuration;
    const { snapshot } = this.register;
    return {
      at: Date.now(),
      basis: { register: snapshot.register, busLevelMax },
      registerMark: snapshot.mark,
      random: randomBytes,
      nodeOf: (authority) => snapshot.authorities.get(authority)?.node,
      isRevoked: (thumbprint, authority, at) => revoked.isRevoked(thumbprint, authority, at),
      bounds: boundsOf(this.configuration),
      firstEpoch: this.firstEpoch,
    };
  }
}
