import { randomBytes } from 'node:crypto';
import { signHandOver, verifyBook, verifyBookStatement } from '#envelope';
import { BOOK_VERSION_JUMP_MAX } from '#register';
import { createCrl } from '#trust';
import { bareCertificate, infinitySpki } from '../../libs/trust/testing/spellings.js';
import { until } from './bus-harness.js';
import { type Scene, altered, hashOf, office, payloadOf, scene } from './depositary-harness.js';

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
    const channel = { ...agreement, id: 'channel-2011', kind: 'channel', between: ['AM', 'BY', 'KZ'] };
    const assistance = { ...agreement, id: 'minsk-1993', kind: 'legal-assistance', until: '2030-01-01' };
    const three = [agreement, channel, assistance];
    const agreed = await stage.depositary.call('POST', '/v1/agreements', {
      body: { agreements: three },
    });
    expect(agreed.body.version).toBe(before + 2);
    const { text } = await stage.depositary.call('GET', `/v1/books/treaty:CIS/versions/${before + 2}`);
    expect(payloadOf(text).agreements).toEqual([...three].sort((a, b) => (a.id < b.id ? -1 : 1)));
    const other = { ...agreement, id: 'x', kind: 'trade' };
    const refused = await stage.depositary.call('POST', '/v1/agreements', { body: { agreements: [other] } });
    expect([refused.status, refused.body.path]).toEqual([400, 'agreements.0.kind']);
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
    const asPrinted = await stage.depositary.call('POST', '/v1/lists', { body: JSON.parse(list) as unknown });
    expect([asPrinted.status, asPrinted.body]).toEqual([200, recorded.body]);
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
    ['a list with an invalid key', () => listing(bareCertificate(infinitySpki())), 400, 'BOOK_FORMAT'],
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
    const leap = await stage.submit(stage.workshop.list(stage.offices.by, 4 + BOOK_VERSION_JUMP_MAX));
    expect([leap.status, leap.body.code]).toEqual([409, 'BOOK_VERSION']);
    expect(await stage.quarantined({ code: 'BOOK_CONFLICT' })).toMatchObject({ kind: 'book' });
    const { items } = (await stage.depositary.call('GET', '/v1/conflicts')).body as {
      items: { id: string }[];
    };
    expect(items).toMatchObject([{ book: 'list:BY', theirs: { version: 3 }, ours: { version: 3 } }]);
    const proof = (await stage.depositary.call('GET', `/v1/conflicts/${items[0]?.id ?? ''}`)).body;
    expect([payloadOf(String(proof.ourText)).grades, payloadOf(String(proof.theirText)).grades]).toEqual([
      [],
      [expect.objectContaining({ level: 'restricted' })],
    ]);
    expect((await stage.depositary.call('GET', '/ready')).body).toMatchObject({
      ready: true,
      conflicts: ['list:BY'],
    });
  });

  it('has the content that its keeper stated before it came', async () => {
    const { by } = stage.offices;
    const stated = stage.workshop.list(by, 6);
    const statement = stage.workshop.statement(by, 6, stated);
    await stage.by.send('book-statement', statement);
    await until('it is relayed', () => stage.kz.texts('book-statement').includes(statement));
    const other = stage.workshop.list(by, 6, { issuedAt: '2026-02-02T00:00:00Z' });
    const refused = await stage.submit(other);
    expect([refused.status, refused.body.code]).toEqual([409, 'BOOK_CONFLICT']);
    const { items } = (await stage.depositary.call('GET', '/v1/conflicts')).body as {
      items: { id: string }[];
    };
    expect(items[0]).toMatchObject({
      book: 'list:BY',
      theirs: { version: 6, hash: hashOf(other) },
      ours: { version: 6, hash: hashOf(stated) },
    });
    const proof = (await stage.depositary.call('GET', `/v1/conflicts/${items[0]?.id ?? ''}`)).body;
    expect([proof.theirText, proof.ourText]).toEqual([other, statement]);
    expect((await stage.submit(stated)).status).toBe(201);
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

  it('may begin again under a new root, which the old one signs', async () => {
    const { atc } = stage.offices;
    const successor = await office('ATC 2', 'organ:cis-atc');
    const first = stage.workshop.list(successor, 1);
    expect((await stage.submit(first)).body.code).toBe('CERTIFICATE_PATH');
    const at = Math.floor(Date.now() / 1000);
    const handOver = signHandOver({
      content: { book: 'list:cis-atc', at: new Date(at * 1000).toISOString().replace('.000Z', 'Z') },
      certificate: atc.root.certificate,
      key: stage.workshop.key(atc.root),
      to: successor.root.certificate,
      iat: at,
    });
    const before = await stage.submit(stage.workshop.list(atc, 3));
    expect(before.status).toBe(201);
    expect((await stage.submit(handOver)).status).toBe(201);
    expect((await stage.submit(handOver)).status).toBe(200);
    expect((await stage.submit(stage.workshop.list(atc, 4))).body.code).toBe('CERTIFICATE_PATH');
    // Numbers that the old root used stand for other contents now, and no keeper has two histories for it.
    const states = async (version: number) => {
      const text = stage.workshop.statement(successor, version, stage.workshop.list(successor, version));
      await stage.by.send('book-statement', text);
      await until('the statement is relayed', () => stage.kz.texts('book-statement').includes(text));
    };
    await states(2);
    expect((await stage.submit(first)).body).toMatchObject({ version: 1 });
    await states(3);
    await until('the nodes have both', () =>
      [handOver, first].every((text) => stage.kz.texts('book').includes(text)),
    );
    stage.kz.forget();
    const has = { version: 3, hash: String(before.body.hash) };
    await stage.kz.send('book-ask', JSON.stringify({ have: { 'list:cis-atc': has } }));
    await until('the answer came', () => stage.kz.texts('book').includes(first));
    const order = stage.kz.texts('book').filter((text) => text === handOver || text === first);
    expect(order).toEqual([handOver, first]);
    const versions = (await stage.depositary.call('GET', '/v1/books/list:cis-atc/versions?limit=2')).body;
    expect((versions.items as { version: number }[]).map(({ version }) => version)).toEqual([1, 3]);
    stage.offices.atc = successor;
  });

  it('is signed on no record that was altered', async () => {
    const before = await newestTreatyVersion();
    const [altered] = (await stage.sql('SELECT source FROM event ORDER BY id LIMIT 1')) as {
      source: string;
    }[];
    const alter = (source: string) =>
      stage.sql(`ALTER TABLE event DISABLE TRIGGER append_only;
        UPDATE event SET source = '${source}' WHERE id = (SELECT min(id) FROM event);
        ALTER TABLE event ENABLE TRIGGER append_only`);
    await alter('somebody else');
    const refused = await stage.depositary.call('POST', '/v1/events', {
      body: { events: [{ ...NOTIFIED, state: 'KG' }] },
    });
    expect([refused.status, refused.body.code]).toEqual([409, 'BOOK_CONFLICT']);
    await alter(altered?.source ?? '');
    expect(await newestTreatyVersion()).toBe(before);
  });

  it('cannot be changed in the database', async () => {
    for (const sql of [
      "UPDATE book SET text = 'x'",
      'DELETE FROM book',
      'TRUNCATE book',
      'DELETE FROM event',
      "UPDATE event SET state = 'XX'",
      'DELETE FROM agreement',
      'DELETE FROM hand_over',
    ])
      await expect(stage.sql(sql)).rejects.toThrow('append-only');
  });
});

