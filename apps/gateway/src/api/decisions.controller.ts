import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Allow, Caller, type Principal, problemSchema } from '#service';
import type { z } from 'zod';
import { Decisions } from './decisions.js';
import * as schemas from './decisions.schemas.js';

/** Trial decisions: what the treaties say of an action that nobody has taken. They change nothing. */
@ApiTags('decisions')
@ApiResponse({ status: '4XX', standardSchema: problemSchema, description: 'problem details' })
@Controller('v1/decisions')
export class DecisionsController {
  constructor(private readonly decisions: Decisions) {}

  @Post()
  @HttpCode(200)
  @Allow('officer', 'head', 'security-officer', 'auditor', 'system')
  @ApiOperation({
    summary: 'Decide an action of the caller’s own authority on this node’s register, without any effect',
  })
  @ApiResponse({ status: 200, standardSchema: schemas.decisionView })
  decide(
    @Caller() caller: Principal,
    @Body({ schema: schemas.trialAction }) action: z.output<typeof schemas.trialAction>,
  ) {
    return this.decisions.decide(caller, action);
  }

  @Post('instruments')
  @HttpCode(200)
  @Allow('officer', 'head', 'security-officer', 'auditor', 'system')
  @ApiOperation({
    summary:
      'Every instrument that could carry an intended message of the caller’s own authority, best first, with the reasons',
  })
  @ApiResponse({ status: 200, standardSchema: schemas.carriersView })
  which(
    @Caller() caller: Principal,
    @Body({ schema: schemas.trialMessage }) intended: z.output<typeof schemas.trialMessage>,
  ) {
    return this.decisions.which(caller, intended);
  }
}
