import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPorts, isFree } from './ports.js';

describe('ports', () => {
  let dataDir: string;
  const servers: Server[] = [];

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'valise-ports-'));
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
    rmSync(dataDir, { recursive: true });
  });

  async function occupy(port: number): Promise<void> {
    const server = createServer();
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  }

  it('gives different free ports below the ephemeral range', async () => {
    const ports = Object.values(await findPorts(dataDir, ['a', 'b', 'c', 'd']));
    expect(new Set(ports).size).toBe(4);
    for (const port of ports) {
      expect(port).toBeGreaterThanOrEqual(20_000);
      expect(port).toBeLessThan(32_768);
      expect(await isFree(port)).toBe(true);
    }
  });

  it('gives the same ports again at the next start', async () => {
    const first = await findPorts(dataDir, ['a', 'b']);
    expect(await findPorts(dataDir, ['b', 'a', 'c'])).toMatchObject(first);
  });

  it('replaces a remembered port that somebody else has taken, and only that', async () => {
    const first = await findPorts(dataDir, ['a', 'b']);
    await occupy(first.a);
    expect(await isFree(first.a)).toBe(false);
    const second = await findPorts(dataDir, ['a', 'b']);
    expect(second.a).not.toBe(first.a);
    expect(second.b).toBe(first.b);
  });

  it('does not give one port to two searches at the same time, and remembers both', async () => {
    const found = await Promise.all([
      findPorts(dataDir, ['a']),
      findPorts(dataDir, ['b']),
      findPorts(dataDir, ['c']),
    ]);
    const remembered = JSON.parse(readFileSync(join(dataDir, 'ports.json'), 'utf8')) as unknown;
    expect(remembered).toEqual(Object.assign({}, ...found));
    expect(new Set(Object.values(remembered as object)).size).toBe(3);
  });

  it('starts again from a damaged memory', async () => {
    writeFileSync(join(dataDir, 'ports.json'), '{"a": "80"');
    expect((await findPorts(dataDir, ['a'])).a).toBeGreaterThanOrEqual(20_000);
  });
});
