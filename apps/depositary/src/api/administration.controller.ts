import { Body, Controller, Delete, Get, Header, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Allow, Caller, type PageQuery, type Principal, pageQuery, problemSchema } from '#service';
import type { z } from 'zod';
import { Conflicts } from '../books/conflicts.js';
import { Quarantine } from '../books/quarantine.js';
import {
  conflictProofSchema,
  conflictsSchema,
  issueToken,
  issuedTokenSchema,
  quarantinePageSchema,
  quarantineParams,
  tokenParams,
  tokensSchema,
} from './schemas.js';
import { Tokens } from './tokens.js';

/** Who may call, and what was refused. */
@Controller('v1')
@ApiTags('administration')
@ApiResponse({ status: 'default', description: 'problem details', standardSchema: problemSchema })
export class AdministrationController {
  constructor(
    private readonly tokens: Tokens,
    private readonly quarantine: Quarantine,
    private readonly conflicts: Conflicts,
  ) {}

  @Get('quarantine')
  @Allow('administrator', 'auditor')
  @ApiOperation({ summary: 'Deliveries that failed verification, with the reason, newest first' })
  @ApiResponse({ status: 200, standardSchema: quarantinePageSchema })
  quarantined(@Query({ schema: pageQuery }) query: PageQuery) {
    return this.quarantine.list(query);
  }

  @Get('quarantine/:id/body')
  @Header('Content-Type', 'application/octet-stream')
  @Header('Content-Disposition', 'attachment')
  @Allow('administrator', 'auditor')
  @ApiOperation({ summary: 'The bytes of one refused delivery' })
  @ApiProduces('application/octet-stream')
  body(@Param({ schema: quarantineParams }) { id }: z.infer<typeof quarantineParams>) {
    return this.quarantine.body(id);
  }

  @Get('conflicts')
  @Allow('administrator', 'auditor')
  @ApiOperation({ summary: 'Books of which their keepers signed two histories' })
  @ApiResponse({ status: 200, standardSchema: conflictsSchema })
  listConflicts() {
    return this.conflicts.list();
  }

  @Get('conflicts/:id')
  @Allow('administrator', 'auditor')
  @ApiOperation({ summary: 'One of them, with both signed texts as proof' })
  @ApiResponse({ status: 200, standardSchema: conflictProofSchema })
  conflict(@Param({ schema: quarantineParams }) { id }: z.infer<typeof quarantineParams>) {
    return this.conflicts.one(id);
  }

  @Post('tokens')
  @Allow('administrator')
  @ApiOperation({ summary: 'Issue a token; it is shown in this answer only' })
  @ApiResponse({ status: 201, standardSchema: issuedTokenSchema })
  issue(@Body({ schema: issueToken }) body: z.infer<typeof issueToken>, @Caller() caller: Principal) {
    return this.tokens.issue(body, caller);
  }

  @Get('tokens')
  @Allow('administrator')
  @ApiOperation({ summary: 'Tokens in force, without the tokens themselves' })
  @ApiResponse({ status: 200, standardSchema: tokensSchema })
  list() {
    return this.tokens.list();
  }

  @Delete('tokens/:id')
  @HttpCode(204)
  @Allow('administrator')
  @ApiOperation({ summary: 'Revoke a token' })
  revoke(@Param({ schema: tokenParams }) { id }: z.infer<typeof tokenParams>) {
    return this.tokens.revoke(id);
  }
}
