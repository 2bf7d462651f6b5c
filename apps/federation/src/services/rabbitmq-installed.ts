import { accessSync, constants, existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { Release } from './rabbitmq-private.js';

const DEBIAN_RELEASES = '/usr/lib/rabbitmq/lib';

/** The rabbitmq-server that is installed on this machine; undefined if there is none that we can start ourselves. */
export function installedRelease(): Release | undefined {
  const script = releaseScripts().find(isExecutable);
  const erl = findInPath('erl');
  if (script === undefined || erl === undefined) return undefined;
  const epmd = epmdOf(erl);
  if (epmd === undefined) return undefined;
  return { how: 'installed RabbitMQ, started privately', script, path: [], epmd, libraries: [] };
}

/** The distribution's release first; then whatever PATH names, unless it is a wrapper that changes the account. */
function releaseScripts(): string[] {
  const releases = serverScripts(DEBIAN_RELEASES);
  const named = findInPath('rabbitmq-server');
  if (named === undefined) return releases;
  const real = realpathSync(named);
  return existsSync(join(dirname(real), 'rabbitmq-defaults')) ? [...releases, real] : releases;
}

/** The scripts `rabbitmq-server` of the releases in a folder, newest first. */
export function serverScripts(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.startsWith('rabbitmq_server-'))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    .map((name) => join(folder, name, 'sbin', 'rabbitmq-server'));
}

/** epmd stands in PATH on most systems, and in any case beside the Erlang machine. */
function epmdOf(erl: string): string | undefined {
  const root = /^ROOTDIR="?([^"\n]+)"?$/m.exec(readFileSync(realpathSync(erl), 'utf8'))?.[1];
  const runtimes = root !== undefined && existsSync(root) ? readdirSync(root) : [];
  const besideErl = runtimes
    .filter((name) => name.startsWith('erts-'))
    .map((name) => join(root ?? '', name, 'bin', 'epmd'));
  return [findInPath('epmd'), ...besideErl].find((file) => file !== undefined && isExecutable(file));
}

function findInPath(program: string): string | undefined {
  // Administrators' folders are often missing from the path of ordinary users.
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin'];
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
