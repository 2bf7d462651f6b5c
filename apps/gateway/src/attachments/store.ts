import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { toBase64url, uuidv7, ValiseError } from '#core';
import { type AttachmentKey, CHUNK_BYTES, partCount, type Payload } from '#envelope';
import { DataSource, In } from 'typeorm';
import { CONFIGURATION, type Configuration } from '../configuration.js';
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

/**
 * Attachments of ours before they travel: uploaded, referred to, carried with their keys. Those of the other side are expected,
 * and both are bound to numbered messages, by libs/exchange.
 */
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
      draft: null,
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
  async refer(authority: string, ids: readonly string[]): Promise<Reference[]> {
    const rows =
      ids.length === 0
        ? []
        : await this.database
            .getRepository(Attachment)
            .findBy({ authority, direction: 'out', id: In([...ids]) });
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

  private async unsentBytes(authority: string): Promise<number> {
    const [row]: { bytes: string }[] = await this.database.query(
      `SELECT coalesce(sum(bytes), 0) AS bytes FROM attachment WHERE own = $1 AND direction = 'out' AND status = 'ready'`,
      [authority],
    );
    return Number(row?.bytes ?? 0);
  }
}
