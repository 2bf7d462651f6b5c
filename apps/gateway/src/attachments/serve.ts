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

/** Answers signed requests for parts of attachments, on a lane of their own where they are in no message's way. */
@Injectable()
export class Serving {
  private readonly logger = new Logger('Attachments');
  private queue: Promise<void> = Promise.resolve();

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly store: AttachmentStore,
    private readonly register: Register,
    private readonly publisher: BusPublisher,
  ) {}

  /**
   * Checks who asks for what. The parts are published after the commit; if that fails the other side asks again.
   *
   * @returns why nothing is served, or undefined
   */
  async answer(
    tx: EntityManager,
    { from, to, D, attachment, first, count }: Range,
  ): Promise<string | undefined> {
    const message = await tx.findOneBy(Message, { authority: to, direction: 'out', d: D });
    if (message?.recipient !== from) return 'it names no message that we sent to its signer';
    const row = await tx.findOneBy(Attachment, { authority: to, direction: 'out', id: attachment });
    if (row?.messageKey !== message.key) return 'it names no attachment of that message';
    if (first + count > row.partsTotal) return `the attachment has ${row.partsTotal} parts`;
    this.queue = this.queue.then(() =>
      this.publish({ authority: to, recipient: from, attachment, first, count }),
    );
    return undefined;
  }

  private async publish({ authority, recipient, attachment, first, count }: Job): Promise<void> {
    const to = this.register.snapshot.authorities.get(recipient)?.node;
    if (to === undefined) return;
    try {
      for (let part = first; part < first + count; part++) {
        const body = await this.store.files.readPart(authority, 'out', attachment, part);
        const messageId = uuidv7(Date.now(), randomBytes(16));
        await this.publisher.publish({
          to,
          kind: 'attachment-part',
          body,
          messageId,
          lane: 'attachments',
          headers: { to: recipient, attachment, part },
        });
      }
    } catch (thrown) {
      this.logger.warn(
        `parts of ${attachment} were not published, the other side will ask again: ${messageOf(thrown)}`,
      );
    }
  }
}
