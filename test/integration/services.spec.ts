import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import amqp from 'amqplib';
import pg from 'pg';
import { until } from '../../apps/federation/src/until.js';
import { managementGet } from '../../apps/federation/src/services/broker.js';
import { endServices, removeServices } from '../../apps/federation/src/services/leftovers.js';
import { acquireLock, type Lock } from '../../apps/federation/src/services/lock.js';
import { isAlive, mark, ownedProcesses } from '../../apps/federation/src/services/owned.js';
import { isFree } from '../../apps/federation/src/services/ports.js';
import { providePostgres } from '../../apps/federation/src/services/postgres.js';
import { installedRelease } from '../../apps/federation/src/services/rabbitmq-installed.js';
import { packagesPossible } from '../../apps/federation/src/services/rabbitmq-packages.js';
import { provideRabbitmq, type RabbitmqService } from '../../apps/federation/src/services/rabbitmq.js';

/** Not in Docker, where there is one: what is shown here is the broker that we start ourselves. */
const way = installedRelease() !== undefined ? 'installed' : packagesPossible() ? 'packages' : undefined;
const env = { PATH: process.env.PATH, VALISE_RABBITMQ: way };
/** How long a server may take to start again on a busy machine. */
const LIMIT_MS = 60_000;
const lines: string[] = [];
const report = (line: string): void => void lines.push(line);
let dataDir: string;
let lock: Lock;

/** Under this name and with the lock: what a killed run leaves behind is swept away by the next. */
async function enterFolder(): Promise<void> {
  dataDir = join(tmpdir(), `valise-test-${randomBytes(6).toString('hex')}`);
  mkdirSync(dataDir);
  lock = await acquireLock(dataDir);
  lines.length = 0;
}

/** A broker's helpers end with it: one may be gone before its turn comes. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ESRCH') throw thrown;
  }
}

async function leaveFolder(): Promise<void> {
  // Nothing, unless a test failed half way.
  await endServices(dataDir);
  removeServices(dataDir);
  await lock.release();
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

/** Processes that still run and ports that are still taken. */
async function leftovers(ports: number[]): Promise<string[]> {
  const left: string[] = [];
  for (const part of ['postgres', 'rabbitmq', 'epmd'])
    if ((await ownedProcesses(mark(dataDir, part))).length > 0) left.push(part);
  for (const port of ports) if (!(await isFree(port))) left.push(`port ${port}`);
  return left;
}

