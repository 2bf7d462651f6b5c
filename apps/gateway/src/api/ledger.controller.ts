import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { InjectDataSource } from '@nestjs/typeorm';
import { Allow, Caller, type Principal, problemSchema } from '#service';
import { DataSource } from 'typeorm';
import type { z } from 'zod';
import { requireAuthority } from '../outbound/drafts.js';
import { LedgerEntry } from './entities.js';
import { dated, Lists } from './lists.js';
import * as schemas from './schemas.js';
import { viewLedgerEntry } from './views.js';

/** What was done and what happened, for who audits an authority. What concerns the node as a whole is in no authority's list. */
@ApiTags('ledger')
@ApiResponse({ status: '4XX', standardSchema: problemSchema, description: 'problem details' })
@Controller('v1/ledger')
export class LedgerController {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly lists: Lists,
  ) {}

  @Get()
  @Allow('auditor')
  @ApiOperation({
    summary:
      'The ledger of the caller’s authority: messages, receipts given, decisions, refusals, who read or deleted what, tokens; newest first, or since a cursor',
  })
  @ApiResponse({ status: 200, standardSchema: schemas.ledgerPage })
  list(
    @Caller() caller: Principal,
    @Query({ schema: schemas.ledgerQuery }) query: z.output<typeof schemas.ledgerQuery>,
  ) {
    const { peer, kind } = query;
    const where = {
      own: requireAuthority(caller),
      ...(peer && { peer }),
      ...(kind && { kind }),
      ...dated('at', query),
    };
    const counted = { table: 'leaf', column: 'seq' } as const;
    const entries = this.database.getRepository(LedgerEntry);
    return this.lists.list([entries], counted, query, [where], viewLedgerEntry);
  }
}
