import { randomBytes } from 'node:crypto';
import { databaseOptions, migrate } from '#service';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { ENTITIES as OF_DEPOSITARY } from '../../apps/depositary/src/database/entities.js';
import { FirstSchema1767225600000 } from '../../apps/depositary/src/database/first-schema.js';
import { Histories1767225600001 } from '../../apps/depositary/src/database/histories.js';
import { StatementProofs1767225600002 } from '../../apps/depositary/src/database/statement-proofs.js';
import { ENTITIES as OF_GATEWAY } from '../../apps/gateway/src/database/entities.js';
import { MIGRATIONS } from '../../apps/gateway/src/database/migrations/index.js';
import { query } from '../federation/services.js';

export interface EmptyDatabase {
  readonly url: string;
  readonly database: DataSource;
  readonly end: () => Promise<void>;
}

/** An empty gateway's database, for parts of it that are tried in the test's own process. */
export const gatewayDatabase = (): Promise<EmptyDatabase> => emptyDatabase(OF_GATEWAY, MIGRATIONS);

/** A depositary's. */
export const depositaryDatabase = (): Promise<EmptyDatabase> =>
  emptyDatabase(OF_DEPOSITARY, [
    FirstSchema1767225600000,
    Histories1767225600001,
    StatementProofs1767225600002,
  ]);

async function emptyDatabase(
  entities: DataSourceOptions['entities'],
  migrations: DataSourceOptions['migrations'],
): Promise<EmptyDatabase> {
  const admin = process.env.VALISE_TEST_DATABASE_URL ?? '';
  const name = `part_${randomBytes(6).toString('hex')}`;
  await query(admin, `CREATE DATABASE ${name}`);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  const options = databaseOptions({ url: url.href, poolMax: 4, entities, migrations });
  await migrate(options);
  const database = await new DataSource(options).initialize();
  return {
    url: url.href,
    database,
    async end() {
      await database.destroy();
      await query(admin, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}
