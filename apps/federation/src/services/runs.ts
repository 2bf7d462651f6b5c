import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname } from 'node:path';
import { endCarrying, isAlive, MARK, RUN, runningWith } from './owned.js';

const GRACE_MS = 10_000;
/** What a run's processes start while they are being ended is ended in the next round. */
const ROUNDS_MAX = 5;

/**
 * Marks this process and all that it starts, down to the last gateway of a test, as one run of this project: an
 * environment variable names the folder, our pid and when we began, so that another process is never taken for ours.
 */
export function beginRun(root: string): string {
  const run = `${root}#${process.pid}#${beginOf(process.pid)}`;
  process.env[RUN] = run;
  return run;
}

/** Ends all that a run started and did not end itself, and deletes its data folders. @returns how many processes there were */
export async function endRun(run: string): Promise<number> {
  const folders = new Set<string>();
  let ended = 0;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const running = await runningWith((entry) => entry === `${RUN}=${run}`);
    if (running.length === 0) break;
    for (const { variables } of running)
      for (const entry of variables)
        if (entry.startsWith(`${MARK}=`)) folders.add(entry.slice(MARK.length + 1).replace(/#[^#]*$/, ''));
    ended += await endCarrying((entry) => entry === `${RUN}=${run}`, 'SIGTERM', GRACE_MS);
  }
  for (const folder of folders)
    if (dirname(folder) === tmpdir() && basename(folder).startsWith('valise-'))
      rmSync(folder, { recursive: true, force: true });
  return ended;
}

/** Ends what runs of this folder left behind whose own process was killed. @returns how many processes there were */
export async function endAbandonedRuns(root: string): Promise<number> {
  const prefix = `${RUN}=${root}#`;
  const running = await runningWith((entry) => entry.startsWith(prefix));
  const runs = running.flatMap(({ variables }) => variables.filter((entry) => entry.startsWith(prefix)));
  let ended = 0;
  for (const run of new Set(runs.map((entry) => entry.slice(RUN.length + 1))))
    if (!isRunning(run)) ended += await endRun(run);
  return ended;
}

/** Whether the process that began a run is there: the same one, not another that was given its pid. */
function isRunning(run: string): boolean {
  const [pid, begin] = run.split('#').slice(-2);
  return isAlive(Number(pid)) && beginOf(Number(pid)) === begin;
}

/** When a process began, in the kernel's own count; where there is no /proc its pid has to do. */
function beginOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
