import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiExtension, ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { InjectDataSource } from '@nestjs/typeorm';
import { toBase64url, ValiseError } from '#core';
import { Allow, Caller, EXAMPLES_EXTENSION, type Principal, problemSchema } from '#service';
import { DataSource, IsNull } from 'typeorm';
import type { z } from 'zod';
import { Attachment } from '../attachments/attachment.entity.js';
import { Drafts, requireAuthority } from '../outbound/drafts.js';
import { DraftListing, NumberedListing } from './entities.js';
import { MESSAGE_EXAMPLES } from './examples.js';
import { IdempotencyKey } from './idempotency.js';
import { dated, Lists } from './lists.js';
import { Messages } from './messages.js';
import * as schemas from './schemas.js';
import { viewMessage, viewMessageDetails } from './views.js';

type MessageView = z.output<typeof schemas.messageView>;

/** Messages of the caller's authority: drafting, signing, sending, reading. */
@ApiTags('messages')
@ApiResponse({ status: '4XX', standardSchema: problemSchema, description: 'problem details' })
@Controller('v1/messages')
export class MessagesController {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly drafts: Drafts,
    private readonly messages: Messages,
    private readonly lists: Lists,
  ) {}

  @Post()
  @Allow('officer', 'head', 'system')
  @ApiOperation({
    summary: 'Draft a message; it is sent at once unless the treaty requires a head’s signature first',
  })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiExtension(EXAMPLES_EXTENSION, MESSAGE_EXAMPLES)
  @ApiResponse({ status: 201, standardSchema: schemas.messageView })
  async create(
    @Caller() caller: Principal,
    @IdempotencyKey() key: string | undefined,
    @Body({ schema: schemas.newMessage }) request: z.output<typeof schemas.newMessage>,
  ): Promise<MessageView> {
    try {
      return await this.drafts.create(caller, key, request, viewMessage);
    } catch (thrown) {
      if (thrown instanceof ValiseError && thrown.code === 'POLICY_DENIED')
        await this.database.transaction((tx) => this.drafts.logRefusal(tx, caller, request.to, thrown));
      throw thrown;
    }
  }

  @Get()
  @Allow('officer', 'head', 'system', 'auditor')
  @ApiOperation({ summary: 'Messages, newest first, or since a cursor' })
  @ApiResponse({ status: 200, standardSchema: schemas.messagePage })
  async list(
    @Caller() caller: Principal,
    @Query({ schema: schemas.messagesQuery }) query: z.output<typeof schemas.messagesQuery>,
  ) {
    const { direction, peer, status, type, instrument } = query;
    const where = {
      own: requireAuthority(caller),
      ...(direction && { direction }),
      ...(peer && { peer }),
      ...(status && { status }),
      ...(type && { type }),
      ...(instrument && { instrument }),
      ...(query.case && { caseId: query.case }),
      ...dated('createdAt', query),
    };
    const counted = { table: 'message', column: 'seq', sequence: 'message_seq' } as const;
    const sources = [NumberedListing, DraftListing].map((of) => this.database.getRepository(of));
    return this.lists.list(sources, counted, query, [where], viewMessage);
  }

  @Get(':id')
  @Allow('officer', 'head', 'system', 'auditor')
  @ApiOperation({ summary: 'A message with its body, decision, signatures and attachments' })
  @ApiResponse({ status: 200, standardSchema: schemas.messageDetails })
  async read(@Caller() caller: Principal, @Param('id', { schema: schemas.uuid }) id: string) {
    const own = requireAuthority(caller);
    const message = await this.messages.read(own, id);
    const named = message.key === null ? { draft: id, messageKey: IsNull() } : { messageKey: message.key };
    const attachments = await this.database
      .getRepository(Attachment)
      .find({ where: { authority: own, ...named }, order: { id: 'ASC' } });
    return viewMessageDetails(message, attachments);
  }

  @Get(':id/signing-input')
  @Allow('officer', 'head')
  @ApiOperation({ summary: 'What an officer signs: the canonical text and its bytes' })
  @ApiResponse({ status: 200, standardSchema: schemas.signingInput })
  async signingInput(
    @Caller() caller: Principal,
    @Param('id', { schema: schemas.uuid }) id: string,
  ): Promise<z.output<typeof schemas.signingInput>> {
    const { payload } = await this.messages.read(requireAuthority(caller), id, 'out');
    return { id, canonical: payload.toString('utf8'), payload: toBase64url(payload) };
  }

  @Post(':id/signatures')
  @Allow('head')
  @ApiOperation({
    summary:
      'Add an officer’s signature made outside the gateway; the message is sent once it is permissible',
  })
  @ApiResponse({ status: 201, standardSchema: schemas.messageView })
  sign(
    @Caller() caller: Principal,
    @IdempotencyKey() key: string | undefined,
    @Param('id', { schema: schemas.uuid }) id: string,
    @Body({ schema: schemas.signature }) signature: z.output<typeof schemas.signature>,
  ): Promise<MessageView> {
    return this.drafts.sign(caller, key, id, signature, viewMessage);
  }

  @Post(':id/send')
  @HttpCode(200)
  @Allow('officer', 'head')
  @ApiOperation({ summary: 'Send an urgent request as it stands, to be confirmed in writing afterwards' })
  @ApiResponse({ status: 200, standardSchema: schemas.messageView })
  send(
    @Caller() caller: Principal,
    @IdempotencyKey() key: string | undefined,
    @Param('id', { schema: schemas.uuid }) id: string,
  ): Promise<MessageView> {
    return this.drafts.sendNow(caller, key, id, viewMessage);
  }

  @Delete(':id')
  @Allow('officer', 'head', 'system')
  @ApiOperation({ summary: 'Discard a draft that was not sent' })
  @ApiResponse({ status: 200, standardSchema: schemas.messageView })
  async discard(
    @Caller() caller: Principal,
    @Param('id', { schema: schemas.uuid }) id: string,
  ): Promise<MessageView> {
    return viewMessage(await this.drafts.discard(caller, id));
  }
}
