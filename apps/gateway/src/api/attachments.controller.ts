import { Controller, Delete, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { InjectDataSource } from '@nestjs/typeorm';
import { ValiseError } from '#core';
import { Allow, Caller, mediaType, type Principal, problemSchema } from '#service';
import type { Request, Response } from 'express';
import { DataSource, type EntityManager } from 'typeorm';
import type { z } from 'zod';
import { Attachment } from '../attachments/attachment.entity.js';
import { Deletion } from '../attachments/deletion.js';
import { AttachmentStore } from '../attachments/store.js';
import { Ledger } from '../ledger/ledger.js';
import { requireAuthority } from '../outbound/drafts.js';
import { askedFor, sendContent } from './attachments.download.js';
import { bodyOf, declaredBytes, linger } from './attachments.upload.js';
import { dated, Lists } from './lists.js';
import { Messages, type Numbered } from './messages.js';
import * as schemas from './schemas.js';
import { viewAttachment } from './views.js';

@ApiTags('attachments')
@ApiResponse({ status: '4XX', standardSchema: problemSchema, description: 'problem details' })
@Controller('v1/attachments')
export class AttachmentsController {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly store: AttachmentStore,
    private readonly deletion: Deletion,
    private readonly ledger: Ledger,
    private readonly messages: Messages,
    private readonly lists: Lists,
  ) {}

  @Post()
  @Allow('officer', 'head', 'system')
  @ApiOperation({ summary: 'Upload an attachment as a stream; a message then names it' })
  @ApiConsumes('application/octet-stream')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiResponse({ status: 201, standardSchema: schemas.attachmentView })
  @ApiResponse({
    status: 507,
    standardSchema: problemSchema,
    description: 'the authority’s quota or the disk is full',
  })
  async upload(
    @Caller() caller: Principal,
    @Query({ schema: schemas.uploadQuery }) query: z.output<typeof schemas.uploadQuery>,
    @Req() request: Request,
  ) {
    const authority = requireAuthority(caller);
    try {
      if (!request.is('application/octet-stream'))
        throw mediaType('an attachment is sent as application/octet-stream');
      const upload = { ...query, by: caller.tokenId, declared: declaredBytes(request) };
      return viewAttachment(await this.store.upload(authority, upload, bodyOf(request)), null);
    } catch (thrown) {
      linger(request);
      throw thrown;
    }
  }

  @Get()
  @Allow('officer', 'head', 'system', 'auditor')
  @ApiOperation({ summary: 'Attachments with their progress, newest first' })
  @ApiResponse({ status: 200, standardSchema: schemas.attachmentPage })
  async list(
    @Caller() caller: Principal,
    @Query({ schema: schemas.attachmentsQuery }) query: z.output<typeof schemas.attachmentsQuery>,
  ) {
    const { direction, peer, status, mediaType: type } = query;
    const where = {
      authority: requireAuthority(caller),
      ...(direction && { direction }),
      ...(peer && { peer }),
      ...(status && { status }),
      ...(type && { mediaType: type }),
      ...dated('createdAt', query),
    };
    const counted = { table: 'attachment', column: 'seq' } as const;
    const attachments = this.database.getRepository(Attachment);
    const shown = await this.lists.list([attachments], counted, query, [where], (row) => row);
    const messages = await this.messagesOf(shown.items);
    return {
      ...shown,
      items: shown.items.map((row) => viewAttachment(row, namedBy(row, messages.get(row.messageKey ?? '')))),
    };
  }

  @Get(':id')
  @Allow('officer', 'head', 'system', 'auditor')
  @ApiOperation({ summary: 'An attachment with its progress' })
  @ApiResponse({ status: 200, standardSchema: schemas.attachmentView })
  async read(@Caller() caller: Principal, @Param('id', { schema: schemas.uuid }) id: string) {
    const { attachment, message } = await this.find(requireAuthority(caller), id);
    return viewAttachment(attachment, namedBy(attachment, message));
  }

  @Delete(':id')
  @HttpCode(204)
  @Allow('officer', 'head', 'system')
  @ApiOperation({
    summary:
      'Delete an upload that no message names, or what is no longer needed of a message that is accepted',
  })
  @ApiResponse({ status: 204 })
  delete(@Caller() caller: Principal, @Param('id', { schema: schemas.uuid }) id: string): Promise<void> {
    return this.deletion.delete(requireAuthority(caller), id, caller.tokenId);
  }

  @Get(':id/content')
  @Allow('officer', 'head', 'system')
  @ApiOperation({
    summary: 'The attachment’s bytes, or a range; a received one only once its message is accepted',
  })
  @ApiHeader({ name: 'Range', required: false, description: 'one range of bytes' })
  @ApiHeader({ name: 'If-Range', required: false, description: 'the ETag of the part that is there' })
  @ApiResponse({
    status: 200,
    content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
  })
  @ApiResponse({
    status: 206,
    content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
  })
  @ApiResponse({ status: 410, standardSchema: problemSchema, description: 'it was deleted here' })
  async content(
    @Caller() caller: Principal,
    @Param('id', { schema: schemas.uuid }) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { attachment, message } = await this.find(requireAuthority(caller), id);
    const { authority, direction, status, bytes, deletedAt } = attachment;
    if (status === 'deleted')
      throw new ValiseError('GONE', `the attachment was deleted here at ${deletedAt?.toISOString() ?? ''}`, {
        path: 'id',
      });
    if (direction === 'in' && (status !== 'verified' || message?.status !== 'accepted'))
      throw new ValiseError(
        'CONFLICT',
        `the attachment is ${status}, its message ${message?.status ?? 'unknown'}; bytes are released when all of the message’s attachments are verified`,
        { path: 'id' },
      );
    response.setHeader('Content-Range', `bytes */${bytes}`);
    const asked = askedFor(attachment, request.headers);
    response.removeHeader('Content-Range');
    const range = asked.isPartial ? { range: `${asked.first}-${asked.last}` } : {};
    await this.database.transaction((tx) =>
      this.note(tx, authority, { act: 'attachment-read', by: caller.tokenId, id, ...range }),
    );
    await sendContent(this.store.files, attachment, asked, request, response);
  }

  private note(tx: EntityManager, authority: string, content: Record<string, string>): Promise<void> {
    return this.ledger.append(tx, new Date(), [
      { authority, kind: 'access', content: { ...content, authority } },
    ]);
  }

  private async find(
    authority: string,
    id: string,
  ): Promise<{ attachment: Attachment; message: Numbered | undefined }> {
    // The other side chooses its identifiers: one that repeats ours must not hide our own file.
    const attachment = await this.database
      .getRepository(Attachment)
      .findOne({ where: { authority, id }, order: { direction: 'DESC' } });
    if (!attachment) throw new ValiseError('NOT_FOUND', `there is no attachment ${id}`, { path: 'id' });
    const messages = await this.messagesOf([attachment]);
    return { attachment, message: messages.get(attachment.messageKey ?? '') };
  }

  private messagesOf(rows: readonly Attachment[]): Promise<Map<string, Numbered>> {
    return this.messages.byKeys([...new Set(rows.flatMap(({ messageKey }) => messageKey ?? []))]);
  }
}

/** A draft becomes the message that has its identifier. */
function namedBy({ status, draft }: Attachment, message: Numbered | undefined): string | null {
  return message?.id ?? (status === 'announced' ? draft : null);
}
