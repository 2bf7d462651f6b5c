import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Federation } from '../../apps/federation/src/federation.js';
import type { Gateways } from './gateways.js';
import { ask } from './site.js';
import { table } from './statistics.js';

const PROFILED = ['kz', 'by'] as const;
const MESSAGES = 1000;
const STATEMENT_MESSAGES = 300;
const TOP = 25;
const WRITTEN_MS = 20_000;

/** Makes processes that start from now on listen for the profiler's signal. @returns takes it back */
export function profileWhatStarts(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  process.env.NODE_OPTIONS = `--import=${new URL('./profile-agent.js', import.meta.url).href}`;
  process.env.VALISE_BENCH_PROFILE = folder;
  return () => {
    delete process.env.NODE_OPTIONS;
    delete process.env.VALISE_BENCH_PROFILE;
  };
}

/** Where time goes in the two gateways: processor samples and SQL statements per message, as text files in the folder. */
export async function profileGateways(
  folder: string,
  federation: Federation,
  gateways: Gateways,
  postgres: { readonly adminUrl: string; readonly logFile: string; readonly databases: readonly string[] },
): Promise<void> {
  for (const node of PROFILED) rmSync(join(folder, `${node}.cpuprofile`), { force: true });
  signal(federation);
  await gateways.saturated(MESSAGES);
  signal(federation);
  for (const node of PROFILED) {
    const file = join(folder, `${node}.cpuprofile`);
    for (const end = Date.now() + WRITTEN_MS; !existsSync(file) && Date.now() < end;) await delay(100);
    writeFileSync(join(folder, `${node}.txt`), summaryOf(file, MESSAGES));
  }
  writeFileSync(
    join(folder, 'statements.txt'),
    await statementsOf(gateways, postgres, join(folder, 'statements.log')),
  );
}

function signal({ processes }: Federation): void {
  for (const node of PROFILED) {
    const pid = processes
      .all()
      .find(({ name }) => name === node)
      ?.pid();
    if (pid !== undefined) process.kill(pid, 'SIGUSR2');
  }
}

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

function summaryOf(file: string, messages: number): string {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const functions = new Map<string, number>();
  const areas = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id);
    // `dispatch` is the profiler's own: it writes the profile.
    if (!frame || (frame.functionName === 'dispatch' && frame.url === '')) continue;
    const microseconds = timeDeltas[index] ?? 0;
    const place = shorten(frame.url);
    add(
      functions,
      `${frame.functionName || '(anonymous)'} ${place}${frame.url ? `:${frame.lineNumber + 1}` : ''}`,
      microseconds,
    );
    add(areas, frame.url ? areaOf(place) : frame.functionName, microseconds);
  }
  const busy = [...areas].reduce((sum, [area, time]) => (area === '(idle)' ? sum : sum + time), 0);
  const rows = (from: ReadonlyMap<string, number>): string[][] =>
    [...from]
      .filter(([name]) => !name.startsWith('(idle)'))
      .sort(([, a], [, b]) => b - a)
      .slice(0, TOP)
      .map(([name, time]) => [name, (time / messages).toFixed(0), ((100 * time) / busy).toFixed(1)]);
  const head = (title: string): string[] => [title, 'µs a message', '% of busy'];
  return `busy ${(busy / messages).toFixed(0)} µs a message over ${messages} messages\n\n${table(head('self time by area'), rows(areas))}\n\n${table(head('self time by function'), rows(functions))}\n`;
}

function add(to: Map<string, number>, name: string, value: number): void {
  to.set(name, (to.get(name) ?? 0) + value);
}

function shorten(url: string): string {
  return url.replace(/^file:\/\//, '').replace(/^.*\/(node_modules|dist)\//, '');
}

function areaOf(place: string): string {
  const parts = place.split('/');
  if (place.startsWith('node:')) return place;
  return parts
    .slice(
      0,
      place.startsWith('apps/') || place.startsWith('@')
        ? place.startsWith('apps/')
          ? 4
          : 2
        : place.startsWith('libs/')
          ? 2
          : 1,
    )
    .join('/');
}

/** Lets PostgreSQL log every statement for a while and counts them. */
async function statementsOf(
  gateways: Gateways,
  { adminUrl, logFile, databases }: Parameters<typeof profileGateways>[3],
  copy: string,
): Promise<string> {
  const set = async (...settings: string[]): Promise<void> => {
    for (const setting of settings) await ask(adminUrl, `ALTER SYSTEM ${setting}`);
    await ask(adminUrl, 'SELECT pg_reload_conf()');
    await delay(500);
  };
  await set(`SET log_statement = 'all'`, `SET log_line_prefix = '[%d %m %p] '`);
  const from = statSync(logFile).size;
  await gateways.saturated(STATEMENT_MESSAGES);
  await set('RESET log_statement', 'RESET log_line_prefix');
  const log = readFileSync(logFile).subarray(from).toString('utf8');
  writeFileSync(copy, log);
  const counts = new Map<string, Map<string, number>>(
    databases.map((name) => [name, new Map<string, number>()]),
  );
  for (const entry of log.split(/\n(?=\[)/)) {
    const [, database = '', text = ''] =
      /^\[(\S*) [^\]]*\] LOG: {2}(?:execute [^:]+|statement): ([\s\S]*)/.exec(entry) ?? [];
    const statement = text.replace(/\s+/g, ' ').slice(0, 150);
    const known = counts.get(database);
    if (known && statement !== '') add(known, statement, 1);
  }
  return [...counts]
    .map(([database, statements]) => {
      const total = [...statements.values()].reduce((sum, count) => sum + count, 0);
      const rows = [...statements]
        .sort(([, a], [, b]) => b - a)
        .slice(0, 2 * TOP)
        .map(([text, count]) => [text, (count / STATEMENT_MESSAGES).toFixed(2)]);
      return `${database}: ${(total / STATEMENT_MESSAGES).toFixed(1)} statements a message\n${table(['statement', 'a message'], rows)}\n`;
    })
    .join('\n');
}
