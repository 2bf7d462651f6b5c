import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Repeating } from '#service';
import { DataSource } from 'typeorm';
import { CONFIGURATION, type Configuration } from '../configuration.js';
import { Leader } from '../database/leader.js';

const TURN_MS = 5_000;
/** Removed in one statement: its locks are short. What is left goes in the next turn. */
const BATCH_MAX = 500;

/** Removes deliveries from quarantine after their retention time; the ledger keeps the event, with its hash. */
@Injectable()
export class QuarantineHousekeeping implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Quarantine');
  private readonly repeating = new Repeating(TURN_MS, () => this.turn(), this.logger);

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    private readonly leader: Leader,
  ) {}

  onApplicationBootstrap(): void {
    this.repeating.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.repeating.stop();
  }

  private async turn(): Promise<void> {
    if (!this.leader.isLeader) return;
    await this.database.transaction(async (tx) => {
      const [removed]: [{ sha256: string }[], number] = await tx.query(
        `DELETE FROM quarantine WHERE id IN (
           SELECT id FROM quarantine WHERE last_at < now() - make_interval(secs => $1) LIMIT $2)
         RETURNING sha256`,
        [this.configuration.bounds.quarantineDays * 86_400, BATCH_MAX],
      );
      if (removed.length === 0) return;
      await tx.query(
        `DELETE FROM quarantine_body AS body WHERE sha256 = ANY($1)
           AND NOT EXISTS (SELECT 1 FROM quarantine WHERE quarantine.sha256 = body.sha256)`,
        [removed.map(({ sha256 }) => sha256)],
      );
      this.logger.log(
        `${removed.length} deliveries were removed from quarantine: their retention time is over`,
      );
    });
  }
}
