import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { mark, ownedProcesses } from '../../apps/federation/src/services/owned.js';

/** Seconds of processor time that each part of the run used so far; parts that cannot be seen (in Docker) are left out. */
export type ProcessorTime = Readonly<Record<string, number>>;

/** Linux counts in hundredths of a second whatever the kernel's own clock is (proc(5), sysconf(_SC_CLK_TCK)). */
const TICKS_PER_SECOND = 100;

/** @param parts names to show, and the data folder and name under which their processes run */
export async function processorTime(
  parts: Readonly<Record<string, { readonly dataDir: string; readonly name: string }>>,
): Promise<ProcessorTime> {
  if (process.platform !== 'linux') return {};
  const { user, system } = process.cpuUsage();
  const used: Record<string, number> = { 'the callers': (user + system) / 1e6 };
  const processes = runningProcesses();
  for (const [title, { dataDir, name }] of Object.entries(parts)) {
    const family = new Set(await ownedProcesses(mark(dataDir, name)));
    // PostgreSQL's processes for its sessions write their title over the mark: they are known by their parent.
    const own = processes.filter(({ pid, parent }) => family.has(pid) || family.has(parent));
    if (own.length > 0) used[title] = own.reduce((sum, { seconds }) => sum + seconds, 0);
  }
  const ours = Object.values(used).reduce((sum, seconds) => sum + seconds, 0);
  return { ...used, 'everything else on the machine': wholeMachine() - ours };
}

/** Seconds that all cores were busy. */
function wholeMachine(): number {
  return cpus().reduce((sum, { times }) => sum + (times.user + times.nice + times.sys + times.irq) / 1000, 0);
}

export function between(before: ProcessorTime, after: ProcessorTime): ProcessorTime {
  return Object.fromEntries(Object.entries(after).map(([part, used]) => [part, used - (before[part] ?? 0)]));
}

interface Running {
  readonly pid: number;
  readonly parent: number;
  readonly seconds: number;
}

function runningProcesses(): Running[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => statOf(Number(name)) ?? []);
}

function statOf(pid: number): Running | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name stands in parentheses and may hold spaces; then ppid is field 4, utime and stime are 14 and 15.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [, parent = 0] = fields;
    return { pid, parent, seconds: ((fields[11] ?? 0) + (fields[12] ?? 0)) / TICKS_PER_SECOND };
  } catch {
    // It ended meanwhile.
    return undefined;
  }
}
