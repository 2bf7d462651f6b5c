import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { messageOf, unixSeconds, ValiseError } from '#core';
import { isDatabaseAway, Repeating } from '#service';
import { signStatement } from '#envelope';
import { DataSource, type EntityManager } from 'typeorm';
import { CONFIGURATION, type Configuration } from '../configuration.js';
import { Leader } from '../database/leader.js';
import { Message } from '../exchange/entities.js';
import { Outbox } from '../exchange/outbox.js';
import { Keys } from '../identity/keys.js';
import { type Arrival, Quarantine, Quarantined } from '../quarantine/quarantine.js';
import { Attachment } from './attachment.entity.js';
import { PART_BYTES, partVerifies } from './files.js';
import { isWanted, missingRuns, nextRun, type Run, withPart } from './parts.js';
import { AttachmentStore } from './store.js';
import { Verification } from './verify.js';

const SCAN_MS = 500;
/** Attachments whose parts are asked for in one turn; the others have the next one. */
const BATCH_MAX = 64;
const BACKOFF_DOUBLINGS_MAX = 6;
/** Bytes that may arrive after one check of the disk. */
const WINDOW_BYTES = 16 * PART_BYTES;

/**
 * Pulls attachments part by part. What is there stays there over restarts; what is missing is asked for again. The row's
 * lock orders replicas: a part is written once, and no longer when its attachment is verified.
 */
