import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeSecret } from '#setup';
import { startDaemon, untilReady, type Daemon } from './daemon.js';
import { keepRunning, type RunningServer } from './keep-running.js';
import { keptSecrets } from './kept.js';
import { endCarrying, endOwned, mark } from './owned.js';
import { findPorts } from './ports.js';
import { managementGet, type Broker, type RabbitmqOptions } from './broker.js';

const START_MS = 120_000;
const STOP_MS = 30_000;
const EPMD_STOP_MS = 5_000;
const ADMIN = 'valise_admin';

/** A RabbitMQ that lies on this machine, and the programs of the Erlang that it runs on. */
export interface Release {
  readonly how: string;
  /** The script `rabbitmq-server` of the release itself, not a distribution's wrapper, which changes the account. */
  readonly script: string;
  /** Folders to search for `erl` before PATH. */
  readonly path: readonly string[];
  readonly epmd: string;
  /** Folders with libraries that the system does not have. */
  readonly libraries: readonly string[];
}

interface Ports {
  readonly amqp: number;
  readonly management: number;
  readonly distribution: number;
  readonly epmd: number;
}

/**
 * Starts a broker that shares nothing with one of the system: its own node, cookie, home, ports and name server (epmd),
 * everything on 127.0.0.1.
 */
export async function startPrivately(release: Release, options: RabbitmqOptions): Promise<Broker> {
  const { dataDir, report } = options;
  const folder = join(dataDir, 'rabbitmq');
  await endLeftovers(dataDir, report);
  const { secrets, fresh } = keptSecrets(join(dataDir, 'rabbitmq-secret.json'), ['admin', 'cookie']);
  // The administrator is made with the database. Without our secret the old one cannot be administered any more.
  if (fresh) rmSync(folder, { recursive: true, force: true });
  const ports = await choosePorts(dataDir);
  const admin = { user: ADMIN, password: secrets.admin };
  writeConfiguration(folder, ports, admin.password, secrets.cookie);
  const env = environment(release, folder, ports);
  report(`starting RabbitMQ (${release.how})`);
  const durable = options.durable ?? true;
  const kept = await keepRunning('RabbitMQ', report, async () => {
    // Leftovers of an earlier run are not reported; a server that somebody started by hand is.
    await endLeftovers(dataDir, () => undefined);
    if ((await endOnData(folder)) > 0) report('ended a RabbitMQ that was started on this data by hand');
    return launch(release, { dataDir, folder, ports, admin, env, durable });
  });
  return {
    how: `${release.how}, on port ${ports.amqp}`,
    port: ports.amqp,
    managementPort: ports.management,
    admin,
    async stop() {
      await kept.stop();
      // One that somebody started by hand on our data.
      await endOnData(folder);
    },
  };
}

interface Server {
  readonly dataDir: string;
  readonly folder: string;
  readonly ports: Ports;
  readonly admin: Broker['admin'];
  readonly env: NodeJS.ProcessEnv;
  readonly durable: boolean;
}

async function launch(
  release: Release,
  { dataDir, folder, ports, admin, env, durable }: Server,
): Promise<RunningServer> {
  const epmd = await startDaemon({
    command: release.epmd,
    args: ['-address', '127.0.0.1', '-port', String(ports.epmd)],
    env,
    mark: mark(dataDir, 'epmd'),
    logFile: join(dataDir, 'logs', 'epmd.log'),
    cwd: folder,
  });
  const logFile = join(dataDir, 'logs', 'rabbitmq.log');
  const running = { mark: mark(dataDir, 'rabbitmq'), logFile, cwd: folder };
  const node = await startDaemon({ command: release.script, args: [], env, ...running });
  const url = `http://127.0.0.1:${ports.management}`;
  try {
    await untilReady('RabbitMQ', node, logFile, START_MS, async () => {
      const path = `/api/health/checks/port-listener/${ports.amqp}`;
      return managementGet(url, path, admin).then(
        (answer) => answer.ok,
        () => false,
      );
    });
  } catch (error) {
    await stop(node, epmd, false);
    throw error;
  }
  return { exited: node.exited, stop: () => stop(node, epmd, durable) };
}

/**
 * Ends a broker on our data, and its name server, even if we did not start it: its environment says where its data is.
 */
function endOnData(folder: string): Promise<number> {
  const data = join(folder, 'mnesia');
  const isOn = (entry: string): boolean =>
    [`RABBITMQ_MNESIA_BASE=${data}`, `RABBITMQ_MNESIA_DIR=${data}`].some(
      (start) => entry === start || entry.startsWith(`${start}/`),
    );
  return endCarrying(isOn, 'SIGTERM', STOP_MS);
}

