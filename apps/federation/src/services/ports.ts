import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { ValiseError } from '#core';

/** Below the range from which systems take the ports of outgoing connections, so none of those can be in our way. */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_767;
const ATTEMPTS_MAX = 200;

const remembered = z.record(z.string(), z.number().int().min(1).max(65_535));

/** One search at a time in this process: two services that start together must not be given the same port. */
let turn: Promise<unknown> = Promise.resolve();

/**
 * Ports on 127.0.0.1, one for each name, all free at this moment. They are remembered in `<dataDir>/ports.json`
 * and given again at the next start, so that addresses stay the same, unless somebody else has taken them.
 */
export function findPorts<Name extends string>(
  dataDir: string,
  names: readonly Name[],
): Promise<Record<Name, number>> {
  const found = turn.then(() => search(dataDir, names));
  turn = found.catch(() => undefined);
  return found;
}

async function search<Name extends string>(
  dataDir: string,
  names: readonly Name[],
): Promise<Record<Name, number>> {
  const file = join(dataDir, 'ports.json');
  const ports = read(file);
  for (const name of names) {
    const known = ports[name];
    if (known === undefined || !(await isFree(known))) {
      ports[name] = await freePort(new Set(Object.values(ports)));
    }
  }
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(file, `${JSON.stringify(ports, null, 2)}\n`);
  return Object.fromEntries(names.map((name) => [name, ports[name]])) as Record<Name, number>;
}

async function freePort(taken: ReadonlySet<number>): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const port = randomInt(FIRST_PORT, LAST_PORT + 1);
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new ValiseError('PORT_TAKEN', `no free port found between ${FIRST_PORT} and ${LAST_PORT}`);
}

/** True if nobody listens on this port of 127.0.0.1. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => {
      resolve(false);
    });
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      probe.close(() => {
        resolve(true);
      });
    });
  });
}

/** If the file cannot be read, ports are chosen again. */
function read(file: string): Record<string, number> {
  try {
    return remembered.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return {};
  }
}
