import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { toBase64url, uuidv7, ValiseError } from '#core';
import { type AttachmentKey, CHUNK_BYTES, partCount, type Payload } from '#envelope';
import { DataSource, type EntityManager, In } from 'typeorm';
import { CONFIGURATION, type Configuration } from '../configuration.js';
import type { Message } from '../exchange/entities.js';
import { Attachment } from './attachment.entity.js';
import { AttachmentFiles } from './files.js';
import { Uploads } from './uploads.js';

type Reference = Payload['attachments'][number];
export interface Upload {
  /** The token that brings it. */
  readonly by: string;
  readonly name: string;
  readonly mediaType: string;
  /** The announced length in bytes. */
  readonly declared?: number | undefined;
}

/** Attachments as the exchange knows them: uploaded, named by a message, expected from the other side. */
@Injectable()
export class AttachmentStore {
  readonly files: AttachmentFiles;
  private readonly uploads: Uploads;

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {
    this.files = new AttachmentFiles(configuration.resolve(configuration.attachments.folder));
    this.uploads = new Uploads(
      configuration.attachments,
      (authority) => this.unsentBytes(authority),
      () => this.files.freeBytes(),
    );
  }

  /**
   * Stores an upload. It belongs to no message until one names it.
   *
   * @throws ValiseError INPUT_TOO_LARGE, STORAGE_FULL, INPUT_TIMEOUT; nothing is kept then
   */
  async upload(
    authority: string,
    { by, name, mediaType, declared }: Upload,
    plaintext: AsyncIterable<Buffer>,
  ): Promise<Attachment> {
    const createdAt = new Date();
    const id = uuidv7(createdAt.getTime(), randomBytes(16));
    const file = await this.uploads.run(authority, declared, plaintext, (admitted, signal) =>
      this.files.write(authority, id, admitted, signal),
    );
    const repository = this.database.getRepository(Attachment);
    const attachment = repository.create({
      ...file,
      authority,
      direction: 'out',
      id,
      messageKey: null,
      name,
      mediaType,
      status: 'ready',
      partsTotal: partCount(file.bytes),
      partsDone: partCount(file.bytes),
      partsAhead: 0,
      asks: 0,
      createdAt,
      unnamedSince: createdAt,
      createdBy: by,
    });
    await repository.insert(attachment);
    return attachment;
  }

  /** The references that a payload carries. @throws ValiseError NOT_FOUND, CONFLICT naming the attachment */
  async refer(tx: EntityManager, authority: string, ids: readonly string[]): Promise<Reference[]> {
    const rows =
      ids.length === 0 ? [] : await tx.findBy(Attachment, { authority, direction: 'out', id: In([...ids]) });
    return ids.map((id, index) => {
      const row = rows.find((candidate) => candidate.id === id);
      if (!row)
        throw new ValiseError('NOT_FOUND', `there is no attachment ${id}`, { path: `attachments.${index}` });
      if (row.status !== 'ready')
        throw new ValiseError('CONFLICT', `the attachment ${id} belongs to another message`, {
          path: `attachments.${index}`,
        });
      const { name, mediaType, bytes, sha256 } = row;
      return { id, name, mediaType, bytes, sha256 };
    });
  }

  /** Binds attachments to the message that names them. @throws ValiseError CONFLICT where another message was quicker */
  async attach(
    tx: EntityManager,
    { authority, key, recipient }: Message,
    references: readonly Reference[],
  ): Promise<void> {
    if (references.length === 0) return;
    const { affected } = await tx
      .createQueryBuilder()
      .update(Attachment)
      .set({ status: 'announced', messageKey: key, peer: recipient, unnamedSince: null })
      .where({ authority, direction: 'out', id: In(references.map(({ id }) => id)) })
      .andWhere(`(status = 'ready' OR message_key = :key)`, { key })
      .execute();
    if (affected !== references.length)
      throw new ValiseError('CONFLICT', 'an attachment belongs to another message', { path: 'attachments' });
  }

  async detach(tx: EntityManager, { key }: Message): Promise<void> {
    await tx.update(
      Attachment,
      { messageKey: key, direction: 'out' },
      { status: 'ready', messageKey: null, peer: null, unnamedSince: () => 'now()' },
    );
  }

