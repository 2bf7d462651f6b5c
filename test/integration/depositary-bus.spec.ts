import { bareCertificate, infinitySpki } from '../../libs/trust/testing/spellings.js';
import { until } from './bus-harness.js';
import { type Scene, hashOf, payloadOf, scene } from './depositary-harness.js';

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

describe('on the bus', () => {
  it('a node submits its list and its statements, and the others get them', async () => {
    const list = stage.workshop.list(stage.offices.by, 20);
    await stage.by.send('book', list);
    await until('the list came', () => stage.kz.texts('book').includes(list));
    const statement = stage.workshop.statement(stage.offices.by, 20, list);
    await stage.by.send('book-statement', statement);
    await until('the statement came', () => stage.kz.texts('book-statement').includes(statement));
    const book = (await stage.books()).find((item) => item.book === 'list:BY');
    expect(book).toMatchObject({ version: 20, hash: hashOf(list), receivedBy: `node:${stage.bus.id('by')}` });
    expect(book?.statement).toMatchObject({ version: 20, hash: hashOf(list) });
    expect(book?.ageSeconds).toBeLessThan(60);
  });

  it('a statement from before the last one is neither kept nor relayed, and no fault of who brings it', async () => {
    const { by } = stage.offices;
    const list = stage.workshop.list(by, 20);
    const at = (seconds: number) => new Date(Date.now() + 1_000 * seconds);
    const past = stage.workshop.statement(by, 20, list, at(-3_600));
    // Clocks may differ by so much; a statement that is made in the same second as the last one says nothing new.
    const later = stage.workshop.statement(by, 20, list, at(60));
    for (const text of [past, later, past]) await stage.by.send('book-statement', text);
    await until('the later one came', () => stage.kz.texts('book-statement').includes(later));
    // One after the other: when this has come, those before it are settled.
    const last = stage.workshop.statement(by, 20, list, at(120));
    await stage.by.send('book-statement', last);
    await until('the last one came', () => stage.kz.texts('book-statement').includes(last));
    expect(stage.kz.texts('book-statement')).toEqual([later, last]);
    expect(await stage.quarantined({ kind: 'book-statement' })).toBeUndefined();
    const book = (await stage.books()).find((item) => item.book === 'list:BY');
    expect(book?.statement).toMatchObject({ version: 20, at: payloadOf(last).at });
  });

  it('regardless of the sender, only the keeper’s signature counts', async () => {
    const list = stage.workshop.list(stage.offices.by, 21);
    await stage.kz.send('book', list);
    await until('the list came', () => stage.by.texts('book').includes(list));
  });

  it.each<[string, string, () => string | Buffer, string]>([
    [
      'a list signed by the depositary',
      'book',
      () => stage.workshop.list(stage.offices.by, 30, {}, stage.offices.cis),
      'CERTIFICATE_PATH',
    ],
    [
      'a list whose certificate has its key at infinity',
      'book',
      () =>
        stage.workshop.list(stage.offices.by, 30, {
          certificates: [
            {
              authority: 'by-kgb',
              role: 'seal',
              certificate: bareCertificate(infinitySpki()).toString('base64'),
            },
          ],
        }),
      'BOOK_FORMAT',
    ],
    [
      'a list whose keeper put a zero character into a name',
      'book',
      () => stage.workshop.list(stage.offices.by, 30, { 'a\0': 1 }),
      'BOOK_FORMAT',
    ],
    ['bytes that are no text', 'book', () => Buffer.from([0xff, 0xfe, 0x00]), 'BOOK_FORMAT'],
    [
      'a statement of the future',
      'book-statement',
      () =>
        stage.workshop.statement(
          stage.offices.by,
          21,
          stage.workshop.list(stage.offices.by, 21),
          new Date(Date.now() + 3_600_000),
        ),
      'BOOK_FORMAT',
    ],
    [
      'a statement of another content',
      'book-statement',
      () =>
        stage.workshop.statement(
          stage.offices.by,
          21,
          stage.workshop.list(stage.offices.by, 21, { state: 'BY', issuedAt: '2026-01-02T00:00:00Z' }),
        ),
      'BOOK_CONFLICT',
    ],
    [
      'a statement of an old version',
      'book-statement',
      () => stage.workshop.statement(stage.offices.by, 7, stage.workshop.list(stage.offices.by, 7)),
      'BOOK_NOT_NEWER',
    ],
    [
      'a statement about a name with a zero character, which no text of the database can have',
      'book-statement',
      () => {
        const payload = Buffer.from(JSON.stringify({ book: 'list:\0' })).toString('base64url');
        return JSON.stringify({ payload, signatures: [] });
      },
      'BOOK_FORMAT',
    ],
    ['a question that is none', 'book-ask', () => '{"have":{"list:KZ":-1}}', 'INPUT_INVALID'],
    ['a message of another kind', 'envelope', () => '{}', 'INPUT_INVALID'],
  ])('%s goes to quarantine with its reason', async (_, kind, make, code) => {
    const body = make();
    await stage.by.send(kind, body);
    const found = { kind, code, bytes: Buffer.byteLength(body), source: `node:${stage.bus.id('by')}` };
    await until('it is in quarantine', async () => (await stage.quarantined(found)) !== undefined);
  });

  it('one node fills quarantine up to its own bound, and displaces nothing of another', async () => {
    const source = `node:${stage.bus.id('by')}`;
    await stage.sql(
      `INSERT INTO quarantine (kind, source, code, detail, sha256, bytes, body, first_at, last_at)
       SELECT 'book', '${source}', 'BOOK_FORMAT', '', n, 0, '', now(), now() FROM generate_series(1, 10000) AS n`,
    );
    await stage.by.send('book', '{"one":"more"}');
    // One after the other: when this has come, the one before is settled.
    const list = stage.workshop.list(stage.offices.by, 22);
    await stage.by.send('book', list);
    await until('the list came', () => stage.kz.texts('book').includes(list));
    await stage.kz.send('book', '{"one":"more"}');
    const kept = { source: `node:${stage.bus.id('kz')}`, bytes: 14 };
    await until('what another sent is kept', async () => (await stage.quarantined(kept)) !== undefined);
    expect(await stage.quarantined({ source, bytes: 14 })).toBeUndefined();
    await stage.sql(`DELETE FROM quarantine WHERE source = '${source}' AND bytes = 0`);
  });

  it('a new node gets every book and statement by asking, a node that has them only statements', async () => {
    const event = { instrument: 'cis-it-crime-2018', state: 'KZ', event: 'signed', on: '2018-09-28' };
    for (const state of ['KZ', 'BY'])
      await stage.depositary.call('POST', '/v1/events', { body: { events: [{ ...event, state }] } });
    const books = await stage.books();
    expect(books.map(({ book, version }) => `${book}/${version}`)).toEqual(['list:BY/22', 'treaty:CIS/2']);
    await until('nothing is on its way', outboxIsEmpty);
    await until('what went out has arrived', () => stage.kz.statements().includes('treaty:CIS/2'));
    stage.kz.forget();
    stage.by.forget();

    await stage.kz.send('book-ask', JSON.stringify({ have: {} }));
    await until('all came', () => stage.kz.statements().length === 2);
    expect(stage.kz.books()).toEqual(['list:BY/22', 'treaty:CIS/2']);
    expect(stage.by.books()).toEqual([]);
    stage.kz.forget();

    const have = Object.fromEntries(books.map(({ book, version, hash }) => [book, { version, hash }]));
    const older = await stage.depositary.call('GET', '/v1/books/list:BY/versions/20');
    const has = (version: number, hash: string) =>
      stage.kz.send('book-ask', JSON.stringify({ have: { ...have, 'list:BY': { version, hash } } }));
    await has(20, hashOf(older.text));
    await until('the answer came', () => stage.kz.statements().length === 2);
    expect(stage.kz.books()).toEqual(['list:BY/22']);
    stage.kz.forget();

    // Another content under our number gets ours, and a version that is newer than ours nothing.
    await has(22, 'A'.repeat(43));
    await until('the answer came', () => stage.kz.statements().length === 2);
    expect(stage.kz.books()).toEqual(['list:BY/22']);
    stage.kz.forget();
    await has(23, 'A'.repeat(43));
    await until('the answer came', () => stage.kz.statements().length === 2);
    expect(stage.kz.books()).toEqual([]);
    stage.kz.forget();

    await stage.kz.send('book-ask', JSON.stringify({ book: 'treaty:CIS', version: 1 }));
    await until('the version came', () => stage.kz.books().length > 0);
    const served = await stage.depositary.call('GET', '/v1/books/treaty:CIS/versions/1');
    expect(stage.kz.texts('book')).toEqual([served.text]);
    expect(stage.kz.books()).toEqual(['treaty:CIS/1']);
  });
});

