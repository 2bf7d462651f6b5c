import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { toBase64url, ValiseError } from '#core';
import type { JwsSignature } from '#envelope';
import { type DecisionRow, type Direction, keyOf } from '#exchange';
import { DataSource, In } from 'typeorm';
import { DraftListing, NumberedListing } from './entities.js';

/** A message or a draft with what was signed and decided. */
export interface StoredMessage {
  readonly row: NumberedListing | DraftListing;
  /** libs/exchange's key of a numbered message; null of a draft. */
  readonly key: string | null;
  readonly payload: Buffer;
  readonly officers: readonly JwsSignature[];
  /** Null of what nobody decided. */
  readonly decision: DecisionRow | null;
}

/** Of a numbered message: its identity and what became of it. */
export type Numbered = Pick<NumberedListing, 'id' | 'status'>;

const NUMBERED = `SELECT c.payload, c.officers, coalesce(s.decision, m.decision) AS decision
  FROM message m JOIN message_state s USING (own, peer, direction, ep, n) JOIN message_content c USING (own, peer, direction, ep, n)
  WHERE m.own = $1 AND m.peer = $2 AND m.direction = $3 AND m.ep = $4 AND m.n = $5`;
const DRAFTED = `SELECT payload, '[]'::jsonb AS officers, decision FROM draft WHERE own = $1 AND id = $2`;

/** Finds single messages of an authority of ours. */
@Injectable()
export class Messages {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /**
   * The other side chooses its identifiers: one that repeats ours does not hide our own message.
   *
   * @throws ValiseError NOT_FOUND
   */
  async read(own: string, id: string, direction?: Direction): Promise<StoredMessage> {
    const row = (await this.listed(own, id, direction))[0] ?? null;
    if (!row) throw new ValiseError('NOT_FOUND', `there is no message ${id}`, { path: 'id' });
    const { peer, ep, n } = row;
    const key = ep === null || n === null ? null : keyOf.message(own, peer, row.direction, ep, n);
    const [stored]: Omit<StoredMessage, 'row' | 'key'>[] =
      key === null
        ? await this.database.query(DRAFTED, [own, id])
        : await this.database.query(NUMBERED, [own, peer, row.direction, ep, n]);
    // A draft that was sent between the two looks is numbered now.
    if (!stored) return this.read(own, id, direction);
    return { row, key, ...stored };
  }

  /** All that have this identifier: ours first, then others' in the order of their authorities. */
  async listed(own: string, id: string, direction?: Direction): Promise<(NumberedListing | DraftListing)[]> {
    const drafts =
      direction === 'in' ? [] : await this.database.getRepository(DraftListing).findBy({ own, id });
    const pairs: { peer: string }[] = await this.database.query('SELECT peer FROM pair WHERE own = $1', [
      own,
    ]);
    const numbered = await this.database.getRepository(NumberedListing).find({
      where: {
        own,
        peer: In(pairs.map(({ peer }) => peer)),
        direction: direction ?? In(['in', 'out']),
        id,
      },
      order: { direction: 'DESC', peer: 'ASC' },
    });
    return [...drafts, ...numbered];
  }

  /** @param keys of numbered messages, as attachments and the quarantine name them */
  async byKeys(keys: readonly string[]): Promise<Map<string, Numbered>> {
    if (keys.length === 0) return new Map();
    const parts = keys.map((key) => key.split(' '));
    const rows: (Numbered & { nth: string })[] = await this.database.query(
      `SELECT v.nth, m.id, m.status
       FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[], $5::bigint[]) WITH ORDINALITY AS v (own, peer, direction, ep, n, nth)
       JOIN numbered_listing m ON m.own = v.own AND m.peer = v.peer AND m.direction = v.direction AND m.ep = v.ep AND m.n = v.n`,
      [0, 1, 2, 3, 4].map((part) => parts.map((one) => one[part])),
    );
    return new Map(rows.map(({ nth, id, status }) => [keys[Number(nth) - 1] ?? '', { id, status }]));
  }

  /** A numbered message as it was signed: a JWS in its JSON serialization. */
  async signed(key: string): Promise<Buffer> {
    const [stored]: SignedRow[] = await this.database.query(
      `SELECT payload, officers, seal_protected, seal_signature FROM message_content
       WHERE own = $1 AND peer = $2 AND direction = $3 AND ep = $4 AND n = $5`,
      key.split(' '),
    );
    if (!stored) throw new ValiseError('INTERNAL', `the message ${key} is not on record`);
    const seal = { protected: stored.seal_protected, signature: stored.seal_signature };
    const jws = { payload: toBase64url(stored.payload), signatures: [...stored.officers, seal] };
    return Buffer.from(JSON.stringify(jws));
  }
}

interface SignedRow {
  readonly payload: Buffer;
  readonly officers: readonly JwsSignature[];
  readonly seal_protected: string;
  readonly seal_signature: string | null;
}
