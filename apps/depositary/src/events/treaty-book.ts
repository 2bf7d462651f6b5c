import { createHash } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { ValiseError, canonicalBytes, instantOf, unixSeconds } from '#core';
import { BOOK_BYTES_MAX } from '#envelope';
import { successionOf } from '#register';
import type { Principal } from '#service';
import { type Agreement, type DepositaryEvent, treatyBookSchema } from '#treaties';
import { DataSource, type EntityManager } from 'typeorm';
import { z } from 'zod';
import { Idempotency } from '../api/idempotency.js';
import { Shelf } from '../books/shelf.js';
import { CONFIGURATION, type DepositaryConfiguration } from '../configuration.js';
import { AgreementRow, type BookVersion, EventRow } from '../database/entities.js';
import { Keeper } from '../keeper.js';
import { Outbox, bookMessage, statementMessage } from '../relay/outbox.js';
import { Relay } from '../relay/relay.js';
import { requireRecordable } from './competence.js';

export interface Entries {
  readonly events: readonly DepositaryEvent[];
  readonly agreements: readonly Agreement[];
}

export interface Recorded {
  readonly book: string;
  readonly version: number;
  readonly hash: string;
  readonly issuedAt: string;
}

/**
 * The treaty book of this depositary: what it was notified of, and nothing it could have computed. Each recording
 * makes one new version that holds everything so far, signed, in one transaction with what was recorded and
 * with its dispatch.
 */
@Injectable()
export class TreatyBook {
  private readonly logger = new Logger('TreatyBook');

  constructor(
    private readonly database: DataSource,
    private readonly keeper: Keeper,
    private readonly shelf: Shelf,
    private readonly outbox: Outbox,
    private readonly relay: Relay,
    private readonly idempotency: Idempotency,
    @Inject(CONFIGURATION) private readonly configuration: DepositaryConfiguration,
  ) {}

  /** @throws ValiseError CONFLICT where an entry is on record already, INPUT_INVALID where it cannot be recorded */
  async record(entries: Entries, caller: Principal, key: string | undefined): Promise<Recorded> {
    const { organisation } = this.configuration;
    for (const [index, event] of entries.events.entries())
      requireRecordable(event, { organisation, path: `events.${index}`, now: new Date() });
    const recorded = await this.database.transaction((manager) =>
      this.idempotency.once(manager, { tokenId: caller.tokenId, key, request: entries }, async () => {
        await this.shelf.lock(manager, this.keeper.book);
        await insert(manager, entries, caller);
        return this.issue(manager, caller);
      }),
    );
    this.relay.wake();
    return recorded;
  }

  /** Says, signed, that the newest version is the current one; nodes count a book's age from this. */
  async state(): Promise<void> {
    await this.database.transaction(async (manager) => {
      await this.shelf.lock(manager, this.keeper.book);
      const newest = await this.shelf.newest(this.keeper.book, manager);
      if (newest) await this.stateAbout(manager, newest, new Date());
    });
    this.relay.wake();
  }

  private async issue(manager: EntityManager, caller: Principal): Promise<Recorded> {
    const { book, organisation } = this.keeper;
    const now = new Date();
    const newest = await this.shelf.newest(book, manager);
    const version = (newest?.version ?? 0) + 1;
    const issuedAt = instantOf(unixSeconds(now));
    const content = {
      book,
      version,
      organisation,
      issuedAt,
      ...(await everything(manager)),
      sample: this.configuration.sample,
    };
    // Readers hold it to this schema: a book that they would refuse must not be signed.
    const parsed = treatyBookSchema.safeParse(content);
    if (!parsed.success)
      throw new ValiseError('INTERNAL', `${book} would not be valid: ${z.prettifyError(parsed.error)}`);
    const hash = createHash('sha256').update(canonicalBytes(content)).digest('base64url');
    requireExtension({ book, version, hash, content }, newest);
    const text = this.keeper.signBook(content, unixSeconds(now));
    if (Buffer.byteLength(text) > BOOK_BYTES_MAX)
      throw new ValiseError(
        'INPUT_TOO_LARGE',
        `${book} would have more than ${BOOK_BYTES_MAX} bytes, which no node takes`,
      );
    const excess = await this.shelf.excess(manager, { book, version, text });
    if (excess)
      throw new ValiseError(excess.code, excess.detail, { remedy: 'record several entries in one request' });
    const receivedBy = `token:${caller.tokenId}`;
    const row = { book, era: newest?.era ?? 0, version, text, hash, root: null, receivedAt: now, receivedBy };
    await this.shelf.add(manager, row);
    await this.outbox.put(manager, this.configuration.peers, [bookMessage(row)]);
    await this.stateAbout(manager, row, now);
    this.logger.log(`${book} has version ${version}`);
    return { book, version, hash, issuedAt };
  }

