import { mkdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { messageOf, ValiseError } from '#core';
import { type Account, postgresAccount } from './account.js';
import { startDaemon, untilReady, type Daemon } from './daemon.js';
import { readEnvironment } from './environment.js';
import { endOwned, endProcess, isAlive, mark } from './owned.js';
import { keepRunning, type RunningServer } from './keep-running.js';
import { findPorts } from './ports.js';
import { clusterFolder, prepareCluster, SUPERUSER, type Cluster } from './postgres-cluster.js';

const START_MS = 60_000;
const STOP_MS = 30_000;
const CONNECT_MS = 5_000;
/** Gateways, replicas and tests share one server here. */
const CONNECTIONS_MAX = 200;

export interface PostgresOptions {
  readonly dataDir: string;
  readonly report: (line: string) => void;
  /** False lets a crash of the machine lose data and makes writing faster: for tests only. */
  readonly durable?: boolean;
  readonly env?: NodeJS.ProcessEnv;
}

export interface NewDatabase {
  readonly name: string;
  readonly user: string;
  readonly password: string;
}

export interface PostgresService {
  /** Where the server comes from, for the operator. */
  readonly how: string;
  /** URL of a superuser's connection to the database `postgres`. */
  readonly adminUrl: string;
  /** Makes the database and its owner if they are not there, sets the password, and returns the owner's URL. */
  createDatabase(database: NewDatabase): Promise<string>;
  stop(): Promise<void>;
}

/**
 * A PostgreSQL server: the one that DATABASE_URL names, else the embedded one, on 127.0.0.1, with its data in the data
 * folder. What a killed run left behind is ended first. The caller holds the lock of the data folder.
 *
 * @throws ValiseError DATABASE_UNAVAILABLE, SERVICE_UNAVAILABLE or CONFIGURATION with one clear line.
 */
export async function providePostgres(options: PostgresOptions): Promise<PostgresService> {
  const { DATABASE_URL } = readEnvironment(options.env ?? process.env);
  if (DATABASE_URL !== undefined) return externalPostgres(DATABASE_URL);
  mkdirSync(options.dataDir, { recursive: true });
  return embeddedPostgres({ ...options, dataDir: realpathSync(options.dataDir) });
}

async function externalPostgres(url: string): Promise<PostgresService> {
  try {
    await withClient(url, (client) => client.query('SELECT 1'));
  } catch (cause) {
    throw new ValiseError(
      'DATABASE_UNAVAILABLE',
      `the server that DATABASE_URL names does not answer: ${messageOf(cause)}`,
      { remedy: 'check DATABASE_URL, or unset it to use the embedded PostgreSQL' },
      { cause },
    );
  }
  return {
    how: 'PostgreSQL from DATABASE_URL',
    adminUrl: url,
    createDatabase: (database) => createDatabase(url, database),
    stop: () => Promise.resolve(),
  };
}

async function embeddedPostgres(options: PostgresOptions): Promise<PostgresService> {
  const { dataDir, report } = options;
  await endLeftovers(dataDir, report);
  const account = postgresAccount();
  const cluster = await prepareCluster(dataDir, account, report);
  const { postgres: port } = await findPorts(dataDir, ['postgres']);
  const adminUrl = `postgres://${SUPERUSER}:${cluster.password}@127.0.0.1:${port}/postgres`;
  const kept = await keepRunning('PostgreSQL', report, () =>
    launch(options, { account, cluster, port, adminUrl }),
  );
  return {
    how: `embedded PostgreSQL on port ${port}${account === undefined ? '' : `, as account “${account.name}”`}`,
    adminUrl,
    createDatabase: (database) => createDatabase(adminUrl, database),
    async stop() {
      await kept.stop();
      // One that somebody started by hand on our data.
      await endOnCluster(cluster);
    },
  };
}

async function endLeftovers(dataDir: string, report: (line: string) => void): Promise<void> {
  const left = await endOwned(mark(dataDir, 'postgres'), 'SIGINT', STOP_MS);
  if (left > 0) report('ended a PostgreSQL that an earlier run had left behind');
}

interface Server {
  readonly account: Account | undefined;
  readonly cluster: Cluster;
  readonly port: number;
  readonly adminUrl: string;
}

async function launch(
  options: PostgresOptions,
  { account, cluster, port, adminUrl }: Server,
): Promise<RunningServer> {
  const { dataDir, report } = options;
  // Leftovers of an earlier run are not reported; a server that somebody started by hand is.
  await endLeftovers(dataDir, () => undefined);
  if (await endOnCluster(cluster)) report('ended a PostgreSQL that was started on this data by hand');
  removeForeignPidFile(cluster);
  const logFile = join(dataDir, 'logs', 'postgres.log');
  const daemon = await startDaemon({
    command: join(cluster.programs, 'bin/postgres'),
    args: ['-D', cluster.data, '-p', String(port), ...settings(options.durable ?? true)],
    env: { PATH: process.env.PATH, LC_MESSAGES: 'C', TZ: 'UTC' },
    mark: mark(dataDir, 'postgres'),
    logFile,
    cwd: '/',
    account: account && { uid: account.uid, gid: account.gid },
  });
  try {
    await untilReady('PostgreSQL', daemon, logFile, START_MS, () => answers(adminUrl));
  } catch (error) {
    await daemon.stop('SIGINT', STOP_MS);
    throw error;
  }
  return { exited: daemon.exited, stop: () => stop(daemon) };
}

/** Deletes the cluster of a data folder that is about to be deleted (for root it may lie outside of it). */
export function removeCluster(dataDir: string): void {
  rmSync(clusterFolder(realpathSync(dataDir), postgresAccount()), { recursive: true, force: true });
}

function settings(durable: boolean): string[] {
  const chosen = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: CONNECTIONS_MAX,
    password_encryption: 'scram-sha-256',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(chosen).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

async function stop(daemon: Daemon): Promise<void> {
  // SIGINT is PostgreSQL's fast shutdown: sessions are cut, everything committed is kept.
  await daemon.stop('SIGINT', STOP_MS);
}

/**
 * Ends a server on the cluster's data, even if we did not start it. A postmaster works in its data folder, which tells
 * it from another process that was given the pid in its pid file.
 *
 * @returns whether there was one
 */
async function endOnCluster({ data }: Cluster): Promise<boolean> {
  try {
    const pid = Number.parseInt(readFileSync(join(data, 'postmaster.pid'), 'utf8'), 10);
    if (!isAlive(pid) || readlinkSync(`/proc/${pid}/cwd`) !== realpathSync(data)) return false;
    await endProcess(pid, 'SIGINT', STOP_MS);
    return true;
  } catch {
    // No such file, or no /proc to tell.
    return false;
  }
}

/**
 * PostgreSQL refuses to start if the pid in its old pid file is alive, even as another process. If that process is not
 * ours (it does not name the cluster), the file is a leftover.
 */
function removeForeignPidFile(cluster: Cluster): void {
  const file = join(cluster.data, 'postmaster.pid');
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    if (isAlive(pid) && !readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(cluster.data)) rmSync(file);
  } catch {
    // No such file, or no /proc to tell: PostgreSQL judges for itself.
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    await withClient(url, (client) => client.query('SELECT 1'));
    return true;
  } catch {
    return false;
  }
}

async function createDatabase(adminUrl: string, { name, user, password }: NewDatabase): Promise<string> {
  await withClient(adminUrl, async (client) => {
    const [database, owner] = [client.escapeIdentifier(name), client.escapeIdentifier(user)];
    const roles = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [user]);
    const verb = roles.rowCount === 0 ? 'CREATE' : 'ALTER';
    await client.query(`${verb} ROLE ${owner} LOGIN PASSWORD ${client.escapeLiteral(password)}`);
    const databases = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (databases.rowCount === 0) await client.query(`CREATE DATABASE ${database} OWNER ${owner}`);
    // By default every account may connect to every database: here only the owner may.
    await client.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
  });
  const url = new URL(adminUrl);
  url.username = encodeURIComponent(user);
  url.password = encodeURIComponent(password);
  url.pathname = `/${encodeURIComponent(name)}`;
  return url.href;
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS });
  // A connection that breaks later rejects the query in progress; without a listener it would end the process too.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
