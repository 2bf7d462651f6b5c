import { randomBytes } from 'node:crypto';
import { verifyBook, verifyBookStatement } from '#envelope';
import { createCrl } from '#trust';
import { bareCertificate, infinitySpki } from '../../libs/trust/testing/spellings.js';
import { until } from './bus-harness.js';
import { type Scene, altered, hashOf, payloadOf, scene } from './depositary-harness.js';

const SIGNED = {
  instrument: 'cis-it-crime-2018',
  state: 'KZ',
  event: 'signed',
  on: '2018-09-28',
  source: 'text',
};
const NOTIFIED = { instrument: 'cis-it-crime-2018', state: 'KZ', event: 'notified', on: '2019-12-20' };

let stage: Scene;

beforeAll(async () => {
  stage = await scene();
});

afterAll(async () => {
  await stage.end();
});

beforeEach(() => {
  stage.kz.forget();
  stage.by.forget();
});

async function token(role: string): Promise<{ id: string; token: string }> {
  const answer = await stage.depositary.call('POST', '/v1/tokens', { body: { name: `a ${role}`, role } });
  expect(answer.status).toBe(201);
  return answer.body as { id: string; token: string };
}

/** A list of Kazakhstan with this for a seal of one of its authorities. */
function listing(der: Buffer): string {
  const certificates = [{ authority: 'kz-knb', role: 'seal', certificate: der.toString('base64') }];
  return stage.workshop.list(stage.offices.kz, 5, { certificates });
}

async function newestTreatyVersion(): Promise<number> {
  return (await stage.books()).find(({ book }) => book === 'treaty:CIS')?.version ?? 0;
}