describe('database connections that are cut', () => {
  it('lose nothing that arrives on the bus meanwhile', async () => {
    const versions = Array.from({ length: 25 }, (_, index) => 40 + index);
    const lists = versions.map((version) => stage.workshop.list(stage.offices.by, version));
    for (const list of lists) {
      await stage.by.send('book', list);
      await stage.sql(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      );
    }
    await until('the last list came', () => stage.kz.texts('book').includes(lists.at(-1) ?? ''));
    // A list whose attempt was cut may be overtaken by a newer one; then its record is in quarantine.
    const { body } = await stage.depositary.call('GET', '/v1/books/list:BY/versions?limit=25');
    const recorded = (body.items as { version: number }[]).map(({ version }) => version);
    expect(recorded[0]).toBe(versions.at(-1));
    for (const [index, list] of lists.entries())
      if (!recorded.includes(versions[index] ?? -1))
        expect(
          await stage.quarantined({ code: 'BOOK_NOT_NEWER', bytes: Buffer.byteLength(list) }),
        ).toBeDefined();
    expect(stage.depositary.process.exitCode).toBeNull();
    await until('nothing waits', outboxIsEmpty);
  });
});

async function outboxIsEmpty(): Promise<boolean> {
  return (await stage.sql('SELECT id FROM outbox')).length === 0;
}
