import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { startFederation } from '../../apps/federation/src/federation.js';
import { DEPOSITARIES, NODES } from '../../apps/federation/src/sample.js';
import type { Services } from '../../apps/federation/src/services/index.js';
import { databaseOf, management } from './services.js';

/** What a test run calls its template on the server, and the folder for its files: both are gone after the run. */
const given = () => {
  const { VALISE_TEST_TEMPLATE: name, VALISE_TEST_FOLDER: folder } = process.env;
  if (name === undefined || folder === undefined) throw new Error('the integration services are not running');
  return { name, folder: join(folder, 'template') };
};

/** These belong to one start. */
const OF_ONE_START = ['ports.json', 'logs'];

/**
 * Gives a federation that is about to start the keys, tokens and databases of one that was started, filled its register and
 * was ended: the first test that needs it makes it, others wait meanwhile.
 *
 * @param nodes whose databases are copied
 */
export async function copyTemplate(
  services: Services,
  federation: { readonly folder: string; readonly name: string },
  nodes: readonly string[],
): Promise<void> {
  const template = given();
  const client = new pg.Client({ connectionString: services.postgres.adminUrl });
  await client.connect();
  try {
    // Held until the connection ends.
    await client.query('SELECT pg_advisory_lock(hashtext($1))', [template.name]);
    if (!existsSync(template.folder)) await makeTemplate(services, template);
    await client.query('SELECT pg_advisory_unlock(hashtext($1))', [template.name]);
    cpSync(template.folder, federation.folder, {
      recursive: true,
      filter: (path) => !OF_ONE_START.some((name) => path === join(template.folder, name)),
    });
    for (const id of nodes) {
      const [original, copy] = [databaseOf(template.name, id), databaseOf(federation.name, id)];
      // What is in the copy belongs to the original's owner, so who owns the copy stands for both.
      await client.query(`CREATE ROLE ${copy} IN ROLE ${original}`);
      await client.query(`CREATE DATABASE ${copy} TEMPLATE ${original} OWNER ${copy}`);
    }
  } finally {
    await client.end();
  }
}

async function makeTemplate(
  services: Services,
  { name, folder }: { readonly name: string; readonly folder: string },
): Promise<void> {
  const unfinished = `${folder}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  writeSecrets(unfinished);
  const reports: string[] = [];
  const federation = await startFederation(unfinished, (line) => reports.push(line), { services, name });
  await federation.stop();
  await management(services, 'DELETE', `/api/vhosts/${encodeURIComponent(name)}`);
  renameSync(unfinished, folder);
}

/** Accounts belong to the whole broker, so federations that run side by side on it have the same passwords. */
export function writeSecrets(folder: string): void {
  const ids = [...DEPOSITARIES, ...NODES].map(({ id }) => id);
  const names = ids.flatMap((id) => [`${id} bus`, `${id} database`, `${id} administrator`]);
  const secrets = Object.fromEntries(names.map((name) => [name, `for tests only: ${name}`]));
  writeFileSync(join(folder, 'secrets.json'), JSON.stringify(secrets), { mode: 0o600 });
}
