import { chmodSync, existsSync, mkdtempSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { ValiseError } from '#core';
import {
  acquireLock,
  endServices,
  type PostgresService,
  providePostgres,
  provideRabbitmq,
  removeServices,
  type Services,
} from '../../apps/federation/src/services/index.js';

export interface Site {
  readonly dataDir: string;
  readonly services: Services;
  /** Ends the services and deletes everything. */
  stop(): Promise<void>;
}

const PREFIX = 'valise-bench-';

/** One broker and one database for the whole run, as durable as in production, in a folder of its own. */
export async function startSite(report: (line: string) => void): Promise<Site> {
  await sweep();
  const dataDir = mkdtempSync(join(tmpdir(), PREFIX));
  const lock = await acquireLock(dataDir);
  // PostgreSQL runs as another account where we are root, and must reach its folder.
  chmodSync(dataDir, 0o755);
  const options = { dataDir, report, durable: true };
  const [rabbitmq, postgres] = await Promise.allSettled([provideRabbitmq(options), timedPostgres(options)]);
  const stop = async (): Promise<void> => {
    const running = [rabbitmq, postgres].filter((service) => service.status === 'fulfilled');
    await Promise.all(running.map(({ value }) => value.stop()));
    removeServices(dataDir);
    await lock.release();
  };
  if (rabbitmq.status === 'fulfilled' && postgres.status === 'fulfilled')
    return { dataDir, services: { rabbitmq: rabbitmq.value, postgres: postgres.value, stop }, stop };
  await stop();
  throw rabbitmq.status === 'rejected' ? rabbitmq.reason : (postgres as PromiseRejectedResult).reason;
}

/** Where the federation of this run lies. */
export const federationFolder = (dataDir: string): string => join(dataDir, 'federation');

/** Ends and deletes what killed runs left behind: folders whose lock nobody holds. */
async function sweep(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const dataDir = join(tmpdir(), name);
    if (statSync(dataDir).uid !== process.getuid?.()) continue;
    const lock = await acquireLock(dataDir).catch(() => undefined);
    if (!lock) continue;
    if (existsSync(federationFolder(dataDir))) await endServices(federationFolder(dataDir));
    await endServices(dataDir);
    removeServices(dataDir);
    await lock.release();
  }
}

/**
 * PostgreSQL notes when each transaction was committed, which is how the benchmark knows when a receipt was there:
 * no column of ours says it, and looking again and again would measure the looking.
 */
async function timedPostgres(options: Parameters<typeof providePostgres>[0]): Promise<PostgresService> {
  const first = await providePostgres(options);
  if (await notesCommits(first)) return first;
  if (process.env.DATABASE_URL)
    throw new ValiseError('CONFIGURATION', 'the server that DATABASE_URL names does not note commit times', {
      remedy: 'set track_commit_timestamp = on there and restart it, or unset DATABASE_URL',
    });
  await ask(first.adminUrl, 'ALTER SYSTEM SET track_commit_timestamp = on');
  await first.stop();
  return providePostgres(options);
}

async function notesCommits({ adminUrl }: PostgresService): Promise<boolean> {
  const [row] = await ask<{ track_commit_timestamp: string }>(adminUrl, 'SHOW track_commit_timestamp');
  return row?.track_commit_timestamp === 'on';
}

/** One question on a connection of its own. */
export async function ask<Row extends pg.QueryResultRow>(
  url: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(text, [...values])).rows;
  } finally {
    await client.end();
  }
}