describe('the treaty book', () => {
  it('gets a signed version with every recording, relayed to every node with a statement', async () => {
    const first = await stage.depositary.call('POST', '/v1/events', { body: { events: [SIGNED] } });
    expect([first.status, first.body.version]).toEqual([201, 1]);
    const second = await stage.depositary.call('POST', '/v1/events', { body: { events: [NOTIFIED] } });
    expect(second.body.version).toBe(2);

    for (const each of [stage.kz, stage.by]) {
      await until(
        'both versions came',
        () => each.books().length === 2 && each.statements().includes('treaty:CIS/2'),
      );
      expect(each.books()).toEqual(['treaty:CIS/1', 'treaty:CIS/2']);
    }
    const trust = { anchorOf: () => stage.offices.cis.root.certificate, at: new Date() };
    const text = stage.kz.texts('book')[1] ?? '';
    expect(verifyBook(text, trust)).toMatchObject({
      ok: true,
      book: 'treaty:CIS',
      version: 2,
      hash: second.body.hash,
    });
    expect(payloadOf(text)).toMatchObject({ organisation: 'CIS', sample: true, events: [SIGNED, NOTIFIED] });
    const statement = stage.kz.texts('book-statement').at(-1) ?? '';
    expect(verifyBookStatement(statement, trust)).toMatchObject({
      ok: true,
      content: { book: 'treaty:CIS', version: 2, hash: second.body.hash },
    });
    const served = await stage.depositary.call('GET', '/v1/books/treaty:CIS/versions/2');
    expect(served.text).toBe(text);
  });

  it('takes several events as one version, and keeps agreements beside them', async () => {
    const before = await newestTreatyVersion();
    const events = ['BY', 'RU'].map((state) => ({ ...NOTIFIED, state }));
    const recorded = await stage.depositary.call('POST', '/v1/events', { body: { events } });
    expect(recorded.body.version).toBe(before + 1);
    const agreement = {
      id: 'by-kz-secrets-2008',
      kind: 'secrecy',
      between: ['BY', 'KZ'],
      from: '2008-09-01',
      until: null,
    };
    const agreed = await stage.depositary.call('POST', '/v1/agreements', {
      body: { agreements: [agreement] },
    });
    expect(agreed.body.version).toBe(before + 2);
    const { text } = await stage.depositary.call('GET', `/v1/books/treaty:CIS/versions/${before + 2}`);
    expect(payloadOf(text).agreements).toEqual([agreement]);
    expect(payloadOf(text).events).toEqual(expect.arrayContaining(events));
  });

  it('has one effect and one answer for one Idempotency-Key', async () => {
    const body = { events: [{ ...NOTIFIED, state: 'AM' }] };
    const [first, again] = await Promise.all([
      stage.depositary.call('POST', '/v1/events', { body, key: 'am-1' }),
      stage.depositary.call('POST', '/v1/events', { body, key: 'am-1' }),
    ]);
    expect(again.body).toEqual(first.body);
    expect(await newestTreatyVersion()).toBe(first.body.version);
    const other = await stage.depositary.call('POST', '/v1/events', {
      body: { events: [{ ...NOTIFIED, state: 'TJ' }] },
      key: 'am-1',
    });
    expect([other.status, other.body.code]).toEqual([422, 'IDEMPOTENCY_MISMATCH']);
    const without = await stage.depositary.call('POST', '/v1/events', { body });
    expect([without.status, without.body.code]).toEqual([409, 'CONFLICT']);
  });

  it('records nothing of a refused recording', async () => {
    const before = await newestTreatyVersion();
    const events = [{ ...NOTIFIED, state: 'UZ' }, NOTIFIED];
    expect((await stage.depositary.call('POST', '/v1/events', { body: { events } })).status).toBe(409);
    expect(await newestTreatyVersion()).toBe(before);
    const { body } = await stage.depositary.call('GET', '/v1/events?limit=200');
    expect(JSON.stringify(body)).not.toContain('"UZ"');
  });

  it.each([
    ['an unknown field', [{ ...NOTIFIED, extra: 1 }], 'events.0'],
    ['a day that is none', [{ ...NOTIFIED, on: '2026-02-30' }], 'events.0.on'],
    [
      "another organisation's instrument",
      [{ ...NOTIFIED, instrument: 'csto-infosphere-2014' }],
      'events.0.instrument',
    ],
    ['an unknown instrument', [{ ...NOTIFIED, instrument: 'cis-unheard-of' }], 'events.0.instrument'],
    ['nothing', [], 'events'],
  ])('refuses %s', async (_, events, path) => {
    const answer = await stage.depositary.call('POST', '/v1/events', { body: { events } });
    expect([answer.status, answer.body.code, answer.body.path]).toEqual([400, 'INPUT_INVALID', path]);
  });

  it('is paged, newest first', async () => {
    const first = await stage.depositary.call('GET', '/v1/books/treaty:CIS/versions?limit=2');
    const next = await stage.depositary.call(
      'GET',
      `/v1/books/treaty:CIS/versions?limit=2&after=${String(first.body.next)}`,
    );
    const versions = [first, next].flatMap(({ body }) =>
      (body.items as { version: number }[]).map((item) => item.version),
    );
    const newest = await newestTreatyVersion();
    expect(versions).toEqual([newest, newest - 1, newest - 2, newest - 3]);
  });
});

