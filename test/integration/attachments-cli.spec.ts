import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { until } from '../../apps/federation/src/until.js';
import { SENDER } from '../federation/exchange.js';
import { STEP_MS, testFederation, type TestFederation } from '../federation/harness.js';
import { PART_BYTES, SampleFiles } from './attachments-harness.js';

const MAIN = pathToFileURL(resolve('dist/apps/cli/src/main.js')).href;
const BYTES = 8 * PART_BYTES + 11;

let federation: TestFederation;
let tokenFile: string;
let source: { file: string; sha256: string };
let id: string;
const files = new SampleFiles();

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

beforeAll(async () => {
  federation = await testFederation('attcli', { nodes: ['kz'] });
  const { token } = await federation.issue('kz', 'officer', SENDER);
  tokenFile = join(files.folder, 'token');
  writeFileSync(tokenFile, `${token}\n`, { mode: 0o600 });
  source = await files.make(BYTES);
}, 120_000);

afterAll(async () => {
  files.remove();
  await federation.stop();
});

function start(
  args: readonly string[],
  env: Record<string, string> = {},
): { child: ChildProcess; done: Promise<Run> } {
  const script = `const { main } = await import(${JSON.stringify(MAIN)}); await main(process.argv.slice(1));`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script, 'attachments', ...args], {
    cwd: files.folder,
    env: { ...process.env, VALISE_TOKEN: '', VALISE_URL: federation.urlOf('kz'), ...env },
  });
  const [out, err]: [string[], string[]] = [[], []];
  child.stdout.on('data', (data: Buffer) => out.push(data.toString()));
  child.stderr.on('data', (data: Buffer) => err.push(data.toString()));
  const done = once(child, 'close').then(([code]) => ({
    code: code as number | null,
    out: out.join(''),
    err: err.join(''),
  }));
  return { child, done };
}
const valise = (...args: string[]): Promise<Run> => start([...args, '--token-file', tokenFile]).done;

/** A line to the gateway that breaks, or falls silent, after so many bytes of each answer. */
class BadLine {
  /** What was let through of each connection. */
  readonly passed: number[] = [];
  private readonly sockets = new Set<Socket>();
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async open(target: string, limits: readonly number[], end: 'break' | 'stall'): Promise<BadLine> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const line = new BadLine(server, `http://127.0.0.1:${port}`);
    server.on('connection', (client) => {
      line.join(client, connect(Number(new URL(target).port), '127.0.0.1'), limits, end);
    });
    return line;
  }

  get total(): number {
    return this.passed.reduce((sum, bytes) => sum + bytes, 0);
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }

  private join(client: Socket, gateway: Socket, limits: readonly number[], end: 'break' | 'stall'): void {
    const index = this.passed.push(0) - 1;
    const limit = limits[index] ?? Infinity;
    for (const socket of [client, gateway]) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        client.destroy();
        gateway.destroy();
      });
    }
    client.pipe(gateway);
    gateway.on('data', (data: Buffer) => {
      const piece = data.subarray(0, limit - (this.passed[index] ?? 0));
      this.passed[index] = (this.passed[index] ?? 0) + piece.length;
      client.write(piece);
      if (piece.length === data.length) return;
      gateway.pause();
      if (end === 'break') client.end();
    });
  }
}

it('a file goes up with its progress, and is listed', async () => {
  const uploaded = await valise('upload', source.file, '--name', 'image.bin');
  expect(uploaded).toMatchObject({ code: 0, err: expect.stringContaining(source.sha256) });
  expect(uploaded.err).toMatch(/^uploading \d+% of 8\.0 MiB/);
  expect(uploaded.err).toContain('uploading 100%');
  id = uploaded.out.trim();
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  const listed = await valise('list');
  expect(listed.out).toMatch(new RegExp(`^${id}  out  ready +100% of 8\\.0 MiB +image\\.bin$`, 'm'));
  const { out } = await valise('list', '--json', '--direction', 'out', '--status', 'ready', '--max', '1');
  expect(JSON.parse(out)).toMatchObject({ id, bytes: BYTES, sha256: source.sha256 });
  expect(await valise('watch', id)).toMatchObject({ code: 0, out: expect.stringContaining('ready') });
});

