import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { messageOf, ValiseError } from '#core';
import { isDatabaseAway, Repeating } from '#service';
import { DataSource, type EntityManager } from 'typeorm';
import { CONFIGURATION, type Configuration } from '../configuration.js';
import { Leader } from '../database/leader.js';
import { Publishing } from '../outbound/publishing.js';
import { type Arrival, Quarantine } from '../quarantine/quarantine.js';
import { Register } from '../register/register.js';
import { Attachment } from './attachment.entity.js';
import { messageFacts } from './facts.js';
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

/** Parts to be asked for, once what was noted of that is committed. */
interface Ask {
  readonly own: string;
  readonly peer: string;
  readonly D: string;
  readonly attachment: string;
  readonly runs: readonly Run[];
}

/** What became of a part that came. */
type Taken =
  { readonly is: 'unwanted' | 'bad' | 'complete' } | { readonly is: 'kept'; readonly ask: Ask | undefined };

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
    private readonly register: Register,
    private readonly publishing: Publishing,
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
      const taken = await this.database.transaction(async (tx): Promise<Taken> => {
        const attachment = await tx.findOne(Attachment, { where: key, lock: { mode: 'pessimistic_write' } });
        // One that is there already, or was not asked for, is of an earlier request and simply not needed.
        if (attachment?.status !== 'pulling' || !isWanted(attachment, part)) return { is: 'unwanted' };
        return partVerifies(attachment, part, arrival.body)
          ? this.keep(tx, attachment, part, arrival.body)
          : { is: 'bad' };
      });
      if (taken.is === 'bad') await this.refuse(authority, id, part, arrival);
      else if (taken.is === 'complete') this.verification.wake();
      // Not awaited: a broker that is slow with it holds no part up. If it gets lost, the next scan says why.
      else if (taken.is === 'kept' && taken.ask) void this.publish(taken.ask);
    } catch (thrown) {
      if (!isDiskTrouble(thrown)) throw thrown;
      this.logger.error(`part ${part} of ${id} is asked for again later: ${thrown.message}`);
      await this.database.getRepository(Attachment).update(key, { failure: thrown.message });
    }
  }

  private async keep(
    tx: EntityManager,
    attachment: Attachment,
    part: number,
    ciphertext: Buffer,
  ): Promise<Taken> {
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
    if (isComplete) return { is: 'complete' };
    const run = nextRun(attachment, { partsTotal, partsDone, partsAhead });
    return { is: 'kept', ask: run && (await this.ask(tx, attachment, [run])) };
  }

  /** The same bad part, which comes with each new request, is kept as evidence once. */
  private async refuse(authority: string, id: string, part: number, arrival: Arrival): Promise<void> {
    const code = 'ENVELOPE_ATTACHMENT';
    const detail = `part ${part} of the attachment ${id} does not verify`;
    const known: unknown[] = await this.database.query(
      'SELECT 1 FROM quarantine WHERE authority = $1 AND code = $2 AND detail = $3 LIMIT 1',
      [authority, code, detail],
    );
    if (known.length === 0) await this.quarantine.put(arrival, { code, detail, authority });
  }

  private async scan(): Promise<void> {
    if (this.leader.isLeader) await this.askForMissing();
  }

  /** One turn: asks for what is missing of everything that is being pulled and of which nothing came lately. */
  async askForMissing(): Promise<void> {
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
    const asks: Ask[] = [];
    for (const { authority, id } of due) {
      const ask = await this.askAgain(authority, id);
      if (ask) asks.push(ask);
    }
    await Promise.all(asks.map((ask) => this.publishAgain(ask)));
  }

  /** One that cannot be asked for (its sender left the list) does not delay others. */
  private async askAgain(authority: string, id: string): Promise<Ask | undefined> {
    const key = { authority, direction: 'in' as const, id };
    try {
      return await this.database.transaction(async (tx) => {
        // A part that is being written has the lock, and shows that there is nothing to ask for again.
        const lock = { mode: 'pessimistic_write' as const, onLocked: 'skip_locked' as const };
        const attachment = await tx.findOne(Attachment, { where: key, lock });
        if (attachment?.status !== 'pulling') return undefined;
        await tx.update(Attachment, key, { askedAt: new Date(), asks: () => 'asks + 1' });
        this.requireListed(attachment.peer ?? '');
        return this.ask(tx, attachment, missingRuns(attachment));
      });
    } catch (thrown) {
      if (isDatabaseAway(thrown)) throw thrown;
      this.logger.error(`parts of ${id} cannot be asked for: ${messageOf(thrown)}`);
      await this.database
        .getRepository(Attachment)
        .update(key, { askedAt: new Date(), asks: () => 'asks + 1', failure: messageOf(thrown) });
      return undefined;
    }
  }

  private requireListed(peer: string): void {
    if (!this.register.snapshot.authorities.has(peer))
      throw new ValiseError('NOT_FOUND', `no list names the authority ${peer}`, { path: 'to' });
  }

  /** With the disk nearly full nothing is asked for; what is missing then is asked for again later. */
  private async ask(
    tx: EntityManager,
    attachment: Attachment,
    runs: readonly Run[],
  ): Promise<Ask | undefined> {
    const { authority, id, peer, messageKey } = attachment;
    if ((await this.store.files.freeBytes()) < this.configuration.attachments.freeBytesMin + WINDOW_BYTES) {
      const failure = 'the disk is full; pulling continues when there is space';
      if (attachment.failure !== failure) this.logger.error(`attachment ${id}: ${failure}`);
      await tx.update(Attachment, { authority, direction: 'in', id }, { failure });
      return undefined;
    }
    const { D } = await messageFacts(tx, messageKey ?? '');
    return { own: authority, peer: peer ?? '', D, attachment: id, runs };
  }

  /** After the commit that notes it. @returns whether the broker has all of it */
  private async publish({ own, peer, D, attachment, runs }: Ask): Promise<boolean> {
    const content = { from: own, to: peer, D, attachment };
    const published = await Promise.all(
      runs.map((run) =>
        this.publishing.statement({ own, peer, typ: 'valise-range+jws', content: { ...content, ...run } }),
      ),
    );
    return published.every(Boolean);
  }

  /** What the broker did not take is no request that the sender left unanswered: the pauses do not grow. */
  private async publishAgain(ask: Ask): Promise<void> {
    if (await this.publish(ask)) return;
    const failure = 'the request for its parts could not be published; it is repeated';
    const key = { authority: ask.own, direction: 'in' as const, id: ask.attachment };
    await this.database
      .getRepository(Attachment)
      .update({ ...key, status: 'pulling' }, { asks: () => 'greatest(asks - 1, 0)', failure });
  }
}

function isDiskTrouble(thrown: unknown): thrown is ValiseError {
  return (
    thrown instanceof ValiseError &&
    (thrown.code === 'STORAGE_FULL' || thrown.code === 'ATTACHMENT_UNAVAILABLE')
  );
}