describe("a state's list", () => {
  it('is relayed to every node in its exact bytes; the same again gets the same answer', async () => {
    const list = stage.workshop.list(stage.offices.kz, 1);
    const recorded = await stage.submit(list);
    expect(recorded.status).toBe(201);
    expect(recorded.body).toMatchObject({ book: 'list:KZ', version: 1, hash: hashOf(list) });
    expect(recorded.body.receivedOn).toBe(String(recorded.body.receivedAt).slice(0, 10));
    for (const each of [stage.kz, stage.by]) {
      await until('the list came', () => each.books().includes('list:KZ/1'));
      expect(each.texts('book')).toContain(list);
    }
    const again = await stage.submit(list);
    expect([again.status, again.body]).toEqual([200, recorded.body]);
    const asObject = await stage.submit(JSON.parse(list));
    expect([asObject.status, asObject.body]).toEqual([200, recorded.body]);
  });

  it('may be an organ’s', async () => {
    expect((await stage.submit(stage.workshop.list(stage.offices.atc, 1))).status).toBe(201);
  });

  it.each<[string, () => string | Promise<string>, number, string]>([
    [
      'altered',
      () => altered(stage.workshop.list(stage.offices.kz, 5), { version: 6 }),
      403,
      'BOOK_SIGNATURE',
    ],
    [
      'signed by the depositary instead',
      () => stage.workshop.list(stage.offices.kz, 5, {}, stage.offices.cis),
      403,
      'CERTIFICATE_PATH',
    ],
    [
      'signed by another state',
      () => stage.workshop.list(stage.offices.kz, 5, {}, stage.offices.by),
      403,
      'CERTIFICATE_PATH',
    ],
    [
      'of a state without an anchor',
      () => stage.workshop.list({ ...stage.offices.kz, authority: 'state:XX' }, 1),
      403,
      'CERTIFICATE_PATH',
    ],
    [
      'a list that names an authority of another state',
      () =>
        stage.workshop.list(stage.offices.kz, 5, {
          certificates: [{ authority: 'by-kgb', role: 'seal', certificate: 'AAAA' }],
        }),
      400,
      'BOOK_FORMAT',
    ],
    ['a list with a key that is none', () => listing(bareCertificate(infinitySpki())), 400, 'BOOK_FORMAT'],
    [
      'a list of another state’s certificate',
      async () => listing((await stage.offices.by.register('by-kgb')).certificate.der),
      400,
      'BOOK_FORMAT',
    ],
    [
      'a list of a certificate under another root',
      async () => listing((await stage.offices.by.register('kz-knb')).certificate.der),
      403,
      'CERTIFICATE_PATH',
    ],
    [
      'a list of a certificate that lacks the role',
      async () => listing((await stage.offices.kz.register('kz-knb')).certificate.der),
      403,
      'CERTIFICATE_PATH',
    ],
    [
      'a list with an intermediate that is none',
      () => stage.workshop.list(stage.offices.kz, 5, { intermediates: ['AAAA'] }),
      400,
      'BOOK_FORMAT',
    ],
    [
      'a list with a field more',
      () => stage.workshop.list(stage.offices.kz, 5, { more: 1 }),
      400,
      'BOOK_FORMAT',
    ],
    ['no list', () => '{"payload":"e30","signatures":[]}', 400, 'BOOK_FORMAT'],
    ['no JSON', () => 'list', 400, 'BOOK_FORMAT'],
  ])('is refused and quarantined when it is %s', async (_, make, status, code) => {
    const list = await make();
    const answer = await stage.submit(list);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    const record = await stage.quarantined({ kind: 'book', code, bytes: Buffer.byteLength(list) });
    expect(record).toMatchObject({ source: 'token:bootstrap' });
    const kept = await stage.depositary.call('GET', `/v1/quarantine/${String(record?.id)}/body`);
    expect(kept.text).toBe(list);
    expect((await stage.depositary.call('GET', '/v1/books/list:KZ/versions/5')).status).toBe(404);
  });

  it("is refused from another register certificate under the state's root", async () => {
    const other = await stage.offices.kz.register('kz-knb');
    const answer = await stage.submit(stage.workshop.list(stage.offices.kz, 5, {}, other));
    expect([answer.status, answer.body.code]).toEqual([403, 'BOOK_SIGNATURE']);
  });

  it('must be newer, and a version has one content', async () => {
    expect((await stage.submit(stage.workshop.list(stage.offices.by, 3))).status).toBe(201);
    const older = await stage.submit(stage.workshop.list(stage.offices.by, 2));
    expect([older.status, older.body.code]).toEqual([409, 'BOOK_NOT_NEWER']);
    const other = await stage.submit(
      stage.workshop.list(stage.offices.by, 3, {
        grades: [{ name: 'для служебного пользования', level: 'restricted' }],
      }),
    );
    expect([other.status, other.body.code]).toEqual([409, 'BOOK_CONFLICT']);
    expect(await stage.quarantined({ code: 'BOOK_CONFLICT' })).toMatchObject({ kind: 'book' });
  });

  it('cannot be replaced with a key that the state revoked, even where the list leaves the revocation out', async () => {
    const { root } = stage.offices.kz;
    const at = new Date(Date.now() - 60_000);
    const crl = await createCrl({
      issuer: root,
      revoked: [{ serialNumber: stage.offices.kz.certificate.serialNumber, at }],
      thisUpdate: at,
      nextUpdate: new Date(Date.now() + 86_400_000),
      number: 1,
    });
    const successor = await stage.offices.kz.register();
    const crls = [crl.der.toString('base64')];
    expect((await stage.submit(stage.workshop.list(stage.offices.kz, 10, { crls }, successor))).status).toBe(
      201,
    );
    const forged = await stage.submit(stage.workshop.list(stage.offices.kz, 11));
    expect([forged.status, forged.body.code]).toEqual([403, 'CERTIFICATE_REVOKED']);
    expect((await stage.submit(stage.workshop.list(stage.offices.kz, 11, { crls }, successor))).status).toBe(
      201,
    );
    stage.offices.kz = { ...stage.offices.kz, ...successor };
  });

  it('stands in the database for good', async () => {
    for (const sql of [
      "UPDATE book SET text = 'x'",
      'DELETE FROM book',
      'TRUNCATE book',
      'DELETE FROM event',
      "UPDATE event SET state = 'XX'",
      'DELETE FROM agreement',
    ])
      await expect(stage.sql(sql)).rejects.toThrow('append-only');
  });
});