const postmaster = (): number =>
  Number.parseInt(readFileSync(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8'), 10);

const untilReported = (line: string) =>
  until(line, LIMIT_MS, () => Promise.resolve(lines.includes(line) ? true : undefined));

/** Starts a service from the compiled code in a process of its own, which is then killed. Returns what it printed. */
async function startAndKill(script: string): Promise<string> {
  const compiled = pathToFileURL(join(process.cwd(), 'dist/apps/federation/src/services/index.js')).href;
  const child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `const services = await import(${JSON.stringify(compiled)});
       const options = { dataDir: ${JSON.stringify(dataDir)}, report: () => {}, env: ${JSON.stringify(env)} };
       ${script}
       setInterval(() => {}, 1000);`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [printed] = (await once(child.stdout, 'data')) as [Buffer];
  child.kill('SIGKILL');
  await once(child, 'exit');
  return printed.toString();
}

describe('the embedded PostgreSQL', () => {
  beforeEach(enterFolder);
  afterEach(leaveFolder);

  it('keeps its data from start to start and leaves nothing running', async () => {
    const first = await providePostgres({ dataDir, report, env });
    const url = await first.createDatabase({ name: 'kz', user: 'kz', password: 'with space/:@' });
    await query(url, 'CREATE TABLE seal (n int); INSERT INTO seal VALUES (7)');
    await first.stop();
    expect(await leftovers([Number(new URL(url).port)])).toEqual([]);

    const second = await providePostgres({ dataDir, report, env });
    expect(second.adminUrl).toBe(first.adminUrl);
    expect(await query(url, 'SELECT n FROM seal')).toEqual([{ n: 7 }]);
    await second.stop();
  });

  it('listens on the loopback only, asks for passwords and keeps databases apart', async () => {
    const service = await providePostgres({ dataDir, report, env, durable: false });
    try {
      const kz = await service.createDatabase({ name: 'kz', user: 'kz', password: 'one' });
      const am = await service.createDatabase({ name: 'am', user: 'am', password: 'two' });
      expect(await query(service.adminUrl, 'SHOW listen_addresses')).toEqual([
        { listen_addresses: '127.0.0.1' },
      ]);
      await expect(query(kz.replace('one', 'two'), 'SELECT 1')).rejects.toThrow(
        /password authentication failed/,
      );
      await expect(query(kz.replace(/\/kz$/, '/am'), 'SELECT 1')).rejects.toThrow();
      await expect(query(am.replace(/\/am$/, '/kz'), 'SELECT 1')).rejects.toThrow(/permission denied/);
      expect(statSync(join(dataDir, 'postgres-secret.json')).mode & 0o777).toBe(0o600);
    } finally {
      await service.stop();
    }
  });

  it('ends what a killed run left behind and goes on with its data', async () => {
    const url = await startAndKill(`
      const service = await services.providePostgres(options);
      process.stdout.write(await service.createDatabase({ name: 'kz', user: 'kz', password: 'x' }));`);
    expect(await ownedProcesses(mark(dataDir, 'postgres'))).not.toEqual([]);
    await query(url, 'CREATE TABLE seal ()');
    const service = await providePostgres({ dataDir, report, env });
    expect(lines).toContain('ended a PostgreSQL that an earlier run had left behind');
    expect(await query(url, 'SELECT count(*)::int AS n FROM seal')).toEqual([{ n: 0 }]);
    await service.stop();
    expect(await leftovers([Number(new URL(url).port)])).toEqual([]);
  });

  it('is started again when it dies', async () => {
    const service = await providePostgres({ dataDir, report, env });
    await query(service.adminUrl, 'CREATE TABLE seal ()');
    process.kill(postmaster(), 'SIGKILL');
    await untilReported('PostgreSQL runs again');
    expect(lines).toContain('PostgreSQL ended unexpectedly (SIGKILL)');
    expect(await query(service.adminUrl, 'SELECT count(*)::int AS n FROM seal')).toEqual([{ n: 0 }]);
    await service.stop();
    expect(await leftovers([Number(new URL(service.adminUrl).port)])).toEqual([]);
  });

  it('ends with one that was started on its data by hand', async () => {
    const service = await providePostgres({ dataDir, report, env });
    const pid = postmaster();
    const [, ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    const program = readlinkSync(`/proc/${pid}/exe`);
    const { uid, gid } = statSync(join(dataDir, 'postgres/data'));
    process.kill(pid, 'SIGINT');
    await until('its end', LIMIT_MS, () => Promise.resolve(isAlive(pid) ? undefined : true));
    const byHand = spawn(program, args, { uid, gid, cwd: '/', env: {}, detached: true, stdio: 'ignore' });
    const ended = once(byHand, 'exit');
    await until('its start', LIMIT_MS, () =>
      query(service.adminUrl, 'SELECT 1').then(
        () => true,
        () => undefined,
      ),
    );
    await service.stop();
    await ended;
    expect(await leftovers([Number(new URL(service.adminUrl).port)])).toEqual([]);
  });

  it('says which setting is wrong when DATABASE_URL names no server', async () => {
    const wrong = { ...env, DATABASE_URL: 'postgres://a:b@127.0.0.1:9/x' };
    await expect(providePostgres({ dataDir, report, env: wrong })).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      message: expect.stringContaining('DATABASE_URL') as unknown,
    });
  });
});

(way === undefined ? describe.skip : describe)('the private RabbitMQ', () => {
  let observed: Awaited<ReturnType<typeof threeStarts>>;
  beforeAll(async () => {
    await enterFolder();
    try {
      observed = await threeStarts();
    } finally {
      await leaveFolder();
    }
  }, 180_000);

  it('ends what a killed run left behind, and starts in its place', () => {
    const { killed, first } = observed;
    expect(killed.nameServers).toBe(1);
    expect(first.reported).toContain('ended a RabbitMQ that an earlier run had left behind');
    expect(first.port).toBe(killed.port);
  });

  it('has a management API for its administrator, and no guest', () => {
    expect(observed.first.users).toEqual(['valise_admin']);
    expect(observed.first.guestStatus).toBe(401);
  });

  it('keeps queues and messages from start to start', () => {
    expect(observed.second.managementUrl).toBe(observed.first.managementUrl);
    expect(observed.second.reported).not.toContain('ended a RabbitMQ that an earlier run had left behind');
    expect(observed.second.message).toBe('sealed');
  });

  it('is started again when it dies, with its messages', () => {
    expect(observed.second.reported).toContain('RabbitMQ ended unexpectedly (SIGKILL)');
    expect(observed.second.message).toBe('sealed');
  });

  it('leaves nothing running, whether it ends in order or at once', () => {
    expect(observed.first.left).toEqual([]);
    expect(observed.second.left).toEqual([]);
  });
});

/** A broker takes seconds to start, so what three starts in one folder show is observed together: one killed, one ended in order. */
async function threeStarts() {
  const options = { dataDir, report, env };
  const port = await startAndKill(`
    const service = await services.provideRabbitmq(options);
    process.stdout.write(String(service.port));`);
  const nameServers = (await ownedProcesses(mark(dataDir, 'epmd'))).length;

  const first = await provideRabbitmq(options);
  const reported = [...lines.splice(0)];
  const portsOf = ({ port, managementUrl }: RabbitmqService) => [port, Number(new URL(managementUrl).port)];
  const users = await managementGet(first.managementUrl, '/api/users', first.admin);
  const names = ((await users.json()) as { name: string }[]).map(({ name }) => name);
  const guest = { user: 'guest', password: 'guest' };
  const { status: guestStatus } = await managementGet(first.managementUrl, '/api/users', guest);
  const url = first.amqpUrl(first.admin.user, first.admin.password);
  await leaveMessage(url);
  await first.stop();
  const firstLeft = await leftovers(portsOf(first));

  const second = await provideRabbitmq({ ...options, durable: false });
  for (const pid of await ownedProcesses(mark(dataDir, 'rabbitmq'))) kill(pid);
  await untilReported('RabbitMQ runs again');
  const message = await takeMessage(url);
  await second.stop();
  return {
    killed: { port: Number(port), nameServers },
    first: {
      port: first.port,
      managementUrl: first.managementUrl,
      reported,
      users: names,
      guestStatus,
      left: firstLeft,
    },
    second: {
      managementUrl: second.managementUrl,
      reported: [...lines],
      message,
      left: await leftovers(portsOf(second)),
    },
  };
}

const QUEUE = 'kz.from.am';

async function leaveMessage(url: string): Promise<void> {
  const connection = await amqp.connect(url);
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue(QUEUE, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  channel.sendToQueue(QUEUE, Buffer.from('sealed'), { persistent: true });
  await channel.waitForConfirms();
  await connection.close();
}

async function takeMessage(url: string): Promise<string | undefined> {
  const connection = await amqp.connect(url);
  const delivery = await (await connection.createChannel()).get(QUEUE, { noAck: true });
  await connection.close();
  return delivery === false ? undefined : delivery.content.toString();
}

describe('a RabbitMQ that AMQP_URL names', () => {
  beforeEach(enterFolder);
  afterEach(leaveFolder);

  it('is taken in the place of a private one', async () => {
    const management = new URL(process.env.VALISE_TEST_MANAGEMENT_URL ?? '');
    const given = {
      ...env,
      AMQP_URL: `amqp://${management.username}:${management.password}@127.0.0.1:${process.env.VALISE_TEST_AMQP_PORT ?? ''}`,
      AMQP_MANAGEMENT_URL: `http://${management.host}`,
    };
    const service = await provideRabbitmq({ dataDir, report, env: given });
    expect(service.how).toBe('RabbitMQ from AMQP_URL');
    const connection = await amqp.connect(service.amqpUrl(service.admin.user, service.admin.password));
    await connection.close();
    await service.stop();
  });

  it('is reported where it does not answer, and no other is looked for', async () => {
    const wrong = { ...env, AMQP_URL: 'amqp://a:b@127.0.0.1:9', AMQP_MANAGEMENT_URL: 'http://127.0.0.1:9' };
    await expect(provideRabbitmq({ dataDir, report, env: wrong })).rejects.toMatchObject({
      code: 'BUS_UNAVAILABLE',
      message: expect.stringContaining('AMQP_MANAGEMENT_URL') as unknown,
    });
  });
});
