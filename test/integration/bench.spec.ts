import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { MARK, RUN, runningWith } from '../../apps/federation/src/services/owned.js';

const ROOT = resolve('.');
/** So many that nothing but the signal ends it in time. */
const MESSAGES = '100000';

/** Processes of runs of this folder, without those of this test run. */
const ofOthers = () =>
  runningWith((entry) => entry.startsWith(`${RUN}=${ROOT}#`) && entry !== `${RUN}=${process.env[RUN] ?? ''}`);

it('a benchmark that is interrupted ends all that it started, and deletes its data', async () => {
  const child = spawn('npm', ['run', '--silent', 'bench', '--', '--messages', MESSAGES], {
    // Ctrl-C at the terminal of the test run is not for it.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const said: string[] = [];
  const sends = new Promise<void>((done, failed) => {
    child.stderr.on('data', (data: Buffer) => {
      said.push(data.toString());
      if (said.join('').includes('messages to warm up')) done();
    });
    void exited.then(() => {
      failed(new Error(`it ended early:\n${said.join('')}`));
    });
  });
  await sends;
  const started = await ofOthers();
  const folders = new Set(
    started.flatMap(({ variables }) =>
      variables.flatMap((entry) =>
        entry.startsWith(`${MARK}=`) ? [entry.slice(MARK.length + 1).replace(/#.*/, '')] : [],
      ),
    ),
  );
  // Six processes of the federation, the broker with its name server, PostgreSQL and its own.
  expect(started.length).toBeGreaterThan(9);
  expect([...folders].every((folder) => existsSync(folder))).toBe(true);
  child.kill('SIGTERM');
  const [code] = await exited;
  expect(code).not.toBe(0);
  expect(await ofOthers()).toEqual([]);
  expect([...folders].filter((folder) => existsSync(folder))).toEqual([]);
}, 180_000);
