import { readFileSync } from 'node:fs';
import { type ChannelModel, connect, credentials } from 'amqplib';
import { attachmentsQueue, deadLetterQueue, inboxQueue, outExchange } from '#topology';
import { messageOf } from '#core';
import { resolveFrom } from '#service';
import { type Check, fail, failed, ok } from './check.js';
import type { View } from './view.js';

const CONNECT_MS = 5_000;
const SHOWN_MAX = 5;

/** What a process on the bus is known by; a depositary asks no depositaries. */
export interface OnBus {
  readonly node: string;
  readonly bus: Pick<View['bus'], 'peers' | 'tls'> & { readonly url?: unknown };
  readonly register: Pick<View['register'], 'depositaries'>;
}

/** What the broker must hold for a node to exchange with its peers, in both directions. */
export function expectedOnBus(view: OnBus): {
  readonly exchange: string;
  readonly queues: readonly string[];
} {
  const { node } = view;
  const peers = [...new Set([...view.bus.peers, ...view.register.depositaries])];
  const queues = peers.flatMap((peer) => [
    inboxQueue(node, peer),
    attachmentsQueue(node, peer),
    inboxQueue(peer, node),
    attachmentsQueue(peer, node),
  ]);
  return { exchange: outExchange(node), queues: [...new Set(queues), deadLetterQueue(node)] };
}

/** Connects as the node does and asks for its exchange and queues by name; declares, takes and sends nothing. */
export async function checkBus(view: OnBus, url: string, configuration: string): Promise<Check[]> {
  let model: ChannelModel;
  try {
    model = await connect(url, socketOptions(view, url, configuration));
  } catch (thrown) {
    return [
      failed(
        'bus',
        thrown,
        'check bus.url and bus.tls, that RabbitMQ runs, and that `valise bus init` made this node’s account',
      ),
    ];
  }
  // Closed channels are what a missing queue looks like; they are reported where they are asked for.
  model.on('error', () => undefined);
  try {
    return [ok('bus', `connected to ${new URL(url).host}`), await checkNames(model, view)];
  } finally {
    await model.close().catch(() => undefined);
  }
}

async function checkNames(model: ChannelModel, view: OnBus): Promise<Check> {
  const what = 'queues';
  const { exchange, queues } = expectedOnBus(view);
  const missing: string[] = [];
  const dead = deadLetterQueue(view.node);
  let deadLetters = 0;
  const faultOf = await asking(model);
  const exchangeFault = await faultOf((channel) => channel.checkExchange(exchange));
  if (exchangeFault !== undefined) missing.push(`${exchange} (${exchangeFault})`);
  for (const queue of queues) {
    const fault = await faultOf(async (channel) => {
      const { messageCount } = await channel.checkQueue(queue);
      if (queue === dead) deadLetters = messageCount;
    });
    if (fault !== undefined) missing.push(queue);
  }
  if (missing.length === 0)
    return ok(what, `${queues.length} and ${exchange} are there; ${deadLetters} dead letters wait`);
  const shown = missing.slice(0, SHOWN_MAX).join(', ');
  return fail(
    what,
    `${missing.length} missing: ${shown}${missing.length > SHOWN_MAX ? ', …' : ''}`,
    'have the broker’s operator run `valise bus init` with this node and its peers',
  );
}

type Channel = Awaited<ReturnType<ChannelModel['createChannel']>>;

/** A refused question closes its channel: the next one gets a new channel. */
async function asking(
  model: ChannelModel,
): Promise<(ask: (channel: Channel) => Promise<unknown>) => Promise<string | undefined>> {
  const open = async (): Promise<Channel> => {
    const channel = await model.createChannel();
    channel.on('error', () => undefined);
    return channel;
  };
  let channel = await open();
  return async (ask) => {
    try {
      await ask(channel);
      return undefined;
    } catch (thrown) {
      channel = await open();
      return messageOf(thrown);
    }
  };
}

function socketOptions({ bus: { tls } }: OnBus, url: string, configuration: string) {
  const read = (name: string): Buffer => readFileSync(resolveFrom(configuration, name));
  return {
    noDelay: true,
    timeout: CONNECT_MS,
    ...(tls && { ca: [read(tls.ca)], cert: read(tls.certificate), key: read(tls.key) }),
    ...(tls && new URL(url).username === '' && { credentials: credentials.external() }),
  };
}
