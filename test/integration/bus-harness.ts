import { randomBytes } from 'node:crypto';
import { connect as connectTcp, createServer, type AddressInfo, type Socket } from 'node:net';
import { Controller, Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern, MessagePattern, type MicroserviceOptions, Payload } from '@nestjs/microservices';
import { connect, type ChannelModel, type Message } from 'amqplib';
import { BusServer, type BusServerOptions, type Delivery } from '#bus';
import { applyDefinitions, busDefinitions, type QueueLimit } from '#topology';

export const PASSWORD = 'a password with /@: in it';

function environment(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: the integration services are not running`);
  return value;
}

/** A virtual host of its own, with nodes whose names no other test uses: users belong to the whole broker. */
export async function federation(
  names: readonly string[],
  options: {
    limits?: { messages?: QueueLimit };
    amqpPort?: number;
    absentPairs?: [from: string, to: string][];
  } = {},
) {
  const suffix = randomBytes(4).toString('hex');
  const vhost = `bus/${suffix}`;
  const id = (name: string): string => `${name}-${suffix}`;
  const absent = new Set((options.absentPairs ?? []).map((pair) => pair.map(id).join()));
  const definitions = busDefinitions({
    vhost,
    nodes: names.map((name) => ({ id: id(name), password: PASSWORD })),
    pairs: names
      .flatMap((to) => names.filter((from) => from !== to).map((from) => ({ from: id(from), to: id(to) })))
      .filter(({ from, to }) => !absent.has([from, to].join())),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  });
  const managementUrl = environment('VALISE_TEST_MANAGEMENT_URL');
  await applyDefinitions(managementUrl, definitions);
  const admin = new URL(managementUrl);
  const management = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${admin.origin}${path}`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(`${decodeURIComponent(admin.username)}:${decodeURIComponent(admin.password)}`).toString('base64')}`,
        'content-type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    const text = await response.text();
    return text === '' ? undefined : JSON.parse(text);
  };
  // The administrator may do nothing in a virtual host before being allowed to.
  await management(
    'PUT',
    `/api/permissions/${encodeURIComponent(vhost)}/${encodeURIComponent(decodeURIComponent(admin.username))}`,
    { configure: '.*', write: '.*', read: '.*' },
  );
  const url = (user: string, password: string, port: number | string): string =>
    `amqp://${encodeURIComponent(user)}:${encodeURIComponent(password)}@127.0.0.1:${port}/${encodeURIComponent(vhost)}`;
  const amqpPort = environment('VALISE_TEST_AMQP_PORT');
  return {
    vhost,
    id,
    definitions,
    managementUrl,
    management,
    url: (name: string, port: number | string = amqpPort) => url(id(name), PASSWORD, port),
    connectAs: (name: string) => quietly(connect(url(id(name), PASSWORD, amqpPort), { noDelay: true })),
    connectAsAdmin: () =>
      quietly(
        connect(url(decodeURIComponent(admin.username), decodeURIComponent(admin.password), amqpPort), {
          noDelay: true,
        }),
      ),
    async remove() {
      await management('DELETE', `/api/vhosts/${encodeURIComponent(vhost)}`);
      for (const name of names) await management('DELETE', `/api/users/${id(name)}`);
    },
  };
}
export type Federation = Awaited<ReturnType<typeof federation>>;

async function quietly(connecting: Promise<ChannelModel>): Promise<ChannelModel> {
  const model = await connecting;
  model.on('error', () => undefined);
  return model;
}

export type Handler = (delivery: Delivery) => unknown;
export interface Handlers {
  envelope?: Handler;
  book?: Handler;
  dead?: Handler;
  unknown?: Handler;
}

/** A real Nest application with a microservice on our transport; handlers are looked up at each call, so that a test can change them. */
export async function serve(options: BusServerOptions, handlers: Handlers) {
  const call = (name: keyof Handlers, delivery: Delivery): unknown => {
    const handler = handlers[name];
    if (handler === undefined) throw new Error(`unexpected ${name}`);
    return handler(delivery);
  };

  @Controller()
  class Receiver {
    @EventPattern('envelope')
    envelope(@Payload() delivery: Delivery): unknown {
      return call('envelope', delivery);
    }
    @MessagePattern('book')
    book(@Payload() delivery: Delivery): unknown {
      return call('book', delivery);
    }
    @EventPattern('dead')
    dead(@Payload() delivery: Delivery): unknown {
      return call('dead', delivery);
    }
    @EventPattern('unknown')
    unknown(@Payload() delivery: Delivery): unknown {
      return call('unknown', delivery);
    }
  }
  @Module({ controllers: [Receiver] })
  class Root {}

  const server = new BusServer(options);
  Logger.overrideLogger(false);
  const app = await NestFactory.create(Root);
  app.connectMicroservice<MicroserviceOptions>({ strategy: server }, { inheritAppConfig: false });
  await app.startAllMicroservices();
  return { server, app };
}

/** Waits for a condition, never for a time. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 20_000,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Takes everything out of a queue, as the administrator. */
export async function drain(model: ChannelModel, queue: string): Promise<Message[]> {
  const channel = await model.createChannel();
  const messages: Message[] = [];
  for (
    let next = await channel.get(queue, { noAck: true });
    next;
    next = await channel.get(queue, { noAck: true })
  )
    messages.push(next);
  await channel.close();
  return messages;
}

/** Between a client and the broker: passes bytes on until told to stop, which is what a cut cable looks like. */
export async function proxy() {
  const pairs = new Set<[Socket, Socket]>();
  const frozen = new Set<[Socket, Socket]>();
  const port = Number(environment('VALISE_TEST_AMQP_PORT'));
  let refusing = false;
  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (refusing) {
      client.destroy();
      return;
    }
    const broker = connectTcp({ port, host: '127.0.0.1', allowHalfOpen: true });
    const pair: [Socket, Socket] = [client, broker];
    pairs.add(pair);
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        if (!frozen.has(pair)) for (const other of pair) other.destroy();
        pairs.delete(pair);
      });
    }
    client.pipe(broker);
    broker.pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    /** Bytes from the broker stop coming; those to the broker still arrive: confirms are lost, messages are not. */
    muteBroker() {
      for (const [client, broker] of pairs) broker.unpipe(client).pause();
    },
    /** Nothing passes any more and nobody is told, not even of an end: half open on both sides. */
    freeze() {
      for (const pair of pairs) {
        const [client, broker] = pair;
        frozen.add(pair);
        broker.unpipe(client).resume();
        client.unpipe(broker).resume();
      }
    },
    cut() {
      for (const pair of pairs) for (const socket of pair) socket.destroy();
    },
    refuse(refused: boolean) {
      refusing = refused;
    },
    /** This process's own sockets into the proxy, which an unanswered end does not close. */
    get clientSockets() {
      const handles = (process as unknown as { _getActiveHandles(): unknown[] })._getActiveHandles();
      const { port: own } = server.address() as AddressInfo;
      return handles.filter((handle) => (handle as Partial<Socket>).remotePort === own).length;
    },
    async close() {
      for (const pair of [...pairs, ...frozen]) for (const socket of pair) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