async function endLeftovers(dataDir: string, report: (line: string) => void): Promise<void> {
  const nodes = await endOwned(mark(dataDir, 'rabbitmq'), 'SIGTERM', STOP_MS);
  const epmds = await endOwned(mark(dataDir, 'epmd'), 'SIGKILL', EPMD_STOP_MS);
  if (nodes + epmds > 0) report('ended a RabbitMQ that an earlier run had left behind');
}

async function choosePorts(dataDir: string): Promise<Ports> {
  const names = ['rabbitmq', 'rabbitmq-management', 'rabbitmq-distribution', 'rabbitmq-epmd'] as const;
  const ports = await findPorts(dataDir, names);
  return {
    amqp: ports.rabbitmq,
    management: ports['rabbitmq-management'],
    distribution: ports['rabbitmq-distribution'],
    epmd: ports['rabbitmq-epmd'],
  };
}

/**
 * SIGTERM makes the node close its queues in order (the management plugin of 3.10 takes five seconds over it).
 * The name server is only of use while the node runs, and keeps nothing.
 */
async function stop(node: Daemon, epmd: Daemon, durable: boolean): Promise<void> {
  await node.stop(durable ? 'SIGTERM' : 'SIGKILL', STOP_MS);
  await epmd.stop('SIGKILL', EPMD_STOP_MS);
}

function writeConfiguration(folder: string, ports: Ports, password: string, cookie: string): void {
  for (const name of ['home', 'mnesia', 'logs', 'conf.d', 'plugins-expand']) {
    mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
  }
  writeSecret(join(folder, 'home', '.erlang.cookie'), cookie);
  writeSecret(join(folder, 'rabbitmq.conf'), configuration(ports, password));
  writeFileSync(join(folder, 'enabled_plugins'), '[rabbitmq_management].\n');
  writeFileSync(
    join(folder, 'rabbitmq-env.conf'),
    '# Empty: the environment of the machine’s own broker is not ours.\n',
  );
}

function configuration(ports: Ports, password: string): string {
  return `${[
    `listeners.tcp.1 = 127.0.0.1:${ports.amqp}`,
    'management.tcp.ip = 127.0.0.1',
    `management.tcp.port = ${ports.management}`,
    // Counts stay, histories and rates go: nobody looks at graphs here.
    'management.rates_mode = none',
    `default_user = ${ADMIN}`,
    `default_pass = ${password}`,
    // A quarter of the memory and half a gigabyte of disk: a workstation needs the rest.
    'vm_memory_high_watermark.relative = 0.25',
    'disk_free_limit.absolute = 512MB',
    'log.file = false',
    'log.console = true',
    'log.console.level = warning',
  ].join('\n')}\n`;
}

function environment(release: Release, folder: string, ports: Ports): NodeJS.ProcessEnv {
  const path = [...release.path, process.env.PATH ?? '/usr/bin:/bin'].join(':');
  return {
    PATH: path,
    HOME: join(folder, 'home'),
    LANG: 'C.UTF-8',
    ...(release.libraries.length === 0 ? {} : { LD_LIBRARY_PATH: release.libraries.join(':') }),
    ERL_EPMD_PORT: String(ports.epmd),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_CRASH_DUMP: join(folder, 'logs', 'erl_crash.dump'),
    ERL_CRASH_DUMP_BYTES: '0',
    RABBITMQ_NODENAME: 'valise@localhost',
    RABBITMQ_DIST_PORT: String(ports.distribution),
    RABBITMQ_CONF_ENV_FILE: join(folder, 'rabbitmq-env.conf'),
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    RABBITMQ_CONFIG_FILES: join(folder, 'conf.d'),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(folder, 'advanced.config'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
    RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
    RABBITMQ_LOG_BASE: join(folder, 'logs'),
    RABBITMQ_PLUGINS_EXPAND_DIR: join(folder, 'plugins-expand'),
    RABBITMQ_FEATURE_FLAGS_FILE: join(folder, 'mnesia', 'feature_flags'),
    RABBITMQ_GENERATED_CONFIG_DIR: join(folder, 'generated'),
    // The script then becomes the Erlang machine instead of waiting for it, so the pid that we know is the broker's.
    RABBITMQ_ALLOW_INPUT: '1',
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-noinput -kernel inet_dist_use_interface {127,0,0,1}',
  };
}
