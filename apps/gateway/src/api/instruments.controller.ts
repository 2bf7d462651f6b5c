import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ValiseError } from '#core';
import { explain } from '#policy';
import { ACCESS_ROLES, Allow, page, pageQuery, type PageQuery, problemSchema } from '#service';
import { type Instrument, INSTRUMENTS, instrumentOf, rulesOf } from '#treaties';
import { z } from 'zod';
import * as schemas from './decisions.schemas.js';

const instrumentId = z
  .string()
  .max(64)
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'an instrument’s identifier, for example cis-it-crime-2018');
const articleCode = z
  .string()
  .max(32)
  .regex(/^[a-z0-9-]+(\.[a-z0-9]+)*$/, 'an article of the instrument, for example 6.3 or 6.3.c');

/** What the rules are made of: the instruments, their articles, and the reason where no rule is made of one. */
@ApiTags('instruments')
@ApiResponse({ status: '4XX', standardSchema: problemSchema, description: 'problem details' })
@Controller('v1/instruments')
export class InstrumentsController {
  @Get()
  @Allow(...ACCESS_ROLES)
  @ApiOperation({ summary: 'The instruments, every version of each with the days on which it is the law' })
  @ApiResponse({ status: 200, standardSchema: schemas.instrumentPage })
  list(@Query({ schema: pageQuery }) { limit, after }: PageQuery) {
    const rows = INSTRUMENTS.map((instrument, index) => ({ instrument, index }));
    const first = after === undefined ? 0 : Number(after) + 1;
    const shown = rows.slice(first, first + limit + 1);
    return page(
      shown,
      limit,
      ({ index }) => String(index),
      ({ instrument }) => viewInstrument(instrument),
    );
  }

  @Get(':id')
  @Allow(...ACCESS_ROLES)
  @ApiOperation({ summary: 'An instrument’s newest version, with the codes that messages name' })
  @ApiResponse({ status: 200, standardSchema: schemas.instrumentDetails })
  read(@Param('id', { schema: instrumentId }) id: string) {
    const instrument = instrumentOf(id);
    if (!instrument) throw new ValiseError('NOT_FOUND', `there is no instrument ${id}`, { path: 'id' });
    const articles = rulesOf(id).map(({ article }) => article);
    return { ...viewInstrument(instrument), codes: instrument.codes, articles };
  }

  @Get(':id/articles/:article')
  @Allow(...ACCESS_ROLES)
  @ApiOperation({
    summary:
      'An article and all beneath it: its words, its rules, or why there are none; `valise` has the rules of this product',
  })
  @ApiResponse({ status: 200, standardSchema: schemas.articleView })
  article(
    @Param('id', { schema: instrumentId }) id: string,
    @Param('article', { schema: articleCode }) article: string,
  ) {
    const units = explain(id, article);
    if (units.length === 0)
      throw new ValiseError('NOT_FOUND', `there is no article ${article} of ${id}`, { path: 'article' });
    return { instrument: id, units };
  }
}

function viewInstrument(instrument: Instrument): z.output<typeof schemas.instrumentView> {
  const { id, title, done, version, organisation, depositary, authentic, organs } = instrument;
  return {
    ...{ id, title, done, version, organisation, depositary, organs },
    authentic: [...authentic],
    openTo: [...instrument.binding.openTo],
    exchange: instrument.exchange !== null,
  };
}
