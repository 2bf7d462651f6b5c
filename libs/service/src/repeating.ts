import type { Logger } from '@nestjs/common';
import { messageOf } from '#core';
import { isDatabaseAway } from './database-faults.js';

/** Runs something repeatedly, never twice at once. Its errors are logged, and the next turn comes all the same. */
export class Repeating {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly everyMs: number,
    private readonly run: () => Promise<void>,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      this.running ??= this.run()
        .catch((thrown: unknown) => {
          // That the database is unreachable is logged once for all.
          if (!isDatabaseAway(thrown)) this.logger.warn(messageOf(thrown));
        })
        .finally(() => {
          this.running = undefined;
        });
    }, this.everyMs);
  }

  /** Waits for the turn that is under way. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }
}
