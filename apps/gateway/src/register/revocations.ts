import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { isRevokedBy, onceListed } from '#register';
import type { NationalList } from '#treaties';
import type { Certificate } from '#trust';
import { DataSource } from 'typeorm';
import { Register } from './register.js';

/** Whether certificates that were good when something was stored have been revoked since. */
@Injectable()
export class Revocations {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly register: Register,
  ) {}

  /**
   * What was signed stays signed when its certificate leaves the list or runs out, but not when it is revoked. So where the
   * register does not know or no longer accepts it, the certificate is looked up as it was listed, and in today's revocation lists.
   */
  async isRevoked(thumbprint: string, authority: string, at: Date): Promise<boolean> {
    const { snapshot } = this.register;
    const now = snapshot.resolve(thumbprint, at);
    if (now.ok) return false;
    if (now.code === 'CERTIFICATE_REVOKED') return true;
    const book = snapshot.authorities.get(authority)?.book ?? (await this.bookOf(authority));
    // It is no longer listed, so nothing shows that it is good: fail closed.
    const certificate = book === undefined ? undefined : await this.onceListed(book, thumbprint);
    if (book === undefined || certificate === undefined) return true;
    return isRevokedBy(certificate, snapshot.crlsOf(book), at);
  }

  private async bookOf(authority: string): Promise<string | undefined> {
    const [row]: { book: string }[] = await this.database.query(
      `SELECT book FROM book WHERE book LIKE 'list:%' AND content->'authorities' @> $1::jsonb ORDER BY era DESC, version DESC LIMIT 1`,
      [JSON.stringify([{ id: authority }])],
    );
    return row?.book;
  }

  /** Newest first, a version at a time: what waited was signed under one of the last. */
  private async onceListed(book: string, thumbprint: string): Promise<Certificate | undefined> {
    const versions: { era: number; version: number }[] = await this.database.query(
      'SELECT era, version FROM book WHERE book = $1 ORDER BY era DESC, version DESC LIMIT $2',
      [book, VERSIONS_MAX],
    );
    for (const { era, version } of versions) {
      const [row]: { certificates: NationalList['certificates'] }[] = await this.database.query(
        `SELECT content->'certificates' AS certificates FROM book WHERE book = $1 AND era = $2 AND version = $3`,
        [book, era, version],
      );
      const certificate = onceListed(row?.certificates ?? [], thumbprint);
      if (certificate) return certificate;
    }
    return undefined;
  }
}

/** Of one list: a message waits behind a gap for weeks at most, and a list changes a few times a month. */
const VERSIONS_MAX = 32;
