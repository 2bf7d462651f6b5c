import { readFileSync } from 'node:fs';
import { mark, ownedProcesses } from '../../apps/cli/src/services/owned.js';

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
  for (const [title, { dataDir, name }] of Object.entries(parts)) {
    const pids = await ownedProcesses(mark(dataDir, name));
    if (pids.length > 0) used[title] = pids.reduce((sum, pid) => sum + secondsOf(pid), 0);
  }
  return used;
}

export function between(before: ProcessorTime, after: ProcessorTime): ProcessorTime {
  return Object.fromEntries(Object.entries(after).map(([part, used]) => [part, used - (before[part] ?? 0)]));
}

function secondsOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name stands in parentheses and may hold spaces; utime and stime are fields 14 and 15.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    // It ended meanwhile.
    return 0;
  }
}
