import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiExtension, ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { InjectDataSource } from '@nestjs/typeorm';
import { toBase64url, ValiseError } from '#core';
import { Allow, Caller, EXAMPLES_EXTENSION, type Principal, problemSchema } from '#service';
import { DataSource, type EntityManager } from 'typeorm';
import type { z } from 'zod';
import { Attachment } from '../attachments/attachment.entity.js';
import { Drafts, requireAuthority } from '../exchange/drafts.js';
import { Message } from '../exchange/entities.js';
import { Outbox } from '../exchange/outbox.js';
import { MESSAGE_EXAMPLES } from './examples.js';
import { Idempotency, IdempotencyKey } from './idempotency.js';
import { dated, Lists } from './lists.js';
import * as schemas from './schemas.js';
import { viewMessage, viewMessageDetails } from './views.js';

type MessageView = z.output<typeof schemas.messageView>;

/** What a list shows. Payloads and signatures stay in the database: a page of them would be hundreds of megabytes. */
const LISTED = {
  key: true,
  direction: true,
  id: true,
  sender: true,
  recipient: true,
  caseId: true,
  type: true,
  instrument: true,
  level: true,
  status: true,
  d: true,
  ep: true,
  n: true,
  createdAt: true,
  sentAt: true,
  storedAt: true,
  acceptedAt: true,
  expiresAt: true,
  rejection: true,
} as const;

/** Messages of the caller's authority: drafting, signing, sending, reading. */
@ApiTags('messages')
@ApiResponse({ status: '4XX', standardSchema: problemSchema, description: 'problem details' })
@Controller('v1/messages')
export class MessagesController {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly drafts: Drafts,
    private readonly outbox: Outbox,
    private readonly idempotency: Idempotency,
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
      return await this.effect(caller, key, { act: 'create', request }, (tx) =>
        this.drafts.create(tx, caller, request),
      );
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
      authority: requireAuthority(caller),
      ...(status && { status }),
      ...(type && { type }),
      ...(instrument && { instrument }),
      ...(query.case && { caseId: query.case }),
      ...dated('createdAt', query),
    };
    const directions = direction ? [direction] : (['in', 'out'] as const);
    const alternatives = peer
      ? directions.map((one) => ({ ...where, direction: one, [one === 'in' ? 'sender' : 'recipient']: peer }))
      : [{ ...where, ...(direction && { direction }) }];
    const counted = { table: 'message', column: 'key', select: LISTED } as const;
    return this.lists.list(this.database.getRepository(Message), counted, query, alternatives, viewMessage);
  }

  @Get(':id')
  @Allow('officer', 'head', 'system', 'auditor')
  @ApiOperation({ summary: 'A message with its body, decision, signatures and attachments' })
  @ApiResponse({ status: 200, standardSchema: schemas.messageDetails })
  async read(@Caller() caller: Principal, @Param('id', { schema: schemas.uuid }) id: string) {
    const message = await this.find(caller, id);
    const attachments = await this.database
      .getRepository(Attachment)
      .find({ where: { messageKey: message.key }, order: { id: 'ASC' } });
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
    const { payload } = await this.find(caller, id, 'out');
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
    return this.effect(caller, key, { act: 'sign', id, signature }, (tx) =>
      this.drafts.sign(tx, caller, id, signature),
    );
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
    return this.effect(caller, key, { act: 'send', id }, (tx) => this.drafts.sendNow(tx, caller, id));
  }

  @Delete(':id')
  @Allow('officer', 'head', 'system')
  @ApiOperation({ summary: 'Discard a draft that was not sent' })
  @ApiResponse({ status: 200, standardSchema: schemas.messageView })
  discard(
    @Caller() caller: Principal,
    @Param('id', { schema: schemas.uuid }) id: string,
  ): Promise<MessageView> {
    return this.effect(caller, undefined, { act: 'discard', id }, (tx) =>
      this.drafts.discard(tx, caller, id),
    );
  }

  private async effect(
    caller: Principal,
    key: string | undefined,
    request: unknown,
    act: (tx: EntityManager) => Promise<Message>,
  ): Promise<MessageView> {
    const answer = await this.idempotency.once(caller, key, request, async (tx) =>
      viewMessage(await act(tx)),
    );
    this.outbox.wake();
    return answer;
  }

  private async find(caller: Principal, id: string, direction?: 'in' | 'out'): Promise<Message> {
    const authority = requireAuthority(caller);
    // The other side chooses its identifiers: one that repeats ours must not hide our own message.
    const message = await this.database.getRepository(Message).findOne({
      where: { authority, id, ...(direction && { direction }) },
      order: { direction: 'DESC' },
    });
    if (!message) throw new ValiseError('NOT_FOUND', `there is no message ${id}`, { path: 'id' });
    return message;
  }
}