  /** The keys that travel inside the encrypted envelope, in the order in which the payload names their attachments. */
  async keysOf(authority: string, references: readonly Reference[]): Promise<AttachmentKey[]> {
    if (references.length === 0) return [];
    const rows = await this.database
      .getRepository(Attachment)
      .findBy({ authority, direction: 'out', id: In(references.map(({ id }) => id)) });
    const found = new Map(rows.map((row) => [row.id, row]));
    return references.map(({ id }) => {
      const row = found.get(id);
      if (!row) throw new ValiseError('INTERNAL', `the attachment ${id} of a message is not on record`);
      const { key, bytes, sha256 } = row;
      return { id, key: toBase64url(key), chunkBytes: CHUNK_BYTES, bytes, sha256 };
    });
  }

  /**
   * Why we take no such attachments, or undefined. Their identifiers are the sender's choice: one that we know already
   * would stand for two files.
   */
  async objection(
    tx: EntityManager,
    { from, to: authority, attachments: references }: Pick<Payload, 'from' | 'to' | 'attachments'>,
  ): Promise<string | undefined> {
    if (references.length === 0) return undefined;
    const { bytesMax } = this.configuration.attachments;
    const large = references.find(({ bytes }) => bytes > bytesMax);
    if (large)
      return `the attachment ${large.id} has ${large.bytes} bytes; at most ${bytesMax} are taken here`;
    const known = await tx.findOneBy(Attachment, { authority, id: In(references.map(({ id }) => id)) });
    if (known) return `the identifier of the attachment ${known.id} is taken`;
    return this.overShare(tx, { authority, peer: from }, references);
  }

  /**
   * One sender must not fill the disk for the others: its bytes count from their announcement until they are deleted. Each authority of
   * ours has a share of its own with it: what one receives neither blocks another nor shows in what that one's peer is told.
   */
  private async overShare(
    tx: EntityManager,
    { authority, peer }: { readonly authority: string; readonly peer: string },
    references: readonly Reference[],
  ): Promise<string | undefined> {
    const { peerFilesMax, peerBytesMax } = this.configuration.attachments;
    const [kept]: [{ files: string; bytes: string }] = await tx.query(
      `SELECT count(*) AS files, coalesce(sum(bytes), 0) AS bytes FROM attachment
       WHERE peer = $1 AND authority = $2 AND direction = 'in' AND status NOT IN ('failed', 'deleted')`,
      [peer, authority],
    );
    if (Number(kept.files) + references.length > peerFilesMax)
      return `with them ${peer} would have more than ${peerFilesMax} files here`;
    const bytes = references.reduce((sum, reference) => sum + reference.bytes, Number(kept.bytes));
    return bytes > peerBytesMax
      ? `with them ${peer} would have more than ${peerBytesMax} bytes here`
      : undefined;
  }

  /** Notes what a received message announces; pulling begins at once where the message is permitted. */
  async expect(
    tx: EntityManager,
    message: Message,
    references: readonly Reference[],
    keys: readonly AttachmentKey[],
    pulling: boolean,
    at: Date,
  ): Promise<void> {
    await tx.insert(
      Attachment,
      references.map((reference) => {
        const key = keys.find(({ id }) => id === reference.id);
        if (!key) throw new ValiseError('INTERNAL', `no key came for the attachment ${reference.id}`);
        return {
          ...reference,
          authority: message.authority,
          direction: 'in' as const,
          peer: message.sender,
          messageKey: message.key,
          key: Buffer.from(key.key, 'base64url'),
          status: pulling ? ('pulling' as const) : ('expected' as const),
          partsTotal: partCount(reference.bytes),
          partsDone: 0,
          partsAhead: 0,
          asks: 0,
          createdAt: at,
        };
      }),
    );
  }

  /** A message that waited is permitted: its attachments may be pulled. @returns whether there are any */
  async begin(tx: EntityManager, message: Message): Promise<boolean> {
    const { affected } = await tx.update(
      Attachment,
      { messageKey: message.key, direction: 'in', status: 'expected' },
      { status: 'pulling' },
    );
    return (affected ?? 0) > 0;
  }

  /** Nothing is pulled of a message that was rejected. */
  async drop(tx: EntityManager, message: Message): Promise<void> {
    await tx.update(
      Attachment,
      { messageKey: message.key, direction: 'in', status: 'expected' },
      { status: 'failed', failure: 'its message is rejected' },
    );
  }

  private async unsentBytes(authority: string): Promise<number> {
    const [row]: { bytes: string }[] = await this.database.query(
      `SELECT coalesce(sum(bytes), 0) AS bytes FROM attachment WHERE authority = $1 AND direction = 'out' AND status = 'ready'`,
      [authority],
    );
    return Number(row?.bytes ?? 0);
  }
}
