import { request as send } from 'node:http';
import { mutateBytes, mutateJson } from './mutate.js';
import { Random } from './random.js';

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: {
    readonly content: Readonly<
      Record<string, { readonly examples?: Readonly<Record<string, { readonly value: unknown }>> }>
    >;
  };
}
export interface RoutesTarget {
  readonly url: string;
  /** One of each role. */
  readonly tokens: readonly string[];
  /** The OpenAPI document that the process serves. */
  readonly document: { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> };
}
export interface RoutesReport {
  readonly seed: number;
  readonly requests: number;
  /** How often each status was met; `cut` where the connection ended before an answer. */
  readonly statuses: Readonly<Record<string, number>>;
}
interface Shot {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer | undefined;
}
interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

const ANSWER_MS = 30_000;
const HUGE_BYTES = 1_200_000;
/** For callers that send more than is accepted: the gateway closes while the rest is still on its way. */
const CUT_FROM_BYTES = 64 * 1024;
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];
const TYPES = [
  'application/json',
  'application/json; charset=utf-16',
  'application/octet-stream',
  'text/plain',
  'x',
  '',
];
const SEGMENTS = [
  ...[
    '7',
    '%00',
    '%E0%A4%A',
    '..%2f..%2fetc',
    '__proto__',
    'constructor',
    '%F0%9F%92%BC',
    "6.3'--",
    '-1',
    '9'.repeat(30),
  ],
  ...['01890000-0000-7000-8000-000000000000', 'treaty:CIS', 'cis-it-crime-2018', '6.3', 'a'.repeat(3_000)],
];
const BODIES = [
  '{"name":"x","role":"officer","authority":"kz-knb","sha256":"00"}',
  '{"book":{"payload":"e30","signatures":[{"protected":"e30","signature":"AA"}]}}',
  '{"protected":"e30","signature":"AA"}',
  '{"action":"in-force","at":"2026-01-01T00:00:00Z","instrument":"cis-it-crime-2018","between":["KZ","BY"]}',
  '{"action":"disclose","instrument":"x","requester":"a","by":"b","to":"c","confidentialityAsked":true,"consents":[]}',
  '{}',
];

/**
 * Sends so many requests that the OpenAPI document suggests, and that no normal client would send: other methods,
 * broken paths and queries, bodies that are deep, huge, duplicated, not UTF-8 or of another type.
 *
 * @throws Error with the seed and the request, for a 5xx but 503, or a refusal that is no problem
 */
export async function run(seed: number, count: number, target: RoutesTarget): Promise<RoutesReport> {
  const random = new Random(seed);
  const statuses: Record<string, number> = {};
  for (let index = 0; index < count; index++) {
    const shot = makeShot(random, target);
    const answer = await answerTo(target.url, shot).catch((thrown: unknown) => {
      // A refusal may be lost with a connection that is closed while the rest of a body still comes.
      if ((shot.body?.length ?? 0) >= CUT_FROM_BYTES) return undefined;
      throw failure(seed, index, shot, String(thrown));
    });
    const status = answer?.status ?? 'cut';
    statuses[status] = (statuses[status] ?? 0) + 1;
    const wrong = answer && wrongWith(answer, shot);
    if (wrong !== undefined)
      throw failure(seed, index, shot, `${wrong}: ${answer?.text.slice(0, 500) ?? ''}`);
  }
  return { seed, requests: count, statuses };
}

function wrongWith({ status, type, text }: Answer, { method, path }: Shot): string | undefined {
  if (status >= 500 && status !== 503) return `answered ${status}`;
  if (status < 400 || method === 'HEAD' || path.startsWith('/ready')) return undefined;
  // What Node.js itself cannot read as HTTP it refuses in its own words.
  if (text === '') return undefined;
  if (!type.startsWith('application/problem+json')) return `${status} is told as ${type}`;
  try {
    return typeof (JSON.parse(text) as { code?: unknown }).code === 'string' ? undefined : 'has no code';
  } catch {
    return 'is no JSON';
  }
}

