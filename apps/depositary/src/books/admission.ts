import { Inject, Injectable } from '@nestjs/common';
import type { ErrorCode } from '#core';
import { DataSource, type EntityManager } from 'typeorm';
import { CONFIGURATION, type DepositaryConfiguration } from '../configuration.js';
import type { BookVersion } from '../database/entities.js';
import { Outbox, bookMessage, statementMessage } from '../relay/outbox.js';
import { Relay } from '../relay/relay.js';
import { Quarantine, type Refused } from './quarantine.js';
import { Shelf, type Statement } from './shelf.js';
import { Verification, type VerifiedList } from './verification.js';

export type Admitted = { readonly ok: true; readonly row: BookVersion; readonly isNew: boolean } | Refused;

/**
 * The one door for lists and statements of states and organs, whether they come over HTTP or on the bus:
 * verify → compare with what is on record → one transaction (record, outbox) → relay. What is refused goes to
 * quarantine with its reason.
 */
@Injectable()
export class Admission {
  constructor(
    private readonly database: DataSource,
    private readonly verification: Verification,
    private readonly shelf: Shelf,
    private readonly outbox: Outbox,
    private readonly quarantine: Quarantine,
    private readonly relay: Relay,
    @Inject(CONFIGURATION) private readonly configuration: DepositaryConfiguration,
  ) {}

  /** @param source who delivered it, for the record: `node:kz` or `token:…` */
  async list(text: string, source: string): Promise<Admitted> {
    const now = new Date();
    const verified = await this.verification.list(text, now);
    const admitted = verified.ok
      ? await this.database.transaction((manager) => this.record(manager, verified, source, now))
      : verified;
    if (!admitted.ok) await this.refuse('book', text, source, admitted);
    else if (admitted.isNew) this.relay.wake();
    return admitted;
  }

  async statement(text: string, source: string): Promise<{ readonly ok: true } | Refused> {
    const verified = await this.verification.statement(text, new Date());
    const answer = verified.ok
      ? await this.database.transaction((manager) => this.recordStatement(manager, verified))
      : verified;
    if (!answer.ok) await this.refuse('book-statement', text, source, answer);
    else this.relay.wake();
    return answer;
  }

  private async record(
    manager: EntityManager,
    list: VerifiedList,
    source: string,
    now: Date,
  ): Promise<Admitted> {
    const { book, version, hash, text } = list;
    await this.shelf.lock(manager, book);
    const same = await this.shelf.exact(book, version, manager);
    if (same?.hash === hash) return { ok: true, row: same, isNew: false };
    if (same)
      return refused(
        'BOOK_CONFLICT',
        `version ${version} of ${book} is on record with the hash ${same.hash}, this one has ${hash}`,
      );
    const newest = await this.shelf.newest(book, manager);
    if (newest && newest.version > version)
      return refused('BOOK_NOT_NEWER', `version ${newest.version} of ${book} is on record already`);
    const row = { book, version, text, hash, receivedAt: now, receivedBy: source };
    await this.shelf.add(manager, row);
    await this.outbox.put(manager, this.configuration.peers, [bookMessage(row)]);
    return { ok: true, row, isNew: true };
  }

  /** A statement about a version that has not arrived is relayed too: it tells the others that there is one. */
  private async recordStatement(
    manager: EntityManager,
    statement: Statement,
  ): Promise<{ ok: true } | Refused> {
    const { book, version, hash } = statement;
    await this.shelf.lock(manager, book);
    const same = await this.shelf.exact(book, version, manager);
    if (same && same.hash !== hash)
      return refused(
        'BOOK_CONFLICT',
        `it states the hash ${hash} for version ${version} of ${book}, on record with ${same.hash}`,
      );
    const newest = await this.shelf.newest(book, manager);
    if (newest && newest.version > version)
      return refused('BOOK_NOT_NEWER', `version ${newest.version} of ${book} is on record already`);
    if (await this.shelf.state(manager, statement))
      await this.outbox.put(manager, this.configuration.peers, [statementMessage(statement)]);
    return { ok: true };
  }

  private refuse(kind: string, text: string, source: string, reason: Refused): Promise<void> {
    return this.quarantine.record({ kind, source, body: Buffer.from(text, 'utf8') }, reason);
  }
}

function refused(code: ErrorCode, detail: string): Refused {
  return { ok: false, code, detail };
}
