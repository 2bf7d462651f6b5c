import { instant } from '#exchange';
import { setTimeout as after } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { page, pageQuery } from '#service';
import {
  And,
  DataSource,
  type FindOperator,
  LessThan,
  LessThanOrEqual,
  MoreThan,
  MoreThanOrEqual,
  type ObjectLiteral,
  type Repository,
} from 'typeorm';
import { z } from 'zod';

const cursor = z.string().regex(/^\d{1,18}$/, 'must be the `cursor` of an earlier page, or 0');

/** Query of every list of ours: newest first, or with `since` oldest first, so that nothing new is missed. */
export const listQuery = pageQuery.extend({
  since: cursor
    .optional()
    .describe(
      'oldest first, after this cursor; 0 for all. Ask again with the `cursor` of the answer for later ones',
    ),
  from: instant.optional().describe('not before this instant'),
  until: instant.optional().describe('before this instant'),
});
export type ListQuery = z.output<typeof listQuery>;

/** A page that can be continued later: `cursor` is the position of a list that was asked for with `since`. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    next: z
      .string()
      .nullable()
      .describe('give it as `after` (or as `since`) for the next page; null on the last one'),
    cursor: z
      .string()
      .nullable()
      .describe('give it as `since` to continue; null unless `since` was asked for'),
  });
}

/** Where rows get the numbers that a list is read by. */
interface Numbering {
  readonly table: string;
  readonly column: string;
  /** One that is no table's own; else it is that of the table's column. */
  readonly sequence?: string;
}
interface Counted<Row> extends Numbering {
  readonly column: keyof Row & string;
}

/** How long a list waits for transactions that are under way before it shows less. */
const SETTLE_TURNS = 10;
const SETTLE_MS = 10;

/** Lists with keyset pages, newest first or, since a cursor, oldest first. */
@Injectable()
export class Lists {
  private readonly settled = new Map<string, string>();

  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /**
   * @param sources of which each is read in its order, and all together are the list
   * @param where alternatives, any of which a row has to fit
   */
  async list<Row extends ObjectLiteral, Item>(
    sources: readonly Repository<Row>[],
    counted: Counted<Row>,
    query: ListQuery,
    where: readonly object[],
    view: (row: Row) => Item,
  ) {
    const { limit, since } = query;
    const { column } = counted;
    const place = await this.place(counted, query);
    const read: Row[] = [];
    for (const source of sources)
      read.push(
        ...(await source.find({
          where: where.map((one) => ({ ...one, ...(place && { [column]: place }) })) as never,
          order: { [column]: since === undefined ? 'DESC' : 'ASC' } as never,
          take: limit + 1,
        })),
      );
    const ahead = since === undefined ? -1 : 1;
    const rows = sources.length > 1 ? read.sort((one, other) => ahead * (one[column] - other[column])) : read;
    const cursorOf = (row: Row) => String(row[column]);
    const shown = page(rows, limit, cursorOf, (row) => row);
    const last = shown.items.at(-1);
    return {
      items: shown.items.map(view),
      next: shown.next,
      cursor: since === undefined ? null : last ? cursorOf(last) : since,
    };
  }

  private async place(
    counted: Numbering,
    { after: before, since }: ListQuery,
  ): Promise<FindOperator<unknown> | undefined> {
    const parts: FindOperator<unknown>[] = [];
    if (before !== undefined) parts.push(LessThan(before));
    if (since !== undefined) parts.push(MoreThan(since), LessThanOrEqual(await this.horizon(counted)));
    return parts.length > 1 ? And(...parts) : parts[0];
  }

  /**
   * The last number of a table below which no further row can appear. Numbers are given before the commit, so that a
   * row with a lower one may become visible after one with a higher, and a reader that had continued from there would
   * never see it.
   */
  private async horizon({ table, column, sequence }: Numbering): Promise<string> {
    const [given]: { last: string | null }[] = await this.database.query(
      'SELECT pg_sequence_last_value(coalesce($3, pg_get_serial_sequence($1, $2))::regclass)::text AS last',
      [table, column, sequence ?? null],
    );
    // After the number: every transaction that has one of those is below this.
    const [started]: { xmax: string }[] = await this.database.query(
      'SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS xmax',
    );
    for (let turn = 0; turn < SETTLE_TURNS; turn++) {
      const [oldest]: { settled: boolean }[] = await this.database.query(
        'SELECT pg_snapshot_xmin(pg_current_snapshot()) >= $1::xid8 AS settled',
        [started?.xmax],
      );
      if (oldest?.settled) {
        this.settled.set(table, given?.last ?? '0');
        break;
      }
      await after(SETTLE_MS);
    }
    return this.settled.get(table) ?? '0';
  }
}

/** Of rows that are dated by this column. */
export function dated(column: string, { from, until }: ListQuery): object {
  const parts = [
    ...(from === undefined ? [] : [MoreThanOrEqual(new Date(from))]),
    ...(until === undefined ? [] : [LessThan(new Date(until))]),
  ];
  const [first] = parts;
  if (!first) return {};
  return { [column]: parts.length > 1 ? And(...parts) : first };
}
