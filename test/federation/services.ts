import pg from 'pg';
import { DEPOSITARIES, NODES } from '../../apps/federation/src/sample.js';
import type { Services } from '../../apps/federation/src/services/index.js';

/** A node's or depositary's database, and its owner. */
export const databaseOf = (federation: string, id: string): string =>
  `${federation}_${id}`.replaceAll('-', '_');

/** The operator's view of the broker: its management API. */
export async function management(
  { rabbitmq }: Services,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const { user, password } = rabbitmq.admin;
  const response = await fetch(`${new URL(rabbitmq.managementUrl).origin}${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

export function urlOfDatabase({ postgres }: Services, database: string): string {
  const url = new URL(postgres.adminUrl);
  url.pathname = `/${database}`;
  return url.href;
}

export async function query<Row>(url: string, text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text, values)).rows as Row[];
  } finally {
    await client.end();
  }
}

/** What a federation leaves on the broker and the server. */
export async function remove(services: Services, federation: string): Promise<void> {
  await management(services, 'DELETE', `/api/vhosts/${encodeURIComponent(federation)}`);
  for (const { id } of [...DEPOSITARIES, ...NODES]) {
    const name = databaseOf(federation, id);
    await query(services.postgres.adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await query(services.postgres.adminUrl, `DROP ROLE IF EXISTS ${name}`);
  }
}
