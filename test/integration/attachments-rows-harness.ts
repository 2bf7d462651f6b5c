import { randomBytes } from 'node:crypto';
import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { uuidv7 } from '#core';
import { type Changes, keyOf, type Row, type Status } from '#exchange';
import { databaseOptions } from '#service';
import { DataSource } from 'typeorm';
import { Attachment } from '../../apps/gateway/src/attachments/attachment.entity.js';
import { settleRows } from '../../apps/gateway/src/rows/settling.js';
import { type RowsDatabase, rowsDatabase } from './rows-harness.js';

export const OWN = 'by-mvd';
export const NOW = Date.now();
export const PAST = NOW - 60_000;
const FUTURE = NOW + 86_400_000;

/** A database with the core's tables, as settlements and as the attachments' room see it. */
export interface AttachmentRows extends RowsDatabase {
  readonly database: DataSource;
  readonly attachment: (id: string) => Promise<Attachment>;
  /** Makes a message, with attachments of ten bytes in these states. @returns its key, and their identifiers */
  readonly message: (sample: Sample) => Promise<{ readonly key: string; readonly ids: readonly string[] }>;
}

/** One for the tests of a file, empty at the beginning of each. What the room logs of faults that a test makes is not shown. */
export function useAttachmentRows(): () => AttachmentRows {
  let rows: AttachmentRows;
  beforeAll(async () => {
    rows = await attachmentRows();
  });
  beforeEach(async () => {
    for (const level of ['warn', 'error'] as const)
      jest.spyOn(Logger.prototype, level).mockImplementation(() => undefined);
    await rows.empty();
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(() => rows.end());
  return () => rows;
}

async function attachmentRows(): Promise<AttachmentRows> {
  const rows = await rowsDatabase();
  const options = databaseOptions({ url: rows.url, poolMax: 4, entities: [Attachment], migrations: [] });
  const database = await new DataSource(options).initialize();
  return {
    ...rows,
    database,
    attachment: (id) => database.getRepository(Attachment).findOneByOrFail({ id }),
    message: (sample) => message(rows, sample),
    async end() {
      await database.destroy();
      await rows.end();
    },
  };
}

export const newId = (): string => uuidv7(NOW, randomBytes(16));

export interface Sample {
  readonly peer?: string;
  readonly direction?: 'in' | 'out';
  readonly n?: number;
  readonly status?: Status;
  readonly expiresAt?: number;
  readonly attachments?: readonly Row<'attachment'>['status'][];
}

async function message(
  rows: RowsDatabase,
  {
    peer = 'kz-knb',
    direction = 'in',
    n = 1,
    status = 'pulling',
    expiresAt = FUTURE,
    attachments = ['pulling'],
  }: Sample,
) {
  const [own, ep, id] = [OWN, 1, newId()];
  const key = keyOf.message(own, peer, direction, ep, n);
  const named = attachments.map(() => {
    const file = { id: newId(), name: 'a.bin', mediaType: 'text/plain', bytes: 10 };
    return { ...file, sha256: randomBytes(32).toString('base64url') };
  });
  const D = randomBytes(32).toString('base64url');
  const changes: Changes = {
    message: new Map([
      [
        key,
        {
          ...{ own, peer, direction, ep, n, id, caseId: newId(), type: 'spontaneous', level: 'open', D },
          ...{ instrument: 'cis-it-crime-2018', prev: null, bytes: 2, event: null, decision: null },
          ...{ createdBy: null, createdAt: PAST, sentAt: PAST, expiresAt, attachments: named },
        },
      ],
    ]),
    state: new Map([
      [
        key,
        {
          ...{ status, storedAt: PAST, acceptedAt: null, judgedAt: PAST },
          ...{ rejection: null, decision: null, registerMark: '' },
        },
      ],
    ]),
    attachment: new Map(
      named.map((one, index) => [
        keyOf.attachment(own, direction, one.id),
        {
          ...{ ...one, own, direction, peer, message: key, status: attachments[index] ?? 'pulling' },
          ...{ key: randomBytes(32).toString('base64url'), failure: null, partsServed: 0 },
        },
      ]),
    ),
    attachmentUse: new Map([
      [keyOf.attachmentUse(own, peer), { files: attachments.length, bytes: 10 * attachments.length }],
    ]),
  };
  await settleRows(rows.pool, [], () => ({ changes }));
  return { key, ids: named.map((one) => one.id) };
}
