import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { applyDefinitions, busDefinitions } from '#topology';
import { toBase64url } from '#core';
import { hashToken } from '#service';
import { projectRoot } from '#setup';
import { Api } from '#client';
import {
  acquireLock,
  findPorts,
  keptSecrets,
  type Processes,
  provideServices,
  type Services,
  type RabbitmqService,
  superviseProcesses,
} from './services/index.js';
import { type Connections, writeDepositaryConfiguration, writeNodeConfiguration } from './configuration.js';
import { makeKeys } from './keys.js';
import { fillRegister } from './register.js';
import { type Depositary, DEPOSITARIES, NODES, type SampleNode } from './sample.js';
import { type Administrators, issueTokens, type Tokens } from './tokens.js';

const DEFAULT_NAME = 'valise';
/** A service's program, wherever in the project this file itself runs from. */
const scriptOf = (app: string): string => join(projectRoot(), 'dist', `${app}.js`);

export interface Federation {
  readonly broker: RabbitmqService;
  readonly vhost: string;
  /** The supervised processes, one a node or depositary, by its id. */
  readonly processes: Processes;
  /** A caller with the first of the first administrators' tokens of a node, or the one of a depositary. */
  readonly administrator: (id: string) => Api;
  /** Where the keys, configuration and files of a node or depositary lie. */
  readonly folderOf: (id: string) => string;
  readonly urlOf: (id: string) => string;
  /** A caller for an authority in a role. */
  readonly api: Tokens['api'];
  /** Both first administrators of a node. */
  readonly administrators: (node: string) => Administrators;
  /** Ends everything that was started, in order. */
  stop(): Promise<void>;
}

type Report = (line: string) => void;

export interface FederationOptions {
  /** Services that run already and are the caller's to stop. */
  readonly services?: Services;
  /** Virtual host on the broker, and prefix of the databases' names: several federations can share the services. */
  readonly name?: string;
  /** Changes to nodes' configurations, by node. */
  readonly overrides?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** The nodes to start; all where absent. The others are listed, have their configuration, and can be started later. */
  readonly nodes?: readonly string[];
  /** False leaves the depositaries out: enough where the nodes hold the register already. */
  readonly depositaries?: boolean;
}

/**
 * Starts the local federation: services, broker accounts and queues, keys, databases, processes, register, tokens.
 * Existing data is kept, so a second start finds the first one's data.
 *
 * @throws ValiseError ALREADY_RUNNING where another one has this data folder
 */
