import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashToken, newToken } from '#service';
import { MESSAGE_EXAMPLES } from '../../apps/gateway/src/api/examples.js';
import { messageView } from '../../apps/gateway/src/api/schemas.js';
import { ARRANGEMENT } from '../../apps/federation/src/sample.js';
import { until } from '../../apps/federation/src/until.js';
import {
  type MessageView,
  openCase,
  quarantine,
  RECEIVER,
  SENDER,
  spontaneous,
  untilStatus,
  walk,
} from '../federation/exchange.js';
import { STEP_MS, testFederation, type TestFederation } from '../federation/harness.js';
import { Interceptor } from '../federation/interceptor.js';
import { run as fuzzRoutes, type RoutesTarget } from '../fuzz/routes.js';

const ROLES = ['officer', 'head', 'security-officer', 'auditor', 'system', 'administrator'] as const;
type Role = (typeof ROLES)[number];
const NOBODY = '01890000-0000-7000-8000-000000000000';
const UPLOAD_BYTES_MAX = 3 * 1024 * 1024;

const reading: readonly Role[] = ['officer', 'head', 'system', 'auditor'];
/** Who may call what. An endpoint that is not here fails the test, so that none is forgotten. */
const ALLOWED: Readonly<Record<string, readonly Role[] | 'everybody'>> = {
  'GET /health': 'everybody',
  'GET /ready': 'everybody',
  'GET /metrics': ['system', 'administrator', 'auditor'],
  'POST /v1/messages': ['officer', 'head', 'system'],
  'GET /v1/messages': reading,
  'GET /v1/messages/{id}': reading,
  'DELETE /v1/messages/{id}': ['officer', 'head', 'system'],
  'GET /v1/messages/{id}/signing-input': ['officer', 'head'],
  'POST /v1/messages/{id}/signatures': ['head'],
  'POST /v1/messages/{id}/send': ['officer', 'head'],
  'POST /v1/attachments': ['officer', 'head', 'system'],
  'GET /v1/attachments': reading,
  'GET /v1/attachments/{id}': reading,
  'DELETE /v1/attachments/{id}': ['officer', 'head', 'system'],
  'GET /v1/attachments/{id}/content': ['officer', 'head', 'system'],
  'GET /v1/cases': reading,
  'GET /v1/cases/{id}': reading,
  'GET /v1/receipts': reading,
  'GET /v1/ledger': ['auditor'],
  'GET /v1/pairs': [...reading, 'security-officer'],
  'GET /v1/quarantine': ['security-officer', 'auditor', 'administrator'],
  'GET /v1/quarantine/{id}/body': ['security-officer'],
  'GET /v1/register': ROLES,
  'GET /v1/register/books/{book}/versions/{version}': ROLES,
  'GET /v1/register/authorities': ROLES,
  'GET /v1/register/agreements': ROLES,
  'GET /v1/register/conflicts': ['administrator', 'auditor'],
  'GET /v1/register/conflicts/{id}': ['administrator', 'auditor'],
  'POST /v1/register/books': ['administrator'],
  'POST /v1/decisions': ['officer', 'head', 'security-officer', 'auditor', 'system'],
  'POST /v1/decisions/instruments': ['officer', 'head', 'security-officer', 'auditor', 'system'],
  'GET /v1/instruments': ROLES,
  'GET /v1/instruments/{id}': ROLES,
  'GET /v1/instruments/{id}/articles/{article}': ROLES,
  'POST /v1/tokens': ['administrator'],
  'POST /v1/tokens/{id}/approval': ['administrator'],
  'GET /v1/tokens': ['administrator', 'auditor'],
  'DELETE /v1/tokens/{id}': ['administrator'],
};

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly body: Record<string, unknown>;
}
interface CallOptions {
  readonly token?: string | undefined;
  readonly json?: unknown;
  readonly raw?: string | Buffer;
  readonly headers?: Record<string, string>;
}

let federation: TestFederation;
let tokens: Record<Role, string>;

beforeAll(async () => {
  const attachments = { folder: 'attachments', bytesMax: UPLOAD_BYTES_MAX };
  const quick = { resendAfterSeconds: 1, attachments };
  federation = await testFederation('api', { nodes: ['kz', 'by'], overrides: { kz: quick, by: quick } });
  const issue = async (role: Role): Promise<[Role, string]> => [
    role,
    (await federation.issue('kz', role, role === 'administrator' ? null : SENDER)).token,
  ];
  tokens = Object.fromEntries(await Promise.all(ROLES.map(issue))) as Record<Role, string>;
});

afterAll(() => federation.stop());

const officer = () => federation.api(SENDER, 'officer');

