import { Inject, Injectable } from '@nestjs/common';
import type { CaseState } from '#cases';
import type { Instant } from '#core';
import { type Intended, judge, underCeiling } from '#exchange';
import type { Decision } from '#policy';
import type { Level } from '#treaties';
import { CONFIGURATION, type Configuration } from '../configuration.js';
import { Register } from '../register/register.js';

/** Asks whether a message may go, on our own register as it is now. */
@Injectable()
export class Judge {
  constructor(
    private readonly register: Register,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  decide(intended: Intended, at: Instant, state: CaseState | null): Decision {
    const { busLevelMax } = this.configuration;
    return judge({ register: this.register.snapshot.register, busLevelMax }, intended, at, state);
  }

  /** The decision on something that leaves over the bus, limited by this node's own ceiling too. */
  underCeiling(decision: Decision, level: Level): Decision {
    return underCeiling(decision, level, this.configuration.busLevelMax);
  }
}