it('comes down through a line that breaks, and is the same file', async () => {
  // The first connection brings the description too.
  const line = await BadLine.open(federation.urlOf('kz'), [1_500_000, 1_000_000, 2_000_000], 'break');
  const output = join(files.folder, 'down.bin');
  const done = await start(['download', id, '--url', line.url, '--output', output, '--token-file', tokenFile])
    .done;
  line.close();
  expect(done).toMatchObject({ code: 0, out: expect.stringContaining('verified') });
  expect(readFileSync(output).equals(readFileSync(source.file))).toBe(true);
  expect(line.passed.length).toBeGreaterThan(3);
  // Nothing came twice but the last bytes of a broken line; from the start again it would be a megabyte at least.
  expect(line.total).toBeLessThan(BYTES + 500_000);
  expect(existsSync(`${output}.partial`)).toBe(false);
});

it('goes on where it was killed', async () => {
  const line = await BadLine.open(federation.urlOf('kz'), [3_000_000, 3_000_000], 'stall');
  const output = join(files.folder, 'killed.bin');
  const args = ['download', id, '--output', output, '--token-file', tokenFile];
  const first = start([...args, '--url', line.url]);
  const partial = await until('two megabytes', STEP_MS, () =>
    Promise.resolve(
      existsSync(`${output}.partial`) && statSync(`${output}.partial`).size > 2_000_000 ? true : undefined,
    ),
  );
  expect(partial).toBe(true);
  first.child.kill('SIGKILL');
  await first.done;
  line.close();
  expect(existsSync(output)).toBe(false);
  const again = await BadLine.open(federation.urlOf('kz'), [], 'break');
  const done = await start([...args, '--url', again.url]).done;
  again.close();
  expect(done.code).toBe(0);
  expect(done.err).toMatch(/^downloading 2\d%|^downloading 3\d%/);
  expect(again.total).toBeLessThan(BYTES - 1_900_000);
  expect(readFileSync(output).equals(readFileSync(source.file))).toBe(true);
});

it('what an earlier run left of another file is noticed, and nothing of it is kept', async () => {
  const output = join(files.folder, 'other.bin');
  writeFileSync(`${output}.partial`, 'bytes of another file');
  const args = ['download', id, '--output', output];
  const wrong = await valise(...args);
  expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('nothing is kept') });
  expect([existsSync(output), existsSync(`${output}.partial`)]).toEqual([false, false]);
  expect((await valise(...args)).code).toBe(0);
  expect(await valise(...args)).toMatchObject({ code: 1, err: expect.stringContaining('exists already') });
});

it('the token comes from the environment or a file of one’s own, and refusals say what to do', async () => {
  const token = readFileSync(tokenFile, 'utf8').trim();
  expect((await start(['list'], { VALISE_TOKEN: token }).done).code).toBe(0);
  expect(await start(['list']).done).toMatchObject({ code: 2, err: expect.stringContaining('--token-file') });
  const open = join(files.folder, 'open-token');
  writeFileSync(open, token);
  chmodSync(open, 0o644);
  const refused = await start(['list', '--token-file', open]).done;
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining(`chmod 600 ${open}`) });
  expect(refused.err).not.toContain(token);
  expect(await valise('upload', join(files.folder, 'none'))).toMatchObject({
    code: 1,
    err: expect.stringContaining('cannot be read'),
  });
  expect((await valise('list', '--max', '0')).code).toBe(2);
  expect((await valise('list', '--direction', 'up')).code).toBe(2);
  expect((await valise('download')).code).toBe(2);
});

it('deletes what no message names', async () => {
  expect(await valise('delete', id)).toMatchObject({ code: 0, out: '' });
  expect(await valise('watch', id)).toMatchObject({ code: 1, err: expect.stringContaining('NOT_FOUND') });
});
