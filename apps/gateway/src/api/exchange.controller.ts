import { once } from 'node:events';
import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { InjectDataSource } from '@nestjs/typeorm';
import { ValiseError } from '#core';
import { Allow, Caller, type Principal, problemSchema } from '#service';
import type { Response } from 'express';
import { DataSource, In, IsNull } from 'typeorm';
import { z } from 'zod';
import { requireAuthority } from '../exchange/drafts.js';
import { Epoch, ExchangeCase, Pair, Receipt } from '../exchange/entities.js';
import { QuarantineBodies } from '../quarantine/bodies.js';
import { Quarantined } from '../quarantine/quarantine.js';
import { dated, Lists } from './lists.js';
import * as schemas from './schemas.js';
import { viewCase, viewQuarantined, viewReceipt } from './views.js';

const BODY_MS = 30_000;
const rowId = z.string().regex(/^\d{1,18}$/, 'a number');

/** What an exchange leaves behind: cases, receipts, sequences, quarantine. */
@ApiTags('exchange')
@ApiResponse({ status: '4XX', standardSchema: problemSchema, description: 'problem details' })
@Controller('v1')
export class ExchangeController {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly bodies: QuarantineBodies,
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
      authority: requireAuthority(caller),
      ...(peer && { counterpart: peer }),
      ...(status && { status }),
      ...(instrument && { instrument }),
      ...dated('openedAt', query),
    };
    const counted = { table: 'exchange_case', column: 'seq' } as const;
    return this.lists.list(this.database.getRepository(ExchangeCase), counted, query, [where], viewCase);
  }

  @Get('cases/:id')
  @Allow('officer', 'head', 'system', 'auditor')
  @ApiOperation({ summary: 'A case as it stands' })
  @ApiResponse({ status: 200, standardSchema: schemas.caseView })
  async case(@Caller() caller: Principal, @Param('id', { schema: schemas.uuid }) id: string) {
    const row = await this.database
      .getRepository(ExchangeCase)
      .findOneBy({ authority: requireAuthority(caller), id });
    if (!row) throw new ValiseError('NOT_FOUND', `there is no case ${id}`, { path: 'id' });
    return viewCase(row);
  }

  @Get('receipts')
  @Allow('officer', 'head', 'system', 'auditor')
  @ApiOperation({ summary: 'Signed receipts given and received, newest first, or since a cursor' })
  @ApiResponse({ status: 200, standardSchema: schemas.receiptPage })
  receipts(
    @Caller() caller: Principal,
    @Query({ schema: schemas.receiptsQuery }) query: z.output<typeof schemas.receiptsQuery>,
  ) {
    const { message, direction, peer, stage } = query;
    const where = {
      authority: requireAuthority(caller),
      ...(message && { messageId: message }),
      ...(direction && { direction }),
      ...(peer && { peer }),
      ...(stage && { stage }),
      ...dated('at', query),
    };
    const counted = { table: 'receipt', column: 'seq' } as const;
    return this.lists.list(this.database.getRepository(Receipt), counted, query, [where], viewReceipt);
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
    const gaps: { peer: string; count: string }[] = await this.database.query(
      'SELECT peer, count(*) FROM gap WHERE own = $1 GROUP BY peer',
      [own],
    );
    const epochs = await this.database.getRepository(Epoch).findBy({ own, direction: 'out' });
    const lostTo = (peer: string, ep: number) => {
      const epoch = epochs.find((one) => one.peer === peer && one.ep === ep);
      const [from, to] = [epoch?.lostFrom ?? null, epoch?.lostTo ?? null];
      return from === null || to === null ? null : { from, to };
    };
    return rows.map(({ peer, outEp, outN, inEp, inN, duplicates }) => ({
      own,
      peer,
      sent: { epoch: outEp, n: outN, lost: lostTo(peer, outEp) },
      received: {
        epoch: inEp,
        n: inN,
        duplicates,
        gaps: Number(gaps.find((gap) => gap.peer === peer)?.count ?? 0),
      },
    }));
  }

  @Get('quarantine')
  @Allow('security-officer', 'auditor', 'administrator')
  @ApiOperation({ summary: 'Deliveries over the bus that had no effect, with the reason' })
  @ApiResponse({ status: 200, standardSchema: schemas.quarantinePage })
  quarantine(
    @Caller() caller: Principal,
    @Query({ schema: schemas.quarantineQuery }) query: z.output<typeof schemas.quarantineQuery>,
  ) {
    const { node, code, kind } = query;
    const where = {
      ...(node && { node }),
      ...(code && { code }),
      ...(kind && { kind }),
      ...dated('at', query),
    };
    const alternatives = visible(caller).map((one) => ({ ...one, ...where }));
    const counted = { table: 'quarantine', column: 'id' } as const;
    const rows = this.database.getRepository(Quarantined);
    return this.lists.list(rows, counted, query, alternatives, viewQuarantined);
  }

  @Get('quarantine/:id/body')
  @Allow('security-officer')
  @ApiOperation({ summary: 'The bytes as received' })
  @ApiResponse({
    status: 200,
    content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
  })
  async quarantined(
    @Caller() caller: Principal,
    @Param('id', { schema: rowId }) id: string,
    @Res() response: Response,
  ): Promise<void> {
    const row = await this.database
      .getRepository(Quarantined)
      .findOne({ where: visible(caller).map((where) => ({ ...where, id })) });
    if (!row)
      throw new ValiseError('NOT_FOUND', `there is nothing with the number ${id} in quarantine`, {
        path: 'id',
      });
    await this.bodies.read(row.sha256, async (body) => {
      // A reader that takes nothing for so long must not delay others.
      response.setTimeout(BODY_MS, () => response.destroy());
      const closed = once(response, 'close');
      response
        .setHeader('Content-Type', 'application/octet-stream')
        .setHeader('Content-Disposition', `attachment; filename="quarantine-${id}"`)
        .send(body);
      await closed;
    });
  }
}

/** An authority sees its own rows and those that could not be assigned to any. */
function visible({ authority }: Principal) {
  return authority === null ? [{}] : [{ authority: In([authority]) }, { authority: IsNull() }];
}
