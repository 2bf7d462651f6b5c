import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { acquireLock } from '../../apps/federation/src/services/lock.js';

describe('the lock of a data folder', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'valise-lock-'));
  });
  afterEach(() => {
    rmSync(dataDir, { recursive: true });
  });

  it('refuses a second supervisor and names the first by its pid', async () => {
    const lock = await acquireLock(dataDir);
    await expect(acquireLock(dataDir)).rejects.toMatchObject({
      code: 'ALREADY_RUNNING',
      message: `Valise is already running on ${dataDir} (process ${process.pid})`,
    });
    await lock.release();
  });

  it('is free again after its release', async () => {
    await (await acquireLock(dataDir)).release();
    await (await acquireLock(dataDir)).release();
  });

  it('knows a folder by whatever name it is reached', async () => {
    const alias = `${dataDir}-alias`;
    symlinkSync(dataDir, alias);
    const lock = await acquireLock(dataDir);
    await expect(acquireLock(alias)).rejects.toMatchObject({ code: 'ALREADY_RUNNING' });
    rmSync(alias);
    await lock.release();
  });

  it('keeps different folders apart', async () => {
    const one = await acquireLock(join(dataDir, 'one'));
    const two = await acquireLock(join(dataDir, 'two'));
    await one.release();
    await two.release();
  });

  it('falls with a killed process', async () => {
    // The lock is a local socket: a process that listens at the same address stands for a supervisor.
    const lock = await acquireLock(dataDir);
    await lock.release();
    const holder = spawn(process.execPath, ['--input-type=module', '--eval', holderScript(dataDir)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    await expect(acquireLock(dataDir)).rejects.toMatchObject({ details: { pid: holder.pid } });
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    await (await acquireLock(dataDir)).release();
  });
});

/** Takes the lock with the compiled code, in a process of its own. */
function holderScript(dataDir: string): string {
  const compiled = pathToFileURL(join(process.cwd(), 'dist/apps/federation/src/services/lock.js')).href;
  return `
    const { acquireLock } = await import(${JSON.stringify(compiled)});
    await acquireLock(${JSON.stringify(dataDir)});
    setInterval(() => {}, 1000);
    process.stdout.write('held');
  `;
}
