import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ValiseError } from '#core';

const ANSWER_MS = 1_000;

export interface Lock {
  release(): Promise<void>;
}

/**
 * Makes this process the only supervisor of a data folder. The lock is a local socket that the kernel closes with the
 * process, so a killed process leaves no lock behind; a client that connects is told the holder's pid.
 *
 * @throws ValiseError ALREADY_RUNNING, with the pid of the holder.
 */
export async function acquireLock(dataDir: string): Promise<Lock> {
  mkdirSync(dataDir, { recursive: true });
  const address = lockAddress(realpathSync(dataDir));
  const server = (await listen(address)) ?? (await afterStaleSocket(address));
  if (server === undefined) {
    const pid = await holderOf(address);
    throw new ValiseError(
      'ALREADY_RUNNING',
      `Valise is already running on ${dataDir}${pid === undefined ? '' : ` (process ${pid})`}`,
      { remedy: 'stop it with Ctrl-C where it was started, or choose another data folder', pid },
    );
  }
  server.unref();
  return {
    release: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
}

/** On Linux a name without a file; elsewhere a socket file in the folder for temporary files. */
function lockAddress(folder: string): string {
  const name = `valise-${createHash('sha256').update(folder).digest('hex').slice(0, 32)}`;
  return process.platform === 'linux' ? `\0${name}` : join(tmpdir(), `${name}.sock`);
}

/** The listening server, or undefined if the address is taken. */
function listen(address: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((connection) => {
      connection.on('error', () => connection.destroy());
      connection.end(`${process.pid}\n`);
    });
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(address, () => {
      resolve(server);
    });
  });
}

/** A socket file outlives a killed process: if nobody answers there, it is swept away and taken. */
async function afterStaleSocket(address: string): Promise<Server | undefined> {
  if (address.startsWith('\0') || (await answers(address))) return undefined;
  rmSync(address, { force: true });
  return listen(address);
}

function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = createConnection(address);
    connection.once('connect', () => {
      connection.destroy();
      resolve(true);
    });
    connection.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code !== 'ECONNREFUSED');
    });
  });
}

/** The pid that the holder tells; undefined if it does not answer in time (stopped or overloaded). */
function holderOf(address: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const connection = createConnection(address);
    let text = '';
    const finish = (): void => {
      connection.destroy();
      const pid = Number(text.trim());
      resolve(Number.isInteger(pid) && pid > 0 ? pid : undefined);
    };
    connection.setTimeout(ANSWER_MS, finish);
    connection.on('data', (chunk) => (text += chunk.toString('latin1')));
    connection.once('end', finish);
    connection.once('error', finish);
  });
}
