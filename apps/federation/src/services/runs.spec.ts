import { spawn } from 'node:child_process';
import { mkdtempSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive, mark, RUN } from './owned.js';
import { beginRun, endAbandonedRuns, endRun } from './runs.js';

const STAYS = 'setInterval(() => undefined, 1000); process.send("ready")';
const pids: number[] = [];

/** A process that stays, as a run's own or as something that a run started. */
async function stays(environment: Record<string, string>): Promise<number> {
  const child = spawn(process.execPath, ['-e', STAYS], {
    detached: true,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  await new Promise((resolve) => child.once('message', resolve));
  child.disconnect();
  child.unref();
  const pid = child.pid ?? 0;
  pids.push(pid);
  return pid;
}

const before = process.env[RUN];

afterEach(() => {
  if (before === undefined) Reflect.deleteProperty(process.env, RUN);
  else process.env[RUN] = before;
  for (const pid of pids.splice(0).filter(isAlive)) process.kill(pid, 'SIGKILL');
});

it('what a run started is ended with it, and its data folder deleted', async () => {
  const root = join(tmpdir(), 'a project');
  const folder = mkdtempSync(join(tmpdir(), 'valise-runs-'));
  const other = await stays({});
  const run = beginRun(root);
  const started = [await stays({}), await stays(mark(folder, 'kz'))];
  expect(await endRun(run)).toBe(2);
  expect([...started, other].map(isAlive)).toEqual([false, false, true]);
  expect(existsSync(folder)).toBe(false);
});

it('what a killed run left is ended by the next one, and what a running one started is not', async () => {
  const root = mkdtempSync(join(tmpdir(), 'valise-project-'));
  const running = await stays({ [RUN]: beginRun(root) });
  const mine = process.env[RUN] ?? '';
  // Of the same pid as ours, which began at another time: the pid was given again.
  const killed = await stays({ [RUN]: mine.replace(/#[^#]*$/, '#1') });
  const elsewhere = await stays({ [RUN]: `${root}/another#1#1` });
  expect(await endAbandonedRuns(root)).toBe(1);
  expect([running, killed, elsewhere].map(isAlive)).toEqual([true, false, true]);
});
