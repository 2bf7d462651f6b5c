import { realpathSync, rmSync } from 'node:fs';
import { endOwned, mark, runningParts } from './owned.js';
import { removeCluster } from './postgres.js';
import { removeContainer } from './rabbitmq-docker.js';

const GRACE_MS = 10_000;

/** Ends all that a killed run left behind on this data folder. The caller holds its lock. */
export async function endServices(dataDir: string): Promise<void> {
  const folder = realpathSync(dataDir);
  const parts = await runningParts(folder);
  // First what uses the services, then the services, RabbitMQ's name server last.
  const services = ['postgres', 'rabbitmq', 'epmd'];
  const users = parts.filter((part) => !services.includes(part));
  await Promise.all(users.map((part) => endOwned(mark(folder, part), 'SIGTERM', GRACE_MS)));
  await endOwned(mark(folder, 'postgres'), 'SIGINT', GRACE_MS);
  await endOwned(mark(folder, 'rabbitmq'), 'SIGTERM', GRACE_MS);
  await endOwned(mark(folder, 'epmd'), 'SIGKILL', GRACE_MS);
  await removeContainer(folder);
}

/** Deletes a data folder with everything in it and what its services keep elsewhere. They must have ended. */
export function removeServices(dataDir: string): void {
  removeCluster(dataDir);
  rmSync(dataDir, { recursive: true, force: true });
}
