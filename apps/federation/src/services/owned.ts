import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

/**
 * Every process that we start carries this variable, naming the data folder and the part it plays. After a killed
 * run it is how we know our own processes again: a pid alone may by then belong to somebody else.
 */
export const MARK = 'VALISE_CHILD_OF';
/** Names the test run or benchmark that a process belongs to. */
export const RUN = 'VALISE_RUN_OF';
const POLL_MS = 50;
const PROCESS_LIST_BYTES_MAX = 64 * 1024 * 1024;

export type Mark = Readonly<Record<typeof MARK, string>>;

/** The environment that marks a process as the `part` of this data folder (an absolute path). */
export function mark(dataDir: string, part: string): Mark {
  return { [MARK]: `${dataDir}#${part}` };
}

/** Pids of running processes that carry exactly this mark. This process itself is never among them. */
export async function ownedProcesses(wanted: Mark): Promise<number[]> {
  return (await runningWith(carries(wanted))).map(({ pid }) => pid);
}

/** Running processes with such a variable in their environment (`NAME=value`), without this one. */
export async function runningWith(isWanted: (entry: string) => boolean): Promise<Running[]> {
  const running = process.platform === 'linux' ? environments() : await processList();
  return running.filter(
    ({ pid, variables }) => pid !== process.pid && variables.some(isWanted) && isAlive(pid),
  );
}

function carries(wanted: Mark): (entry: string) => boolean {
  const mark = `${MARK}=${wanted[MARK]}`;
  return (entry) => entry === mark;
}

/** The parts of this data folder that run: the names that `mark` was given. */
export async function runningParts(dataDir: string): Promise<string[]> {
  const prefix = `${MARK}=${dataDir}#`;
  const running = process.platform === 'linux' ? environments() : await processList();
  const parts = running.flatMap(({ variables }) => variables.filter((entry) => entry.startsWith(prefix)));
  return [...new Set(parts.map((entry) => entry.slice(prefix.length)))];
}

/**
 * Ends what a killed run left behind: `signal` first, SIGKILL for what is still there after `graceMs`.
 * @returns how many processes there were.
 */
export function endOwned(wanted: Mark, signal: NodeJS.Signals, graceMs: number): Promise<number> {
  return endCarrying(carries(wanted), signal, graceMs);
}

/** The same for processes with such a variable in their environment. */
export async function endCarrying(
  isWanted: (entry: string) => boolean,
  signal: NodeJS.Signals,
  graceMs: number,
): Promise<number> {
  const pids = (await runningWith(isWanted)).map(({ pid }) => pid);
  for (const pid of pids) send(pid, signal);
  if (!(await gone(pids, graceMs))) {
    for (const { pid } of await runningWith(isWanted)) send(pid, 'SIGKILL');
    await gone(pids, graceMs);
  }
  return pids.length;
}

/** Ends one process that is known to be what it is taken for. */
export async function endProcess(pid: number, signal: NodeJS.Signals, graceMs: number): Promise<void> {
  send(pid, signal);
  if (await gone([pid], graceMs)) return;
  send(pid, 'SIGKILL');
  await gone([pid], graceMs);
}

/** False for a process that has ended, also while nobody has collected its exit status yet. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  if (process.platform !== 'linux') return true;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}

export interface Running {
  readonly pid: number;
  readonly variables: readonly string[];
}

/** Processes whose environment we may read: our own, and for root everybody's. */
function environments(): Running[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => {
      try {
        return { pid: Number(name), variables: readFileSync(`/proc/${name}/environ`, 'utf8').split('\0') };
      } catch {
        return { pid: Number(name), variables: [] }; // ended meanwhile, or another user's
      }
    });
}

/** Where there is no /proc (macOS), `ps -E` shows the environment of our own processes. */
async function processList(): Promise<Running[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axEww', '-o', 'pid=,command='], {
    maxBuffer: PROCESS_LIST_BYTES_MAX,
  });
  return stdout.split('\n').map((line) => ({ pid: Number.parseInt(line, 10), variables: line.split(' ') }));
}

async function gone(pids: readonly number[], limitMs: number): Promise<boolean> {
  const end = Date.now() + limitMs;
  while (pids.some(isAlive)) {
    if (Date.now() > end) return false;
    await delay(POLL_MS);
  }
  return true;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}
