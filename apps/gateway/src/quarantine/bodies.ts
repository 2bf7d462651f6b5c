import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { ValiseError } from '#core';
import { DataSource } from 'typeorm';

/** Bodies in memory at once, each as large as the broker carries (16 MiB): so many requests cannot exhaust it. */
const AT_ONCE_MAX = 2;
/** Longer waits are refused: the caller must ask again. */
const WAITING_MAX = 16;

/** Reads quarantined bytes, few at a time. */
@Injectable()
export class QuarantineBodies {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /**
   * Hands the bytes to `use`, and counts as long as that runs.
   *
   * @throws ValiseError RATE_LIMITED where too many wait already
   */
  async read(sha256: string, use: (body: Buffer) => Promise<void>): Promise<void> {
    await this.turn();
    try {
      const [row]: { body: Buffer }[] = await this.database.query(
        'SELECT body FROM delivery_body WHERE sha256 = $1',
        [sha256],
      );
      if (!row) throw new ValiseError('NOT_FOUND', 'the bytes are not kept any more', { path: 'id' });
      await use(row.body);
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    }
  }

  private async turn(): Promise<void> {
    if (this.running < AT_ONCE_MAX) {
      this.running++;
      return;
    }
    if (this.waiting.length >= WAITING_MAX)
      throw new ValiseError('RATE_LIMITED', `${WAITING_MAX} others wait to read from quarantine`, {
        limit: WAITING_MAX,
        remedy: 'ask again in a few seconds',
      });
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }
}
