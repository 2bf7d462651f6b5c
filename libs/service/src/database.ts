import type { EventEmitter } from 'node:events';
import type { TypeOrmModuleOptions } from '@nestjs/typeorm';
import pg from 'pg';
import { ValiseError, messageOf } from '#core';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { TellingPool } from './database-faults.js';

const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 30_000;

export interface DatabaseOptions {
  readonly url: string;
  readonly poolMax: number;
  readonly entities: DataSourceOptions['entities'];
  readonly migrations: DataSourceOptions['migrations'];
}

/** PostgreSQL through TypeORM; the schema is made by migrations only. */
export function databaseOptions(options: DatabaseOptions): TypeOrmModuleOptions & DataSourceOptions {
  return {
    type: 'postgres',
    driver: { ...pg, Pool: TellingPool },
    url: options.url,
    entities: options.entities as never,
    migrations: options.migrations as never,
    migrationsTransactionMode: 'all',
    synchronize: false,
    logging: false,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    extra: {
      max: options.poolMax,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      keepAlive: true,
      onConnect: survive,
    },
  };
}

/**
 * Between the pool's handing a connection out and TypeORM's listening to it its end has no listener, and an 'error'
 * without a listener ends the process. The next use of the connection fails all the same.
 */
function survive(connection: EventEmitter): void {
  connection.on('error', () => undefined);
}

/** Brings the schema up to date before anything else starts. Replicas that start together wait for each other. */
export async function migrate(options: DataSourceOptions): Promise<void> {
  const source = new DataSource({
    ...options,
    extra: { ...(options.extra as object), logged: false },
  });
  try {
    await source.initialize();
  } catch (thrown) {
    throw new ValiseError('DATABASE_UNAVAILABLE', messageOf(thrown), {
      remedy: 'check database.url in the configuration and that PostgreSQL runs',
    });
  }
  try {
    await source.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await source.runMigrations();
  } finally {
    // Ending the session releases the lock.
    await source.destroy();
  }
}
const MIGRATION_LOCK = 0x76616c69;