@Injectable()
export class Pulling implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Attachments');
  private readonly repeating = new Repeating(SCAN_MS, () => this.scan(), this.logger);

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    private readonly leader: Leader,
    private readonly store: AttachmentStore,
    private readonly keys: Keys,
    private readonly outbox: Outbox,
    private readonly verification: Verification,
    private readonly quarantine: Quarantine,
  ) {}

  onApplicationBootstrap(): void {
    this.repeating.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.repeating.stop();
  }

  /** Takes one part that came: verified before it is written, written before it is counted. What our disk refuses comes again. */
  async takePart(arrival: Arrival, authority: string, id: string, part: number): Promise<void> {
    const key = { authority, direction: 'in' as const, id };
    try {
      const isComplete = await this.database.transaction(async (tx) => {
        const attachment = await tx.findOne(Attachment, { where: key, lock: { mode: 'pessimistic_write' } });
        // One that is there already, or was not asked for, is of an earlier request and simply not needed.
        if (attachment?.status !== 'pulling' || !isWanted(attachment, part)) return false;
        if (partVerifies(attachment, part, arrival.body))
          return this.keep(tx, attachment, part, arrival.body);
        await this.refuse(tx, attachment, part, arrival);
        return false;
      });
      this.outbox.wake();
      if (isComplete) this.verification.wake();
    } catch (thrown) {
      if (!isDiskTrouble(thrown)) throw thrown;
      this.logger.error(`part ${part} of ${id} is asked for again later: ${thrown.message}`);
      await this.database.getRepository(Attachment).update(key, { failure: thrown.message });
    }
  }

  /** @returns whether it was the last part */
  private async keep(
    tx: EntityManager,
    attachment: Attachment,
    part: number,
    ciphertext: Buffer,
  ): Promise<boolean> {
    const { authority, id } = attachment;
    await this.store.files.writePart(authority, id, part, ciphertext);
    const { partsTotal, partsDone, partsAhead } = withPart(attachment, part);
    const isComplete = partsDone === partsTotal;
    const progress = { partsDone, partsAhead, asks: 0, askedAt: new Date(), failure: null };
    await tx.update(
      Attachment,
      { authority, direction: 'in', id },
      { ...progress, ...(isComplete && { status: 'verifying' as const }) },
    );
    const run = nextRun(attachment, { partsTotal, partsDone, partsAhead });
    if (run) await this.askNext(tx, attachment, run);
    return isComplete;
  }

  /** A part that came is kept, whether or not more can be asked for now; the next scan says why. */
  private async askNext(tx: EntityManager, attachment: Attachment, run: Run): Promise<void> {
    try {
      await this.ask(tx, attachment, [run]);
    } catch (thrown) {
      if (!(thrown instanceof ValiseError)) throw thrown;
    }
  }

  /** The same bad part, which comes with each new request, is kept as evidence once. */
  private async refuse(
    tx: EntityManager,
    { authority, id }: Attachment,
    part: number,
    arrival: Arrival,
  ): Promise<void> {
    const detail = `part ${part} of the attachment ${id} does not verify`;
    if (await tx.existsBy(Quarantined, { authority, code: 'ENVELOPE_ATTACHMENT', detail })) return;
    await this.quarantine.put(tx, new Date(), arrival, { code: 'ENVELOPE_ATTACHMENT', detail, authority });
  }

  private async scan(): Promise<void> {
    if (this.leader.isLeader) await this.askForMissing();
  }

  /** Asks for what is missing of everything that is being pulled and of which nothing came lately. */
  private async askForMissing(): Promise<void> {
    const due = await this.database
      .getRepository(Attachment)
      .createQueryBuilder('attachment')
      .where(`attachment.direction = 'in' AND attachment.status = 'pulling'`)
      .andWhere(
        '(attachment.asked_at IS NULL OR attachment.asked_at < now() - make_interval(secs => :seconds * power(2, least(greatest(attachment.asks - 1, 0), :doublings))))',
        { seconds: this.configuration.resendAfterSeconds, doublings: BACKOFF_DOUBLINGS_MAX },
      )
      .orderBy('attachment.asked_at', 'ASC', 'NULLS FIRST')
      .limit(BATCH_MAX)
      .getMany();
    for (const { authority, id } of due) await this.askAgain(authority, id);
    if (due.length > 0) this.outbox.wake();
  }

  /** One that cannot be asked for (its sender left the list) does not delay others. */
  private async askAgain(authority: string, id: string): Promise<void> {
    const key = { authority, direction: 'in' as const, id };
    try {
      await this.database.transaction(async (tx) => {
        // A part that is being written has the lock, and shows that there is nothing to ask for again.
        const lock = { mode: 'pessimistic_write' as const, onLocked: 'skip_locked' as const };
        const attachment = await tx.findOne(Attachment, { where: key, lock });
        if (attachment?.status !== 'pulling') return;
        await tx.update(Attachment, key, { askedAt: new Date(), asks: () => 'asks + 1' });
        await this.ask(tx, attachment, missingRuns(attachment));
      });
    } catch (thrown) {
      if (isDatabaseAway(thrown)) throw thrown;
      this.logger.error(`parts of ${id} cannot be asked for: ${messageOf(thrown)}`);
      await this.database
        .getRepository(Attachment)
        .update(key, { askedAt: new Date(), asks: () => 'asks + 1', failure: messageOf(thrown) });
    }
  }

  /** With the disk nearly full nothing is asked for; what is missing then is asked for again later. */
  private async ask(tx: EntityManager, attachment: Attachment, runs: readonly Run[]): Promise<void> {
    const { authority, id } = attachment;
    if ((await this.store.files.freeBytes()) < this.configuration.attachments.freeBytesMin + WINDOW_BYTES) {
      const failure = 'the disk is full; pulling continues when there is space';
      if (attachment.failure !== failure) this.logger.error(`attachment ${id}: ${failure}`);
      await tx.update(Attachment, { authority, direction: 'in', id }, { failure });
      return;
    }
    const message = await tx.findOneByOrFail(Message, { key: attachment.messageKey ?? '' });
    const at = new Date();
    const seal = { ...this.keys.sealAt(authority, at), role: 'seal' as const };
    const statements = runs.map((run) =>
      signStatement({
        typ: 'valise-range+jws',
        content: { from: authority, to: message.sender, D: message.d ?? '', attachment: id, ...run },
        signers: [seal],
        iat: unixSeconds(at),
      }),
    );
    await this.outbox.putStatements(tx, authority, message.sender, statements, at);
  }
}

function isDiskTrouble(thrown: unknown): thrown is ValiseError {
  return (
    thrown instanceof ValiseError &&
    (thrown.code === 'STORAGE_FULL' || thrown.code === 'ATTACHMENT_UNAVAILABLE')
  );
}
