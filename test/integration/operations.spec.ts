import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { main } from '../../apps/cli/src/main.js';
import { checkBus } from '../../apps/cli/src/operations/doctor/bus.js';
import { checkDatabase } from '../../apps/cli/src/operations/doctor/database.js';
import { viewSchema } from '../../apps/cli/src/operations/doctor/view.js';

const VHOST = 'operations';
const management = process.env.VALISE_TEST_MANAGEMENT_URL ?? '';
const port = process.env.VALISE_TEST_AMQP_PORT ?? '';

/** `valise bus init` and `valise doctor` on a real broker and a real database. Accounts are the broker's: ids of our own. */
describe('a broker that was declared by `valise bus init`', () => {
  let folder: string;
  let printed: string[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'valise-operations-'));
    printed = [];
    const log = jest
      .spyOn(console, 'log')
      .mockImplementation((line: unknown) => void printed.push(String(line)));
    await main([
      ...['bus', 'init', '--nodes', 'op-kz,op-by,op-depositary', '--vhost', VHOST],
      ...['--management', management, '--passwords', folder],
    ]);
    log.mockRestore();
  });
  afterAll(async () => {
    await broker('DELETE', `/api/vhosts/${VHOST}`);
    for (const node of ['op-kz', 'op-by', 'op-depositary']) await broker('DELETE', `/api/users/${node}`);
    rmSync(folder, { recursive: true });
  });

  const view = (peers: string[]) =>
    viewSchema.parse({
      node: 'op-kz',
      listen: { host: '127.0.0.1', port: 8080 },
      database: { url: { env: 'URL' } },
      bus: { url: { env: 'URL' }, peers },
      authorities: [],
      anchors: [],
      register: { depositaries: ['op-depositary'] },
      attachments: { folder: 'attachments' },
    });
  const url = (password: string): string =>
    `amqp://op-kz:${encodeURIComponent(password)}@127.0.0.1:${port}/${VHOST}`;
  const states = async (peers: string[], password: string) =>
    (await checkBus(view(peers), url(password), '')).map(({ state, what, seen }) => ({ state, what, seen }));

  it('says what it made, and no password', () => {
    expect(printed).toEqual([
      'virtual host operations: 3 accounts (passwords), 6 exchanges, 21 queues, 9 policies',
    ]);
  });

  it('is found in order by the doctor, with the password that was made', async () => {
    const password = readFileSync(join(folder, 'op-kz.password'), 'utf8').trim();
    expect(await states(['op-kz', 'op-by'], password)).toEqual([
      { state: 'ok', what: 'bus', seen: `connected to 127.0.0.1:${port}` },
      { state: 'ok', what: 'queues', seen: '11 and out.op-kz are there; 0 dead letters wait' },
    ]);
  });

  it('is reported by the doctor where a peer was not declared', async () => {
    const password = readFileSync(join(folder, 'op-kz.password'), 'utf8').trim();
    expect((await states(['am'], password)).at(-1)).toEqual({
      state: 'fail',
      what: 'queues',
      seen: '4 missing: op-kz.from.am, op-kz.from.am.attachments, am.from.op-kz, am.from.op-kz.attachments',
    });
  });

  it('lets nobody in with another password', async () => {
    expect(await states(['op-by'], 'wrong')).toMatchObject([{ state: 'fail', what: 'bus' }]);
  });

  async function broker(method: string, path: string): Promise<void> {
    const { username, password, origin } = new URL(management);
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const answer = await fetch(`${origin}${path}`, { method, headers: { authorization } });
    expect(answer.status).toBe(204);
  }
});

describe('a database', () => {
  it('without a schema is a warning, and none at all a failure', async () => {
    const { checks, books } = await checkDatabase(process.env.VALISE_TEST_DATABASE_URL ?? '');
    expect(checks).toMatchObject([{ state: 'warn', what: 'database' }]);
    expect(books).toBeUndefined();
    const away = await checkDatabase('postgres://nobody:nothing@127.0.0.1:1/none');
    expect(away.checks).toMatchObject([{ state: 'fail', what: 'database' }]);
  });
});
