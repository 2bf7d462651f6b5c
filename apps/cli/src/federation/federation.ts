import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { applyDefinitions, busDefinitions } from '#bus';
import { toBase64url } from '#core';
import {
  acquireLock,
  findPorts,
  keptSecrets,
  provideServices,
  type RabbitmqService,
  superviseProcesses,
} from '../services/index.js';
import { Api } from './api.js';
import { writeDepositaryConfiguration, writeNodeConfiguration } from './configuration.js';
import { makeKeys } from './keys.js';
import { fillRegister } from './register.js';
import { DEPOSITARIES, NODES } from './sample.js';
import { issueTokens, type Tokens } from './tokens.js';

const VHOST = 'valise';
const SCRIPT = (app: string): string =>
  fileURLToPath(new URL(`../../../${app}/src/main.js`, import.meta.url));

export interface Federation {
  readonly broker: RabbitmqService;
  readonly vhost: string;
  /** Where the keys, configuration and files of a node or depositary lie. */
  readonly folderOf: (id: string) => string;
  readonly urlOf: (id: string) => string;
  /** A caller for an authority in a role. */
  readonly api: Tokens['api'];
  /** Ends everything that was started, in order. */
  stop(): Promise<void>;
}

type Report = (line: string) => void;

/**
 * Starts the local federation: services, broker accounts and queues, keys, databases, processes, register, tokens. What is
 * there already is kept, so a second start finds the first one's data.
 *
 * @throws ValiseError ALREADY_RUNNING where another one has this data folder
 */
export async function startFederation(dataDir: string, report: Report): Promise<Federation> {
  const lock = await acquireLock(dataDir);
  const stops: (() => Promise<void>)[] = [() => lock.release()];
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    const services = await provideServices({ dataDir, report });
    stops.push(() => services.stop());
    report(`${services.rabbitmq.how}; ${services.postgres.how}`);

    const ids = [...DEPOSITARIES, ...NODES].map(({ id }) => id);
    const folderOf = (id: string): string => join(dataDir, 'nodes', id);
    const { secrets } = keptSecrets(
      join(dataDir, 'secrets.json'),
      ids.flatMap((id) => [`${id} bus`, `${id} database`, `${id} administrator`]),
    );
    const secretOf = (id: string, what: string): string => secrets[`${id} ${what}`] ?? '';

    const nodes = ids.map((id) => ({ id, password: secretOf(id, 'bus') }));
    await applyDefinitions(
      services.rabbitmq.managementUrl,
      busDefinitions({ vhost: VHOST, nodes, pairs: pairs() }),
    );
    report('broker accounts, exchanges and queues are there');

    const made = await makeKeys(folderOf);
    report(
      made > 0
        ? `${made} certificates and keys were made`
        : 'certificates and keys are there from an earlier start',
    );

    const ports = await findPorts(
      dataDir,
      ids.map((id) => `${id} http`),
    );
    const urlOf = (id: string): string => `http://127.0.0.1:${ports[`${id} http`] ?? 0}`;
    const connect = async (id: string) => ({
      port: ports[`${id} http`] ?? 0,
      databaseUrl: await services.postgres.createDatabase({
        name: `valise_${id.replaceAll('-', '_')}`,
        user: `valise_${id.replaceAll('-', '_')}`,
        password: secretOf(id, 'database'),
      }),
      busUrl: services.rabbitmq.amqpUrl(id, secretOf(id, 'bus'), VHOST),
      administratorTokenSha256: createHash('sha256')
        .update(administratorToken(secretOf(id, 'administrator')))
        .digest('hex'),
    });

    const processes = superviseProcesses({ dataDir, report });
    stops.push(() => processes.stop());
    const starting: Promise<unknown>[] = [];
    for (const depositary of DEPOSITARIES) {
      const file = writeDepositaryConfiguration(depositary, folderOf, await connect(depositary.id));
      starting.push(
        processes.start({
          name: depositary.id,
          script: SCRIPT('depositary'),
          args: [file],
          readyUrl: `${urlOf(depositary.id)}/health`,
        }),
      );
    }
    for (const node of NODES) {
      const file = writeNodeConfiguration(node, folderOf, await connect(node.id));
      starting.push(
        processes.start({
          name: node.id,
          script: SCRIPT('gateway'),
          args: [file],
          readyUrl: `${urlOf(node.id)}/health`,
        }),
      );
    }
    report(`starting ${starting.length} processes`);
    await settled(starting);

    const administrator = (id: string): Api =>
      new Api(urlOf(id), administratorToken(secretOf(id, 'administrator')));
    await fillRegister(administrator, folderOf, report);
    const tokens = await issueTokens(join(dataDir, 'tokens.json'), administrator, urlOf);
    return { broker: services.rabbitmq, vhost: VHOST, folderOf, urlOf, api: tokens.api, stop };
  } catch (error) {
    await stop();
    throw error;
  }
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

/** All of them, so that none still runs on when the first failure is told. */
async function settled(starting: readonly Promise<unknown>[]): Promise<void> {
  const outcomes = await Promise.allSettled(starting);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

/** The first administrator's token, derived from a kept secret, so that the configuration need hold its hash only. */
function administratorToken(secret: string): string {
  return `vls_${toBase64url(createHash('sha256').update(secret).digest())}`;
}
