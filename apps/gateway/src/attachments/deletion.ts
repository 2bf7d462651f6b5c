import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { ValiseError } from '#core';
import { DataSource, type EntityManager } from 'typeorm';
import { Ledger } from '../ledger/ledger.js';
import { Attachment } from './attachment.entity.js';
import { messageFacts } from './facts.js';
import { AttachmentStore } from './store.js';

/** What names one that no numbered message names: a draft, which is not over. */
const DRAFT = { id: null, status: 'awaiting-signature' };

/**
 * Deletes what an authority no longer needs. An upload that no message names vanishes with its row. Of what a message names the row
 * stays, with its name and hash, so that the message still shows what there was and the identifier cannot be used again.
 */
@Injectable()
export class Deletion {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly store: AttachmentStore,
    private readonly ledger: Ledger,
  ) {}

  /**
   * Idempotent where a message names it. The file goes after the commit; what a crash leaves of it is removed by housekeeping.
   *
   * @param by the token that asks
   * @throws ValiseError NOT_FOUND, CONFLICT while a message needs it
   */
  async delete(authority: string, id: string, by: string): Promise<void> {
    const direction = await this.database.transaction(async (tx) => {
      const attachment = await tx.findOne(Attachment, {
        where: { authority, id },
        // The other side chooses its identifiers: one that repeats ours must not hide our own file.
        order: { direction: 'DESC' },
        lock: { mode: 'pessimistic_write' },
      });
      if (!attachment) throw new ValiseError('NOT_FOUND', `there is no attachment ${id}`, { path: 'id' });
      if (attachment.status === 'ready') await this.discard(tx, attachment, by);
      else if (attachment.status !== 'deleted') await this.deleteNamed(tx, attachment, by);
      return attachment.direction;
    });
    await this.store.files.remove(authority, direction, id);
  }

  private async discard(tx: EntityManager, { authority, id }: Attachment, by: string): Promise<void> {
    await tx.delete(Attachment, { authority, direction: 'out', id });
    await this.note(tx, authority, { act: 'attachment-discarded', by, id });
  }

  private async deleteNamed(tx: EntityManager, attachment: Attachment, by: string): Promise<void> {
    const { authority, direction, id, status, messageKey, peer, sha256 } = attachment;
    const message = messageKey === null ? DRAFT : await messageFacts(tx, messageKey);
    if (!isOver(attachment, message.status))
      throw new ValiseError(
        'CONFLICT',
        `the attachment is ${status}, its message ${message.status}; it can be deleted once its message is accepted`,
        { path: 'id' },
      );
    const gone = { status: 'deleted' as const, deletedAt: new Date() };
    // A copy in a backup of the folder cannot be read without the key. A message of ours may be sent again, and carries it.
    const unreadable = direction === 'in' ? { key: Buffer.alloc(0) } : {};
    await tx.update(Attachment, { authority, direction, id }, { ...gone, ...unreadable });
    if (direction === 'in') await this.giveBack(tx, attachment);
    await this.note(tx, authority, {
      ...{ act: 'attachment-deleted', by, id },
      ...{ direction, peer, message: message.id, sha256 },
    });
  }

  /** Of what the peer may have here. Locked after the attachment, as a settlement locks them. */
  private async giveBack(tx: EntityManager, { authority, peer, bytes }: Attachment): Promise<void> {
    await tx.query(
      'UPDATE attachment_use SET files = files - 1, bytes = bytes - $3 WHERE own = $1 AND peer = $2',
      [authority, peer, bytes],
    );
  }

  private note(tx: EntityManager, authority: string, content: Record<string, string | null>): Promise<void> {
    return this.ledger.append(tx, new Date(), [
      { authority, kind: 'access', content: { ...content, authority } },
    ]);
  }
}

/** Whether every byte that a message announced arrived, or none is wanted any more. */
function isOver({ direction, status }: Attachment, message: string): boolean {
  if (direction === 'in') return status === 'verified' && message === 'accepted';
  return message === 'accepted' || message === 'rejected';
}
