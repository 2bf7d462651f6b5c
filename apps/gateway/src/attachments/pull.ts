import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { unixSeconds } from '#core';
import { Repeating } from '#service';
import { CHUNK_BYTES, CHUNK_TAG_BYTES, chunkCount, decryptChunk, partRange, signStatement } from '#envelope';
import { DataSource, type EntityManager } from 'typeorm';
import { CONFIGURATION, type Configuration } from '../configuration.js';
import { Leader } from '../database/leader.js';
import { Message } from '../exchange/entities.js';
import { Outbox } from '../exchange/outbox.js';
import { Receipts } from '../exchange/receipts.js';
import { Keys } from '../identity/keys.js';
import { type Arrival, Quarantine } from '../quarantine/quarantine.js';
import { Attachment } from './attachment.entity.js';
import { AttachmentStore } from './store.js';

/** Parts asked for at once: 16 MiB outstanding at most. */
const WINDOW_PARTS = 16;
const SCAN_MS = 1_000;
const BACKOFF_DOUBLINGS_MAX = 6;

/** Pulls attachments part by part. What is there stays there over restarts; what is missing is asked for again. */
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
    private readonly receipts: Receipts,
    private readonly quarantine: Quarantine,
  ) {}

  onApplicationBootstrap(): void {
    this.repeating.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.repeating.stop();
  }

  /** Takes one part that came: verified before it is written, written before it is counted. */
  async takePart(arrival: Arrival, authority: string, id: string, part: number): Promise<void> {
    await this.database.transaction(async (tx) => {
      const attachment = await tx.findOne(Attachment, {
        where: { authority, direction: 'in', id },
        lock: { mode: 'pessimistic_write' },
      });
      // Parts come in order; one that is there already or runs ahead is of an earlier request and is simply not needed.
      if (attachment?.status !== 'pulling' || part !== attachment.partsDone) return;
      if (!verifies(attachment, part, arrival.body)) {
        const detail = `part ${part} of the attachment ${id} does not verify`;
        await this.quarantine.put(tx, new Date(), arrival, {
          code: 'ENVELOPE_ATTACHMENT',
          detail,
          authority,
        });
        return;
      }
      await this.store.files.writePart(authority, id, part, arrival.body);
      await this.count(tx, attachment);
    });
    this.outbox.wake();
  }

  private async scan(): Promise<void> {
    if (this.leader.isLeader) await this.askForMissing();
  }

  /** Asks for the next window of everything that is being pulled and was not asked for lately. */
  private async askForMissing(): Promise<void> {
    const due = await this.database
      .getRepository(Attachment)
      .createQueryBuilder('attachment')
      .where(`attachment.direction = 'in' AND attachment.status = 'pulling'`)
      .andWhere(
        '(attachment.asked_at IS NULL OR attachment.asked_at < now() - make_interval(secs => :seconds * power(2, least(attachment.asks, :doublings))))',
        {
          seconds: this.configuration.resendAfterSeconds,
          doublings: BACKOFF_DOUBLINGS_MAX,
        },
      )
      .limit(WINDOW_PARTS)
      .getMany();
    for (const { authority, id } of due)
      await this.database.transaction(async (tx) => {
        const attachment = await tx.findOne(Attachment, {
          where: { authority, direction: 'in', id },
          lock: { mode: 'pessimistic_write' },
        });
        if (attachment?.status === 'pulling') await this.ask(tx, attachment);
      });
    if (due.length > 0) this.outbox.wake();
  }

  private async count(tx: EntityManager, attachment: Attachment): Promise<void> {
    attachment.partsDone += 1;
    const { authority, id, partsDone, partsTotal } = attachment;
    await tx.update(
      Attachment,
      { authority, direction: 'in', id },
      { partsDone, asks: 0, askedAt: new Date() },
    );
    if (partsDone === partsTotal) await this.finish(tx, attachment);
    else if (partsDone % WINDOW_PARTS === 0) await this.ask(tx, attachment);
  }

  private async ask(tx: EntityManager, attachment: Attachment): Promise<void> {
    const message = await tx.findOneByOrFail(Message, { key: attachment.messageKey ?? '' });
    const at = new Date();
    const { authority, id, partsDone, partsTotal } = attachment;
    const content = {
      from: authority,
      to: message.sender,
      D: message.d ?? '',
      attachment: id,
      first: partsDone,
      // Windows are aligned, so that a request after a break ends where the next one begins.
      count: Math.min(WINDOW_PARTS - (partsDone % WINDOW_PARTS), partsTotal - partsDone),
    };
    const statement = signStatement({
      typ: 'valise-range+jws',
      content,
      signers: [{ ...this.keys.sealAt(authority, at), role: 'seal' }],
      iat: unixSeconds(at),
    });
    await this.outbox.putStatements(tx, authority, message.sender, [statement], at);
    await tx.update(Attachment, { authority, direction: 'in', id }, { askedAt: at, asks: () => 'asks + 1' });
  }

  /** All parts are there: the whole is verified once more, and only then released and the message accepted. */
  private async finish(tx: EntityManager, attachment: Attachment): Promise<void> {
    const { authority, id, bytes } = attachment;
    const good = await this.store.files.verify(authority, id, attachment);
    // Its attachments may end at once on several replicas; and where one failed, the message is settled.
    const message = await tx.findOneOrFail(Message, {
      where: { key: attachment.messageKey ?? '' },
      lock: { mode: 'pessimistic_write' },
    });
    const about = {
      authority,
      peer: message.sender,
      id: message.id,
      d: message.d ?? '',
      ep: message.ep ?? 0,
      n: message.n ?? 0,
    };
    const at = new Date();
    if (!good) {
      const failure = 'its size or hash is not what the message declares';
      await tx.update(Attachment, { authority, direction: 'in', id }, { status: 'failed', failure });
      if (message.status !== 'pulling') return;
      await tx.update(
        Message,
        { key: message.key },
        {
          status: 'rejected',
          rejection: { code: 'ENVELOPE_ATTACHMENT', detail: `attachment ${id}: ${failure}` },
        },
      );
      await this.receipts.give(tx, about, [{ stage: 'rejected', code: 'ENVELOPE_ATTACHMENT' }], at);
      return;
    }
    await tx.update(Attachment, { authority, direction: 'in', id }, { status: 'verified' });
    this.logger.log(`attachment ${id}: ${bytes} bytes verified`);
    const unfinished = await tx.existsBy(Attachment, {
      messageKey: message.key,
      direction: 'in',
      status: 'pulling',
    });
    if (unfinished || message.status !== 'pulling') return;
    await tx.update(
      Message,
      { key: message.key },
      { status: 'accepted', acceptedAt: new Date(unixSeconds(at) * 1000) },
    );
    await this.receipts.give(tx, about, [{ stage: 'accepted' }], at);
  }
}

/** Every chunk of a part is bound to its place by its nonce: a moved, cut or altered one does not decrypt. */
function verifies({ bytes, key }: Attachment, part: number, ciphertext: Buffer): boolean {
  const { first, end, cipherLength } = partRange(bytes, part);
  if (ciphertext.length !== cipherLength) return false;
  const final = chunkCount(bytes) - 1;
  const chunkBytes = CHUNK_BYTES + CHUNK_TAG_BYTES;
  for (let index = first; index < end; index++) {
    const offset = (index - first) * chunkBytes;
    if (!decryptChunk(key, index, index === final, ciphertext.subarray(offset, offset + chunkBytes)))
      return false;
  }
  return true;
}
