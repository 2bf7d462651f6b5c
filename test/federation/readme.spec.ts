import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../apps/federation/src/until.js';
import { providePostgres, provideRabbitmq } from '../../apps/federation/src/services/index.js';
import { type Block, blocksOf, missingIn } from './commands-in-docs.js';
import { STEP_MS } from './harness.js';
import { remove } from './services.js';
import { writeSecrets } from './template.js';

/**
 * README.md, run from its first command to its last, as a newcomer would, with its outputs compared. Its federation
 * stands on the services of the test run, in a folder of its own.
 */
const START_MS = 180_000;
const blocks = blocksOf('README.md');
let folder: string;
let federation: ChildProcess;
let said = '';
/** What a newcomer's shell remembers from one block to the next. */
let id = '';

const environment = () => ({
  PATH: process.env.PATH,
  HOME: folder,
  VALISE_DATA: folder,
  AMQP_URL: `amqp://127.0.0.1:${process.env.VALISE_TEST_AMQP_PORT ?? ''}`,
  AMQP_MANAGEMENT_URL: process.env.VALISE_TEST_MANAGEMENT_URL,
  DATABASE_URL: process.env.VALISE_TEST_DATABASE_URL,
});

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'valise-readme-'));
  writeSecrets(folder);
});
afterAll(async () => {
  if (federation.exitCode === null) process.kill(-(federation.pid ?? 0), 'SIGINT');
  await until('the federation ended', STEP_MS, () =>
    Promise.resolve(federation.exitCode !== null || federation.signalCode !== null ? true : undefined),
  );
  const given = { dataDir: folder, report: () => undefined, env: environment() };
  const [rabbitmq, postgres] = await Promise.all([provideRabbitmq(given), providePostgres(given)]);
  await remove({ rabbitmq, postgres, stop: () => Promise.resolve() }, 'valise');
  rmSync(folder, { recursive: true, force: true });
});

const [first, ...others] = blocks;

it(
  'starts a federation by its first command, which plays what is shown',
  async () => {
    expect(first?.commands).toBe('npm start');
    federation = spawn('npm', ['start'], { env: environment(), detached: true });
    for (const stream of [federation.stdout, federation.stderr])
      stream?.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
    await until('everything that is shown', START_MS, () =>
      federation.exitCode === null && missingIn(said, first?.expected ?? []).length > 0
        ? Promise.resolve(undefined)
        : Promise.resolve(true),
    ).catch(() => undefined);
    expect([missingIn(said, first?.expected ?? []), said]).toEqual([[], said]);
  },
  START_MS + 30_000,
);

it.each(others.map((block) => [block.commands.split('\n')[0] ?? '', block] as const))(
  'shows the output of: %s',
  async (_, block) => {
    expect(block.expected).not.toEqual([]);
    // What was sent arrives after a while; only looking is done again.
    const looks = !block.commands.includes(' POST ');
    let output = run(block);
    await until('what is shown', STEP_MS, () => {
      if (missingIn(output, block.expected).length === 0) return Promise.resolve(true);
      if (looks) output = run(block);
      return Promise.resolve(undefined);
    }).catch(() => undefined);
    expect([missingIn(output, block.expected), output]).toEqual([[], output]);
  },
);

function run({ commands }: Block): string {
  const script = `id='${id}'\n${commands}\nprintf '\\n@@id=%s' "$id"`;
  const { stdout, stderr } = spawnSync('sh', ['-c', script], {
    env: environment(),
    encoding: 'utf8',
    timeout: STEP_MS,
  });
  id = /@@id=(.*)$/.exec(stdout)?.[1] ?? '';
  return `${stdout}\n${stderr}`;
}
