/** One command at a time installs and builds in a clone: the others wait. Node.js alone, see ready.mjs. */
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const RETRY_MS = 100;

/**
 * Runs `work` while holding a local socket named after the folder. The kernel closes it with the process, so a killed
 * command blocks nobody.
 */
export async function exclusively(folder, report, work) {
  const name = `valise-build-${createHash('sha256').update(folder).digest('hex').slice(0, 24)}`;
  const address = process.platform === 'linux' ? `\0${name}` : join(tmpdir(), `${name}.sock`);
  let server = await listen(address);
  if (!server) report('another command is installing or building here: waiting for it');
  while (!server) {
    await delay(RETRY_MS);
    if (process.platform !== 'linux' && (await isStale(address))) rmSync(address, { force: true });
    server = await listen(address);
  }
  try {
    return await work();
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

function listen(address) {
  return new Promise((resolve, reject) => {
    const server = createServer((connection) => connection.destroy());
    server.once('error', (error) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)));
    server.listen(address, () => resolve(server));
  });
}

/** Where sockets are files, the file of a killed process stays, but refuses connections. */
function isStale(address) {
  return new Promise((resolve) => {
    const connection = createConnection(address);
    connection
      .once('connect', () => resolve(false))
      .once('error', (error) => resolve(error.code === 'ECONNREFUSED'));
    connection.once('connect', () => connection.destroy());
  });
}
