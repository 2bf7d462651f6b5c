import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Incoming, Settled } from '#exchange';
import { DataSource } from 'typeorm';
import { Settling } from '../settling/settling.js';
import { Telling } from '../statements/telling.js';
import { Attachment } from './attachment.entity.js';
import { AttachmentStore } from './store.js';

type Result = Extract<Incoming, { kind: 'attachment' }>['result'];

/** An attachment that gets its verdict. */
export type Ending = Pick<Attachment, 'authority' | 'peer' | 'id' | 'messageKey'>;

/**
 * How a received attachment ends, and with it perhaps its message: settled with all that follows, then the bytes that nobody will
 * ever read are removed, and the sender is told.
 */
@Injectable()
export class Verdicts {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly store: AttachmentStore,
    private readonly settling: Settling,
    private readonly telling: Telling,
  ) {}

  /** @returns what became of its message; `refused` where the attachment has its verdict already */
  async give({ authority: own, peer, id, messageKey }: Ending, result: Result): Promise<Settled | undefined> {
    const { settled } = await this.settling.in([{ kind: 'attachment', own, id, result }]);
    const [became] = settled;
    if (peer !== null && (became === 'accepted' || became === 'rejected')) this.telling.tell([{ own, peer }]);
    if (became === 'rejected') await this.removeFailed(own, messageKey ?? '');
    return became;
  }

  /** What a crash leaves of them is removed by housekeeping. */
  private async removeFailed(authority: string, messageKey: string): Promise<void> {
    const failed = await this.database
      .getRepository(Attachment)
      .find({ select: { id: true }, where: { authority, direction: 'in', messageKey, status: 'failed' } });
    for (const { id } of failed) await this.store.files.remove(authority, 'in', id);
  }
}
