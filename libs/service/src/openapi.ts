import type { OpenAPIObject } from '@nestjs/swagger';

interface Response {
  description?: string;
  content?: Record<string, unknown>;
}
interface Operation {
  summary?: string;
  description?: string;
  security?: unknown[];
  tags?: string[];
  requestBody?: { content: Record<string, { examples?: object }> };
  responses: Record<string, Response>;
  [extension: `x-${string}`]: unknown;
}

/** What `Allow` and `Public` write into the document; there they become words and security. */
export const ROLES_EXTENSION = 'x-roles';
export const PUBLIC_EXTENSION = 'x-public';
/** Requests by name, which an operation shows as its examples. */
export const EXAMPLES_EXTENSION = 'x-examples';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
const PROBLEM = { $ref: '#/components/schemas/Problem' };
const REASONS: Readonly<Record<string, string>> = {
  '200': 'as asked',
  '201': 'made',
  '204': 'done',
  '206': 'a part of it',
  '4XX': 'refused, with the reason',
  '5XX': 'not possible now: the database, the bus or the register is unavailable',
};

/** Says in the document what the framework does not: errors are problem details, who may call, what needs no token, servers, tags. */
export function completeOpenApi(document: OpenAPIObject): OpenAPIObject {
  const operations = Object.values(document.paths).flatMap((path) =>
    METHODS.flatMap((method) => (path[method] as unknown as Operation | undefined) ?? []),
  );
  sayDefaults(document.components?.schemas);
  for (const operation of operations) {
    sayDefaults(operation.requestBody);
    sayWhoMayCall(operation);
    showExamples(operation);
    completeResponses(operation.responses);
  }
  const tags = [...new Set(operations.flatMap((operation) => operation.tags ?? []))].sort();
  return {
    ...document,
    servers: [{ url: '/', description: 'this process' }],
    tags: tags.map((name) => ({ name, description: `all of ${name}` })),
  };
}

/**
 * What has a default may be left out. Generators of clients take a default for a promise that the member is there, in requests
 * too, so it is said in words.
 */
function sayDefaults(schema: unknown): void {
  if (Array.isArray(schema)) {
    for (const one of schema) sayDefaults(one);
    return;
  }
  if (typeof schema !== 'object' || schema === null) return;
  const record = schema as Record<string, unknown>;
  for (const [name, value] of Object.entries(record)) if (name !== 'examples') sayDefaults(value);
  const isSchema =
    'type' in record || 'anyOf' in record || 'oneOf' in record || 'enum' in record || '$ref' in record;
  if (!isSchema || !('default' in record)) return;
  const said = `left out: ${JSON.stringify(record.default)}`;
  delete record.default;
  record.description = typeof record.description === 'string' ? `${record.description}; ${said}` : said;
}

function sayWhoMayCall(operation: Operation): void {
  const roles = operation[ROLES_EXTENSION];
  const isPublic = operation[PUBLIC_EXTENSION] === true;
  if (isPublic) operation.security = [];
  const who = isPublic
    ? 'Needs no token.'
    : `For a token of: ${Array.isArray(roles) ? roles.join(', ') : 'nobody'}.`;
  operation.description = [operation.description, who].filter(Boolean).join(' ');
}

function showExamples(operation: Operation): void {
  const examples = operation[EXAMPLES_EXTENSION] as Readonly<Record<string, unknown>> | undefined;
  const body = operation.requestBody?.content['application/json'];
  if (!examples || !body) return;
  body.examples = Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }]));
  operation[EXAMPLES_EXTENSION] = undefined;
}

function completeResponses(responses: Record<string, Response>): void {
  responses['4XX'] ??= {};
  responses['5XX'] ??= {};
  for (const [status, response] of Object.entries(responses)) {
    response.description ||= REASONS[status] ?? 'an answer';
    // Readiness is reported in the same form, ready or not.
    if (/^[45]/.test(status) && response.content?.['application/json'] === undefined)
      response.content = { 'application/problem+json': { schema: PROBLEM } };
    else if (/^[45]/.test(status) && isProblem(response.content?.['application/json']))
      response.content = { 'application/problem+json': response.content?.['application/json'] };
  }
}

function isProblem(media: unknown): boolean {
  return JSON.stringify(media).includes(PROBLEM.$ref);
}
