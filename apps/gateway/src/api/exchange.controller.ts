import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { InjectDataSource } from '@nestjs/typeorm';
import { ValiseError } from '#core';
import type { GapRange } from '#exchange';
import { Allow, Caller, type Principal, problemSchema } from '#service';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { requireAuthority } from '../outbound/drafts.js';
import { ExchangeCase, Pair } from './entities.js';
import { dated, Lists } from './lists.js';
import { Receipts } from './receipts.js';
import * as schemas from './schemas.js';
import { viewCase, viewReceipt } from './views.js';

/** What an exchange leaves behind: cases, receipts, sequences. */
@ApiTags('exchange')
@ApiResponse({ status: '4XX', standardSchema: problemSchema, description: 'problem details' })
@Controller('v1')
export class ExchangeController {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly found: Receipts,
    private readonly lists: Lists,
  ) {}

  @Get('cases')
  @Allow('officer', 'head', 'system', 'auditor')
  @ApiOperation({ summary: 'Cases, the latest opened first, or since a cursor' })
  @ApiResponse({ status: 200, standardSchema: schemas.casePage })
  cases(
    @Caller() caller: Principal,
    @Query({ schema: schemas.casesQuery }) query: z.output<typeof schemas.casesQuery>,
  ) {
    const { peer, status, instrument } = query;
    const where = {
      own: requireAuthority(caller),
      ...(peer && { counterpart: peer }),
      ...(status && { status }),
      ...(instrument && { instrument }),
      ...dated('openedAt', query),
    };
    const counted = { table: 'exchange_case', column: 'seq' } as const;
    return this.lists.list([this.database.getRepository(ExchangeCase)], counted, query, [where], viewCase);
  }

  @Get('cases/:id')
  @Allow('officer', 'head', 'system', 'auditor')
  @ApiOperation({ summary: 'A case as it stands' })
  @ApiResponse({ status: 200, standardSchema: schemas.caseView })
  async case(@Caller() caller: Principal, @Param('id', { schema: schemas.uuid }) id: string) {
    const row = await this.database
      .getRepository(ExchangeCase)
      .findOneBy({ own: requireAuthority(caller), id });
    if (!row) throw new ValiseError('NOT_FOUND', `there is no case ${id}`, { path: 'id' });
    return viewCase(row);
  }

  @Get('receipts')
  @Allow('officer', 'head', 'system', 'auditor')
  @ApiOperation({
    summary:
      'Receipts for one message: the other side’s, each with its proof, or those that were given to the other side',
  })
  @ApiResponse({ status: 200, standardSchema: schemas.receipts })
  async receipts(
    @Caller() caller: Principal,
    @Query({ schema: schemas.receiptsQuery }) query: z.output<typeof schemas.receiptsQuery>,
  ): Promise<z.output<typeof schemas.receipts>> {
    const all = await this.found.of(requireAuthority(caller), query.message);
    const wanted = all.filter(({ direction }) => (query.direction ?? direction) === direction);
    return { items: wanted.map(viewReceipt) };
  }

  @Get('pairs')
  @Allow('officer', 'head', 'system', 'auditor', 'security-officer')
  @ApiOperation({
    summary: 'Sequences between the caller’s authority and others: last numbers, gaps, duplicates',
  })
  @ApiResponse({ status: 200, standardSchema: z.array(schemas.pairView) })
  async pairs(@Caller() caller: Principal): Promise<z.output<typeof schemas.pairView>[]> {
    const own = requireAuthority(caller);
    const rows = await this.database.getRepository(Pair).find({ where: { own }, order: { peer: 'ASC' } });
    const epochs: { peer: string; ep: number; lost: { from: number; to: number } }[] =
      await this.database.query(
        `SELECT peer, ep, lost FROM epoch WHERE own = $1 AND direction = 'out' AND lost IS NOT NULL`,
        [own],
      );
    return rows.map(({ peer, outEp, outN, inEp, inN, duplicates, gaps }) => ({
      own,
      peer,
      sent: {
        epoch: outEp,
        n: outN,
        lost: epochs.find((one) => one.peer === peer && one.ep === outEp)?.lost ?? null,
      },
      received: { epoch: inEp, n: inN, duplicates, gaps: missing(gaps) },
    }));
  }
}

function missing(gaps: readonly GapRange[]): number {
  return gaps.reduce((sum, { from, to }) => sum + to - from + 1, 0);
}
