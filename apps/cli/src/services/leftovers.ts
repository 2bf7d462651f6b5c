import { realpathSync, rmSync } from 'node:fs';
import { endOwned, mark } from './owned.js';
import { removeCluster } from './postgres.js';
import { removeContainer } from './rabbitmq-docker.js';

const GRACE_MS = 10_000;

/** Ends the services that a killed run left behind. The caller holds the lock of the data folder. */
export async function endServices(dataDir: string): Promise<void> {
  const folder = realpathSync(dataDir);
  await Promise.all([
    endOwned(mark(folder, 'postgres'), 'SIGINT', GRACE_MS),
    endOwned(mark(folder, 'rabbitmq'), 'SIGTERM', GRACE_MS),
    removeContainer(folder),
  ]);
  await endOwned(mark(folder, 'epmd'), 'SIGKILL', GRACE_MS);
}

/** Deletes a data folder with everything in it and what its services keep elsewhere. They must have ended. */
export function removeServices(dataDir: string): void {
  removeCluster(dataDir);
  rmSync(dataDir, { recursive: true, force: true });
}
