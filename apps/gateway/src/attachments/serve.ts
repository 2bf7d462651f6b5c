import { randomBytes } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { BusPublisher } from '#bus';
import { messageOf, uuidv7 } from '#core';
import { Register } from '../register/register.js';
import { AttachmentStore } from './store.js';

/** Parts that an authority of ours owes the recipient of their message. */
export interface Job {
  readonly own: string;
  readonly peer: string;
  readonly attachment: string;
  readonly first: number;
  readonly count: number;
}

/** Parts of one request that are on their way to the broker at once. */
const IN_FLIGHT_MAX = 4;
/** Requests of one node that wait: each is for 16 MiB at most. */
const WAITING_MAX = 64;

/**
 * Publishes parts of attachments that a peer asked for, on a lane of their own, so that they delay no message. Whether it may have them is
 * settled before (libs/exchange, `takeRange`).
 */
@Injectable()
export class Serving {
  private readonly logger = new Logger('Attachments');
  /** The requests of each node, served one part after the other; a node that asks for much delays only itself. */
  private readonly waiting = new Map<string, Job[]>();

  constructor(
    private readonly store: AttachmentStore,
    private readonly register: Register,
    private readonly publisher: BusPublisher,
  ) {}

  /**
   * Publishing is no part of a transaction: what fails, or is past the limit, is asked for again. What is asked for again before it was
   * served is served once.
   */
  serve(job: Job): void {
    const node = this.register.snapshot.authorities.get(job.peer)?.node;
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

  private async publish(to: string, { own, peer, attachment, first, count }: Job): Promise<void> {
    const publishPart = async (part: number): Promise<void> => {
      const body = await this.store.files.readPart(own, 'out', attachment, part);
      const messageId = uuidv7(Date.now(), randomBytes(16));
      const headers = { to: peer, attachment, part };
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
    a.own === b.own &&
    a.peer === b.peer &&
    a.attachment === b.attachment &&
    a.first === b.first &&
    a.count === b.count
  );
}