async function call(method: string, path: string, options: CallOptions = {}, node = 'kz'): Promise<Answer> {
  const { token, json, raw, headers } = options;
  const response = await fetch(`${federation.urlOf(node)}${path}`, {
    method,
    headers: {
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    ...(raw === undefined ? {} : { body: raw }),
  });
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  return {
    status: response.status,
    type,
    text,
    body: type.includes('json') ? (JSON.parse(text) as Record<string, unknown>) : {},
  };
}

function expectProblem(answer: Answer, status: number, code: string): void {
  expect([answer.status, answer.body.code, answer.type]).toEqual([
    status,
    code,
    expect.stringMatching(/^application\/problem\+json/),
  ]);
  expect(answer.body).toMatchObject({ type: `urn:valise:problem:${code}`, status });
}

async function openApi() {
  const document = (await call('GET', '/docs/openapi.json')).body as {
    paths: Record<
      string,
      Record<string, { responses: Record<string, { content?: Record<string, unknown> }> }>
    >;
    components: { schemas: Record<string, unknown> };
  };
  const endpoints = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  return { ...document, endpoints };
}

const example = (path: string): string =>
  path
    .replace('quarantine/{id}', 'quarantine/1')
    .replace('{id}', NOBODY)
    .replace('{book}', 'treaty:CIS')
    .replace('{version}', '1')
    .replace('{article}', '6.3');

describe('who may call', () => {
  it('is decided for every endpoint that the documentation lists', async () => {
    const { endpoints } = await openApi();
    expect(endpoints.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(
      Object.keys(ALLOWED).sort(),
    );
  });

  it('nobody without a valid token, except for the two probes', async () => {
    for (const { method, path } of (await openApi()).endpoints) {
      const open = ALLOWED[`${method} ${path}`] === 'everybody';
      for (const token of [undefined, 'vls_nonsense', `vls_${'A'.repeat(43)}`]) {
        const answer = await call(method, example(path), { token });
        if (open) expect([path, answer.status]).toEqual([path, 200]);
        else expectProblem(answer, 401, 'UNAUTHENTICATED');
      }
    }
  });

  it('with a role that may not: 403; with one that may: an answer', async () => {
    for (const { method, path } of (await openApi()).endpoints) {
      const allowed = ALLOWED[`${method} ${path}`];
      if (allowed === 'everybody') continue;
      for (const role of ROLES) {
        const options = { token: tokens[role], ...(method === 'POST' && { json: {} }) };
        const answer = await call(method, example(path), options);
        const may = allowed?.includes(role) === true;
        const refused = answer.status === 403 && String(answer.body.detail).startsWith('the role ');
        expect([role, method, path, refused]).toEqual([role, method, path, !may]);
        expect([role, method, path, answer.status < 500]).toEqual([role, method, path, true]);
        if (answer.status >= 400) expect(answer.type).toMatch(/^application\/problem\+json/);
      }
    }
  });
});

describe('the documentation', () => {
  it('names a schema for every answer, and is served for people too', async () => {
    const { endpoints, components } = await openApi();
    for (const { method, path, operation } of endpoints) {
      const [status, good] = Object.entries(operation.responses).find(([code]) => code.startsWith('2')) ?? [];
      const documented = status === '204' || good?.content !== undefined;
      expect([method, path, documented]).toEqual([method, path, true]);
    }
    expect(Object.keys(components.schemas)).toEqual(
      expect.arrayContaining([
        ...[
          'NewMessage',
          'Message',
          'MessageDetails',
          'MessagePage',
          'OfficerSignature',
          'SigningInput',
          'Problem',
        ],
        ...['Attachment', 'Case', 'CasePage', 'Receipt', 'Receipts', 'Quarantined', 'QuarantinePage', 'Pair'],
        ...['BookSummary', 'ListedAuthority', 'NewToken', 'Token', 'TokenPage', 'Readiness'],
      ]),
    );
    const page = await call('GET', '/docs');
    expect([page.status, page.type]).toEqual([200, expect.stringMatching(/^text\/html/)]);
  });
});

it('every example of the documentation is a request that can be read, and those that open a case are sent', async () => {
  for (const [type, json] of Object.entries(MESSAGE_EXAMPLES)) {
    const answer = await call('POST', '/v1/messages', { token: tokens.officer, json });
    // The others are for a case that there is not.
    const opens = type === 'request' || type === 'spontaneous';
    const expected = opens ? 201 : type === 'standing-request' ? expect.any(Number) : 404;
    expect([type, answer.status]).toEqual([type, expected]);
    expect([type, [400, 415, 422].includes(answer.status)]).toEqual([type, false]);
    // The answer is the message that the documentation shows, with every member.
    if (answer.status === 201) expect(messageView.safeParse(answer.body).error).toBeUndefined();
  }
});

describe('what cannot be read', () => {
  const good = spontaneous();
  const body = (changes: object) => ({ ...good, body: { ...good.body, ...changes } });
  it.each<[string, unknown, string]>([
    ['an unknown field', { ...good, colour: 'red' }, '$'],
    ['an unknown field of the body', body({ colour: 'red' }), 'body'],
    ['a wrong type', { ...good, to: 7 }, 'to'],
    ['a text that is too long', body({ text: 'я'.repeat(100_001) }), 'body.text'],
    [
      'too many attachments',
      { ...good, attachments: Array.from({ length: 17 }, () => randomUUID()) },
      'attachments',
    ],
    ['a duplicate attachment', { ...good, attachments: [NOBODY, NOBODY] }, 'attachments'],
    ['a date that is none', body({ deadline: 'tomorrow' }), 'body.deadline'],
    ['an offence that is no code', body({ offences: ['3.1.b', 'theft'] }), 'body.offences.1'],
    ['an array', [good], '$'],
    ['nothing', {}, 'instrument'],
    ['a deadline in the past', body({ deadline: '2026-01-01T00:00:00Z' }), 'body.deadline'],
  ])('%s is named by its path', async (_, json, path) => {
    const answer = await call('POST', '/v1/messages', { token: tokens.officer, json });
    expectProblem(answer, 400, 'INPUT_INVALID');
    expect((answer.body.errors as { path: string }[]).map((error) => error.path)).toContain(path);
  });

  it.each<[string, string, string, CallOptions, number, string]>([
    [
      'broken JSON',
      'POST',
      '/v1/messages',
      { raw: '{"to":', headers: { 'content-type': 'application/json' } },
      400,
      'INPUT_INVALID',
    ],
    [
      'a body of two megabytes',
      'POST',
      '/v1/messages',
      { json: { text: 'x'.repeat(2 ** 21) } },
      413,
      'INPUT_TOO_LARGE',
    ],
    [
      'a body of another kind',
      'POST',
      '/v1/messages',
      { raw: 'to=by-mvd', headers: { 'content-type': 'text/plain' } },
      415,
      'INPUT_MEDIA_TYPE',
    ],
    [
      'a body of a form',
      'POST',
      '/v1/messages',
      { raw: 'to=by-mvd', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
      'INPUT_MEDIA_TYPE',
    ],
    [
      'a body in another charset',
      'POST',
      '/v1/messages',
      { raw: '{}', headers: { 'content-type': 'application/json; charset=utf-16' } },
      415,
      'INPUT_MEDIA_TYPE',
    ],
    [
      'a body of 500,000 brackets',
      'POST',
      '/v1/messages',
      { raw: '['.repeat(500_000), headers: { 'content-type': 'application/json' } },
      413,
      'INPUT_TOO_LARGE',
    ],
    ['no body', 'POST', '/v1/messages', {}, 400, 'INPUT_INVALID'],
    ['an identifier that is none', 'GET', '/v1/messages/7', {}, 404, 'NOT_FOUND'],
    ['a path that cannot be decoded', 'GET', '/v1/messages/%E0%A4%A', {}, 400, 'INPUT_INVALID'],
    ['a path that is not there', 'GET', '/v2/messages', {}, 404, 'NOT_FOUND'],
    ['a method that is not there', 'PUT', '/v1/messages', {}, 404, 'NOT_FOUND'],
    ['a page of a million', 'GET', '/v1/messages?limit=1000000', {}, 400, 'INPUT_INVALID'],
    ['an invalid cursor of `since`', 'GET', '/v1/messages?since=x', {}, 400, 'INPUT_INVALID'],
    ['a date of a filter that is none', 'GET', '/v1/cases?from=today', {}, 400, 'INPUT_INVALID'],
    ['a cursor that is none', 'GET', '/v1/cases?after=x', {}, 400, 'INPUT_INVALID'],
    ['a cursor beyond everything', 'GET', `/v1/cases?after=${'9'.repeat(18)}`, {}, 200, ''],
    ['a filter that is not there', 'GET', '/v1/messages?colour=red', {}, 400, 'INPUT_INVALID'],
    [
      'an idempotency key with a space',
      'POST',
      '/v1/messages',
      { json: good, headers: { 'idempotency-key': 'a b' } },
      400,
      'INPUT_INVALID',
    ],
    [
      'a zero character in a book’s name',
      'GET',
      '/v1/register/books/list%00KZ/versions/1',
      {},
      404,
      'NOT_FOUND',
    ],
    [
      'a zero character in a file’s name',
      'POST',
      '/v1/attachments?name=a%00b',
      { raw: 'x', headers: { 'content-type': 'application/octet-stream' } },
      400,
      'INPUT_INVALID',
    ],
    [
      'a file’s name with a path',
      'POST',
      '/v1/attachments?name=..%2Fb',
      { raw: 'x', headers: { 'content-type': 'application/octet-stream' } },
      400,
      'INPUT_INVALID',
    ],
    [
      'an attachment that is not sent as bytes',
      'POST',
      '/v1/attachments?name=b',
      { json: {} },
      415,
      'INPUT_MEDIA_TYPE',
    ],
  ])('%s is told', async (_, method, path, options, status, code) => {
    const answer = await call(method, path, { token: tokens.officer, ...options });
    if (status < 300) expect(answer.status).toBe(status);
    else expectProblem(answer, status, code);
  });

  it('any text of any script, zero characters included, arrives as it was written', async () => {
    const text = 'нөл:\u0000 emoji:🛂 rtl:\u202e end';
    const purposes = [{ instrument: 'a\u0000b', activity: 'solving', offences: 'any', caseId: null }];
    const answer = await call('POST', '/v1/messages', {
      token: tokens.officer,
      json: body({ text, otherTreaty: 'x\u0000', purposes }),
    });
    expect(answer.status).toBe(201);
    const { id } = answer.body as unknown as MessageView;
    await untilStatus(officer(), id, 'accepted');
    const read = await federation
      .api(RECEIVER, 'officer')
      .get<{ body: { text: string } }>(`/v1/messages/${id}`);
    expect(read.body.text).toBe(text);
  });

  it.each<[string, object, string]>([
    ['an instrument', { instrument: 'cis-it-crime-2019' }, 'instrument'],
    ['a recipient', { to: 'by-mwd' }, 'to'],
  ])('%s that is unknown is not a refusal of a treaty', async (_, changes, path) => {
    const answer = await call('POST', '/v1/messages', {
      token: tokens.officer,
      json: { ...good, ...changes },
    });
    expectProblem(answer, 422, 'INPUT_UNKNOWN');
    expect(answer.body.path).toBe(path);
  });

  it('bytes that are not UTF-8 are refused with their offset, and a member that occurs twice by its path', async () => {
    const headers = { 'content-type': 'application/json' };
    const text = JSON.stringify(body({ text: 'X' }));
    const at = Buffer.from(text).indexOf('"X"') + 1;
    const broken = Buffer.from(text);
    broken.writeUInt8(0xff, at);
    const answer = await call('POST', '/v1/messages', { token: tokens.officer, raw: broken, headers });
    expectProblem(answer, 400, 'INPUT_INVALID');
    expect(answer.body.offset).toBe(at);
    for (const [name, path] of [
      ['"text":"Y","text"', 'body.text'],
      ['"__proto__":{},"text"', 'body.__proto__'],
    ] as const) {
      const raw = text.replace('"text"', name);
      const twice = await call('POST', '/v1/messages', { token: tokens.officer, raw, headers });
      expectProblem(twice, 400, 'INPUT_INVALID');
      expect(twice.body.path).toBe(path);
    }
  });

  it('half a character is refused', async () => {
    const raw = JSON.stringify(body({ text: 'x' })).replace('"x"', '"\\ud800"');
    const headers = { 'content-type': 'application/json' };
    expectProblem(
      await call('POST', '/v1/messages', { token: tokens.officer, raw, headers }),
      400,
      'INPUT_INVALID',
    );
  });
});

describe('what only some may send', () => {
  const of = (type: string, token: string) =>
    call('POST', '/v1/messages', { token, json: { ...spontaneous(), type } });

  it.each(['consent-answer', 'consent-revocation', 'restriction', 'recall'])(
    'a %s without the proof that it is about is sent by nobody',
    async (type) => {
      for (const token of [tokens.officer, tokens.head, tokens.system])
        expectProblem(await of(type, token), 422, 'MESSAGE_TYPE_UNSUPPORTED');
    },
  );

  it.each([
    ...[
      'refusal',
      'postponement',
      'conditions',
      'conditions-answer',
      'consent-request',
      'forwarded',
      'withdrawal',
    ],
    ...[
      'confidentiality-notice',
      'confidentiality-answer',
      'attendance-request',
      'attendance-answer',
      'costs',
    ],
  ])('a %s is not for a system to decide', async (type) => {
    const answer = await of(type, tokens.system);
    expectProblem(answer, 403, 'FORBIDDEN');
    expect(answer.body.path).toBe('type');
    // People get the answer of the case or the treaty.
    expect((await of(type, tokens.officer)).text).not.toMatch(/for people to decide/);
  });

  it('what people need not decide a system sends', async () => {
    expect((await of('spontaneous', tokens.system)).status).toBe(201);
  });
});

describe('a request that is sent again', () => {
  const send = (key: string, json: object, token = tokens.officer) =>
    call('POST', '/v1/messages', { token, json, headers: { 'idempotency-key': key } });
  const count = async () => (await walk(officer(), '/v1/messages?direction=out')).length;

  it('has one effect and the same answer, also when two come at once', async () => {
    const [key, before] = [randomUUID(), await count()];
    const answers = await Promise.all([
      send(key, spontaneous()),
      send(key, spontaneous()),
      send(key, spontaneous()),
    ]);
    const again = await send(key, spontaneous());
    for (const answer of answers) expect(answer.body).toEqual(again.body);
    expect(again.status).toBe(201);
    expect(await count()).toBe(before + 1);
  });

  it('with another content under the same key is refused, and another caller’s key is another key', async () => {
    const key = randomUUID();
    const first = await send(key, spontaneous());
    expectProblem(await send(key, spontaneous(RECEIVER, 'Другое.')), 422, 'IDEMPOTENCY_MISMATCH');
    const other = await send(key, spontaneous(), tokens.head);
    expect(other.status).toBe(201);
    expect(other.body.id).not.toBe(first.body.id);
  });
});

it('keys of requests end after 48 hours, and are kept no longer', async () => {
  const send = async (key: string) => {
    const headers = { 'idempotency-key': key };
    return (await call('POST', '/v1/messages', { token: tokens.officer, json: spontaneous(), headers })).body
      .id;
  };
  const age = (key: string, hours: number) =>
    federation.sql(
      'kz',
      'UPDATE idempotency_key SET created_at = now() - make_interval(hours => $2) WHERE key = $1',
      [key, hours],
    );
  const [young, old, gone] = [randomUUID(), randomUUID(), randomUUID()];
  const ids = await Promise.all([young, old, gone].map(send));
  await age(young, 47);
  expect(await send(young)).toBe(ids[0]);
  await age(old, 49);
  expect(await send(old)).not.toBe(ids[1]);
  await age(gone, 49);
  await until('it is removed', STEP_MS, async () => {
    const rows = await federation.sql('kz', 'SELECT 1 FROM idempotency_key WHERE key = $1', [gone]);
    return rows.length === 0 ? true : undefined;
  });
});

it('pages show everything once, whatever their size', async () => {
  for (let index = 0; index < 5; index++) await officer().post('/v1/messages', spontaneous());
  const all = await walk<MessageView>(officer(), '/v1/messages?direction=out');
  const ids = all.map(({ id }) => id);
  expect(ids.length).toBeGreaterThanOrEqual(5);
  expect(new Set(ids).size).toBe(ids.length);
  for (const limit of [1, 3, ids.length])
    expect(
      (await walk<MessageView>(officer(), '/v1/messages?direction=out', limit)).map(({ id }) => id),
    ).toEqual(ids);
});

describe('lists', () => {
  interface Listed {
    readonly items: readonly Record<string, unknown>[];
    readonly next: string | null;
    readonly cursor: string | null;
  }
  const get = (path: string, token = tokens.auditor) =>
    call('GET', `/v1/${path}`, { token }).then(({ body }) => body as unknown as Listed);
  let accepted: MessageView;

  beforeAll(async () => {
    accepted = await openCase(federation);
    for (let index = 0; index < 4; index++) await officer().post('/v1/messages', spontaneous());
  });

  it.each(['messages', 'cases', 'tokens', 'ledger'])(
    '%s since a cursor come oldest first, each once, and go on where they ended',
    async (list) => {
      const newestFirst = (
        await walk<Record<string, unknown>>(federation.api(SENDER, 'auditor'), `/v1/${list}`)
      ).reverse();
      const seen: Record<string, unknown>[] = [];
      let since = '0';
      // While a transaction of before is under way, on any database of the server, a list shows less.
      await until('all of the list', STEP_MS, async () => {
        for (;;) {
          const { items, next, cursor } = await get(`${list}?since=${since}&limit=2`);
          seen.push(...items);
          since = cursor ?? '';
          if (next === null) return seen.length >= newestFirst.length ? true : undefined;
          expect(next).toBe(since);
        }
      });
      const identity = ({ id, message, stage }: Record<string, unknown>) => [id, message, stage].join();
      expect(seen.slice(0, newestFirst.length).map(identity)).toEqual(newestFirst.map(identity));
      expect((await get(`${list}?since=${since}`)).cursor).toBe(since);
    },
  );

  it('show nothing new before what is numbered earlier can be seen too', async () => {
    // Drafts and numbered messages are one list, in two tables.
    const draft = (type: string) =>
      `INSERT INTO draft (own, id, peer, case_id, type, instrument, level, status, payload, decision, attachments, created_at, expires_at)
       VALUES ('${SENDER}', gen_random_uuid(), 'ru-fsb', gen_random_uuid(), '${type}', 'x', 'open', 'discarded', '', '{}', '[]', now(), now())`;
    const numbered = (type: string) =>
      `WITH m AS (
         INSERT INTO message (own, peer, direction, ep, n, id, case_id, type, instrument, level, d, bytes, created_at, sent_at, expires_at, attachments)
         VALUES ('${SENDER}', 'ru-fsb', 'out', 1, 1, gen_random_uuid(), gen_random_uuid(), '${type}', 'x', 'open', 'D', 1, now(), now(), now(), '[]')
         RETURNING own, peer, direction, ep, n)
       INSERT INTO message_state (own, peer, direction, ep, n, status, register_mark) SELECT *, 'accepted', '' FROM m`;
    const types = (list: Listed) => list.items.map(({ type }) => type);
    const count = async () =>
      Number(
        (await federation.sql<{ last: string }>('kz', `SELECT last_value AS last FROM message_seq`))[0]?.last,
      );
    const { cursor } = await get('messages?since=0&limit=200');
    const before = await count();
    const early = federation.sql(
      'kz',
      `DO $$ BEGIN ${draft('reminder')};
         WHILE NOT EXISTS (SELECT 1 FROM draft WHERE type = 'result') LOOP PERFORM pg_sleep(0.02); END LOOP; END $$`,
    );
    await until('the early one has its number', STEP_MS, async () =>
      (await count()) > before ? true : undefined,
    );
    await federation.sql('kz', numbered('withdrawal'));
    const list = `messages?peer=ru-fsb&since=${cursor ?? ''}`;
    expect(types(await get(list))).toEqual([]);
    expect(types(await get('messages?peer=ru-fsb'))).toEqual(['withdrawal']);
    await federation.sql('kz', draft('result'));
    await early;
    const all = await until('all of them', STEP_MS, async () => {
      const shown = types(await get(list));
      return shown.length === 3 ? shown : undefined;
    });
    expect(all).toEqual(['reminder', 'withdrawal', 'result']);
    expect(types(await get('messages?peer=ru-fsb'))).toEqual(all.toReversed());
  });

  it('are filtered by the other authority, dates, type and status', async () => {
    const all = (await get('messages?limit=200')).items as unknown as (MessageView & { to: string })[];
    const ids = async (filter: string) =>
      (await get(`messages?limit=200&${filter}`)).items.map(({ id }) => id);
    const those = (fits: (message: MessageView & { to: string }) => boolean) =>
      all.filter(fits).map(({ id }) => id);
    expect(await ids('type=request')).toEqual(those(({ type }) => type === 'request'));
    expect(await ids(`peer=${RECEIVER}&direction=out`)).toEqual(those(({ to }) => to === RECEIVER));
    expect(await ids(`peer=${RECEIVER}`)).toEqual(those(({ from, to }) => [from, to].includes(RECEIVER)));
    expect(await ids('peer=am-nss')).toEqual([]);
    expect(await ids('instrument=csto-infosphere-2014')).toEqual([]);
    const whole = (at: string) => `${at.slice(0, 19)}Z`;
    const [from, until] = [whole(accepted.createdAt), '2100-01-01T00:00:00Z'];
    expect(await ids(`from=${from}&until=${until}`)).toEqual(
      those(({ createdAt }) => Date.parse(createdAt) >= Date.parse(from)),
    );
    expect(await ids(`until=${from}`)).not.toContain(accepted.id);
    const cases = async (filter: string) =>
      (await get(`cases?limit=200&${filter}`)).items.map(({ id }) => id);
    expect(await cases(`peer=${RECEIVER}`)).toContain(accepted.case);
    expect(await cases('peer=am-nss')).toEqual([]);
    expect(await cases('until=2026-01-01T00:00:00Z')).toEqual([]);
    expect((await get('tokens?role=head')).items.every(({ role }) => role === 'head')).toBe(true);
    expect((await get('quarantine?code=CONFLICT&node=by&since=0')).items).toEqual([]);
  });
});

describe('tokens', () => {
  const wanted = (changes: object = {}) => {
    const { token, sha256 } = newToken();
    return { token, json: { name: 'short', role: 'officer', authority: SENDER, sha256, ...changes } };
  };
  const ask = (token: string, changes: object = {}) =>
    call('POST', '/v1/tokens', { token, json: wanted(changes).json });
  const works = async (token: string) => (await call('GET', '/v1/register', { token })).status === 200;

  it('stop working when they are revoked, and are never shown', async () => {
    const { id, token } = await federation.issue('kz', 'officer', SENDER);
    expect((await call('GET', '/v1/messages', { token })).status).toBe(200);
    expect((await call('DELETE', `/v1/tokens/${id}`, { token: tokens.administrator })).status).toBe(204);
    expectProblem(await call('GET', '/v1/messages', { token }), 401, 'UNAUTHENTICATED');
    const list = await call('GET', '/v1/tokens', { token: tokens.administrator });
    expect(list.text).not.toMatch(/vls_|[0-9a-f]{64}/);
    expect(list.text).toContain(id);
  });

  it('end at their time', async () => {
    const expiresAt = new Date(Math.ceil(Date.now() / 1000) * 1000 + 1000).toISOString();
    const { token, json } = wanted({ expiresAt });
    expect((await call('POST', '/v1/tokens', { token: tokens.administrator, json })).status).toBe(201);
    expect(await works(token)).toBe(true);
    await until('it has ended', STEP_MS, async () => ((await works(token)) ? undefined : true));
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(expiresAt));
  });

  it.each<[string, object, string]>([
    ['another node’s authority', { authority: 'by-mvd' }, 'authority'],
    ['an officer of no authority', { authority: null }, 'authority'],
    ['an end in the past', { expiresAt: '2026-01-01T00:00:00Z' }, 'expiresAt'],
    ['no hash', { sha256: undefined }, 'sha256'],
    ['the token instead of its hash', { sha256: `vls_${'A'.repeat(43)}` }, 'sha256'],
  ])('%s is refused', async (_, changes, path) => {
    const answer = await ask(tokens.administrator, changes);
    expectProblem(answer, 400, 'INPUT_INVALID');
    expect(answer.body.path).toBe(path);
  });

  it('whose hash is known already are refused: an administrator cannot make a reader of its own token', async () => {
    const sha256 = hashToken(tokens.administrator);
    expectProblem(await ask(tokens.administrator, { sha256 }), 409, 'CONFLICT');
  });

  it('are issued, seen and revoked by an administrator of one authority for that one only', async () => {
    const { token } = await federation.issue('kz', 'administrator', 'kz-mvd');
    for (const changes of [
      {},
      { role: 'administrator', authority: null },
      { role: 'system', authority: null },
    ])
      expectProblem(await ask(token, changes), 403, 'FORBIDDEN');
    const own = await ask(token, { authority: 'kz-mvd' });
    expect(own.status).toBe(201);
    const seen = (await call('GET', '/v1/tokens?limit=200', { token })).body.items as { authority: string }[];
    expect(new Set(seen.map(({ authority }) => authority))).toEqual(new Set(['kz-mvd']));
    const other = await ask(tokens.administrator, { role: 'head' });
    expectProblem(await call('DELETE', `/v1/tokens/${String(other.body.id)}`, { token }), 404, 'NOT_FOUND');
    expectProblem(
      await call('POST', `/v1/tokens/${String(other.body.id)}/approval`, { token }),
      404,
      'NOT_FOUND',
    );
    expect((await call('DELETE', `/v1/tokens/${String(own.body.id)}`, { token })).status).toBe(204);
    // What was done is seen by those who audit, each for their own.
    const audited = (await call('GET', '/v1/tokens?limit=200', { token: tokens.auditor })).body.items;
    expect(new Set((audited as { authority: string }[]).map(({ authority }) => authority))).toEqual(
      new Set([SENDER]),
    );
  });

  it.each(['head', 'security-officer', 'administrator'])(
    'of the role %s work only once a second administrator of another line approved',
    async (role) => {
      const [asks, approves] = federation.administrators('kz');
      const { token, json } = wanted({ role });
      const { id, status } = await asks.post<{ id: string; status: string }>('/v1/tokens', json);
      expect(status).toBe('pending');
      expect(await works(token)).toBe(false);
      expect(await asks.try(`/v1/tokens/${id}/approval`, {})).toMatchObject({
        ok: false,
        problem: { status: 403, code: 'FORBIDDEN' },
      });
      expect(await works(token)).toBe(false);
      for (let time = 0; time < 2; time++)
        expect(await approves.post(`/v1/tokens/${id}/approval`, {})).toMatchObject({ status: 'in-force' });
      expect(await works(token)).toBe(true);
    },
  );

  it('that were not approved within a week lapse', async () => {
    const [asks, approves] = federation.administrators('kz');
    const { json } = wanted({ role: 'head' });
    const { id } = await asks.post<{ id: string }>('/v1/tokens', json);
    await federation.sql(
      'kz',
      `UPDATE access_token SET created_at = now() - interval '8 days' WHERE id = $1`,
      [id],
    );
    await expect(approves.post(`/v1/tokens/${id}/approval`, {})).rejects.toThrow(/409 CONFLICT/);
  });
});

describe('attachments', () => {
  const upload = (name: string, bytes: Buffer, token = tokens.officer) =>
    call('POST', `/v1/attachments?name=${name}`, {
      token,
      raw: bytes,
      headers: { 'content-type': 'application/octet-stream' },
    });
  const filesIn = (node: string, authority: string, direction: string): string[] => {
    try {
      return readdirSync(join(federation.folderOf(node), 'attachments', authority, direction)).sort();
    } catch {
      return [];
    }
  };
  const content = (id: string) =>
    federation
      .api(RECEIVER, 'officer')
      .download(`/v1/attachments/${id}/content`)
      .then(async (stream) => Buffer.concat((await stream.toArray()) as Buffer[]));
  /** Alters one bit of what lies on a node's disk. */
  const tamper = (node: string, authority: string, direction: string, id: string): void => {
    const file = join(federation.folderOf(node), 'attachments', authority, direction, `${id}.chunks`);
    const bytes = readFileSync(file);
    bytes.writeUInt8(bytes.readUInt8(70_000) ^ 1, 70_000);
    writeFileSync(file, bytes);
  };
  const bytes = Buffer.alloc(200_000, 'attachment ');
  const send = async (attachment: string): Promise<MessageView> =>
    officer().post<MessageView>('/v1/messages', { ...spontaneous(), attachments: [attachment] });

  it('over the limit are refused and nothing of them is kept', async () => {
    const before = filesIn('kz', SENDER, 'out');
    const declared = await upload('big.bin', Buffer.alloc(UPLOAD_BYTES_MAX + 1)).catch(() => undefined);
    if (declared) expectProblem(declared, 413, 'INPUT_TOO_LARGE');
    await until('no file of it', STEP_MS, () =>
      Promise.resolve(filesIn('kz', SENDER, 'out').join() === before.join() ? true : undefined),
    );
    expect((await upload('fits.bin', Buffer.alloc(UPLOAD_BYTES_MAX))).status).toBe(201);
  });

  it('are released only when verified whole, and a bit that changes on the disk is noticed', async () => {
    const { id } = (await upload('letter.pdf', bytes)).body as { id: string };
    const back = await Interceptor.on(federation, 'by', 'kz');
    back.holds = () => true;
    const message = await send(id);
    await untilStatus(federation.api(RECEIVER, 'officer'), message.id, 'pulling');
    await expect(content(id)).rejects.toThrow(/409 CONFLICT/);
    back.holds = () => false;
    await untilStatus(federation.api(RECEIVER, 'officer'), message.id, 'accepted');
    await back.close();
    expect((await content(id)).equals(bytes)).toBe(true);
    tamper('by', RECEIVER, 'in', id);
    await expect(content(id)).rejects.toThrow();
  });

  it('that are altered at the sender are never accepted', async () => {
    const { id } = (await upload('altered.bin', bytes)).body as { id: string };
    tamper('kz', SENDER, 'out', id);
    const message = await send(id);
    const guard = federation.api(RECEIVER, 'security-officer');
    await until('the part in quarantine', STEP_MS, async () =>
      (await quarantine(guard)).some(
        ({ code, detail }) => code === 'ENVELOPE_ATTACHMENT' && detail.includes(id),
      )
        ? true
        : undefined,
    );
    await untilStatus(federation.api(RECEIVER, 'officer'), message.id, 'pulling');
    await expect(content(id)).rejects.toThrow(/409 CONFLICT/);
  });
});

describe('two authorities of one node', () => {
  it('see nothing of each other', async () => {
    const upload = await call('POST', '/v1/attachments?name=own.txt', {
      token: tokens.officer,
      raw: 'own',
      headers: { 'content-type': 'application/octet-stream' },
    });
    const attachment = String(upload.body.id);
    const opened = await openCase(federation);
    const draft = await officer().post<MessageView>('/v1/messages', {
      ...spontaneous(),
      attachments: [attachment],
    });
    const other = (role: 'officer' | 'head' | 'auditor') => federation.api('kz-mvd', role);
    for (const path of [
      `messages/${opened.id}`,
      `messages/${draft.id}/signing-input`,
      `cases/${opened.case}`,
    ])
      await expect(other('officer').get(`/v1/${path}`)).rejects.toThrow(/404 NOT_FOUND/);
    for (const path of [`attachments/${attachment}`, `attachments/${attachment}/content`])
      await expect(other('officer').get(`/v1/${path}`)).rejects.toThrow(/404 NOT_FOUND/);
    for (const path of ['messages', 'cases']) expect(await walk(other('auditor'), `/v1/${path}`)).toEqual([]);
    expect(await other('auditor').get(`/v1/receipts?message=${opened.id}`)).toEqual({ items: [] });
    expect(await other('auditor').get('/v1/pairs')).toEqual([]);
    // Nor what the other one agreed with a peer.
    const agreed = `arrangement:${ARRANGEMENT.id}`;
    const namesOf = async (api: typeof other) =>
      (await api('officer').get<{ book: string }[]>('/v1/register')).map(({ book }) => book);
    expect(await namesOf((role) => federation.api(SENDER, role))).toContain(agreed);
    expect(await namesOf(other)).not.toContain(agreed);
    await expect(other('officer').get(`/v1/register/books/${agreed}/versions/1`)).rejects.toThrow(
      /404 NOT_FOUND/,
    );
    await expect(
      other('officer').post('/v1/messages', { ...spontaneous(), attachments: [attachment] }),
    ).rejects.toThrow(/404 NOT_FOUND/);
    await expect(
      other('officer').post('/v1/messages', { ...spontaneous(), case: opened.case }),
    ).rejects.toThrow(/404 NOT_FOUND/);
    const signature = { protected: 'e30', signature: 'AA' };
    await expect(other('head').post(`/v1/messages/${opened.id}/signatures`, signature)).rejects.toThrow(
      /404 NOT_FOUND/,
    );
  });
});

describe('metrics', () => {
  const asked = (token: string) => call('GET', '/metrics', { token });

  beforeAll(async () => {
    const { id } = await officer().post<MessageView>('/v1/messages', spontaneous());
    await untilStatus(officer(), id, 'accepted');
  });

  it('tell an authority what happened to it, and nothing of another or of the process', async () => {
    const sent =
      /^valise_messages\{authority="kz-knb",direction="out",type="spontaneous",status="accepted"\} \d+$/m;
    // They may have been counted before, and are counted again after a while.
    const { status, type, text } = await until('what was sent', STEP_MS, async () => {
      const answer = await asked(tokens.system);
      return sent.test(answer.text) || answer.status !== 200 ? answer : undefined;
    });
    expect([status, type]).toEqual([200, expect.stringMatching(/^text\/plain/)]);
    expect(text).toMatch(sent);
    expect(text).toMatch(/^valise_duplicates\{authority="kz-knb"\} \d+$/m);
    expect(text).toMatch(/^valise_bus_connected\{direction="in"\} 1$/m);
    expect(text).toMatch(/^valise_book_age_seconds\{book="list:KZ"\} /m);
    const other = await asked((await federation.issue('kz', 'system', 'kz-mvd')).token);
    expect(other.status).toBe(200);
    for (const seen of [text, other.text]) expect(seen).not.toMatch(/process_cpu|nodejs|valise_held/);
    expect(other.text).not.toMatch(/kz-knb|by-mvd|spontaneous/);
  });

  it('tell who watches the node of all authorities, with a token that reads nothing', async () => {
    const { token } = await federation.issue('kz', 'system');
    const { text } = await asked(token);
    expect(text).toMatch(/^valise_messages\{authority="kz-knb",direction="out"/m);
    expect(text).toMatch(/^valise_process_cpu_seconds_total /m);
    const receipts = `receipts?message=${randomUUID()}`;
    for (const path of ['messages', 'cases', 'attachments', receipts, 'pairs'])
      expectProblem(await call('GET', `/v1/${path}`, { token }), 403, 'FORBIDDEN');
  });
});

it('whatever is sent to any route, nothing but 503 is our own fault, and the process goes on', async () => {
  const seed = Number(process.env.VALISE_FUZZ_SEED ?? Date.now() % 2 ** 32);
  const count = Number(process.env.VALISE_FUZZ_REQUESTS ?? 400);
  process.stdout.write(`fuzz seed of the routes: ${seed}\n`);
  const before = federation.processes.all().map((one) => one.restarts());
  const target = { url: federation.urlOf('kz'), tokens: Object.values(tokens), document: await openApi() };
  const { statuses } = await fuzzRoutes(seed, count, target as unknown as RoutesTarget);
  process.stdout.write(`fuzz: ${JSON.stringify(statuses)}\nfuzzed: ${count} inputs\n`);
  for (const status of ['200', '400', '403', '404', '415']) expect(statuses).toHaveProperty(status);
  expect(federation.processes.all().map((one) => one.restarts())).toEqual(before);
  expect((await call('GET', '/health')).status).toBe(200);
}, 600_000);
