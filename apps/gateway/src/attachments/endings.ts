import { Injectable } from '@nestjs/common';
import type { ErrorCode } from '#core';
import type { EntityManager } from 'typeorm';
import { Cases } from '../exchange/cases.js';
import { Message } from '../exchange/entities.js';
import { Receipts } from '../exchange/receipts.js';
import { Attachment } from './attachment.entity.js';

/** Why a message whose attachments are being pulled cannot be accepted any more. */
export interface Ending {
  readonly code: ErrorCode;
  readonly detail: string;
}

/** How a message ends whose attachments do not come, or are not what was declared. */
@Injectable()
export class Endings {
  constructor(
    private readonly receipts: Receipts,
    private readonly cases: Cases,
  ) {}

  /**
   * Rejects a message whole, under its row's lock: nothing more of its attachments is pulled or released.
   *
   * @returns attachments whose bytes nobody will ever read
   */
  async reject(tx: EntityManager, message: Message, ending: Ending): Promise<string[]> {
    const ofMessage = { messageKey: message.key, direction: 'in' as const };
    const all = await tx.find(Attachment, { select: { id: true }, where: ofMessage });
    await tx.update(Attachment, ofMessage, { status: 'failed', failure: 'its message is rejected' });
    await tx.update(Message, { key: message.key }, { status: 'rejected', rejection: { ...ending } });
    await this.cases.rebuild(tx, message);
    await this.receipts.give(
      tx,
      receiptedOf(message),
      [{ stage: 'rejected', code: ending.code }],
      new Date(),
    );
    return all.map(({ id }) => id);
  }
}

export function receiptedOf({ authority, sender, id, d, ep, n }: Message) {
  return { authority, peer: sender, id, d: d ?? '', ep: ep ?? 0, n: n ?? 0 };
}
