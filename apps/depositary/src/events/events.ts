import { Injectable } from '@nestjs/common';
import { instantOf, unixSeconds } from '#core';
import { type PageQuery, page } from '#service';
import { DataSource } from 'typeorm';
import { EventRow } from '../database/entities.js';
import { eventOf } from './treaty-book.js';

/** The record behind the treaty book, with who recorded what and when. */
@Injectable()
export class Events {
  constructor(private readonly database: DataSource) {}

  async list(query: PageQuery) {
    const select = this.database
      .getRepository(EventRow)
      .createQueryBuilder('e')
      .orderBy('e.id', 'DESC')
      .take(query.limit + 1);
    if (query.after !== undefined) select.where('e.id < :after', { after: query.after });
    return page(
      await select.getMany(),
      query.limit,
      (row) => row.id,
      (row) => ({
        id: row.id,
        event: eventOf(row),
        recordedAt: instantOf(unixSeconds(row.recordedAt)),
        recordedBy: row.recordedBy,
      }),
    );
  }
}