export async function startFederation(
  dataDir: string,
  report: Report,
  options: FederationOptions = {},
): Promise<Federation> {
  const lock = await acquireLock(dataDir);
  const stops: (() => Promise<void>)[] = [() => lock.release()];
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    const services = options.services ?? (await provideServices({ dataDir, report }));
    if (!options.services) stops.push(() => services.stop());
    report(`${services.rabbitmq.how}; ${services.postgres.how}`);
    const site = await prepareSite(dataDir, options.name ?? DEFAULT_NAME, services, report);

    const processes = superviseProcesses({ dataDir, report });
    stops.push(() => processes.stop());
    const started = NODES.filter(({ id }) => options.nodes?.includes(id) ?? true);
    const depositaries = options.depositaries === false ? [] : DEPOSITARIES;
    await startProcesses(processes, site, options.overrides ?? {}, { depositaries, nodes: started }, report);

    if (depositaries.length > 0) await fillRegister(site.administrator, site.folderOf, started, report);
    const tokens = await issueTokens(join(dataDir, 'tokens.json'), site.administrators, site.urlOf, started);
    return { ...site, broker: services.rabbitmq, processes, ...tokens, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What the processes need: folders, secrets, keys, ports, broker accounts and databases. */
interface Site extends Pick<Federation, 'vhost' | 'folderOf' | 'urlOf' | 'administrator' | 'administrators'> {
  readonly connectionsOf: (id: string) => Promise<Connections>;
}

async function prepareSite(
  dataDir: string,
  vhost: string,
  { rabbitmq, postgres }: Services,
  report: Report,
): Promise<Site> {
  const ids = [...DEPOSITARIES, ...NODES].map(({ id }) => id);
  const folderOf = (id: string): string => join(dataDir, 'nodes', id);
  const names = ids.flatMap((id) => [`${id} bus`, `${id} database`, `${id} administrator`]);
  const { secrets } = keptSecrets(join(dataDir, 'secrets.json'), names);
  const secretOf = (id: string, what: string): string => secrets[`${id} ${what}`] ?? '';
  const tokensOf = (id: string): readonly [string, string] => {
    const secret = secretOf(id, 'administrator');
    // Whoever runs all nodes on one machine is both of each.
    return [administratorToken(secret), administratorToken(`${secret} who approves`)];
  };

  const nodes = ids.map((id) => ({ id, password: secretOf(id, 'bus') }));
  await applyDefinitions(rabbitmq.managementUrl, busDefinitions({ vhost, nodes, pairs: pairs() }));
  report('broker accounts, exchanges and queues are there');
  const made = await makeKeys(folderOf);
  report(
    made > 0
      ? `${made} certificates and keys were made`
      : 'certificates and keys are there from an earlier start',
  );

  const ports = await findPorts(dataDir, ids);
  const portOf = (id: string): number => ports[id] ?? 0;
  const urlOf = (id: string): string => `http://127.0.0.1:${portOf(id)}`;
  return {
    vhost,
    folderOf,
    urlOf,
    administrator: (id) => new Api(urlOf(id), tokensOf(id)[0]),
    administrators: (id) => {
      const [asks, approves] = tokensOf(id);
      return [new Api(urlOf(id), asks), new Api(urlOf(id), approves)];
    },
    connectionsOf: async (id) => {
      const name = `${vhost}_${id}`.replaceAll('-', '_');
      return {
        port: portOf(id),
        databaseUrl: await postgres.createDatabase({ name, user: name, password: secretOf(id, 'database') }),
        busUrl: rabbitmq.amqpUrl(id, secretOf(id, 'bus'), vhost),
        administratorTokensSha256: tokensOf(id).map(hashToken),
      };
    },
  };
}

async function startProcesses(
  processes: Processes,
  { folderOf, urlOf, connectionsOf }: Site,
  overrides: NonNullable<FederationOptions['overrides']>,
  started: { readonly depositaries: readonly Depositary[]; readonly nodes: readonly SampleNode[] },
  report: Report,
): Promise<void> {
  const start = (app: string, name: string, configuration: string) =>
    processes.start({
      name,
      script: scriptOf(app),
      args: [configuration],
      readyUrl: `${urlOf(name)}/health`,
    });
  const starting: Promise<unknown>[] = [];
  for (const depositary of started.depositaries) {
    const file = writeDepositaryConfiguration(depositary, folderOf, await connectionsOf(depositary.id));
    starting.push(start('depositary', depositary.id, file));
  }
  for (const node of NODES) {
    const file = writeNodeConfiguration(node, folderOf, await connectionsOf(node.id), overrides[node.id]);
    if (started.nodes.includes(node)) starting.push(start('gateway', node.id, file));
  }
  report(`starting ${starting.length} processes`);
  await settled(starting);
}

/** Nodes talk to each other (and a node's authorities to one another), depositaries with every node, but not among themselves. */
function pairs(): { from: string; to: string }[] {
  const between = NODES.flatMap((from) => NODES.map((to) => ({ from: from.id, to: to.id })));
  const withDepositaries = DEPOSITARIES.flatMap((depositary) =>
    NODES.flatMap((node) => [
      { from: depositary.id, to: node.id },
      { from: node.id, to: depositary.id },
    ]),
  );
  return [...between, ...withDepositaries];
}

/** All of them, so that none still runs when the first failure is reported. */
async function settled(starting: readonly Promise<unknown>[]): Promise<void> {
  const outcomes = await Promise.allSettled(starting);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

/** A first administrator's token, derived from a kept secret, so that the configuration need hold its hash only. */
function administratorToken(secret: string): string {
  return `vls_${toBase64url(createHash('sha256').update(secret).digest())}`;
}
