import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  ACCESS_ROLES,
  Allow,
  Caller,
  page,
  pageOf,
  pageQuery,
  type PageQuery,
  type Principal,
  problemSchema,
} from '#service';
import { z } from 'zod';
import { instant } from '../exchange/body.js';
import { type AccessToken, Tokens } from '../identity/tokens.js';
import * as schemas from './schemas.js';

const newToken = z
  .strictObject({
    name: schemas.label.describe('whose or what it is'),
    role: z.enum(ACCESS_ROLES),
    authority: schemas.authorityId.nullable().default(null),
    expiresAt: instant.nullable().default(null),
  })
  .meta({ id: 'NewToken' });
const tokenView = z
  .object({
    id: z.uuid(),
    name: z.string(),
    role: z.enum(ACCESS_ROLES),
    authority: z.string().nullable(),
    createdAt: z.string(),
    expiresAt: z.string().nullable(),
    revokedAt: z.string().nullable(),
  })
  .meta({ id: 'Token' });
const issuedToken = tokenView
  .extend({ token: z.string().describe('shown this once') })
  .meta({ id: 'IssuedToken' });
const tokenPage = pageOf(tokenView).meta({ id: 'TokenPage' });

@ApiTags('administration')
@ApiResponse({ status: '4XX', standardSchema: problemSchema, description: 'problem details' })
@Controller('v1/tokens')
@Allow('administrator')
export class TokensController {
  constructor(private readonly tokens: Tokens) {}

  @Post()
  @ApiOperation({ summary: 'Issue an access token; it is shown once and stored hashed' })
  @ApiResponse({ status: 201, standardSchema: issuedToken })
  async issue(
    @Caller() caller: Principal,
    @Body({ schema: newToken }) request: z.output<typeof newToken>,
  ): Promise<z.output<typeof issuedToken>> {
    const { token, row } = await this.tokens.issue(caller, request);
    return { ...view(row), token };
  }

  @Get()
  @ApiResponse({ status: 200, standardSchema: tokenPage })
  async list(@Query({ schema: pageQuery }) query: PageQuery) {
    return page(await this.tokens.list(query), query.limit, ({ seq }) => seq, view);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Revoke a token; it stops working within five seconds on every replica' })
  async revoke(
    @Caller() caller: Principal,
    @Param('id', { schema: schemas.uuid }) id: string,
  ): Promise<void> {
    await this.tokens.revoke(caller, id);
  }
}

function view({
  id,
  name,
  role,
  authority,
  createdAt,
  expiresAt,
  revokedAt,
}: AccessToken): z.output<typeof tokenView> {
  return {
    id,
    name,
    role,
    authority,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
  };
}
