import { once } from 'node:events';
import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { InjectDataSource } from '@nestjs/typeorm';
import { ValiseError } from '#core';
import { Allow, Caller, type Principal, problemSchema } from '#service';
import type { Response } from 'express';
import { DataSource, In, IsNull } from 'typeorm';
import { z } from 'zod';
import { QuarantineBodies } from '../quarantine/bodies.js';
import { Quarantined } from './entities.js';
import { dated, Lists } from './lists.js';
import { Messages } from './messages.js';
import * as schemas from './schemas.js';
import { viewQuarantined } from './views.js';

const BODY_MS = 30_000;
const rowId = z.string().regex(/^\d{1,18}$/, 'a number');

/** What came over the bus and must not have an effect. */
@ApiTags('exchange')
@ApiResponse({ status: '4XX', standardSchema: problemSchema, description: 'problem details' })
@Controller('v1/quarantine')
export class QuarantineController {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly bodies: QuarantineBodies,
    private readonly messages: Messages,
    private readonly lists: Lists,
  ) {}

  @Get()
  @Allow('security-officer', 'auditor', 'administrator')
  @ApiOperation({ summary: 'Deliveries over the bus that had no effect, with the reason' })
  @ApiResponse({ status: 200, standardSchema: schemas.quarantinePage })
  async list(
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
    const counted = { table: 'quarantine', column: 'seq' } as const;
    const rows = this.database.getRepository(Quarantined);
    const shown = await this.lists.list([rows], counted, query, alternatives, (row) => row);
    const messages = await this.messages.byKeys(shown.items.flatMap(({ message }) => message ?? []));
    return {
      ...shown,
      items: shown.items.map((row) => viewQuarantined(row, messages.get(row.message ?? '')?.id ?? null)),
    };
  }

  @Get(':id/body')
  @Allow('security-officer')
  @ApiOperation({ summary: 'The bytes as received; of a message that was stored first, its JWS as JSON' })
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
      .findOne({ where: visible(caller).map((where) => ({ ...where, seq: id })) });
    if (!row)
      throw new ValiseError('NOT_FOUND', `there is nothing with the number ${id} in quarantine`, {
        path: 'id',
      });
    const send = (body: Buffer) => sendBody(response, id, body);
    if (row.message === null) await this.bodies.read(row.body?.sha256 ?? '', send);
    else await send(await this.messages.signed(row.message));
  }
}

async function sendBody(response: Response, id: string, body: Buffer): Promise<void> {
  // A reader that takes nothing for so long must not delay others.
  response.setTimeout(BODY_MS, () => response.destroy());
  const closed = once(response, 'close');
  response
    .setHeader('Content-Type', 'application/octet-stream')
    .setHeader('Content-Disposition', `attachment; filename="quarantine-${id}"`)
    .send(body);
  await closed;
}

/** An authority sees its own rows and those that could not be assigned to any. */
function visible({ authority }: Principal) {
  return authority === null ? [{}] : [{ authority: In([authority]) }, { authority: IsNull() }];
}
