import { randomBytes } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { BusPublisher } from '#bus';
import { messageOf, unixSeconds, uuidv7, ValiseError } from '#core';
import {
  type AttachmentKey,
  completeSeal,
  type Content,
  encrypt,
  type EncryptedStatementType,
  encryptTogether,
  type Jws,
  MESSAGES_MAX,
  signStatement,
  type StatementContents,
} from '#envelope';
import { afterPublishing, type ContentRow, keyOf, type MessageRow, type Name } from '#exchange';
import { mapInSlices } from '#service';
import { AttachmentStore } from '../attachments/store.js';
import { CONFIGURATION, type Configuration } from '../configuration.js';
import { Keys } from '../identity/keys.js';
import { Register } from '../register/register.js';
import { Settling } from '../settling/settling.js';

/** Payload bytes of messages that share an envelope, so that with signatures and base64 they stay under what one carries. */
const SHARED_PAYLOAD_BYTES = 128 * 1024;
/** A message without a receipt is published again with doubling pauses, the longest of an hour. */
const PAUSE_MAX_MS = 3_600_000;
/** Of one message's signatures and headers, in the same sum. */
const FRAME_BYTES = 4_096;

/** A message that has its number, and the bytes that its seal covers. */
export interface Sealable {
  readonly message: MessageRow;
  readonly content: ContentRow;
}

/** What became of a publication: the broker has it, or why not. */
export type Published =
  | { readonly is: 'confirmed' }
  | { readonly is: 'failed'; readonly error: string; readonly isBusAway: boolean };

/** Signs with the authority's seal, encrypts for the recipient and hands it to the broker. */
@Injectable()
export class Publishing {
  private readonly logger = new Logger('Publishing');

  constructor(
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(BusPublisher) private readonly publisher: BusPublisher,
    private readonly keys: Keys,
    private readonly register: Register,
    private readonly attachments: AttachmentStore,
    private readonly settling: Settling,
  ) {}

  get isConnected(): boolean {
    return this.publisher.state.state === 'connected';
  }

  /**
   * Messages that were numbered just now, in their order: those of one sender and recipient share envelopes. What cannot be published
   * is the relay's; it waits in the outbox.
   *
   * @param registerMark of the register that they were decided on; where it changed meanwhile the relay decides again
   */
  async messages(numbered: readonly Sealable[], registerMark: string): Promise<void> {
    if (numbered.length === 0 || !this.isConnected) return;
    const sealed = await mapInSlices(numbered, (one) =>
      this.contentOf(one).catch((thrown: unknown) => thrown),
    );
    if (this.register.snapshot.mark !== registerMark) return;
    const groups = grouped(
      numbered.flatMap(({ message }, index) => {
        const content = sealed[index];
        return content instanceof Object && 'jws' in content
          ? [{ message, content: content as Content }]
          : [];
      }),
    );
    const published = await Promise.all(groups.map((group) => this.together(group)));
    await this.noteSent(groups.flatMap((group, index) => (published[index] ? group : [])));
  }

  /** One message alone, as every repetition travels. */
  async message(one: Sealable): Promise<Published> {
    try {
      const { own, peer, id } = one.message;
      const { jws, attachmentKeys } = await this.contentOf(one);
      return await this.publish(peer, id, this.encryptFor(own, peer, jws, attachmentKeys));
    } catch (thrown) {
      return failed(thrown);
    }
  }

  /** @returns whether the broker has it */
  async statement<T extends EncryptedStatementType>(statement: {
    readonly own: string;
    readonly peer: string;
    readonly typ: T;
    readonly content: StatementContents[T];
    readonly entries?: readonly unknown[] | undefined;
  }): Promise<boolean> {
    const { own, peer, entries } = statement;
    const { is } = await this.signed(
      own,
      peer,
      () => this.sign(own, statement.typ, statement.content),
      entries,
    );
    return is === 'confirmed';
  }

  /** A statement with its signature. */
  async signed(own: string, peer: string, jws: () => Jws, entries?: readonly unknown[]): Promise<Published> {
    try {
      const body = this.encryptFor(own, peer, jws(), [], entries);
      return await this.publish(peer, uuidv7(Date.now(), randomBytes(16)), body);
    } catch (thrown) {
      return failed(thrown);
    }
  }

  sign<T extends EncryptedStatementType>(own: string, typ: T, content: StatementContents[T]): Jws {
    const at = new Date();
    return signStatement({
      typ,
      content,
      signers: [{ ...this.keys.sealAt(own, at), role: 'seal' }],
      iat: unixSeconds(at),
    });
  }

