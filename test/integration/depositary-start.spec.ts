import { createServer } from 'node:net';
import { bareCertificate, infinitySpki } from '../../libs/trust/testing/spellings.js';
import { type Federation, federation, proxy, until } from './bus-harness.js';
import {
  Depositary,
  type Office,
  type Setting,
  Workshop,
  freePort,
  freshDatabase,
  hashOf,
  node,
  office,
  setting,
} from './depositary-harness.js';

const SIGNED = { instrument: 'cis-it-crime-2018', state: 'KZ', event: 'signed', on: '2018-09-28' };

const workshop = new Workshop();
let bus: Federation;
let database: Awaited<ReturnType<typeof freshDatabase>>;
let cis: Office;
let csto: Office;

beforeAll(async () => {
  [cis, csto] = await Promise.all([office('CIS', 'depositary:CIS'), office('CSTO', 'depositary:CSTO')]);
  [bus, database] = await Promise.all([federation(['cis', 'kz', 'by']), freshDatabase()]);
});

afterAll(async () => {
  Depositary.endAll();
  await Promise.all([bus.remove(), database.drop()]);
  workshop.remove();
});

const usual = async (busUrl?: string): Promise<Setting> =>
  setting(workshop, {
    depositary: cis,
    anchors: [],
    bus,
    database: database.url,
    port: await freePort(),
    ...(busUrl === undefined ? {} : { busUrl }),
  });

type Change = (from: Setting) => Setting;
const configured =
  (changes: Record<string, unknown>): Change =>
  ({ configuration, environment }) => ({ configuration: { ...configuration, ...changes }, environment });
const signing =
  (of: () => Office, key: () => string): Change =>
  (from) =>
    configured({ signing: { certificate: workshop.file('other.pem', of().certificate.pem), key: key() } })(
      from,
    );

describe('a start that cannot succeed ends with one clear line', () => {
  it.each<[string, Change, RegExp]>([
    ['an unknown field', configured({ colour: 'red' }), /CONFIGURATION: .*colour/],
    [
      'several faults at once',
      configured({ organisation: 'EU', peers: ['KZ'] }),
      /CONFIGURATION: .*organisation.*peers\.0/,
    ],
    [
      'a missing secret',
      ({ configuration }) => ({ configuration, environment: {} }),
      /CONFIGURATION: .*TEST_DATABASE/,
    ],
    [
      'a missing key',
      signing(
        () => cis,
        () => '/nowhere/register.key',
      ),
      /KEY_FILE: \/nowhere\/register\.key/,
    ],
    [
      'a key that others can read',
      signing(
        () => cis,
        () => workshop.file('open.key', cis.privateKeyPem, 0o644),
      ),
      /KEY_PERMISSIONS: .*mode 644.*chmod 600/,
    ],
    [
      'the key of another certificate',
      signing(
        () => cis,
        () => workshop.file('csto.key', csto.privateKeyPem),
      ),
      /CONFIGURATION: .*key of another/,
    ],
    [
      "another depositary's certificate",
      signing(
        () => csto,
        () => workshop.file('csto2.key', csto.privateKeyPem),
      ),
      /CONFIGURATION: .*issued to CSTO, not to depositary:CIS/,
    ],
    [
      'an anchor for the treaty book',
      configured({ anchors: [{ keeper: 'depositary:CIS', certificate: 'x.pem' }] }),
      /CONFIGURATION: .*anchors\.0\.keeper/,
    ],
    [
      'a database that is unreachable',
      ({ configuration, environment }) => ({
        configuration,
        environment: { ...environment, TEST_DATABASE: 'postgres://nobody@127.0.0.1:1/none' },
      }),
      /DATABASE_UNAVAILABLE: .*What to do/,
    ],
  ])('%s', async (_, change, line) => {
    const depositary = Depositary.start(workshop, change(await usual()));
    expect(await depositary.exited).toBe(1);
    const lines = depositary.log
      .trim()
      .split('\n')
      .filter((text) => text.startsWith('valise-depositary: '));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(line);
  });

  it('a port that is taken', async () => {
    const from = await usual();
    const { port } = from.configuration.listen as { port: number };
    const squatter = createServer();
    await new Promise<void>((done) => squatter.listen(port, '127.0.0.1', done));
    const depositary = Depositary.start(workshop, from);
    expect(await depositary.exited).toBe(1);
    expect(depositary.log).toMatch(/PORT_TAKEN: .*What to do/);
    await new Promise((done) => squatter.close(done));
  });
});

