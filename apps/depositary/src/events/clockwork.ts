import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type BeforeApplicationShutdown,
} from '@nestjs/common';
import { messageOf } from '#core';
import { CONFIGURATION, type DepositaryConfiguration } from '../configuration.js';
import { TreatyBook } from './treaty-book.js';

const MINUTE_MS = 60_000;
/** After a failure (the database is away) it must not take an hour until the next attempt. */
const RETRY_MS = 15_000;

/** States the current version at start and then every so many minutes. */
@Injectable()
export class Clockwork implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Clockwork');
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly treatyBook: TreatyBook,
    @Inject(CONFIGURATION) private readonly configuration: DepositaryConfiguration,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.tick();
  }

  beforeApplicationShutdown(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private async tick(): Promise<void> {
    let next = this.configuration.statementEveryMinutes * MINUTE_MS;
    try {
      await this.treatyBook.state();
    } catch (thrown) {
      this.logger.warn(`no statement could be made: ${messageOf(thrown)}`);
      next = Math.min(next, RETRY_MS);
    }
    if (!this.stopped) this.timer = setTimeout(() => void this.tick(), next);
  }
}
