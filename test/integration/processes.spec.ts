import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, mark } from '../../apps/federation/src/services/owned.js';
import { findPorts } from '../../apps/federation/src/services/ports.js';
import {
  superviseProcesses,
  type Processes,
  type ProcessSpec,
} from '../../apps/federation/src/services/processes.js';

/** Serves HTTP on argv[2]; `crash` ends it; SIGTERM ends it in order, unless argv[3] is `deaf`. */
const SERVER = `
  import { createServer } from 'node:http';
  import { appendFileSync } from 'node:fs';
  const [, , port, mode, trace] = process.argv;
  if (mode === 'broken') { console.error('cannot find my configuration'); process.exit(3); }
  const server = createServer((request, response) => {
    if (request.url === '/crash') process.exit(9);
    response.end(String(process.pid));
  });
  server.listen(Number(port), '127.0.0.1');
  process.on('SIGTERM', () => {
    if (mode === 'deaf') return;
    if (trace) appendFileSync(trace, process.env.NAME + ' ');
    process.exit(0);
  });
`;

describe('supervised processes', () => {
  let dataDir: string;
  let processes: Processes;
  const lines: string[] = [];
  const givenUp: string[] = [];

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'valise-processes-'));
    writeFileSync(join(dataDir, 'server.mjs'), SERVER);
    lines.length = 0;
    givenUp.length = 0;
    processes = superviseProcesses({
      dataDir,
      report: (line) => lines.push(line),
      onGivenUp: (name) => givenUp.push(name),
      backoffMs: 5,
    });
  });
  afterEach(async () => {
    await processes.stop();
    rmSync(dataDir, { recursive: true });
  });

  async function spec(name: string, mode = 'ok', trace = ''): Promise<ProcessSpec & { readyUrl: string }> {
    const { [name]: port } = await findPorts(dataDir, [name]);
    return {
      name,
      script: join(dataDir, 'server.mjs'),
      args: [String(port), mode, trace],
      env: { NAME: name },
      readyUrl: `http://127.0.0.1:${port ?? 0}/`,
    };
  }

  it('are ready when start returns, and gone when stop returns', async () => {
    const wanted = await spec('gateway');
    const started = await processes.start(wanted);
    expect(started.state()).toBe('ready');
    expect(await (await fetch(wanted.readyUrl)).text()).toBe(String(started.pid()));
    const pid = started.pid() ?? 0;
    await started.stop();
    expect(isAlive(pid)).toBe(false);
    expect(started.state()).toBe('stopped');
    expect(started.restarts()).toBe(0);
  });

  it('tell the end of their log when they cannot start', async () => {
    const wanted = await spec('gateway', 'broken');
    await expect(processes.start(wanted)).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      message: expect.stringMatching(/exit code 3[^]*cannot find my configuration/) as unknown,
    });
  });

  it('are started again after a crash', async () => {
    const wanted = await spec('gateway');
    const started = await processes.start(wanted);
    const before = started.pid();
    await fetch(`${wanted.readyUrl}crash`).catch(() => undefined);
    await until(() => started.restarts() === 1 && started.state() === 'ready');
    expect(started.pid()).not.toBe(before);
    expect(lines).toContain('gateway ended unexpectedly (exit code 9)');
  });

  it('are not restarted any more after repeated crashes', async () => {
    const wanted = await spec('gateway');
    const started = await processes.start(wanted);
    rmSync(wanted.script);
    await fetch(`${wanted.readyUrl}crash`).catch(() => undefined);
    await until(() => started.state() === 'given-up');
    expect(givenUp).toEqual(['gateway']);
    expect(started.restarts()).toBe(6);
  });

  it('end in the reverse order of their start', async () => {
    const trace = join(dataDir, 'trace');
    for (const name of ['one', 'two', 'three']) await processes.start(await spec(name, 'ok', trace));
    await processes.stop();
    expect(readFileSync(trace, 'utf8')).toBe('three two one ');
  });

  it('are not started twice under one name', async () => {
    await processes.start(await spec('gateway'));
    await expect(processes.start(await spec('gateway'))).rejects.toMatchObject({ code: 'ALREADY_RUNNING' });
  });

  it('that a killed supervisor left behind are ended first, and no others', async () => {
    const wanted = await spec('gateway');
    const stray = (env: object): ReturnType<typeof spawn> =>
      spawn(process.execPath, [wanted.script, ...(wanted.args ?? [])], { env: { ...process.env, ...env } });
    const left = stray(mark(dataDir, 'gateway'));
    await until(async () => (await fetch(wanted.readyUrl).catch(() => undefined)) !== undefined);
    const other = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)'], {
      env: { ...process.env, ...mark(`${dataDir}-other`, 'gateway') },
    });
    const ended = once(left, 'exit');
    const started = await processes.start(wanted);
    await ended;
    expect(lines).toContain('ended a process “gateway” that an earlier run had left behind');
    expect(await (await fetch(wanted.readyUrl)).text()).toBe(String(started.pid()));
    expect(isAlive(other.pid ?? 0)).toBe(true);
    other.kill('SIGKILL');
    await once(other, 'exit');
  });

  it('keep their output in a log of their own', async () => {
    const wanted = await spec('gateway', 'broken');
    await processes.start(wanted).catch(() => undefined);
    expect(existsSync(join(dataDir, 'logs/gateway.log'))).toBe(true);
  });
});

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(10);
}