/** A statement has whole seconds, and one that was made before is not sent again: a start in the same second would say nothing. */
async function nextSecond(): Promise<void> {
  const second = Math.floor(Date.now() / 1000);
  await until('the next second began', () => Math.floor(Date.now() / 1000) > second);
}

describe('the bus', () => {
  beforeEach(nextSecond);

  it('may be unreachable at the start and later: what was recorded meanwhile goes out when it is back', async () => {
    const between = await proxy();
    between.refuse(true);
    const kz = await node(bus, 'kz');
    const depositary = Depositary.start(workshop, await usual(bus.url('cis', between.port)));
    const ready = async () => depositary.call('GET', '/ready').catch(() => ({ status: 0, body: {} }));
    await until('it answers', async () => (await ready()).status === 503);
    expect((await ready()).body).toMatchObject({ ready: false, database: true });
    const recorded = await depositary.call('POST', '/v1/events', { body: { events: [SIGNED] } });
    expect([recorded.status, recorded.body.version]).toEqual([201, 1]);

    between.refuse(false);
    await until('the book came', () => kz.books().includes('treaty:CIS/1'));
    await until('it is ready', async () => (await ready()).status === 200);

    between.refuse(true);
    between.cut();
    const events = [{ ...SIGNED, state: 'BY' }];
    expect((await depositary.call('POST', '/v1/events', { body: { events } })).status).toBe(201);
    between.refuse(false);
    await until('the next one came', () => kz.books().includes('treaty:CIS/2'));

    expect(await depositary.stop()).toBe(0);
    await kz.close();
    await between.close();
  });

  it('a node without a queue does not delay others', async () => {
    const kz = await node(bus, 'kz');
    const from = setting(workshop, {
      depositary: cis,
      anchors: [],
      bus,
      database: database.url,
      port: await freePort(),
      peers: ['ghost', 'kz'],
    });
    const depositary = await Depositary.start(workshop, from).ready();
    await until('the statement came', () => kz.statements().includes('treaty:CIS/2'));
    await until('the ghost was tried', () => /ghost.* waits/.test(depositary.log));
    expect((await depositary.call('GET', '/ready')).body.bus).toMatch(/ghost/);
    expect(await depositary.stop()).toBe(0);
    await kz.close();
  });

  it('a restart goes on where it was, and states the newest version', async () => {
    const kz = await node(bus, 'kz');
    const depositary = await Depositary.start(workshop, await usual()).ready();
    await until('the statement came', () => kz.statements().includes('treaty:CIS/2'));
    const recorded = await depositary.call('POST', '/v1/events', {
      body: { events: [{ ...SIGNED, state: 'RU' }] },
    });
    expect(recorded.body.version).toBe(3);
    expect(await depositary.stop()).toBe(0);
    await kz.close();
  });

  it('a list on record that cannot be read is reported and not relayed, and ends no start', async () => {
    const certificate = bareCertificate(infinitySpki()).toString('base64');
    const by = await office('BY', 'state:BY');
    const poisoned = workshop.list(by, 4, {
      certificates: [{ authority: 'by-kgb', role: 'seal', certificate }],
    });
    await database.sql(
      `INSERT INTO book (book, version, text, hash, received_at, received_by) VALUES ('list:BY', 4, $1, $2, now(), 'x')`,
      [poisoned, hashOf(poisoned)],
    );
    const kz = await node(bus, 'kz');
    const depositary = await Depositary.start(workshop, await usual()).ready();
    expect((await depositary.call('GET', '/ready')).body.unreadable).toEqual(['list:BY/4']);
    expect(depositary.log).toContain('list:BY 4 on record cannot be read');
    await kz.send('book-ask', JSON.stringify({ have: {} }));
    await until('the rest came', () => kz.books().includes('treaty:CIS/3'));
    expect(kz.books()).not.toContain('list:BY/4');
    expect(await depositary.stop()).toBe(0);
    await kz.close();
  });
});
