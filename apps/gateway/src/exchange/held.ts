import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Repeating } from '#service';
import { DataSource, LessThanOrEqual } from 'typeorm';
import { blameOf } from '../database/attempts.js';
import { Leader } from '../database/leader.js';
import { Register } from '../register/register.js';
import { Held } from './entities.js';
import { Holding } from './holding.js';
import { Receiving } from './receive.js';

const SCAN_MS = 1_000;
const BATCH_MAX = 50;

/** Tries again what could not be judged: when the register changed, and with a growing pause in any case. */
@Injectable()
export class HeldDeliveries implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Held');
  private readonly repeating = new Repeating(SCAN_MS, () => this.scan(), this.logger);
  private registerChanged = false;

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly leader: Leader,
    private readonly register: Register,
    private readonly receiving: Receiving,
    private readonly holding: Holding,
  ) {}

  onApplicationBootstrap(): void {
    this.register.onChange(() => {
      this.registerChanged = true;
    });
    this.repeating.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.repeating.stop();
  }

  private async scan(): Promise<void> {
    if (this.leader.isLeader) await this.retry();
  }

  private async retry(): Promise<void> {
    const all = this.registerChanged;
    this.registerChanged = false;
    const due = await this.database.getRepository(Held).find({
      // A body may have a megabyte: they are read one by one.
      select: { id: true },
      where: all ? {} : { nextAttemptAt: LessThanOrEqual(new Date()) },
      order: { nextAttemptAt: 'ASC' },
      take: BATCH_MAX,
    });
    for (const { id } of due) {
      const held = await this.database.getRepository(Held).findOneBy({ id });
      if (held) await this.retryOne(held);
    }
  }

  /** Receives it again as if it had just come; if it has to be held once more, only the counter moves. */
  private async retryOne(held: Held): Promise<void> {
    const { exchange, queue, fromNode: from, body } = held;
    const attempts = held.attempts + 1;
    const arrival = { kind: 'envelope', exchange, queue, from, body, attempts };
    const still = this.receiving.whyHeld(arrival);
    if (still === undefined) {
      const blame = await blameOf(this.database, () => this.receiving.receive([arrival], held.id));
      if (blame) await this.receiving.quarantineFailure(arrival, blame.thrown, held.id);
      return;
    }
    await this.database.transaction(async (tx) => {
      await tx.delete(Held, { id: held.id });
      await this.holding.hold(tx, arrival, still, new Date());
    });
  }
}
