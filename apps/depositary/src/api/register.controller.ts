import { Body, Controller, Get, HttpCode, Post, Query, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ValiseError } from '#core';
import { Allow, Caller, type PageQuery, type Principal, pageQuery, problemSchema } from '#service';
import type { Response } from 'express';
import type { z } from 'zod';
import { Admission } from '../books/admission.js';
import { versionView } from '../books/shelf.js';
import { Events } from '../events/events.js';
import { TreatyBook } from '../events/treaty-book.js';
import { IdempotencyKey } from './idempotency.js';
import {
  eventPageSchema,
  recordAgreements,
  recordEvents,
  recordedSchema,
  submitList,
  versionSchema,
} from './schemas.js';

/** What is written into the register: the depositary's own records, and the lists that states submit. */
@Controller('v1')
@ApiTags('register')
@ApiResponse({ status: 'default', description: 'problem details', standardSchema: problemSchema })
export class RegisterController {
  constructor(
    private readonly treatyBook: TreatyBook,
    private readonly events: Events,
    private readonly admission: Admission,
  ) {}

  @Post('events')
  @Allow('administrator')
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiOperation({ summary: 'Record what was notified; one recording makes one version of the treaty book' })
  @ApiResponse({ status: 201, standardSchema: recordedSchema })
  recordEvents(
    @Body({ schema: recordEvents }) { events }: z.infer<typeof recordEvents>,
    @IdempotencyKey() key: string | undefined,
    @Caller() caller: Principal,
  ) {
    return this.treatyBook.record({ events, agreements: [] }, caller, key);
  }

  @Get('events')
  @Allow('administrator', 'auditor', 'system')
  @ApiOperation({ summary: 'What was notified, newest first' })
  @ApiResponse({ status: 200, standardSchema: eventPageSchema })
  listEvents(@Query({ schema: pageQuery }) query: PageQuery) {
    return this.events.list(query);
  }

  @Post('agreements')
  @Allow('administrator')
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiOperation({
    summary:
      'Record further agreements: on secrecy, channels or legal assistance, between two states or more',
  })
  @ApiResponse({ status: 201, standardSchema: recordedSchema })
  recordAgreements(
    @Body({ schema: recordAgreements }) { agreements }: z.infer<typeof recordAgreements>,
    @IdempotencyKey() key: string | undefined,
    @Caller() caller: Principal,
  ) {
    return this.treatyBook.record({ events: [], agreements }, caller, key);
  }

  @Post('lists')
  @HttpCode(201)
  @Allow('system', 'administrator')
  @ApiOperation({
    summary: "Hand in a state's or an organ's signed list; the same again gets the same answer",
  })
  @ApiResponse({ status: 201, description: 'recorded', standardSchema: versionSchema })
  @ApiResponse({ status: 200, description: 'on record already', standardSchema: versionSchema })
  async submitList(
    @Body({ schema: submitList }) body: z.infer<typeof submitList>,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) response: Response,
  ) {
    const book = 'book' in body ? body.book : body;
    const text = typeof book === 'string' ? book : JSON.stringify(book);
    const admitted = await this.admission.list(text, `token:${caller.tokenId}`);
    if (!admitted.ok) throw new ValiseError(admitted.code, admitted.detail);
    if (!admitted.isNew) response.status(200);
    return versionView(admitted.row);
  }
}
