import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  type ClientProxy,
  ClientProxyFactory,
  Ctx,
  MessagePattern,
  type MicroserviceOptions,
  Payload,
  RmqContext,
  type RmqOptions,
  Transport,
} from '@nestjs/microservices';
import type { Channel, Message } from 'amqplib';
import { firstValueFrom } from 'rxjs';
import { Column, DataSource, Entity, PrimaryColumn } from 'typeorm';
import { canonicalBytes } from '#core';
import { Cms, type Identity } from './cms.js';
import { Exchanges, Once } from './exchanges.js';
import { serveSide, type Side } from './pair.js';
import { affordable, closedLoop, type Measured } from './statistics.js';

/**
 * A straightforward build from common packages: Nest's stock RabbitMQ transport as request and response, node-forge for
 * PKCS#7, one TypeORM save at each side. It gets what the stock transport has to offer: a durable queue, persistent
 * messages, manual acknowledgement after the save, and no delay on its sockets. Its receipt is not even signed.
 */
export interface ObviousTask {
  readonly busUrl: string;
  readonly databaseUrl: Readonly<Record<Side, string>>;
  readonly identities: Readonly<Record<Side, Identity>>;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly messages: number;
  readonly warmUp: number;
  readonly secondsMax: number;
  readonly callers: number;
}
interface Sent {
  readonly id: string;
  readonly cms: string;
}

const QUEUE = 'recipient';
const RECEIPTS_MS = 60_000;

@Entity('message')
class StoredMessage {
  @PrimaryColumn('uuid') id!: string;
  @Column('text') status!: string;
  @Column('jsonb') content!: object;
  @Column('timestamptz') at!: Date;
}

/** The recipient's parts, made before its module. */
let cms: Cms;
let database: DataSource;
const once = new Once();

@Controller()
class Inbox {
  @MessagePattern('message')
  async take(@Payload() { id, cms: text }: Sent, @Ctx() context: RmqContext) {
    once.take(id);
    const content = JSON.parse(cms.open(Buffer.from(text, 'base64')).toString('utf8')) as object;
    await database.getRepository(StoredMessage).save({ id, status: 'stored', content, at: new Date() });
    (context.getChannelRef() as Channel).ack(context.getMessage() as Message);
    return { id, stage: 'stored', at: new Date().toISOString() };
  }
}

@Module({ controllers: [Inbox] })
class InboxModule {}

serveSide(async (side, given) => {
  const task = given as ObviousTask;
  const other = side === 'sender' ? 'recipient' : 'sender';
  cms = new Cms(task.identities[side], task.identities[other].certificate);
  database = await new DataSource({
    type: 'postgres',
    url: task.databaseUrl[side],
    entities: [StoredMessage],
    synchronize: true,
  }).initialize();
  if (side === 'recipient') {
    const { options, ...rest } = transport(task);
    const service = await NestFactory.create(InboxModule);
    service.connectMicroservice<MicroserviceOptions>({ ...rest, options: { ...options, noAck: false } });
    await service.startAllMicroservices();
    return undefined;
  }
  const client = ClientProxyFactory.create(transport(task) as RmqOptions & { transport: Transport.RMQ });
  await client.connect();
  return async () => {
    const warmUp = await send(client, task, task.warmUp);
    return send(client, task, affordable(task.messages, warmUp, task.secondsMax));
  };
});

async function send(client: ClientProxy, task: ObviousTask, count: number): Promise<Measured> {
  const exchanges = new Exchanges(count);
  await closedLoop(task.callers, count, async () => {
    const id = randomUUID();
    exchanges.begin(id);
    const content = { ...task.payload, id, case: id };
    const message: Sent = { id, cms: cms.protect(canonicalBytes(content)).toString('base64') };
    await database.getRepository(StoredMessage).save({ id, status: 'sent', content, at: new Date() });
    const receipt = await firstValueFrom(client.send<{ id: string }>('message', message));
    exchanges.called(id);
    exchanges.receipt(receipt.id);
  });
  return exchanges.measured(RECEIPTS_MS);
}

function transport({ busUrl, callers }: ObviousTask): RmqOptions {
  return {
    transport: Transport.RMQ,
    options: {
      urls: [busUrl],
      queue: QUEUE,
      queueOptions: { durable: true },
      persistent: true,
      prefetchCount: callers,
      socketOptions: { connectionOptions: { noDelay: true } },
    },
  };
}
