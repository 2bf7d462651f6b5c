import { messageOf, ValiseError } from '#core';
import { z } from 'zod';
import type { RabbitMqDefinitions } from './definitions.js';

/** An import of a large federation declares thousands of quorum queues one after the other. */
const TIMEOUT_MS = 120_000;

/**
 * Applies definitions through RabbitMQ's management HTTP API. Idempotent: users, permissions and policies are replaced,
 * exchanges, queues and bindings are added. An import silently leaves what exists as it is, so afterwards it is
 * compared: a queue of another type, or a binding that lets somebody else into a node's inbox, is an error.
 *
 * @param managementUrl for example `http://admin:secret@127.0.0.1:15672`; the user must have the tag `administrator`
 * @throws ValiseError BUS_UNAVAILABLE where nobody answers, CONFIGURATION where the answer is a refusal or the broker
 *   holds something that contradicts the definitions
 */
export async function applyDefinitions(
  managementUrl: string,
  definitions: RabbitMqDefinitions,
): Promise<void> {
  const api = managementApi(managementUrl);
  await api.call('POST', '/api/definitions', definitions);
  for (const { name } of definitions.vhosts) await compare(api, name, definitions);
}

interface ManagementApi {
  call(method: string, path: string, body?: unknown): Promise<unknown>;
}

function managementApi(managementUrl: string): ManagementApi {
  if (!URL.canParse(managementUrl))
    throw new ValiseError('CONFIGURATION', 'the address of the RabbitMQ management API is not a URL');
  const url = new URL(managementUrl);
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  // fetch refuses credentials in the address.
  const base = `${url.origin}${url.pathname.replace(/\/$/, '')}`;
  const headers = {
    authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
    'content-type': 'application/json',
  };
  return {
    async call(method, path, body) {
      const response = await fetch(`${base}${path}`, {
        method,
        headers,
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }).catch((error: unknown) => {
        const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
        throw new ValiseError('BUS_UNAVAILABLE', `${base} does not answer: ${messageOf(cause)}`, {
          remedy: 'Is RabbitMQ running, with the plugin rabbitmq_management enabled, at this address?',
        });
      });
      const text = await response.text();
      if (!response.ok) throw refusal(base, method, path, response.status, text);
      return text === '' ? undefined : (JSON.parse(text) as unknown);
    },
  };
}

const REMEDIES: Readonly<Record<number, string>> = {
  401: 'Check user and password; the user needs the tag "administrator".',
  403: 'The user needs the tag "administrator".',
  404: 'Is the plugin rabbitmq_management enabled, and is this its address?',
};

function refusal(base: string, method: string, path: string, status: number, text: string): ValiseError {
  const remedy = REMEDIES[status];
  return new ValiseError(
    'CONFIGURATION',
    `RabbitMQ at ${base} refused ${method} ${path} with ${status}: ${reasonIn(text)}`,
    remedy === undefined ? {} : { remedy },
  );
}

function reasonIn(text: string): string {
  try {
    const body = z.object({ reason: z.unknown() }).parse(JSON.parse(text));
    return (typeof body.reason === 'string' ? body.reason : JSON.stringify(body.reason)).slice(0, 1000);
  } catch {
    return text.slice(0, 1000) || 'no reason given';
  }
}

const held = {
  queues: z.array(z.object({ name: z.string(), type: z.string(), durable: z.boolean() })),
  exchanges: z.array(z.object({ name: z.string(), type: z.string(), durable: z.boolean() })),
  bindings: z.array(
    z.object({
      source: z.string(),
      destination: z.string(),
      destination_type: z.string(),
      routing_key: z.string(),
    }),
  ),
};

async function compare(api: ManagementApi, vhost: string, definitions: RabbitMqDefinitions): Promise<void> {
  const at = encodeURIComponent(vhost);
  const queues = held.queues.parse(await api.call('GET', `/api/queues/${at}?disable_stats=true`));
  const exchanges = held.exchanges.parse(await api.call('GET', `/api/exchanges/${at}`));
  const bindings = held.bindings.parse(await api.call('GET', `/api/bindings/${at}`));

  const faults = [
    ...missing(
      'queue',
      definitions.queues.filter(of(vhost)).map((q) => `${q.name} (quorum)`),
      queues.map((q) => `${q.name} (${q.type})`),
    ),
    ...missing(
      'exchange',
      definitions.exchanges.filter(of(vhost)).map((e) => `${e.name} (${e.type})`),
      exchanges.map((e) => `${e.name} (${e.type})`),
    ),
    ...surplus(definitions.bindings.filter(of(vhost)), bindings),
  ];
  if (faults.length === 0) return;
  throw new ValiseError(
    'CONFIGURATION',
    `the virtual host "${vhost}" contradicts the definitions: ${faults.slice(0, 10).join('; ')}`,
    {
      faults,
      remedy:
        'Delete what is named here (it was declared otherwise earlier), then apply the definitions again.',
    },
  );
}

function of(vhost: string): (item: { readonly vhost: string }) => boolean {
  return (item) => item.vhost === vhost;
}

function missing(what: string, wanted: readonly string[], found: readonly string[]): string[] {
  const there = new Set(found);
  return wanted
    .filter((name) => !there.has(name))
    .map((name) => `${what} ${name} is missing or of another type`);
}

/** A binding from a node's exchange that we did not write would carry its messages where nobody expects them. */
function surplus(wanted: RabbitMqDefinitions['bindings'], found: z.infer<typeof held.bindings>): string[] {
  const line = (b: {
    source: string;
    destination: string;
    destination_type: string;
    routing_key: string;
  }): string => `${b.source} → ${b.destination_type} ${b.destination} with "${b.routing_key}"`;
  const known = new Set(wanted.map(line));
  const sources = /^(out|dead)\./;
  return [
    ...found
      .filter((b) => sources.test(b.source) && !known.has(line(b)))
      .map((b) => `binding ${line(b)} is not ours`),
    ...missing('binding', [...known], found.map(line)),
  ];
}
