import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { until } from '../../apps/federation/src/until.js';
import { freePort, freshDatabase } from '../integration/depositary-harness.js';
import { type Block, blocksOf, missingIn } from './commands-in-docs.js';
import { STEP_MS, type TestFederation, testFederation } from './harness.js';

/**
 * docs/joining.md, run: an unknown state joins a running federation, by the documented commands alone, until its first
 * message is accepted.
 */
const NAMES = ['the new state', 'the operator of the bus', 'the depositary', 'the peer'] as const;
type Name = (typeof NAMES)[number];

interface Office {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly restart?: () => Promise<void>;
}

let home: string;
let federation: TestFederation;
let database: Awaited<ReturnType<typeof freshDatabase>>;
let offices: Record<Name, Office>;
let gateway: ChildProcess | undefined;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'valise-joining-'));
  [federation, database] = await Promise.all([
    testFederation('joining', { nodes: ['kz'], depositaries: true }),
    freshDatabase(),
  ]);
  offices = await makeOffices();
  // `npx valise` of an install, wherever it is called from.
  mkdirSync(join(home, 'bin'));
  const npx = `#!/bin/sh\nshift\nexec "${process.execPath}" "${process.cwd()}/apps/cli/bin/valise.mjs" "$@"\n`;
  writeFileSync(join(home, 'bin/npx'), npx, { mode: 0o755 });
});
afterAll(async () => {
  gateway?.kill('SIGTERM');
  if (gateway) await until('the new gateway ended', STEP_MS, () => ended(gateway));
  await federation.management('DELETE', '/api/users/tj').catch(() => undefined);
  await federation.stop();
  await database.drop();
  rmSync(home, { recursive: true, force: true });
});

const ended = (child: ChildProcess | undefined): Promise<true | undefined> =>
  Promise.resolve(child?.exitCode !== null || child.signalCode !== null ? true : undefined);

const administratorToken = (id: string): string =>
  `vls_${createHash('sha256').update(`for tests only: ${id} administrator`).digest('base64url')}`;

async function makeOffices(): Promise<Record<Name, Office>> {
  const { folderOf, urlOf, processes, vhost } = federation;
  const port = String(await freePort());
  const folder = (name: string): string => {
    mkdirSync(join(home, name, 'passwords'), { recursive: true });
    return join(home, name);
  };
  const running = (id: string, app: string, file: string): Office => ({
    folder: folderOf(id),
    environment: { VALISE_URL: urlOf(id), VALISE_TOKEN: administratorToken(id) },
    restart: async () => {
      await processes
        .all()
        .find(({ name }) => name === id)
        ?.stop();
      const args = [join(folderOf(id), file)];
      await processes.start({
        name: id,
        script: resolve('dist', `${app}.js`),
        args,
        readyUrl: `${urlOf(id)}/health`,
      });
    },
  });
  const operator = folder('operator');
  for (const id of ['kz', 'by', 'am', 'atc', 'cis-depositary', 'csto-depositary'])
    writeFileSync(join(operator, 'passwords', `${id}.password`), `for tests only: ${id} bus\n`, {
      mode: 0o600,
    });
  const state = folder('tj');
  symlinkSync(join(process.cwd(), 'dist'), join(state, 'dist'));
  return {
    'the new state': {
      folder: state,
      environment: {
        PORT: port,
        DATABASE_URL: database.url,
        BROKER: `127.0.0.1:${process.env.VALISE_TEST_AMQP_PORT ?? ''}/${vhost}`,
        DEPOSITARY: urlOf('cis-depositary'),
        VALISE_URL: `http://127.0.0.1:${port}`,
      },
    },
    'the operator of the bus': {
      folder: operator,
      environment: { VHOST: vhost, VALISE_MANAGEMENT_URL: process.env.VALISE_TEST_MANAGEMENT_URL ?? '' },
    },
    'the depositary': running('cis-depositary', 'depositary', 'depositary.yaml'),
    'the peer': running('kz', 'gateway', 'node.yaml'),
  };
}

/** Runs a block as its office would; the check at its end again until what the document shows is seen. */
async function play({ line, commands, expected }: Block): Promise<void> {
  const [first = '', ...rest] = commands.split('\n');
  const name = NAMES.find((one) => first === `# ${one}`);
  if (name === undefined) throw new Error(`docs/joining.md:${line}: "${first}" names no office`);
  const office = offices[name];
  const start = rest.find((command) => command.startsWith('NODE_ENV=production node '));
  if (start !== undefined) {
    gateway = spawn('sh', ['-c', `exec env ${start}`], surroundings(office));
    return;
  }
  // What is done at a comment comes before what stands behind it.
  let output = '';
  let last = '';
  let pending: string[] = [];
  const flush = (): void => {
    if (pending.length === 0) return;
    output += shell(office, pending.join('\n'), line);
    pending = [];
  };
  for (const command of rest) {
    const handed = /^# handed over: (\S+) to (.+)$/.exec(command);
    if (handed) {
      flush();
      const [, file = '', to = ''] = handed;
      const receiver = offices[to as Name];
      cpSync(join(office.folder, file), join(receiver.folder, basename(file)));
    } else if (command === '# restart it') {
      flush();
      await office.restart?.();
    } else pending.push((last = command));
  }
  flush();
  const canRepeat = /^npx valise (doctor|api GET) /.test(last);
  await until(`docs/joining.md:${line} shows ${JSON.stringify(expected)}`, STEP_MS, () => {
    if (missingIn(output, expected).length === 0) return Promise.resolve(true);
    if (canRepeat) output += shell(office, last, line);
    return Promise.resolve(undefined);
  }).catch((error: unknown) => {
    throw new Error(`missing: ${missingIn(output, expected).join('\n')}\nin:\n${output}`, { cause: error });
  });
}

const surroundings = ({ folder, environment }: Office) => ({
  cwd: folder,
  env: { ...environment, PATH: `${home}/bin:${process.env.PATH ?? ''}`, HOME: home },
});

function shell(office: Office, script: string, line: number): string {
  const ran = spawnSync('sh', ['-uc', script], { ...surroundings(office), encoding: 'utf8' });
  if (/^valise: /m.test(ran.stderr)) throw new Error(`docs/joining.md:${line}: ${script}\n${ran.stderr}`);
  return ran.stdout;
}

const blocks = blocksOf('docs/joining.md');

it('takes a new state from nothing to its first accepted message', async () => {
  expect(blocks.length).toBeGreaterThan(10);
  for (const block of blocks) {
    await play(block);
    // The administrator's token of the new node is there from the first step on.
    const state = offices['the new state'];
    if (state.environment.VALISE_TOKEN === undefined) offices = withToken(offices);
  }
  const [message] = await federation.sql(
    'kz',
    `SELECT sender, status FROM numbered_listing WHERE direction = 'in'`,
  );
  expect(message).toEqual({ sender: 'tj-mvd', status: 'accepted' });
}, 240_000);

function withToken(all: Record<Name, Office>): Record<Name, Office> {
  const state = all['the new state'];
  const token = join(state.folder, 'node/administrator.token');

  const VALISE_TOKEN = readFileSync(token, 'utf8').trim();
  return { ...all, 'the new state': { ...state, environment: { ...state.environment, VALISE_TOKEN } } };
}