  /** Whether the seal that a message was prepared for is still there. */
  canSeal({ message, content }: Sealable): boolean {
    return this.keys.sealOf(message.own, thumbprintIn(content.sealProtected)) !== undefined;
  }

  private async contentOf({ message, content }: Sealable): Promise<Content> {
    const { own, attachments, D } = message;
    const { payload, officers, sealProtected } = content;
    const seal = this.keys.sealOf(own, thumbprintIn(sealProtected));
    if (!seal) throw new ValiseError('KEY_FILE', 'the seal that it was prepared for is not configured');
    const prepared = { D, protected: sealProtected };
    const jws = completeSeal({ payload, officers, prepared, key: seal.key });
    return { jws, proofs: [], attachmentKeys: await this.attachments.keysOf(own, attachments) };
  }

  private async together(
    group: readonly { readonly message: MessageRow; readonly content: Content }[],
  ): Promise<boolean> {
    const [first] = group;
    if (!first) return false;
    const { own, peer, id } = first.message;
    try {
      const recipient = this.register.snapshot.encryptionCertificate(peer, new Date());
      const body = encryptTogether(
        group.map(({ content }) => content),
        { from: own, recipient },
      );
      const published = await this.publish(peer, id, body);
      return published.is === 'confirmed';
    } catch (thrown) {
      this.logger.warn(`not published yet: ${messageOf(thrown)}`);
      return false;
    }
  }

  private encryptFor(
    own: string,
    peer: string,
    jws: Jws,
    attachmentKeys: readonly AttachmentKey[],
    entries?: readonly unknown[],
  ): Buffer {
    const recipient = this.register.snapshot.encryptionCertificate(peer, new Date());
    return encrypt({ jws, attachmentKeys, entries, from: own, recipient });
  }

  private async publish(peer: string, messageId: string, body: Buffer): Promise<Published> {
    const listed = this.register.snapshot.authorities.get(peer);
    if (!listed) throw new ValiseError('NOT_FOUND', `no list names the authority ${peer}`, { path: 'to' });
    try {
      await this.publisher.publish({ to: listed.node, kind: 'envelope', body, messageId });
      return { is: 'confirmed' };
    } catch (thrown) {
      return failed(thrown);
    }
  }

  /** What the broker has is `sent`, and is published again only when no receipt comes. */
  private async noteSent(sent: readonly { readonly message: MessageRow }[]): Promise<void> {
    if (sent.length === 0) return;
    const keys = sent.map(({ message: { own, peer, ep, n } }) => keyOf.message(own, peer, 'out', ep, n));
    await this.noteConfirmed(keys);
  }

  /** @param keys of messages that the broker has */
  async noteConfirmed(keys: readonly string[]): Promise<void> {
    const receiptAfterMs = this.configuration.receiptAfterSeconds * 1000;
    const wanted = keys.flatMap((key): Name[] => [
      { table: 'state', key },
      { table: 'outbox', key },
    ]);
    await this.settling.change(wanted, (view, { at }) => {
      for (const key of keys) {
        const state = view.read('state', key);
        if (state?.status === 'queued') view.put('state', key, { ...state, status: 'sent' });
        const row = view.read('outbox', key);
        if (!row) continue;
        const after = afterPublishing(row, at, receiptAfterMs, PAUSE_MAX_MS);
        if (after) view.put('outbox', key, after);
        else view.remove('outbox', key);
      }
    });
  }
}

/** In their order, as many together as share an envelope. */
function grouped<T extends { readonly message: MessageRow }>(items: readonly T[]): T[][] {
  const groups: T[][] = [];
  const open = new Map<string, { group: T[]; bytes: number }>();
  for (const item of items) {
    const { own, peer, bytes } = item.message;
    const pair = keyOf.pair(own, peer);
    const size = bytes + FRAME_BYTES;
    const current = open.get(pair);
    if (current && current.group.length < MESSAGES_MAX && current.bytes + size <= SHARED_PAYLOAD_BYTES) {
      current.group.push(item);
      current.bytes += size;
      continue;
    }
    const group = [item];
    groups.push(group);
    open.set(pair, { group, bytes: size });
  }
  return groups;
}

export function failed(thrown: unknown): Published {
  const isBusAway = thrown instanceof ValiseError && thrown.code === 'BUS_UNAVAILABLE';
  return { is: 'failed', error: messageOf(thrown), isBusAway };
}

function thumbprintIn(sealProtected: string): string {
  const { kid } = JSON.parse(Buffer.from(sealProtected, 'base64url').toString('utf8')) as { kid: string };
  return kid;
}
