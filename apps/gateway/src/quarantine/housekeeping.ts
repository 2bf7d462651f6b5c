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
    await this.removeEnded();
    await this.removeBodies();
  }

  /** What is kept of a node is counted with its rows, in the order in which settlements lock them. */
  private async removeEnded(): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [removed]: [{ node: string; bytes: number }[], number] = await tx.query(
        `DELETE FROM quarantine WHERE key IN (
           SELECT key FROM quarantine WHERE last_at < now() - make_interval(secs => $1) ORDER BY key LIMIT $2 FOR UPDATE)
         RETURNING node, coalesce((body->>'bytes')::bigint, 0) AS bytes`,
        [this.configuration.bounds.quarantineDays * 86_400, BATCH_MAX],
      );
      if (removed.length === 0) return;
      await tx.query(
        `UPDATE node_use AS kept SET quarantine_rows = quarantine_rows - gone.rows, quarantine_bytes = quarantine_bytes - gone.bytes
         FROM (SELECT node, count(*) AS rows, sum(bytes) AS bytes FROM unnest($1::text[], $2::bigint[]) AS one (node, bytes) GROUP BY node) AS gone
         WHERE kept.node = gone.node`,
        [removed.map(({ node }) => node), removed.map(({ bytes }) => bytes)],
      );
      this.logger.log(
        `${removed.length} deliveries were removed from quarantine: their retention time is over`,
      );
    });
  }

  /**
   * Bytes that nothing names any more. Young ones are left: their rows may just be on their way. Age is asked of the row itself too,
   * so that it is asked again of one that a settlement had locked.
   */
  async removeBodies(): Promise<void> {
    await this.database.query(
      `DELETE FROM delivery_body WHERE at < now() - interval '1 hour' AND sha256 IN (
         SELECT sha256 FROM delivery_body AS kept WHERE at < now() - interval '1 hour'
           AND NOT EXISTS (SELECT 1 FROM quarantine WHERE body->>'sha256' = kept.sha256)
           AND NOT EXISTS (SELECT 1 FROM held WHERE body->>'sha256' = kept.sha256)
         LIMIT $1)`,
      [BATCH_MAX],
    );
  }
}
