import { createHash } from 'node:crypto';
import { Injectable, StreamableFile } from '@nestjs/common';
import { type ErrorCode, ValiseError, instantOf, unixSeconds } from '#core';
import { type PageQuery, page } from '#service';
import { DataSource } from 'typeorm';
import { QuarantineRow } from '../database/entities.js';

const DETAIL_CHARACTERS_MAX = 2_000;
const BODY_BYTES_KEPT_MAX = 1024 * 1024;
const WITHOUT_BODY = [
  'id',
  'kind',
  'source',
  'code',
  'detail',
  'sha256',
  'bytes',
  'times',
  'firstAt',
  'lastAt',
].map((column) => `q.${column}`);

export interface Refused {
  readonly ok: false;
  readonly code: ErrorCode;
  readonly detail: string;
}

/** Keeps what was refused, with the reason: never lost, and the same thing sent again is only counted. */
@Injectable()
export class Quarantine {
  constructor(private readonly database: DataSource) {}

  /** @param source who delivered it: `node:kz` or `token:…`; who signed it is what could not be established */
  async record(what: { kind: string; source: string; body: Buffer }, refused: Refused): Promise<void> {
    await this.database.query(
      `INSERT INTO quarantine (kind, source, code, detail, sha256, bytes, body, first_at, last_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)
       ON CONFLICT (source, kind, sha256, code) DO UPDATE
         SET times = quarantine.times + 1, last_at = EXCLUDED.last_at, detail = EXCLUDED.detail`,
      [
        what.kind,
        what.source,
        refused.code,
        refused.detail.slice(0, DETAIL_CHARACTERS_MAX),
        createHash('sha256').update(what.body).digest('base64url'),
        what.body.length,
        what.body.subarray(0, BODY_BYTES_KEPT_MAX),
        new Date(),
      ],
    );
  }

  /** @throws ValiseError NOT_FOUND */
  async body(id: string): Promise<StreamableFile> {
    const row = await this.database.getRepository(QuarantineRow).findOneBy({ id });
    if (!row) throw new ValiseError('NOT_FOUND', 'there is nothing with this id in quarantine');
    return new StreamableFile(row.body);
  }

  async list(query: PageQuery) {
    const select = this.database
      .getRepository(QuarantineRow)
      .createQueryBuilder('q')
      .select(WITHOUT_BODY)
      .orderBy('q.id', 'DESC')
      .take(query.limit + 1);
    if (query.after !== undefined) select.where('q.id < :after', { after: query.after });
    return page(await select.getMany(), query.limit, (row) => row.id, view);
  }
}

function view(row: QuarantineRow) {
  const { id, kind, source, code, detail, sha256, times } = row;
  return {
    id,
    kind,
    source,
    code,
    detail,
    sha256,
    times,
    firstAt: instantOf(unixSeconds(row.firstAt)),
    lastAt: instantOf(unixSeconds(row.lastAt)),
    bytes: row.bytes,
  };
}
