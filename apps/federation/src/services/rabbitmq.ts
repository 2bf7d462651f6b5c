import { mkdirSync, realpathSync } from 'node:fs';
import { messageOf, ValiseError } from '#core';
import { readEnvironment, type ServiceEnvironment } from './environment.js';
import { managementGet, type Broker, type RabbitmqOptions } from './broker.js';
import { dockerRuns, startInDocker } from './rabbitmq-docker.js';
import { installedRelease } from './rabbitmq-installed.js';
import { packagesPossible, unpackedRelease } from './rabbitmq-packages.js';
import { startPrivately } from './rabbitmq-private.js';

export interface RabbitmqService {
  /** Where the broker comes from, for the operator. */
  readonly how: string;
  readonly host: string;
  readonly port: number;
  /** URL of the management API, with the administrator's name and password. */
  readonly managementUrl: string;
  readonly admin: { readonly user: string; readonly password: string };
  amqpUrl(user: string, password: string, vhost?: string): string;
  stop(): Promise<void>;
}

/**
 * A RabbitMQ broker with its management API, in this order: AMQP_URL; a running Docker engine; an installed
 * rabbitmq-server, started privately in the data folder; Debian's packages, downloaded and unpacked privately.
 * The caller holds the lock of the data folder.
 *
 * @throws ValiseError CONFIGURATION, BUS_UNAVAILABLE or SERVICE_UNAVAILABLE with one clear line and a remedy.
 */
export async function provideRabbitmq(options: RabbitmqOptions): Promise<RabbitmqService> {
  const environment = readEnvironment(options.env ?? process.env);
  if (environment.AMQP_URL !== undefined) return externalRabbitmq(environment);
  mkdirSync(options.dataDir, { recursive: true });
  const dataDir = realpathSync(options.dataDir);
  const broker = await startBroker({ ...options, dataDir }, environment.VALISE_RABBITMQ);
  const { user, password } = broker.admin;
  return {
    how: broker.how,
    host: '127.0.0.1',
    port: broker.port,
    managementUrl: `http://${user}:${password}@127.0.0.1:${broker.managementPort}`,
    admin: broker.admin,
    amqpUrl: (name, secret, vhost) => amqpUrl(`amqp://127.0.0.1:${broker.port}`, name, secret, vhost),
    stop: () => broker.stop(),
  };
}

async function startBroker(
  options: RabbitmqOptions,
  forced: ServiceEnvironment['VALISE_RABBITMQ'],
): Promise<Broker> {
  const allows = (way: typeof forced): boolean => forced === undefined || forced === way;
  if (allows('docker') && (await dockerRuns())) return startInDocker(options);
  if (allows('installed')) {
    const release = installedRelease();
    if (release !== undefined) return startPrivately(release, options);
  }
  if (allows('packages') && packagesPossible()) {
    return startPrivately(await unpackedRelease(options), options);
  }
  throw new ValiseError(
    'SERVICE_UNAVAILABLE',
    forced === undefined
      ? 'no RabbitMQ: AMQP_URL is not set, no Docker engine runs, rabbitmq-server is not installed, and this is not a Debian-like system whose packages could be used'
      : `no RabbitMQ of the kind that VALISE_RABBITMQ requires (${forced})`,
    { remedy: 'start Docker, or install rabbitmq-server, or set AMQP_URL and AMQP_MANAGEMENT_URL' },
  );
}

async function externalRabbitmq(environment: ServiceEnvironment): Promise<RabbitmqService> {
  const amqp = new URL(environment.AMQP_URL ?? '');
  const management = new URL(environment.AMQP_MANAGEMENT_URL ?? '');
  if (management.username === '') {
    management.username = amqp.username;
    management.password = amqp.password;
  }
  const admin = {
    user: decodeURIComponent(management.username),
    password: decodeURIComponent(management.password),
  };
  await checkAdministrator(management.href, admin);
  return {
    how: 'RabbitMQ from AMQP_URL',
    host: amqp.hostname,
    port: amqp.port === '' ? (amqp.protocol === 'amqps:' ? 5671 : 5672) : Number(amqp.port),
    managementUrl: management.href.replace(/\/$/, ''),
    admin,
    amqpUrl: (user, password, vhost) => amqpUrl(`${amqp.protocol}//${amqp.host}`, user, password, vhost),
    stop: () => Promise.resolve(),
  };
}

async function checkAdministrator(url: string, admin: RabbitmqService['admin']): Promise<void> {
  const remedy = 'check AMQP_MANAGEMENT_URL: it needs the name and password of a user tagged “administrator”';
  let tags: unknown;
  try {
    const answer = await managementGet(url, '/api/whoami', admin);
    if (!answer.ok) throw new Error(`HTTP status ${answer.status}`);
    tags = ((await answer.json()) as { tags?: unknown }).tags;
  } catch (cause) {
    const message = `the management API that AMQP_MANAGEMENT_URL names does not answer: ${messageOf(cause)}`;
    throw new ValiseError('BUS_UNAVAILABLE', message, { remedy }, { cause });
  }
  // A list since 3.9, a comma-separated string before.
  if (!String(tags).split(',').includes('administrator')) {
    throw new ValiseError('CONFIGURATION', `user ${admin.user} is not an administrator of the broker`, {
      remedy,
    });
  }
}

function amqpUrl(base: string, user: string, password: string, vhost = '/'): string {
  const url = new URL(base);
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return `${url.protocol}//${login}@${url.host}/${encodeURIComponent(vhost)}`;
}