describe('who may call', () => {
  it('is told what is wrong with a zero character, which no text of the database can have', async () => {
    for (const path of ['/v1/books/list:K%00/versions/5', '/v1/books/list:K%00/versions'])
      expect((await stage.depositary.call('GET', path)).status).toBeLessThan(500);
    const body = { name: 'a\0b', role: 'auditor' };
    expect((await stage.depositary.call('POST', '/v1/tokens', { body })).status).toBe(400);
  });

  it.each([
    ['nobody', '', 401],
    ['somebody with an invented token', `vls_${randomBytes(32).toString('base64url')}`, 401],
  ])('%s gets nothing but the probes', async (_, stranger, status) => {
    for (const path of ['/v1/books', '/v1/events', '/v1/quarantine', '/v1/tokens'])
      expect((await stage.depositary.call('GET', path, { token: stranger })).status).toBe(status);
    expect((await stage.depositary.call('GET', '/health', { token: stranger })).status).toBe(200);
  });

  it('a system submits lists and reads books, an auditor reads, an administrator does it all', async () => {
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

  it('a token ends: by itself in 90 days, or when it was issued to', async () => {
    const issue = (expiresAt?: string) =>
      stage.depositary.call('POST', '/v1/tokens', {
        body: { name: 'x', role: 'auditor', ...(expiresAt && { expiresAt }) },
      });
    const inDays = (days: number) =>
      new Date(Date.now() + days * 86_400_000).toISOString().replace(/\.\d+Z$/, 'Z');
    const usual = await issue();
    expect(Math.round((Date.parse(String(usual.body.expiresAt)) - Date.now()) / 86_400_000)).toBe(90);
    for (const expiresAt of [inDays(-1), inDays(400)]) {
      const refused = await issue(expiresAt);
      expect([refused.status, refused.body.path]).toEqual([400, 'expiresAt']);
    }
    const { body } = await issue(inDays(3 / 86_400));
    const status = async () =>
      (await stage.depositary.call('GET', '/v1/books', { token: String(body.token) })).status;
    expect(await status()).toBe(200);
    await until('the token has ended', async () => (await status()) === 401);
    expect(JSON.stringify((await stage.depositary.call('GET', '/v1/tokens')).body)).not.toContain(body.id);
  });

  it('its interface is documented', async () => {
    const { body } = await stage.depositary.call('GET', '/docs/openapi.json', { token: '' });
    const paths = Object.keys(body.paths as object);
    expect(paths).toEqual(expect.arrayContaining(['/v1/events', '/v1/lists', '/v1/books', '/ready']));
    expect(JSON.stringify(body)).toContain('receivedOn');
  });
});
