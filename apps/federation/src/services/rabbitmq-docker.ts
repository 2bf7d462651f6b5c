import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { messageOf, ValiseError } from '#core';
import { keptSecrets } from './kept.js';
import { findPorts } from './ports.js';
import { managementGet, type Broker, type RabbitmqOptions } from './broker.js';

const IMAGE = 'rabbitmq:3.13-management';
const ADMIN = 'valise_admin';
const ENGINE_ANSWER_MS = 5_000;
const PULL_AND_START_MS = 600_000;
const READY_MS = 120_000;
const POLL_MS = 250;

const run = promisify(execFile);
const docker = (args: readonly string[], timeout: number): Promise<{ stdout: string }> =>
  run('docker', [...args], { timeout });

/** True if a Docker engine answers; a client alone is not enough. */
export async function dockerRuns(): Promise<boolean> {
  try {
    const { stdout } = await docker(['info', '--format', '{{.ServerVersion}}'], ENGINE_ANSWER_MS);
    return stdout.trim() !== '';
  } catch {
    return false;
  }
}

/** Starts the broker in a container bound to 127.0.0.1; its data is in a volume named after the data folder. */
export async function startInDocker({ dataDir, report }: RabbitmqOptions): Promise<Broker> {
  const name = containerName(dataDir);
  await removeContainer(dataDir); // what a killed run left behind
  const { secrets, fresh } = keptSecrets(join(dataDir, 'rabbitmq-secret.json'), ['admin', 'cookie']);
  if (fresh) await docker(['volume', 'rm', '--force', name], PULL_AND_START_MS).catch(() => undefined);
  const ports = await findPorts(dataDir, ['rabbitmq', 'rabbitmq-management']);
  const admin = { user: ADMIN, password: secrets.admin };
  report(`starting RabbitMQ in Docker (${IMAGE}); the first time the image is downloaded`);
  try {
    await docker(
      [
        ...[
          'run',
          '--detach',
          '--name',
          name,
          '--hostname',
          'valise',
          '--volume',
          `${name}:/var/lib/rabbitmq`,
        ],
        ...['--publish', `127.0.0.1:${ports.rabbitmq}:5672`],
        ...['--publish', `127.0.0.1:${ports['rabbitmq-management']}:15672`],
        ...['--env', `RABBITMQ_DEFAULT_USER=${ADMIN}`, '--env', `RABBITMQ_DEFAULT_PASS=${secrets.admin}`],
        IMAGE,
      ],
      PULL_AND_START_MS,
    );
    await untilHealthy(ports['rabbitmq-management'], admin);
  } catch (cause) {
    await removeContainer(dataDir);
    throw new ValiseError(
      'SERVICE_UNAVAILABLE',
      `RabbitMQ did not start in Docker: ${messageOf(cause)}`,
      { remedy: 'set VALISE_RABBITMQ=installed or VALISE_RABBITMQ=packages to do without Docker' },
      { cause },
    );
  }
  return {
    how: `RabbitMQ in Docker, on port ${ports.rabbitmq}`,
    port: ports.rabbitmq,
    managementPort: ports['rabbitmq-management'],
    admin,
    async stop() {
      await docker(['stop', name], PULL_AND_START_MS).catch(() => undefined);
      await removeContainer(dataDir);
    },
  };
}

function containerName(dataDir: string): string {
  return `valise-${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}`;
}

/** Removes the container of this data folder, if there is a Docker and the container. */
export async function removeContainer(dataDir: string): Promise<void> {
  await docker(['rm', '--force', containerName(dataDir)], PULL_AND_START_MS).catch(() => undefined);
}

async function untilHealthy(managementPort: number, admin: Broker['admin']): Promise<void> {
  const end = Date.now() + READY_MS;
  for (;;) {
    const healthy = await managementGet(
      `http://127.0.0.1:${managementPort}`,
      '/api/health/checks/port-listener/5672',
      admin,
    ).then(
      (answer) => answer.ok,
      () => false,
    );
    if (healthy) return;
    if (Date.now() > end) throw new Error(`it was not ready after ${READY_MS / 1000} s`);
    await delay(POLL_MS);
  }
}
