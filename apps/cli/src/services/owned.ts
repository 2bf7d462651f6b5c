import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

/**
 * Every process that we start carries this variable, naming the data folder and the part it plays. After a killed
 * run it is how we know our own processes again: a pid alone may by then belong to somebody else.
 */
const MARK = 'VALISE_CHILD_OF';
const POLL_MS = 50;

export type Mark = Readonly<Record<typeof MARK, string>>;

/** The environment that marks a process as the `part` of this data folder (an absolute path). */
export function mark(dataDir: string, part: string): Mark {
  return { [MARK]: `${dataDir}#${part}` };
}

/** Pids of running processes that carry exactly this mark. This process itself is never among them. */
export async function ownedProcesses(wanted: Mark): Promise<number[]> {
  const entry = `${MARK}=${wanted[MARK]}`;
  const pids = process.platform === 'linux' ? inProc(entry) : await inProcessList(entry);
  return pids.filter((pid) => pid !== process.pid && isAlive(pid));
}

/**
 * Ends what a killed run left behind: `signal` first, SIGKILL for what is still there after `graceMs`.
 * @returns how many processes there were.
 */
export async function endOwned(wanted: Mark, signal: NodeJS.Signals, graceMs: number): Promise<number> {
  const pids = await ownedProcesses(wanted);
  for (const pid of pids) send(pid, signal);
  if (!(await gone(pids, graceMs))) {
    for (const pid of await ownedProcesses(wanted)) send(pid, 'SIGKILL');
    await gone(pids, graceMs);
  }
  return pids.length;
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

function inProc(entry: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/environ`, 'utf8').split('\0').includes(entry);
      } catch {
        return false; // ended meanwhile, or another user's
      }
    })
    .map(Number);
}

/** Where there is no /proc (macOS), `ps -E` shows the environment of our own processes. */
async function inProcessList(entry: string): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axEww', '-o', 'pid=,command='], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout
    .split('\n')
    .filter((line) => line.endsWith(` ${entry}`) || line.includes(` ${entry} `))
    .map((line) => Number.parseInt(line, 10));
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
