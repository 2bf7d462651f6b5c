import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { files, makeKeys } from '../../apps/federation/src/keys.js';
import { until } from '../../apps/federation/src/until.js';
import { freePort, freshDatabase } from './depositary-harness.js';
import { GATEWAY, STEP_MS } from '../federation/harness.js';

const folder = mkdtempSync(join(tmpdir(), 'valise-start-'));
const folderOf = (id: string): string => join(folder, id);
const keys = {
  seal: files.seal(folderOf('kz'), 'kz-knb'),
  encryption: files.encryption(folderOf('kz'), 'kz-knb'),
};
let database: Awaited<ReturnType<typeof freshDatabase>>;

beforeAll(async () => {
  await makeKeys(folderOf);
  database = await freshDatabase();
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

type Configuration = Awaited<ReturnType<typeof usual>>;

async function usual() {
  return {
    node: 'kz',
    listen: { host: '127.0.0.1', port: await freePort() },
    database: { url: { env: 'TEST_DATABASE' } },
    // Nobody listens there.
    bus: { url: { env: 'TEST_BUS' }, peers: ['by'] },
    authorities: [{ id: 'kz-knb', seal: keys.seal, encryption: [keys.encryption] }],
    anchors: [{ keeper: 'state:KZ', certificate: files.root(folderOf('kz')).certificate }],
    register: { depositaries: ['cis-depositary'] },
    attachments: { folder: join(folder, 'attachments') },
  };
}

interface Started {
  readonly process: ChildProcess;
  readonly exited: Promise<number | null>;
  readonly stderr: () => string;
}

function start(configuration: object, environment: Record<string, string> = {}): Started {
  const file = join(folder, `${randomBytes(4).toString('hex')}.yaml`);
  writeFileSync(file, stringify(configuration));
  const child = spawn(process.execPath, [GATEWAY, file], {
    env: {
      PATH: process.env.PATH,
      TEST_DATABASE: database.url,
      TEST_BUS: 'amqp://kz:secret@127.0.0.1:1/none',
      ...environment,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  const exited = new Promise<number | null>((done) => child.once('close', done));
  return { process: child, exited, stderr: () => stderr };
}

/** One line that says what it is and what to do, no stack trace, exit code 1. */
async function expectOneLine({ exited, stderr }: Started, told: RegExp): Promise<void> {
  expect(await exited).toBe(1);
  expect(stderr().trimEnd().split('\n')).toEqual([expect.stringMatching(told)]);
  expect(stderr()).not.toMatch(/\bat .*:\d+:\d+|node_modules/);
}

describe('a start that cannot succeed ends with one clear line', () => {
  const seal = (changes: Partial<Configuration['authorities'][0]['seal']>) => (from: Configuration) => ({
    ...from,
    authorities: [{ id: 'kz-knb', encryption: [keys.encryption], seal: { ...keys.seal, ...changes } }],
  });

  it.each<[string, (from: Configuration) => object, RegExp]>([
    [
      'several faults at once',
      (from) => ({ ...from, node: 'K Z', listen: { host: '127.0.0.1', port: 0 } }),
      /^gateway: CONFIGURATION: .*node: .*listen\.port: .*What to do/,
    ],
    ['a missing key file', seal({ key: 'nowhere.pem' }), /^gateway: KEY_FILE: .*nowhere\.pem.*What to do/],
    [
      'a missing certificate',
      seal({ certificate: '/nowhere/seal.pem' }),
      /^gateway: \w+: .*\/nowhere\/seal\.pem.*What to do/,
    ],
    [
      'the certificate of another authority',
      seal(files.seal(folderOf('kz'), 'kz-mvd')),
      /^gateway: CONFIGURATION: .*kz-mvd, not of kz-knb.*What to do/,
    ],
    [
      'another’s key',
      seal({ key: files.seal(folderOf('kz'), 'kz-mvd').key }),
      /^gateway: CONFIGURATION: .*does not belong to the key.*What to do/,
    ],
    [
      'a missing secret',
      (from) => ({ ...from, bus: { ...from.bus, url: { env: 'NOT_SET' } } }),
      /^gateway: CONFIGURATION: .*NOT_SET/,
    ],
  ])('%s', async (_, change, told) => {
    await expectOneLine(start(change(await usual())), told);
  });

  it('a key that others can read', async () => {
    const key = join(folder, 'open.key.pem');
    copyFileSync(keys.seal.key, key);
    chmodSync(key, 0o644);
    await expectOneLine(
      start(seal({ key })(await usual())),
      /^gateway: KEY_PERMISSIONS: .*open\.key\.pem.*644.*chmod 600/,
    );
  });

  it('a database that is unreachable', async () => {
    const away = { TEST_DATABASE: 'postgres://nobody@127.0.0.1:1/none' };
    await expectOneLine(
      start(await usual(), away),
      /^gateway: DATABASE_UNAVAILABLE: .*What to do: check database\.url/,
    );
  });

  it('a port that is taken', async () => {
    const configuration = await usual();
    const squatter = createServer();
    await new Promise<void>((done) => squatter.listen(configuration.listen.port, '127.0.0.1', done));
    await expectOneLine(start(configuration), /^gateway: PORT_TAKEN: .*What to do/);
    await new Promise((done) => squatter.close(done));
  });

  it('no configuration named at all', async () => {
    const child = spawn(process.execPath, [GATEWAY], { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
    expect(await new Promise((done) => child.once('close', done))).toBe(1);
    expect(stderr).toMatch(/^gateway: CONFIGURATION: usage: .*\n$/);
  });
});

it('without a broker it starts, serves its officers, says that it is not ready, and ends when told', async () => {
  const configuration = await usual();
  const started = start(configuration);
  const ready = await until('an answer', STEP_MS, () =>
    fetch(`http://127.0.0.1:${configuration.listen.port}/ready`).catch(() => undefined),
  );
  expect(ready.status).toBe(503);
  expect(await ready.json()).toMatchObject({
    ready: false,
    database: 'connected',
    bus: {
      sends: expect.not.stringMatching(/^connected$/),
      receives: expect.not.stringMatching(/^connected$/),
    },
    register: 'empty',
  });
  const health = await fetch(`http://127.0.0.1:${configuration.listen.port}/health`);
  expect([health.status, await health.json()]).toEqual([200, { status: 'up', node: 'kz' }]);
  started.process.kill('SIGTERM');
  expect(await started.exited).toBe(0);
});
