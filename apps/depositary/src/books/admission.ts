import { Inject, Injectable } from '@nestjs/common';
import type { ErrorCode } from '#core';
import { HAND_OVER_TYPE } from '#envelope';
import {
  admit,
  type BookAnswer,
  type ReadBook,
  type Refused,
  standingOf,
  type Statement,
  typOf,
} from '#register';
import { DataSource, type EntityManager } from 'typeorm';
import { CONFIGURATION, type DepositaryConfiguration } from '../configuration.js';
import type { BookVersion } from '../database/entities.js';
import { Outbox, bookMessage, handOverMessage, statementMessage } from '../relay/outbox.js';
import { Relay } from '../relay/relay.js';
import { Conflicts } from './conflicts.js';
import { Quarantine } from './quarantine.js';
import { Roots } from './roots.js';
import { Shelf } from './shelf.js';
import { Verification } from './verification.js';

export type Admitted = { readonly ok: true; readonly row: BookVersion; readonly isNew: boolean } | Refused;

/**
 * The only entry for lists and statements of states and organs, whether they come over HTTP or on the bus: read →
 * load what is on record → `admit` → one transaction (record, outbox) → relay. What is refused goes to quarantine with
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
        : await this.ofRead(await this.verification.list(text, now), source, now);
    if (!admitted.ok) await this.refuse('book', text, source, admitted);
    else if (admitted.isNew) this.relay.wake();
    return admitted;
  }

  async statement(text: string, source: string): Promise<{ readonly ok: true } | Refused> {
    const read = await this.verification.statement(text, new Date());
    // A keeper's node states its book until it has the new keys.
    if (!read.ok && read.repeats) return { ok: true };
    const answer = read.ok
      ? await this.database.transaction((manager) => this.recordStatement(manager, read.statement, source))
      : read;
    if (!answer.ok) await this.refuse('book-statement', text, source, answer);
    else this.relay.wake();
    return answer;
  }

  private async ofRead(read: BookAnswer, source: string, now: Date): Promise<Admitted> {
    if (read.ok) return this.database.transaction((manager) => this.record(manager, read.book, source, now));
    const row = read.repeats && (await this.shelf.recorded(read.repeats));
    return row ? { ok: true, row, isNew: false } : read;
  }

  private async handOver(text: string, source: string, now: Date): Promise<Admitted> {
    const verified = this.verification.handOver(text, now);
    if (!verified.ok) return verified;
    const { book, from } = verified;
    const row = await this.shelf.newest(book);
    if (!row)
      return refused('BOOK_NOT_NEWER', `no version of ${book} is on record: pin its new root instead`);
    const plan = await this.database.transaction(async (manager) => {
      const found = await this.roots.record(manager, verified, { text, source });
      const message = handOverMessage({ book, fromRoot: from.thumbprint, text });
      if (found.outcome === 'admitted') await this.outbox.put(manager, this.configuration.peers, [message]);
      return found;
    });
    if (plan.outcome === 'refused') return refused(plan.code, plan.detail);
    await this.roots.reload();
    return { ok: true, row, isNew: plan.outcome === 'admitted' };
  }

  private async record(manager: EntityManager, book: ReadBook, source: string, now: Date): Promise<Admitted> {
    await this.shelf.lock(manager, book.book);
    const { chains } = this.roots;
    const record = await this.shelf.record(manager, book, chains.newestOf(book.book));
    const plan = admit(book, record, { chains, bounds: this.configuration.bounds });
    switch (plan.outcome) {
      case 'repeated':
        return { ok: true, row: plan.held, isNew: false };
      case 'conflict':
        await this.conflicts.prove(manager, plan.proof, source);
        return refused(plan.code, plan.detail);
      case 'refused':
        return refused(plan.code, plan.detail);
      case 'admitted':
    }
    const { era, version, text, hash, root } = plan.row;
    const row = { book: book.book, era, version, text, hash, root, receivedAt: now, receivedBy: source };
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
    const { book, version } = statement;
    await this.shelf.lock(manager, book);
    const newest = await this.shelf.newest(book, manager);
    const numbered = await this.shelf.exact(book, version, manager);
    const standing = standingOf(statement, { newest, numbered }, this.roots.chains);
    switch (standing.place) {
      case 'conflict':
        await this.conflicts.prove(manager, standing.proof, source);
        return refused(standing.code, standing.detail);
      case 'out-of-reach':
        return refused(standing.code, standing.detail);
      case 'older':
        return refused(
          'BOOK_NOT_NEWER',
          `version ${standing.newest.version} of ${book} is on record already`,
        );
      case 'unknown':
      case 'current':
      case 'newer':
    }
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
