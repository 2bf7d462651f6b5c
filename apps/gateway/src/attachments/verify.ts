import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { messageOf } from '#core';
import { isDatabaseAway, Repeating } from '#service';
import { DataSource } from 'typeorm';
import { CONFIGURATION, type Configuration } from '../configuration.js';
import { Leader } from '../database/leader.js';
import { Attachment } from './attachment.entity.js';
import { AttachmentStore } from './store.js';
import { Verdicts } from './verdicts.js';

const SCAN_MS = 500;
/** Read side by side, so that a small one does not wait for gigabytes. */
const AT_ONCE_MAX = 8;
/** The pause after a failure doubles with each, up to 2^5 times `resendAfterSeconds`. */
const DOUBLINGS_MAX = 5;

/**
 * Reads every attachment whole once its parts are there, outside any transaction, and only then releases it and has its
 * message accepted. It is the leader's: what a crash interrupts, the next leader starts again.
 */
@Injectable()
export class Verification implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Attachments');
  private readonly repeating = new Repeating(SCAN_MS, () => this.scan(), this.logger);
  private readonly running = new Map<string, Promise<void>>();
  /** What could not be verified for reasons of our own, and when it is tried again (Unix milliseconds). */
  private readonly failed = new Map<string, { times: number; againAt: number }>();
  private readonly ending = new AbortController();

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    private readonly leader: Leader,
    private readonly store: AttachmentStore,
    private readonly verdicts: Verdicts,
  ) {}

  onApplicationBootstrap(): void {
    this.repeating.start();
  }

  async onApplicationShutdown(): Promise<void> {
    this.ending.abort(new Error('the gateway stops'));
    await this.repeating.stop();
    await Promise.all(this.running.values());
  }

  /** There is one more; saves waiting for the next turn. */
  wake(): void {
    this.scan().catch((thrown: unknown) => {
      if (!isDatabaseAway(thrown)) this.logger.warn(messageOf(thrown));
    });
  }

  private async scan(): Promise<void> {
    if (!this.leader.isLeader || this.ending.signal.aborted) return;
    const take = AT_ONCE_MAX + this.running.size + this.failed.size;
    const found = await this.database.getRepository(Attachment).find({
      where: { direction: 'in', status: 'verifying' },
      order: { bytes: 'ASC' },
      take,
    });
    if (found.length < take) this.forgetAllBut(new Set(found.map(keyOf)));
    // What failed before comes after what never did, however small it is: it may fail again, and slowly.
    const waiting = found
      .map((attachment) => ({ attachment, failure: this.failed.get(keyOf(attachment)) }))
      .sort((left, right) => (left.failure?.times ?? 0) - (right.failure?.times ?? 0));
    for (const { attachment, failure } of waiting) {
      const key = keyOf(attachment);
      if (this.running.size >= AT_ONCE_MAX) return;
      if (this.running.has(key) || (failure && failure.againAt > Date.now())) continue;
      const run = this.verify(attachment).finally(() => this.running.delete(key));
      this.running.set(key, run);
    }
  }

  private forgetAllBut(keys: ReadonlySet<string>): void {
    for (const key of this.failed.keys()) if (!keys.has(key)) this.failed.delete(key);
  }

  private async verify(attachment: Attachment): Promise<void> {
    const { authority, id } = attachment;
    const { signal } = this.ending;
    try {
      const checked = await this.store.files.check(authority, id, attachment, signal);
      if (checked.is === 'altered') await this.pullAgain(attachment, checked.part);
      else await this.settle(attachment, checked.is);
      this.failed.delete(keyOf(attachment));
    } catch (thrown) {
      if (signal.aborted) return;
      // Nothing is wrong with the attachment: the next turn, which needs the database too, goes on.
      if (isDatabaseAway(thrown)) return;
      // The disk cannot be read, which says nothing about what the sender sent.
      this.logger.error(`the attachment ${id} is not verified yet: ${messageOf(thrown)}`);
      this.putOff(keyOf(attachment));
    }
  }

  /** It pauses without occupying a reader, so that the others continue. */
  private putOff(key: string): void {
    const times = (this.failed.get(key)?.times ?? 0) + 1;
    const pauseMs = this.configuration.resendAfterSeconds * 1000 * 2 ** Math.min(times - 1, DOUBLINGS_MAX);
    this.failed.set(key, { times, againAt: Date.now() + pauseMs });
  }

  /** One that is not what was declared: its message is rejected whole, and nothing more of it is pulled or released. */
  private async settle(attachment: Attachment, is: 'whole' | 'other'): Promise<void> {
    const { id, bytes } = attachment;
    if (is === 'whole') {
      const became = await this.verdicts.give(attachment, 'verified');
      if (became !== 'refused') this.logger.log(`attachment ${id}: ${bytes} bytes verified`);
      return;
    }
    const detail = `attachment ${id}: its size or hash is not what the message declares`;
    await this.verdicts.give(attachment, { code: 'ENVELOPE_ATTACHMENT', detail });
  }

  private async pullAgain({ authority, id }: Attachment, part: number): Promise<void> {
    const failure = `its bytes changed on our disk from part ${part} on; they are pulled again`;
    const key = { authority, direction: 'in' as const, id };
    const { affected } = await this.database
      .getRepository(Attachment)
      .update(
        { ...key, status: 'verifying' },
        { status: 'pulling', partsDone: part, partsAhead: 0, askedAt: new Date(), failure },
      );
    if (affected === 1) this.logger.error(`attachment ${id}: ${failure}`);
  }
}

function keyOf({ authority, id }: Attachment): string {
  return `${authority} ${id}`;
}
