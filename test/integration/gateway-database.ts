import { randomBytes } from 'node:crypto';
import { databaseOptions, migrate } from '#service';
import { DataSource } from 'typeorm';
import { ENTITIES } from '../../apps/gateway/src/database/entities.js';
import { MIGRATIONS } from '../../apps/gateway/src/database/migrations/index.js';
import { query } from '../federation/services.js';

export interface GatewayDatabase {
  readonly database: DataSource;
  readonly end: () => Promise<void>;
}

/** An empty gateway's database, for parts of it that are tried in the test's own process. */
export async function gatewayDatabase(): Promise<GatewayDatabase> {
  const admin = process.env.VALISE_TEST_DATABASE_URL ?? '';
  const name = `part_${randomBytes(6).toString('hex')}`;
  await query(admin, `CREATE DATABASE ${name}`);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  const options = databaseOptions({
    url: url.href,
    poolMax: 4,
    entities: ENTITIES,
    migrations: MIGRATIONS,
  });
  await migrate(options);
  const database = await new DataSource(options).initialize();
  return {
    database,
    async end() {
      await database.destroy();
      await query(admin, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}