  private async stateAbout(manager: EntityManager, row: BookVersion, now: Date): Promise<void> {
    const { book, version, hash } = row;
    const iat = unixSeconds(now);
    const text = this.keeper.signStatement({ book, version, hash, at: instantOf(iat) }, iat);
    const statement = { book, version, hash, at: new Date(iat * 1000), text };
    if (await this.shelf.state(manager, statement))
      await this.outbox.put(manager, this.configuration.peers, [statementMessage(statement)]);
  }
}

/**
 * What this office signed stays in what it signs: with a database that somebody altered, or that lost a part in a restore, nothing is
 * signed that every node would have to refuse.
 *
 * @throws ValiseError BOOK_CONFLICT
 */
function requireExtension(next: Parameters<typeof successionOf>[0], newest: BookVersion | null): void {
  if (newest === null) return;
  const { payload } = JSON.parse(newest.text) as { payload: string };
  const content = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as unknown;
  const succession = successionOf(next, { same: null, newest: { ...newest, content } });
  if ('code' in succession)
    throw new ValiseError(succession.code, succession.detail, {
      remedy:
        'compare the tables event and agreement with the newest version of the book, which is on record',
    });
}

async function insert(manager: EntityManager, entries: Entries, caller: Principal): Promise<void> {
  const recorded = { recordedAt: new Date(), recordedBy: `token:${caller.tokenId}` };
  for (const { leavesOn = null, source = null, ...event } of entries.events) {
    const inserted = await manager
      .createQueryBuilder()
      .insert()
      .into(EventRow)
      .values({ ...event, leavesOn, source, ...recorded })
      .orIgnore()
      .returning('id')
      .execute();
    if ((inserted.raw as unknown[]).length === 0)
      throw new ValiseError(
        'CONFLICT',
        `${event.event} of ${event.state ?? 'the treaty'} under ${event.instrument} on ${event.on} is on record`,
      );
  }
  for (const content of entries.agreements) {
    const inserted = await manager
      .createQueryBuilder()
      .insert()
      .into(AgreementRow)
      .values({ id: content.id, content: content as object, ...recorded })
      .orIgnore()
      .returning('id')
      .execute();
    if ((inserted.raw as unknown[]).length === 0)
      throw new ValiseError('CONFLICT', `the agreement ${content.id} is on record`);
  }
}

/** All entries in the order of their recording, as the schema of the treaty book has them. */
async function everything(manager: EntityManager) {
  const events = await manager.find(EventRow, { order: { id: 'ASC' } });
  const agreements = await manager.find(AgreementRow, { order: { recordedAt: 'ASC', id: 'ASC' } });
  return { events: events.map(eventOf), agreements: agreements.map((row) => row.content as Agreement) };
}

/** What the book says of an event: not who typed it in and when, which is this office's own affair. */
export function eventOf({ instrument, state, event, on, leavesOn, source }: EventRow): DepositaryEvent {
  return {
    instrument,
    state,
    event: event as DepositaryEvent['event'],
    on,
    ...(leavesOn === null ? {} : { leavesOn }),
    ...(source === null ? {} : { source }),
  };
}