function makeShot(random: Random, { tokens, document }: RoutesTarget): Shot {
  // Where most is read of what a caller says.
  const template = random.chance(4) ? '/v1/messages' : random.pick(Object.keys(document.paths));
  const operations = document.paths[template] ?? {};
  const known = random.pick(Object.keys(operations));
  const operation = operations[known];
  const method = random.chance(10) ? random.pick(METHODS) : known.toUpperCase();
  const path = template.replace(/\{\w+\}/g, () => random.pick(SEGMENTS)) + queryOf(random, operation);
  const body = method === 'GET' || method === 'HEAD' ? undefined : bodyOf(random, operation);
  const headers: Record<string, string> = {};
  if (!random.chance(20))
    headers.authorization = `Bearer ${random.chance(30) ? 'vls_x' : random.pick(tokens)}`;
  const type = random.chance(6) ? random.pick(TYPES) : 'application/json';
  if (body && type !== '') headers['content-type'] = type;
  if (random.chance(6)) headers['idempotency-key'] = random.pick(['a', 'a b', 'x'.repeat(200), 'k1']);
  if (random.chance(10)) headers.range = random.pick(['bytes=0-', 'bytes=9-1', 'bytes=-0', 'x']);
  if (body && random.chance(20)) headers['content-encoding'] = random.pick(['gzip', 'br', 'x']);
  return { method, path, headers, body };
}

function queryOf(random: Random, operation: Operation | undefined): string {
  const names = (operation?.parameters ?? []).filter((one) => one.in === 'query').map(({ name }) => name);
  if (names.length === 0 || random.chance(3)) return random.chance(10) ? '?colour=red&colour=blue' : '';
  const values = [
    '0',
    '1',
    '-1',
    '200',
    '1e9',
    'x',
    '%00',
    '%ff',
    '2026-01-01T00:00:00Z',
    'by-mvd',
    'in',
    'request',
    'a.bin',
  ];
  const pairs = Array.from({ length: 1 + random.below(3) }, () => {
    const name = random.pick(names) + (random.chance(15) ? '[x]' : '');
    return `${name}=${random.pick(values)}`;
  });
  return `?${pairs.join('&')}`;
}

function bodyOf(random: Random, operation: Operation | undefined): Buffer | undefined {
  const examples = Object.values(operation?.requestBody?.content['application/json']?.examples ?? {});
  const text =
    examples.length > 0 && !random.chance(4)
      ? JSON.stringify(random.pick(examples).value)
      : random.pick(BODIES);
  const way = random.below(12);
  if (way === 0) return undefined;
  if (way === 1 || way === 4) return Buffer.from(text);
  if (way === 2) return mutateBytes(random, Buffer.from(text));
  if (way === 3)
    return Buffer.from(text.replace('"', `"${'x'.repeat(random.pick([10, 70_000, HUGE_BYTES]))}`));
  return Buffer.from(mutateJson(random, text));
}

function answerTo(url: string, { method, path, headers, body }: Shot): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const length = body ? { 'content-length': String(body.length) } : {};
    const options = { hostname, port, path, method, headers: { ...headers, ...length }, timeout: ANSWER_MS };
    const sent = send(options, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('error', reject);
      response.on('end', () => {
        const type = response.headers['content-type'] ?? '';
        resolve({ status: response.statusCode ?? 0, type, text: Buffer.concat(pieces).toString('utf8') });
      });
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${ANSWER_MS} ms`)));
    sent.on('error', reject);
    sent.end(body);
  });
}

function failure(seed: number, index: number, { method, path, headers, body }: Shot, wrong: string): Error {
  const shown = { ...headers, authorization: headers.authorization === undefined ? 'none' : 'of a role' };
  const start = body ? ` ${body.subarray(0, 2_000).toString('base64url')} (${body.length} bytes)` : '';
  return new Error(
    `seed ${seed}, request ${index}: ${method} ${path} ${JSON.stringify(shown)}${start}: ${wrong}`,
  );
}
