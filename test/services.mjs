/**
 * The broker and the database of the integration tests: one of each for a run, in a folder of its own that is deleted
 * afterwards. Where VALISE_TEST_… variables already name some, those are used and nothing is started.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepare } from '../apps/cli/bin/ready.mjs';

const FOLDER_PREFIX = 'valise-test-';
/** A folder as young as this may belong to a run that is just about to take its lock. */
const YOUNG_MS = 60_000;
const report = (line) => process.stderr.write(`test services: ${line}\n`);

let running;

export async function setup() {
  const needsBroker = !process.env.VALISE_TEST_AMQP_PORT || !process.env.VALISE_TEST_MANAGEMENT_URL;
  const needsDatabase = !process.env.VALISE_TEST_DATABASE_URL;
  const compiled = new URL('../dist/apps/federation/src/services/index.js', import.meta.url);
  if (!existsSync(compiled)) await prepare({ quiet: true });
  const services = await import(compiled.href);
  await sweep(services);
  const id = randomBytes(6).toString('hex');
  const dataDir = join(tmpdir(), `${FOLDER_PREFIX}${id}`);
  mkdirSync(dataDir, { mode: 0o755 });
  const lock = await services.acquireLock(dataDir);
  const [broker, database] = await Promise.all([
    needsBroker ? services.provideRabbitmq({ dataDir, report, durable: false }) : undefined,
    needsDatabase ? services.providePostgres({ dataDir, report, durable: false }) : undefined,
  ]);
  // Jest does not tear down when it is interrupted.
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => void teardown().then(() => process.exit(130)));
  running = { services, dataDir, lock, broker, database };
  if (broker) {
    process.env.VALISE_TEST_AMQP_PORT = String(broker.port);
    process.env.VALISE_TEST_MANAGEMENT_URL = broker.managementUrl;
  }
  if (database) process.env.VALISE_TEST_DATABASE_URL = database.adminUrl;
  process.env.VALISE_TEST_FOLDER = dataDir;
  process.env.VALISE_TEST_TEMPLATE = `template_${id}`;
}

export async function teardown() {
  if (!running) return;
  const { services, dataDir, lock, broker, database } = running;
  running = undefined;
  if (!database && readdirSync(dataDir).some((name) => name.startsWith('template')))
    await dropTemplate(process.env.VALISE_TEST_DATABASE_URL, process.env.VALISE_TEST_TEMPLATE);
  await Promise.all([broker?.stop(), database?.stop()]);
  services.removeServices(dataDir);
  await lock.release();
}

/** The federation that others were copied from (test/federation/template.ts), on a server that stays. */
async function dropTemplate(url, name) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query('SELECT datname FROM pg_database WHERE starts_with(datname, $1)', [
    name,
  ]);
  for (const { datname } of rows) {
    await client.query(`DROP DATABASE ${datname} WITH (FORCE)`);
    await client.query(`DROP ROLE ${datname}`);
  }
  await client.end();
}

/** Ends and deletes what killed test runs left behind: folders whose lock nobody holds. */
async function sweep({ acquireLock, endServices, removeServices }) {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(FOLDER_PREFIX))) {
    const dataDir = join(tmpdir(), name);
    try {
      const { uid, mtimeMs } = statSync(dataDir);
      if (uid !== process.getuid?.() || Date.now() - mtimeMs < YOUNG_MS) continue;
      const lock = await acquireLock(dataDir);
      await endServices(dataDir);
      removeServices(dataDir);
      await lock.release();
    } catch {
      // Another run is using it.
      continue;
    }
  }
}
