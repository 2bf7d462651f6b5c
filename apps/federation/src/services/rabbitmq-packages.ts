import { execFile } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf, ValiseError } from '#core';
import { randomPassword } from '#setup';
import { serverScripts } from './rabbitmq-installed.js';
import type { Release } from './rabbitmq-private.js';
import type { RabbitmqOptions } from './broker.js';

const DOWNLOAD_MS = 600_000;
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;
/** Raised when what we unpack changes, so that an older cache is not taken for a new one. */
const CACHE_VERSION = 1;

/** True on a system that has apt and dpkg. */
export function packagesPossible(): boolean {
  return ['/usr/bin/apt-get', '/usr/bin/dpkg', '/usr/bin/dpkg-query'].every((program) => existsSync(program));
}

/**
 * RabbitMQ and its Erlang from the system's own package sources, signatures checked by apt, unpacked for us alone:
 * nothing is installed, no service starts, no root is needed. Kept in the user's cache for other clones.
 *
 * @throws ValiseError SERVICE_UNAVAILABLE if they cannot be downloaded.
 */
export async function unpackedRelease({ dataDir, report }: RabbitmqOptions): Promise<Release> {
  const folder = join(cacheFolder(dataDir), `rabbitmq-${CACHE_VERSION}-${process.arch}`);
  if (!existsSync(folder)) {
    const work = `${folder}.${randomPassword().slice(0, 8)}`;
    mkdirSync(work, { recursive: true });
    try {
      await downloadAndUnpack(work, report);
      if (!existsSync(folder)) renameSync(join(work, 'root'), folder);
    } catch (cause) {
      throw new ValiseError(
        'SERVICE_UNAVAILABLE',
        `RabbitMQ’s packages could not be downloaded and unpacked: ${firstLines(cause)}`,
        { remedy: 'install rabbitmq-server, start Docker, or set AMQP_URL and AMQP_MANAGEMENT_URL' },
        { cause },
      );
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  return releaseIn(folder);
}

/** The user's cache folder, or the data folder for an account without a home. */
function cacheFolder(dataDir: string): string {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'valise');
  try {
    mkdirSync(cache, { recursive: true });
    accessSync(cache, constants.W_OK);
    return cache;
  } catch {
    return join(dataDir, 'cache');
  }
}

function releaseIn(folder: string): Release {
  const [script] = serverScripts(join(folder, 'usr/lib/rabbitmq/lib'));
  const erlang = join(folder, 'usr/lib/erlang');
  const runtime = existsSync(erlang)
    ? readdirSync(erlang).find((name) => name.startsWith('erts-'))
    : undefined;
  if (script === undefined || runtime === undefined) {
    throw new ValiseError('SERVICE_UNAVAILABLE', `the unpacked RabbitMQ in ${folder} is incomplete`, {
      remedy: `delete ${folder} and start again`,
    });
  }
  return {
    how: 'RabbitMQ from Debian’s packages, unpacked privately',
    script,
    path: [join(folder, 'bin')],
    epmd: join(erlang, runtime, 'bin/epmd'),
    libraries: libraryFolders(folder),
  };
}

async function downloadAndUnpack(work: string, report: (line: string) => void): Promise<void> {
  const apt = privateApt(work);
  report('RabbitMQ is not installed: reading the lists of the system’s package sources (once)');
  // One source of several may fail (a vendor's, behind a proxy): what counts is whether the packages can be found.
  await apt(['update']).catch(() => undefined);
  const names = await neededPackages(apt);
  report(`downloading RabbitMQ and Erlang, ${names.length} packages (once)`);
  const archives = join(work, 'archives');
  mkdirSync(archives);
  await apt(['download', ...names], archives);
  report('unpacking RabbitMQ and Erlang');
  const root = join(work, 'root');
  for (const archive of readdirSync(archives).filter((name) => name.endsWith('.deb'))) {
    await run('/usr/bin/dpkg', ['-x', join(archives, archive), root]);
  }
  writeErlangStarter(root);
  releaseIn(root); // complete?
}

type Apt = (args: readonly string[], cwd?: string) => Promise<string>;

/** apt with the system's sources and keys, but with state, lists and cache of its own. */
function privateApt(work: string): Apt {
  const state = join(work, 'apt');
  mkdirSync(join(state, 'lists/partial'), { recursive: true });
  mkdirSync(join(state, 'cache/archives/partial'), { recursive: true });
  // An empty list of installed packages: apt then names the whole set, however this machine is set up.
  writeFileSync(join(state, 'status'), '');
  const options = Object.entries({
    'Dir::State': state,
    'Dir::State::status': join(state, 'status'),
    'Dir::State::lists': join(state, 'lists'),
    'Dir::Cache': join(state, 'cache'),
    'Acquire::Languages': 'none',
    'APT::Install-Recommends': 'false',
    // As root apt would read and write as account _apt, which may not enter our folder.
    'APT::Sandbox::User': '',
    'Debug::NoLocking': 'true',
  }).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  return (args, cwd = work) => run('/usr/bin/apt-get', [...options, '-qq', ...args], cwd);
}

/** RabbitMQ, its Erlang, and those libraries that this machine does not have. */
async function neededPackages(apt: Apt): Promise<string[]> {
  const uris = await apt(['--print-uris', 'install', 'rabbitmq-server']);
  const all = [...uris.matchAll(/^'\S+' ([^_\s]+)_/gm)].map((match) => match[1] ?? '');
  const installed = new Set(
    (await run('/usr/bin/dpkg-query', ['-W', '-f', '${db:Status-Status} ${Package}\n']))
      .split('\n')
      .filter((line) => line.startsWith('installed '))
      .map((line) => line.slice('installed '.length)),
  );
  const isOurs = (name: string): boolean => name === 'rabbitmq-server' || name.startsWith('erlang-');
  return all.filter((name) => isOurs(name) || (/^(lib|zlib)/.test(name) && !installed.has(name)));
}

/** Debian's `erl` names /usr/lib/erlang. Ours finds Erlang from where it stands itself, so the folder may be moved. */
function writeErlangStarter(root: string): void {
  const script = `#!/bin/sh
ROOTDIR=$(cd "$(dirname "$0")/../usr/lib/erlang" && pwd)
BINDIR=$(echo "$ROOTDIR"/erts-*/bin)
EMU=beam
PROGNAME=erl
export ROOTDIR BINDIR EMU PROGNAME
exec "$BINDIR/erlexec" "$@"
`;
  mkdirSync(join(root, 'bin'), { recursive: true });
  writeFileSync(join(root, 'bin/erl'), script, { mode: 0o755 });
}

function libraryFolders(root: string): string[] {
  return ['usr/lib', 'lib'].flatMap((name) => {
    const folder = join(root, name);
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .filter((entry) => entry.includes('-linux-'))
      .map((entry) => join(folder, entry));
  });
}

async function run(program: string, args: readonly string[], cwd?: string): Promise<string> {
  const { stdout } = await promisify(execFile)(program, [...args], {
    timeout: DOWNLOAD_MS,
    maxBuffer: OUTPUT_BYTES_MAX,
    env: { ...process.env, LC_ALL: 'C' },
    ...(cwd === undefined ? {} : { cwd }),
  });
  return stdout;
}

/** apt says what is wrong in lines that begin with E: and W:. */
function firstLines(cause: unknown): string {
  const stderr = (cause as { stderr?: string }).stderr ?? '';
  const lines = stderr.split('\n').filter((line) => /^[EW]:/.test(line));
  return lines.length > 0 ? lines.slice(0, 3).join(' ') : messageOf(cause);
}
