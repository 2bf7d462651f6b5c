import type { Logger } from '@nestjs/common';

/**
 * Log lines about an unreachable server: one when it goes, one when it is back, with the number of attempts that failed
 * between. A hundred parts of a service notice the outage, repeatedly.
 */
export class Outage {
  private since: number | undefined;
  private failures = 0;
  private lost = 0;

  constructor(
    /** Which server at which address. */
    private readonly server: string,
    private readonly logger: Pick<Logger, 'log' | 'warn'>,
    private readonly now: () => number = Date.now,
  ) {}

  /** It cannot be reached. */
  failed(reason: string): void {
    this.failures++;
    if (this.since !== undefined) return;
    this.since = this.now();
    this.logger.warn(`${this.server} is unreachable: ${reason}`);
  }

  /** It ended a session that was in use; whether it is unreachable shows at the next attempt. */
  ended(): void {
    this.lost++;
  }

  reached(): void {
    if (this.since !== undefined) {
      const seconds = ((this.now() - this.since) / 1000).toFixed(1);
      this.logger.log(
        `${this.server} is back after ${seconds} s, ${this.failures} attempts failed meanwhile`,
      );
    } else if (this.lost > 0)
      this.logger.warn(`${this.server} ended ${this.lost} sessions; it can be reached`);
    this.since = undefined;
    this.failures = this.lost = 0;
  }
}

interface ConnectionState {
  readonly state: 'connected' | 'reconnecting' | 'closed';
  readonly detail?: string;
}

/**
 * Makes listeners for the connections to one server, which is back when all of them are. A fault on a standing
 * connection (a queue that does not exist) is logged when it changes.
 */
export function connectionsTo(
  server: string,
  logger: Pick<Logger, 'log' | 'warn'>,
): () => (state: ConnectionState) => void {
  const outage = new Outage(server, logger);
  const states: ConnectionState['state'][] = [];
  return () => {
    const index = states.push('closed') - 1;
    let amiss: string | undefined;
    return ({ state, detail }) => {
      const before = states[index];
      states[index] = state;
      // The first attempt is no failure yet.
      if (state === 'reconnecting' && before !== 'closed') outage.failed(detail ?? 'the connection broke');
      if (state !== 'connected') return;
      if (states.every((one) => one === 'connected')) outage.reached();
      if (detail !== amiss && detail !== undefined) logger.warn(`${server}: ${detail}`);
      amiss = detail;
    };
  };
}