describe('who may call', () => {
  it.each([
    ['nobody', '', 401],
    ['somebody with a made-up token', `vls_${randomBytes(32).toString('base64url')}`, 401],
  ])('%s gets nothing but the probes', async (_, stranger, status) => {
    for (const path of ['/v1/books', '/v1/events', '/v1/quarantine', '/v1/tokens'])
      expect((await stage.depositary.call('GET', path, { token: stranger })).status).toBe(status);
    expect((await stage.depositary.call('GET', '/health', { token: stranger })).status).toBe(200);
  });

  it('a system hands in lists and reads books, an auditor reads, an administrator does it all', async () => {
    const [system, auditor] = await Promise.all([token('system'), token('auditor')]);
    const events = { events: [{ ...NOTIFIED, state: 'MD' }] };
    const list = { book: stage.workshop.list(stage.offices.atc, 2) };
    const status = async (method: string, path: string, by: string, body?: unknown) =>
      (await stage.depositary.call(method, path, { token: by, ...(body === undefined ? {} : { body }) }))
        .status;
    expect(await status('POST', '/v1/events', system.token, events)).toBe(403);
    expect(await status('POST', '/v1/events', auditor.token, events)).toBe(403);
    expect(await status('POST', '/v1/lists', auditor.token, list)).toBe(403);
    expect(await status('POST', '/v1/lists', system.token, list)).toBe(201);
    expect(await status('GET', '/v1/books', system.token)).toBe(200);
    expect(await status('GET', '/v1/quarantine', auditor.token)).toBe(200);
    expect(await status('GET', '/v1/quarantine', system.token)).toBe(403);
    expect(await status('POST', '/v1/tokens', system.token, { name: 'x', role: 'administrator' })).toBe(403);

    expect((await stage.depositary.call('DELETE', `/v1/tokens/${auditor.id}`)).status).toBe(204);
    expect(await status('GET', '/v1/books', auditor.token)).toBe(401);
    expect(JSON.stringify((await stage.depositary.call('GET', '/v1/tokens')).body)).not.toContain('vls_');
  });

  it('its interface is documented', async () => {
    const { body } = await stage.depositary.call('GET', '/docs/openapi.json', { token: '' });
    const paths = Object.keys(body.paths as object);
    expect(paths).toEqual(expect.arrayContaining(['/v1/events', '/v1/lists', '/v1/books', '/ready']));
    expect(JSON.stringify(body)).toContain('receivedOn');
  });
});
