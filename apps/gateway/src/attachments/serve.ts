import { randomBytes } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { BusPublisher } from '#bus';
import { messageOf, uuidv7 } from '#core';
import type { Range } from '#envelope';
import { DataSource, type EntityManager } from 'typeorm';
import { Message } from '../exchange/entities.js';
import { Register } from '../register/register.js';
import { Attachment } from './attachment.entity.js';
import { AttachmentStore } from './store.js';

interface Job {
  readonly authority: string;
  readonly recipient: string;
  readonly attachment: string;
  readonly first: number;
  readonly count: number;
}

/** Parts of one request that are on their way to the broker at once. */
const IN_FLIGHT_MAX = 4;
/** Requests of one node that wait: each is for 16 MiB at most. */
const WAITING_MAX = 64;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Answers signed requests for parts of attachments, on a lane of their own, so that they delay no message. */
@Injectable()
export class Serving {
  private readonly logger = new Logger('Attachments');
  /** The requests of each node, served one part after the other; a node that asks for much delays only itself. */
  private readonly waiting = new Map<string, Job[]>();

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly store: AttachmentStore,
    private readonly register: Register,
    private readonly publisher: BusPublisher,
  ) {}

  /**
   * Checks who asks for what. Publishing is no part of the transaction: if it fails the other side asks again.
   *
   * @param mayServe whether as many parts as were served before may be served again now
   * @returns why nothing is served, or undefined
   */
  async answer(
    tx: EntityManager,
    { from, to, D, attachment, first, count }: Range,
    mayServe: (repeated: number) => Promise<boolean>,
  ): Promise<string | undefined> {
    const message = await tx.findOneBy(Message, { authority: to, direction: 'out', d: D });
    if (message?.recipient !== from) return 'it names no message that we sent to its signer';
    // Asked before its signer knew, or before we did: the parts are not needed any more.
    if (message.status === 'rejected' || message.status === 'void') return undefined;
    const row = UUID.test(attachment)
      ? await tx.findOneBy(Attachment, { authority: to, direction: 'out', id: attachment })
      : null;
    if (row?.messageKey !== message.key) return 'it names no attachment of that message';
    // Its message was accepted there, and a backup of before was restored since.
    if (row.status === 'deleted') return undefined;
    if (first + count > row.partsTotal) return `the attachment has ${row.partsTotal} parts`;
    const end = first + count;
    const repeated = Math.max(0, Math.min(end, row.partsServed) - first);
    if (!(await mayServe(repeated))) return undefined;
    if (end > row.partsServed)
      await tx.update(Attachment, { authority: to, direction: 'out', id: attachment }, { partsServed: end });
    this.enqueue({ authority: to, recipient: from, attachment, first, count });
    return undefined;
  }

  /** What is asked for again before it was served is served once; past the limit nothing is lost, it is asked for again. */
  private enqueue(job: Job): void {
    const node = this.register.snapshot.authorities.get(job.recipient)?.node;
    if (node === undefined) return;
    const jobs = this.waiting.get(node);
    if (!jobs) {
      this.waiting.set(node, [job]);
      void this.drain(node);
    } else if (jobs.length < WAITING_MAX && !jobs.some((other) => isSame(job, other))) jobs.push(job);
  }

  private async drain(node: string): Promise<void> {
    const jobs = this.waiting.get(node) ?? [];
    // A job stays in the list while it is served, so that the same request does not start it again.
    for (let job = jobs[0]; job !== undefined; job = jobs[0]) {
      await this.publish(node, job);
      jobs.shift();
    }
    this.waiting.delete(node);
  }

  private async publish(to: string, { authority, recipient, attachment, first, count }: Job): Promise<void> {
    const publishPart = async (part: number): Promise<void> => {
      const body = await this.store.files.readPart(authority, 'out', attachment, part);
      const messageId = uuidv7(Date.now(), randomBytes(16));
      const headers = { to: recipient, attachment, part };
      await this.publisher.publish({
        to,
        kind: 'attachment-part',
        body,
        messageId,
        lane: 'attachments',
        headers,
      });
    };
    try {
      for (let part = first; part < first + count; part += IN_FLIGHT_MAX) {
        const next = Math.min(IN_FLIGHT_MAX, first + count - part);
        await Promise.all(Array.from({ length: next }, (_, index) => publishPart(part + index)));
      }
    } catch (thrown) {
      this.logger.warn(
        `parts of ${attachment} were not published, the other side will ask again: ${messageOf(thrown)}`,
      );
    }
  }
}

function isSame(a: Job, b: Job): boolean {
  return (
    a.authority === b.authority &&
    a.recipient === b.recipient &&
    a.attachment === b.attachment &&
    a.first === b.first &&
    a.count === b.count
  );
}
