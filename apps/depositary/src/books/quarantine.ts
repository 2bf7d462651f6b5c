import { createHash } from 'node:crypto';
import { Injectable, Logger, StreamableFile } from '@nestjs/common';
import { ValiseError, instantOf, unixSeconds } from '#core';
import type { Refused } from '#register';
import { type PageQuery, page } from '#service';
import { DataSource } from 'typeorm';
import { QuarantineRow } from '../database/entities.js';

const DETAIL_CHARACTERS_MAX = 2_000;
const BODY_BYTES_KEPT_MAX = 1024 * 1024;
/** Of one source, until the oldest of it ends: enough to see what it does, and no way to fill the disk. */
const ROWS_PER_SOURCE_MAX = 10_000;
const BYTES_PER_SOURCE_MAX = 64 * 1024 * 1024;
const KEPT_DAYS = 90;
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

/**
 * Keeps what was refused, with the reason; the same thing sent again is only counted. A sender can cause any amount of
 * it, so the amount kept of each source is bounded: beyond that the newest is dropped, and no other source's evidence
 * is lost.
 */
@Injectable()
export class Quarantine {
  private readonly logger = new Logger('Quarantine');
  /** Sources whose bound was reported; nodes and tokens, which are few. */
  private readonly told = new Set<string>();

  constructor(private readonly database: DataSource) {}

  /** @param what.source who delivered it: `node:kz` or `token:…`; who signed it is what could not be established */
  async record(what: { kind: string; source: string; body: Buffer }, refused: Refused): Promise<void> {
    const { source, body } = what;
    const kind = storable(what.kind);
    const sha256 = createHash('sha256').update(body).digest('base64url');
    const detail = storable(refused.detail.slice(0, DETAIL_CHARACTERS_MAX));
    const known: unknown[][] = await this.database.query(
      `UPDATE quarantine SET times = least(times, 2147483646) + 1, last_at = $5, detail = $6
       WHERE source = $1 AND kind = $2 AND sha256 = $3 AND code = $4 RETURNING id`,
      [source, kind, sha256, refused.code, new Date(), detail],
    );
    if (known[0]?.length === 1) return;
    await this.database.query(
      'DELETE FROM quarantine WHERE source = $1 AND last_at < now() - make_interval(days => $2)',
      [source, KEPT_DAYS],
    );
    const kept = body.subarray(0, BODY_BYTES_KEPT_MAX);
    const inserted: unknown[] = await this.database.query(
      `INSERT INTO quarantine (kind, source, code, detail, sha256, bytes, body, first_at, last_at)
       SELECT $1, $2, $3, $4, $5, $6, $7, $8, $8
       WHERE (SELECT count(*) < ${ROWS_PER_SOURCE_MAX}
                AND coalesce(sum(least(bytes, ${BODY_BYTES_KEPT_MAX})), 0) + $9 <= ${BYTES_PER_SOURCE_MAX}
              FROM quarantine WHERE source = $2)
       ON CONFLICT (source, kind, sha256, code) DO NOTHING RETURNING id`,
      [kind, source, refused.code, detail, sha256, body.length, kept, new Date(), kept.length],
    );
    if (inserted.length > 0 || this.told.has(source)) return;
    this.told.add(source);
    this.logger.warn(
      `what is kept of ${source} in quarantine has reached its limit: further deliveries are not kept`,
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

/** The sender's words as PostgreSQL can keep them: what cannot be quarantined would block the queue that it came from. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}
