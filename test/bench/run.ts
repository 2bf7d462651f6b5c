import { cpSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { applyDefinitions, busDefinitions } from '#topology';
import type { Payload } from '#envelope';
import { randomPassword } from '#setup';
import { type Federation, startFederation } from '../../apps/federation/src/federation.js';
import { files } from '../../apps/federation/src/keys.js';
import { createIdentity } from './cms.js';
import { benchDecisions } from './decisions.js';
import { benchEnvelope } from './envelope.js';
import { type EventLoopDelay, eventLoopDelay } from './event-loop.js';
import { Gateways, type GatewaysMeasured } from './gateways.js';
import type { ObviousTask } from './obvious-build.js';
import { unlessAborted } from './interruptible.js';
import { runPair } from './pair.js';
import { between, type ProcessorTime, processorTime } from './processor-time.js';
import { profileGateways, profileWhatStarts } from './profile.js';
import type { RawTask } from './raw-limit.js';
import { federationFolder, type Site, startSite } from './site.js';
import { affordable, type Measured, percentile, perSecond, rounded, table } from './statistics.js';
import { RECIPIENT, SENDER } from './workload.js';

export interface BenchOptions {
  /** Exactly so many; by default 2000, or fewer on a slow machine. */
  readonly messages?: number | undefined;
  readonly callers: number;
  /** The clone. */
  readonly root: string;
  /** Where to write profiles of the gateways, if requested. */
  readonly profile?: string | undefined;
  readonly signal: AbortSignal;
}
type Report = (line: string) => void;

const NAME = 'bench';
const MESSAGES = 2000;
const WARM_UP = 300;
/** What bounds the run by default. */
const VALISE_SECONDS_MAX = 20;
const RAW_SECONDS_MAX = 8;
const OBVIOUS_SECONDS_MAX = 10;
/** Of the rate at saturation: queues are short then, so that latency is that of the work. */
const PACED_SHARE = 0.5;
const PACED_SECONDS = 5;
/** node-forge signs some twenty times a second: more messages would only take longer. */
const OBVIOUS_MESSAGES = 150;
const OBVIOUS_WARM_UP = 16;
const PAIR_MS = 60_000;

/** The whole benchmark; prints its tables. Throws if a message is missing or duplicated anywhere. */
export async function runBench(options: BenchOptions, report: Report): Promise<void> {
  const loadBefore = loadavg();
  const site = await startSite(report);
  try {
    report(`${site.services.rabbitmq.how}; ${site.services.postgres.how}`);
    const valise = await measureValise(site, options, report);
    options.signal.throwIfAborted();
    report('the raw limit: envelope and bus alone');
    const raw = await measureRaw(site, valise.payload, valise.folderOf, options);
    options.signal.throwIfAborted();
    report('the obvious build: stock transport, node-forge, one save');
    const obvious = await measureObvious(site, valise.payload, options);
    options.signal.throwIfAborted();
    const payloadBytes = Buffer.byteLength(JSON.stringify(valise.payload));
    console.log(show({ ...valise, raw, obvious, payloadBytes, loadBefore, ...options }));
  } finally {
    if (options.profile !== undefined)
      cpSync(join(site.dataDir, 'logs'), join(options.profile, 'logs'), { recursive: true });
    await site.stop();
  }
  await benchOneCore(options, report);
}

/** What needs no services: the envelope, and the law. */
export async function benchOneCore({ root }: Pick<BenchOptions, 'root'>, report: Report): Promise<void> {
  report('seal and open on one core');
  console.log(`${await benchEnvelope()}\n`);
  report('decide on one core');
  console.log(`${benchDecisions(join(root, 'test/vectors/decisions/contract.json'))}\n`);
}

interface ValiseMeasured {
  readonly saturated: GatewaysMeasured;
  readonly paced: GatewaysMeasured;
  readonly pacedRate: number;
  readonly used: ProcessorTime;
  /** By what went on, and in which gateway. */
  readonly waited: readonly (readonly [string, EventLoopDelay])[];
  readonly payload: Payload;
  readonly folderOf: Federation['folderOf'];
}

async function measureValise(
  { dataDir, services }: Site,
  { messages: wanted, callers, profile, signal }: BenchOptions,
  report: Report,
): Promise<ValiseMeasured> {
  const folder = federationFolder(dataDir);
  const unset = profile === undefined ? (): void => undefined : profileWhatStarts(profile);
  const federation = await startFederation(folder, report, { services, name: NAME }).finally(unset);
  const databaseOf = (node: string): string => {
    const url = new URL(services.postgres.adminUrl);
    url.pathname = `/${NAME}_${node}`;
    return url.href;
  };
  const databases = { sender: databaseOf('kz'), recipient: databaseOf('by') };
  const gateways = new Gateways(federation, folder, databases, callers);
  try {
    report(`Valise: ${WARM_UP} messages to warm up`);
    const warmUp = await unlessAborted(signal, gateways.saturated(WARM_UP));
    const messages = wanted ?? affordable(MESSAGES, warmUp, VALISE_SECONDS_MAX);
    report(`Valise: ${messages} messages by ${callers} callers`);
    const parts = {
      'sender gateway': { dataDir: folder, name: 'kz' },
      'recipient gateway': { dataDir: folder, name: 'by' },
      PostgreSQL: { dataDir, name: 'postgres' },
      RabbitMQ: { dataDir, name: 'rabbitmq' },
    };
    const delays = async (what: string): Promise<[string, EventLoopDelay][]> => [
      [`sender gateway, ${what}`, await eventLoopDelay(federation, 'kz')],
      [`recipient gateway, ${what}`, await eventLoopDelay(federation, 'by')],
    ];
    await delays('warming up');
    const before = await processorTime(parts);
    const saturated = await unlessAborted(signal, gateways.saturated(messages));
    const used = between(before, await processorTime(parts));
    const atSaturation = await delays('at saturation');
    const pacedRate = PACED_SHARE * perSecond(saturated);
    report(`Valise: ${PACED_SECONDS} s at ${rounded(pacedRate)} messages/s`);
    const count = Math.ceil(pacedRate * PACED_SECONDS);
    const paced = await unlessAborted(signal, gateways.paced(pacedRate, count));
    const waited = [...atSaturation, ...(await delays('at half of it'))];
    if (profile !== undefined) {
      report(`Valise: profiles, to ${profile}`);
      const { adminUrl } = services.postgres;
      const logFile = join(dataDir, 'logs/postgres.log');
      await profileGateways(profile, federation, gateways, {
        adminUrl,
        logFile,
        databases: [`${NAME}_kz`, `${NAME}_by`],
      });
    }
    const payload = (await gateways.samplePayload()) as unknown as Payload;
    return { saturated, paced, pacedRate, used, waited, payload, folderOf: federation.folderOf };
  } finally {
    if (profile !== undefined) cpSync(join(folder, 'logs'), join(profile, 'logs'), { recursive: true });
    await federation.stop();
  }
}

async function measureRaw(
  { services: { rabbitmq } }: Site,
  payload: Payload,
  folderOf: Federation['folderOf'],
  { messages, callers, signal }: BenchOptions,
): Promise<Measured> {
  const vhost = `${NAME}-raw`;
  const node = { sender: 'bench-sender', recipient: 'bench-recipient' };
  const password = randomPassword();
  const nodes = Object.values(node).map((id) => ({ id, password }));
  await applyDefinitions(rabbitmq.managementUrl, busDefinitions({ vhost, nodes }));
  const keysOf = (folder: string, authority: string) => ({
    seal: files.seal(folder, authority),
    encryption: files.encryption(folder, authority),
  });
  const task: RawTask = {
    busUrl: {
      sender: rabbitmq.amqpUrl(node.sender, password, vhost),
      recipient: rabbitmq.amqpUrl(node.recipient, password, vhost),
    },
    node,
    keys: { sender: keysOf(folderOf('kz'), SENDER), recipient: keysOf(folderOf('by'), RECIPIENT) },
    payload,
    messages: messages ?? MESSAGES,
    warmUp: WARM_UP,
    secondsMax: RAW_SECONDS_MAX,
    callers,
  };
  return runPair(new URL('./raw-limit.js', import.meta.url), task, { timeoutMs: PAIR_MS, signal });
}

async function measureObvious(
  { services: { rabbitmq, postgres } }: Site,
  payload: Payload,
  { callers, signal }: BenchOptions,
): Promise<Measured> {
  const database = (side: string): Promise<string> =>
    postgres.createDatabase({ name: `${NAME}_obvious_${side}`, user: `${NAME}_obvious`, password });
  const password = randomPassword();
  const task: ObviousTask = {
    // An ordinary account may configure nothing here; this build declares its queue itself.
    busUrl: rabbitmq.amqpUrl(rabbitmq.admin.user, rabbitmq.admin.password, await ownVhost(rabbitmq)),
    databaseUrl: { sender: await database('sender'), recipient: await database('recipient') },
    identities: { sender: createIdentity(SENDER), recipient: createIdentity(RECIPIENT) },
    payload: { ...payload },
    messages: OBVIOUS_MESSAGES,
    warmUp: OBVIOUS_WARM_UP,
    secondsMax: OBVIOUS_SECONDS_MAX,
    callers,
  };
  return runPair(new URL('./obvious-build.js', import.meta.url), task, { timeoutMs: PAIR_MS, signal });
}

async function ownVhost({ managementUrl, admin }: Site['services']['rabbitmq']): Promise<string> {
  const vhost = `${NAME}-obvious`;
  const put = async (path: string, body: unknown): Promise<void> => {
    const authorization = `Basic ${Buffer.from(`${admin.user}:${admin.password}`).toString('base64')}`;
    const response = await fetch(new URL(path, new URL(managementUrl).origin), {
      method: 'PUT',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`PUT ${path}: ${response.status} ${await response.text()}`);
  };
  await put(`/api/vhosts/${vhost}`, {});
  await put(`/api/permissions/${vhost}/${encodeURIComponent(admin.user)}`, {
    configure: '.*',
    write: '.*',
    read: '.*',
  });
  return vhost;
}

interface Results extends ValiseMeasured {
  readonly raw: Measured;
  readonly obvious: Measured;
  readonly payloadBytes: number;
  readonly loadBefore: readonly number[];
  readonly callers: number;
}

function show({ saturated, paced, pacedRate, used, waited, raw, obvious, ...rest }: Results): string {
  const times = (values: readonly number[]): string[] => [50, 99].map((p) => rounded(percentile(values, p)));
  const row = (title: string, measured: Measured): string[] => [
    title,
    String(measured.messages),
    rounded(perSecond(measured)),
    ...times(measured.calls),
    ...times(measured.endToEnd),
  ];
  const ways = table(
    ['', 'messages', 'messages/s', 'call p50 ms', 'p99', 'to receipt p50 ms', 'p99'],
    [
      row(`(1) Valise, ${rest.callers} callers`, saturated),
      row(`(1) Valise, at ${rounded(pacedRate)}/s`, paced),
      row('(2) raw limit', raw),
      row('(3) obvious build', obvious),
    ],
  );
  const rate = perSecond(saturated);
  const processor = Object.entries(used).map(([part, seconds]) => [
    part,
    ((1000 * seconds) / saturated.messages).toFixed(2),
    ((100_000 * seconds) / saturated.elapsedMs).toFixed(0),
  ]);
  const [model] = cpus();
  const loads = (values: readonly number[]): string => values.map((value) => value.toFixed(1)).join(', ');
  return [
    '',
    `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC; ${model?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores; Node.js ${process.versions.node}, ${process.platform}`,
    `load average before ${loads(rest.loadBefore)}, after ${loads(loadavg())}; payload ${rest.payloadBytes} bytes`,
    '',
    ways,
    '',
    `Valise : raw limit = ${(rate / perSecond(raw)).toFixed(3)}    Valise : obvious build = ${(rate / perSecond(obvious)).toFixed(1)}`,
    `Valise, from the API's answer to the committed receipt, at ${rounded(pacedRate)}/s: p50 ${times(paced.afterAnswer).join(' ms, p99 ')} ms`,
    '',
    table(['(1) at saturation', 'processor ms a message', '% of a core'], processor),
    '',
    table(
      ['(1) the event loop turns late by ms', 'p50', 'p99', 'max'],
      waited.map(([where, { p50, p99, max }]) => [where, rounded(p50), rounded(p99), rounded(max)]),
    ),
    '',
  ].join('\n');
}
