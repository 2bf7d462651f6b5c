import { Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { InjectDataSource } from '@nestjs/typeorm';
import { ValiseError } from '#core';
import { Allow, Caller, type Principal, problemSchema } from '#service';
import type { Request, Response } from 'express';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DataSource } from 'typeorm';
import type { z } from 'zod';
import { Attachment } from '../attachments/attachment.entity.js';
import { AttachmentStore } from '../attachments/store.js';
import { requireAuthority } from '../exchange/drafts.js';
import { Ledger } from '../ledger/ledger.js';
import * as schemas from './schemas.js';
import { viewAttachment } from './views.js';

@ApiTags('attachments')
@ApiResponse({ status: '4XX', standardSchema: problemSchema, description: 'problem details' })
@Controller('v1/attachments')
export class AttachmentsController {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly store: AttachmentStore,
    private readonly ledger: Ledger,
  ) {}

  @Post()
  @Allow('officer', 'head', 'system')
  @ApiOperation({ summary: 'Upload an attachment as a stream; a message then names it' })
  @ApiConsumes('application/octet-stream')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiResponse({ status: 201, standardSchema: schemas.attachmentView })
  async upload(
    @Caller() caller: Principal,
    @Query({ schema: schemas.uploadQuery }) query: z.output<typeof schemas.uploadQuery>,
    @Req() request: Request,
  ) {
    const authority = requireAuthority(caller);
    if (!request.is('application/octet-stream'))
      throw new ValiseError(
        'INPUT_INVALID',
        'Content-Type: an attachment is sent as application/octet-stream',
        { path: 'Content-Type' },
      );
    return viewAttachment(
      await this.store.upload(authority, caller.tokenId, query.name, query.mediaType, request),
    );
  }

  @Get(':id')
  @Allow('officer', 'head', 'system', 'auditor')
  @ApiResponse({ status: 200, standardSchema: schemas.attachmentView })
  async read(@Caller() caller: Principal, @Param('id', { schema: schemas.uuid }) id: string) {
    return viewAttachment(await this.find(requireAuthority(caller), id));
  }

  @Get(':id/content')
  @Allow('officer', 'head', 'system')
  @ApiOperation({ summary: 'The attachment’s bytes; a received one only once it is verified whole' })
  @ApiResponse({
    status: 200,
    content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
  })
  async content(
    @Caller() caller: Principal,
    @Param('id', { schema: schemas.uuid }) id: string,
    @Res() response: Response,
  ): Promise<void> {
    const attachment = await this.find(requireAuthority(caller), id);
    const { authority, direction, name, bytes, status } = attachment;
    if (direction === 'in' && status !== 'verified')
      throw new ValiseError(
        'CONFLICT',
        `the attachment is ${status}; its bytes are released when all of them are verified`,
        { path: 'id' },
      );
    await this.database.transaction((tx) =>
      this.ledger.append(tx, new Date(), [
        {
          log: 'internal',
          kind: 'access',
          content: { act: 'attachment-read', by: caller.tokenId, authority, id },
        },
      ]),
    );
    response.setHeader('Content-Type', 'application/octet-stream');
    response.setHeader('Content-Length', bytes);
    response.setHeader('Content-Disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`);
    await pipeline(Readable.from(this.store.files.read(authority, direction, id, attachment)), response);
  }

  private async find(authority: string, id: string): Promise<Attachment> {
    const attachment = await this.database.getRepository(Attachment).findOneBy({ authority, id });
    if (!attachment) throw new ValiseError('NOT_FOUND', `there is no attachment ${id}`, { path: 'id' });
    return attachment;
  }
}
