import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { BookReference } from '#envelope';
import { newToken } from '#service';
import { Api } from '#client';
import { parse, stringify } from 'yaml';
import {
  type Federation,
  type FederationOptions,
  startFederation,
} from '../../apps/federation/src/federation.js';
import { NODES } from '../../apps/federation/src/sample.js';
import {
  type Administrators,
  issueToken,
  issueTokens,
  type Tokens,
} from '../../apps/federation/src/tokens.js';
import { until } from '../../apps/federation/src/until.js';
import {
  type NewDatabase,
  providePostgres,
  provideRabbitmq,
  type Services,
} from '../../apps/federation/src/services/index.js';
import { databaseOf, management, query, remove, urlOfDatabase } from './services.js';
import type { SessionCutter } from './session-cutter.js';
import { copyTemplate, writeSecrets } from './template.js';

/** How long anything may take that a busy machine does at once when it is idle. */
export const STEP_MS = 30_000;
export const GATEWAY = resolve('dist/gateway.js');

type Configuration = Record<string, unknown>;

export interface TestFederation extends Federation {
  /** The newest books at its start, as messages name them. */
  readonly books: Readonly<Record<string, BookReference>>;
  /** Runs SQL in a node's database, as the superuser. */
  sql<Row = Record<string, unknown>>(node: string, text: string, values?: unknown[]): Promise<Row[]>;
  /** The operator's view of the broker: its management API. */
  management(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Kills a node, as a power cut would; its supervisor starts it again. @returns when it answers again */
  kill(node: string): Promise<void>;
  /** Kills a node and starts it with another configuration. */
  reconfigure(node: string, change: (configuration: Configuration) => Configuration): Promise<void>;
  /** Ends a node in good order. */
  halt(node: string): Promise<void>;
  /** Starts a node that was left out, or ended. */
  start(node: string): Promise<void>;
  logOf(node: string): string;
  /** A token more, made here as its holder would, and approved where it takes a second administrator. */
  issue(node: string, role: string, authority?: string | null): Promise<{ id: string; token: string }>;
  /** Issues all tokens of a node again, by other first administrators: after a restore the earlier ones are revoked. */
  reissue(node: string, administrators: readonly [string, string]): Promise<void>;
}

/**
 * A federation of compiled processes on the services of the test run (or others), with a virtual host, databases and a data
 * folder of its own. One a spec file; `name` is unlike any other's. Its nodes begin with the keys, tokens and register of one
 * that was started before, and without depositaries, unless they are asked for or the services are the caller's own.
 */
export async function testFederation(
  name: string,
  options: Omit<FederationOptions, 'name'> & { readonly cutter?: SessionCutter } = {},
): Promise<TestFederation> {
  const services = through(options.cutter, options.services ?? (await sharedServices()));
  const depositaries = options.depositaries ?? options.services !== undefined;
  const folder = mkdtempSync(join(tmpdir(), `valise-${name}-`));
  // A broker's and a server's names are shared by all tests that run on them.
  const vhost = `${name}_${randomBytes(4).toString('hex')}`;
  const reports: string[] = [];
  let federation: Federation;
  try {
    if (depositaries) writeSecrets(folder);
    else await copyTemplate(services, { folder, name: vhost }, options.nodes ?? NODES.map(({ id }) => id));
    federation = await startFederation(folder, (line) => reports.push(line), {
      ...options,
      depositaries,
      services,
      name: vhost,
    });
    await allowAdministrator(services, vhost);
  } catch (error) {
    throw new Error(`the federation did not start:\n${reports.join('\n')}`, { cause: error });
  }
  const { processes, folderOf, urlOf } = federation;
  let tokens: Tokens = federation;
  let administrators = federation.administrators;
  const processOf = (node: string) => processes.all().find((one) => one.name === node);
  const books = await booksOf(urlOfDatabase(services, databaseOf(vhost, options.nodes?.[0] ?? 'kz')));
  const start = async (node: string): Promise<void> => {
    const args = [join(folderOf(node), 'node.yaml')];
    await processes.start({ name: node, script: GATEWAY, args, readyUrl: `${urlOf(node)}/health` });
  };

  return {
    ...federation,
    books,
    api: (authority, role) => tokens.api(authority, role),
    administrators: (node) => administrators(node),
    async issue(node, role, authority = null) {
      const { token, sha256 } = newToken();
      const name = `test ${role}`;
      return { id: await issueToken(administrators(node), { name, role, authority, sha256 }), token };
    },
    async reissue(node, [asks, approves]) {
      const [before, url] = [administrators, urlOf(node)];
      const now: Administrators = [new Api(url, asks), new Api(url, approves)];
      administrators = (id) => (id === node ? now : before(id));
      const started = NODES.filter(({ id }) => options.nodes?.includes(id) ?? true);
      tokens = await issueTokens(join(folder, 'tokens.json'), administrators, urlOf, started);
    },
    start,
    sql: (node, text, values) => query(urlOfDatabase(services, databaseOf(vhost, node)), text, values),
    management: (method, path, body) => management(services, method, path, body),
    async halt(node) {
      await processOf(node)?.stop();
    },
    async kill(node) {
      const process = processOf(node);
      const pid = process?.pid();
      if (process === undefined || pid === undefined) throw new Error(`${node} does not run`);
      const before = process.restarts();
      globalThis.process.kill(pid, 'SIGKILL');
      await until(`${node} runs again`, STEP_MS, () =>
        Promise.resolve(process.restarts() > before && process.state() === 'ready' ? true : undefined),
      );
    },
    async reconfigure(node, change) {
      await processOf(node)?.stop();
      const file = join(folderOf(node), 'node.yaml');
      writeFileSync(file, stringify(change(parse(readFileSync(file, 'utf8')) as Configuration)));
      await start(node);
    },
    logOf: (node) => readFileSync(join(folder, 'logs', `${node}.log`), 'utf8'),
    async stop() {
      await federation.stop();
      if (!options.services) await remove(services, vhost);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function booksOf(database: string): Promise<Record<string, BookReference>> {
  const rows = await query<{ book: string; version: number; hash: string }>(
    database,
    'SELECT DISTINCT ON (book) book, version, hash FROM book ORDER BY book, era DESC, version DESC',
  );
  return Object.fromEntries(rows.map(({ book, version, hash }) => [book, { version, hash }]));
}

/** The nodes reach their databases through it. */
function through(cutter: SessionCutter | undefined, services: Services): Services {
  if (!cutter) return services;
  const { postgres } = services;
  const createDatabase = async (database: NewDatabase): Promise<string> =>
    cutter.through(await postgres.createDatabase(database));
  return { ...services, postgres: { ...postgres, createDatabase } };
}

/** Services of the test run: what VALISE_TEST_… names. */
export async function sharedServices(): Promise<Services> {
  const { VALISE_TEST_AMQP_PORT, VALISE_TEST_MANAGEMENT_URL, VALISE_TEST_DATABASE_URL } = process.env;
  if (VALISE_TEST_MANAGEMENT_URL === undefined || VALISE_TEST_DATABASE_URL === undefined)
    throw new Error('the integration services are not running');
  const env = {
    AMQP_URL: `amqp://127.0.0.1:${VALISE_TEST_AMQP_PORT ?? ''}`,
    AMQP_MANAGEMENT_URL: VALISE_TEST_MANAGEMENT_URL,
    DATABASE_URL: VALISE_TEST_DATABASE_URL,
  };
  const given = { dataDir: tmpdir(), report: () => undefined, env };
  const [rabbitmq, postgres] = await Promise.all([provideRabbitmq(given), providePostgres(given)]);
  return { rabbitmq, postgres, stop: () => Promise.resolve() };
}

async function allowAdministrator(services: Services, vhost: string): Promise<void> {
  const { user } = services.rabbitmq.admin;
  const path = `/api/permissions/${encodeURIComponent(vhost)}/${encodeURIComponent(user)}`;
  await management(services, 'PUT', path, { configure: '.*', write: '.*', read: '.*' });
}
