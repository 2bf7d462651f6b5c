import { Inject, Injectable } from '@nestjs/common';
import type { ErrorCode } from '#core';
import { HAND_OVER_TYPE } from '#envelope';
import { isTooFar, successionOf } from '#register';
import { DataSource, type EntityManager } from 'typeorm';
import { CONFIGURATION, type DepositaryConfiguration } from '../configuration.js';
import type { BookVersion } from '../database/entities.js';
import { Outbox, bookMessage, handOverMessage, statementMessage } from '../relay/outbox.js';
import { Relay } from '../relay/relay.js';
import { Conflicts } from './conflicts.js';
import { Quarantine, type Refused } from './quarantine.js';
import { Roots } from './roots.js';
import { Shelf, type Statement } from './shelf.js';
import { typOf, Verification, type VerifiedList } from './verification.js';

export type Admitted = { readonly ok: true; readonly row: BookVersion; readonly isNew: boolean } | Refused;

/**
 * The only entry for lists and statements of states and organs, whether they come over HTTP or on the bus: verify →
 * compare with what is on record → one transaction (record, outbox) → relay. What is refused goes to quarantine with
 * its reason.
 */
@Injectable()
export class Admission {
  constructor(
    private readonly database: DataSource,
    private readonly verification: Verification,
    private readonly shelf: Shelf,
    private readonly outbox: Outbox,
    private readonly quarantine: Quarantine,
    private readonly roots: Roots,
    private readonly conflicts: Conflicts,
    private readonly relay: Relay,
    @Inject(CONFIGURATION) private readonly configuration: DepositaryConfiguration,
  ) {}

  /**
   * A list, or the hand-over of a list's root.
   *
   * @param source who delivered it, for the record: `node:kz` or `token:…`
   */
  async list(text: string, source: string): Promise<Admitted> {
    const now = new Date();
    const admitted =
      typOf(text) === HAND_OVER_TYPE
        ? await this.handOver(text, source, now)
        : await this.ofVerified(await this.verification.list(text, now), source, now);
    if (!admitted.ok) await this.refuse('book', text, source, admitted);
    else if (admitted.isNew) this.relay.wake();
    return admitted;
  }

  async statement(text: string, source: string): Promise<{ readonly ok: true } | Refused> {
    const verified = await this.verification.statement(text, new Date());
    // A keeper's node states its book until it has the new keys.
    if (verified === 'past') return { ok: true };
    const answer = verified.ok
      ? await this.database.transaction((manager) => this.recordStatement(manager, verified, source))
      : verified;
    if (!answer.ok) await this.refuse('book-statement', text, source, answer);
    else this.relay.wake();
    return answer;
  }

  private async ofVerified(
    verified: VerifiedList | BookVersion | Refused,
    source: string,
    now: Date,
  ): Promise<Admitted> {
    if (!('ok' in verified)) return { ok: true, row: verified, isNew: false };
    if (!verified.ok) return verified;
    return this.database.transaction((manager) => this.record(manager, verified, source, now));
  }

  private async handOver(text: string, source: string, now: Date): Promise<Admitted> {
    const verified = this.verification.handOver(text, now);
    if (!verified.ok) return verified;
    const { book, from } = verified;
    const row = await this.shelf.newest(book);
    if (!row)
      return refused('BOOK_NOT_NEWER', `no version of ${book} is on record: pin its new root instead`);
    const isNew = await this.database.transaction(async (manager) => {
      const recorded = await this.roots.record(manager, verified, { text, source });
      const message = handOverMessage({ book, fromRoot: from.thumbprint, text });
      if (recorded === true) await this.outbox.put(manager, this.configuration.peers, [message]);
      return recorded;
    });
    if (isNew === undefined)
      return refused('BOOK_CONFLICT', `the root of ${book} has handed over to another one`);
    await this.roots.reload();
    return { ok: true, row, isNew };
  }

  private async record(
    manager: EntityManager,
    list: VerifiedList,
    source: string,
    now: Date,
  ): Promise<Admitted> {
    const { book, version, hash, text, root } = list;
    await this.shelf.lock(manager, book);
    const newest = await this.shelf.newest(book, manager);
    const era = this.roots.chains.eraAfter(newest, root);
    const ofEra = newest?.era === era ? newest : null;
    const same = ofEra && (await this.shelf.exact(book, version, manager));
    const known = same?.era === era ? same : null;
    // A list has no record of the past that a newer one would have to repeat.
    const compared = (row: BookVersion) => ({ version: row.version, hash: row.hash, content: {} });
    const on = { same: known && compared(known), newest: ofEra && compared(ofEra) };
    const succession = successionOf({ book, version, hash, content: {} }, on);
    if (known && succession.kind === 'known') return { ok: true, row: known, isNew: false };
    if ('code' in succession) {
      const { code, detail } = succession;
      if (known) await this.conflicts.prove(manager, { book, version, hash, text, ours: known }, source);
      return refused(code, detail);
    }
    const excess = await this.shelf.excess(manager, list);
    if (excess) return refused(excess.code, excess.detail);
    const row = { book, era, version, text, hash, root, receivedAt: now, receivedBy: source };
    await this.shelf.add(manager, row);
    await this.outbox.put(manager, this.configuration.peers, [bookMessage(row)]);
    return { ok: true, row, isNew: true };
  }

  /** A statement about a version that has not arrived is relayed too: it tells the others that there is one. */
  private async recordStatement(
    manager: EntityManager,
    statement: Statement,
    source: string,
  ): Promise<{ ok: true } | Refused> {
    const { book } = statement;
    await this.shelf.lock(manager, book);
    const unfit = await this.contradiction(manager, statement, source);
    if (unfit) return unfit;
    if (await this.shelf.state(manager, statement))
      await this.outbox.put(manager, this.configuration.peers, [statementMessage(statement)]);
    return { ok: true };
  }

  private async contradiction(
    manager: EntityManager,
    statement: Statement,
    source: string,
  ): Promise<Refused | undefined> {
    const { book, version, hash } = statement;
    const newest = await this.shelf.newest(book, manager);
    // Under a new root versions start again: what is on record under the old one has nothing to do with it.
    const { chains } = this.roots;
    const root = chains.newestOf(book)?.thumbprint ?? null;
    if (newest && chains.eraAfter(newest, root) !== newest.era) return undefined;
    const found = await this.shelf.exact(book, version, manager);
    const same = found?.era === newest?.era ? found : null;
    if (same && same.hash !== hash) {
      await this.conflicts.prove(manager, { book, version, hash, text: statement.text, ours: same }, source);
      return refused(
        'BOOK_CONFLICT',
        `it states the hash ${hash} for version ${version} of ${book}, on record with ${same.hash}`,
      );
    }
    if (newest && newest.version > version)
      return refused('BOOK_NOT_NEWER', `version ${newest.version} of ${book} is on record already`);
    if (newest && isTooFar(version, newest.version))
      return refused('BOOK_VERSION', `version ${version} of ${book} is too far ahead of ${newest.version}`);
    return undefined;
  }

  private refuse(kind: string, text: string, source: string, reason: Refused): Promise<void> {
    return this.quarantine.record({ kind, source, body: Buffer.from(text, 'utf8') }, reason);
  }
}

function refused(code: ErrorCode, detail: string): Refused {
  return { ok: false, code, detail };
}
