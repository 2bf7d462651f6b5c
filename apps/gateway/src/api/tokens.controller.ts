import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ACCESS_ROLES, Allow, Caller, type Principal, problemSchema } from '#service';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { dated, listOf, listQuery, Lists } from './lists.js';
import { AccessToken } from '../identity/token.entity.js';
import { Tokens } from '../identity/tokens.js';
import * as schemas from './schemas.js';

const newToken = z
  .strictObject({
    name: schemas.label.describe('whose or what it is'),
    role: z.enum(ACCESS_ROLES),
    authority: schemas.authorityId
      .nullable()
      .default(null)
      .describe('null: for the node, which is for administrators and for systems that watch it'),
    expiresAt: schemas.comingInstant.nullable().default(null),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'the SHA-256 of the token as 64 lower-case hexadecimal digits')
      .describe('of the token, `vls_` and 43 characters of base64url, which its holder made and keeps'),
  })
  .meta({ id: 'NewToken' });
const tokenView = z
  .object({
    id: z.uuid(),
    name: z.string(),
    role: z.enum(ACCESS_ROLES),
    authority: z.string().nullable(),
    status: z.enum(['in-force', 'pending', 'expired', 'revoked']),
    createdAt: schemas.at,
    createdBy: z.string().describe('the administrator’s token, or `configuration`'),
    approvedBy: z.string().nullable().describe('the second administrator’s token'),
    expiresAt: schemas.at.nullable(),
    revokedAt: schemas.at.nullable(),
  })
  .meta({ id: 'Token' });
const tokensQuery = listQuery.extend({ role: z.enum(ACCESS_ROLES).optional() });
const tokenPage = listOf(tokenView).meta({ id: 'TokenPage' });

@ApiTags('administration')
@ApiResponse({ status: '4XX', standardSchema: problemSchema, description: 'problem details' })
@Controller('v1/tokens')
export class TokensController {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly tokens: Tokens,
    private readonly lists: Lists,
  ) {}

  @Post()
  @Allow('administrator')
  @ApiOperation({
    summary:
      'Issue an access token that its holder made, by its hash; a head’s, a security officer’s and an administrator’s waits for a second administrator of another line',
  })
  @ApiResponse({ status: 201, standardSchema: tokenView })
  async issue(
    @Caller() caller: Principal,
    @Body({ schema: newToken }) request: z.output<typeof newToken>,
  ): Promise<z.output<typeof tokenView>> {
    return view(await this.tokens.issue(caller, request));
  }

  @Post(':id/approval')
  @HttpCode(200)
  @Allow('administrator')
  @ApiOperation({
    summary: 'Approve a token that an administrator of another line asked for, within seven days',
  })
  @ApiResponse({ status: 200, standardSchema: tokenView })
  async approve(
    @Caller() caller: Principal,
    @Param('id', { schema: schemas.uuid }) id: string,
  ): Promise<z.output<typeof tokenView>> {
    return view(await this.tokens.approve(caller, id));
  }

  @Get()
  @Allow('administrator', 'auditor')
  @ApiOperation({ summary: 'The tokens of the caller’s authority, with who issued and approved them' })
  @ApiResponse({ status: 200, standardSchema: tokenPage })
  list(@Caller() caller: Principal, @Query({ schema: tokensQuery }) query: z.output<typeof tokensQuery>) {
    const where = {
      ...(caller.authority !== null && { authority: caller.authority }),
      ...(query.role && { role: query.role }),
      ...dated('createdAt', query),
    };
    const counted = { table: 'access_token', column: 'seq' } as const;
    return this.lists.list([this.database.getRepository(AccessToken)], counted, query, [where], view);
  }

  @Delete(':id')
  @HttpCode(204)
  @Allow('administrator')
  @ApiOperation({ summary: 'Revoke a token; it stops working within five seconds on every replica' })
  @ApiResponse({ status: 204 })
  async revoke(
    @Caller() caller: Principal,
    @Param('id', { schema: schemas.uuid }) id: string,
  ): Promise<void> {
    await this.tokens.revoke(caller, id);
  }
}

function view(row: AccessToken): z.output<typeof tokenView> {
  const { id, name, role, authority, createdAt, createdBy, approvedBy, expiresAt, revokedAt } = row;
  return {
    ...{ id, name, role, authority, createdBy, approvedBy },
    status: statusOf(row),
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
  };
}

function statusOf({ approval, expiresAt, revokedAt }: AccessToken): z.output<typeof tokenView>['status'] {
  if (revokedAt) return 'revoked';
  if (expiresAt && expiresAt.getTime() <= Date.now()) return 'expired';
  return approval === 'pending' ? 'pending' : 'in-force';
}
