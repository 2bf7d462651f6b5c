import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** What a clone has at its top that running needs; `npm ci && npm run build` makes the last two. */
const PARTS = ['package.json', 'package-lock.json', '.npmrc', '.swcrc', 'apps', 'libs', 'config', 'dist'];

/** No registry: every request for a package fails at once. */
export const CUT_OFF = {
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  npm_config_registry: 'http://127.0.0.1:9/',
  npm_config_offline: 'true',
  npm_config_fetch_retries: '0',
};

/** This clone, built, as `npm prune --omit=dev` leaves it, in a folder of its own. */
export async function productionInstall(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'valise-production-'));
  for (const part of PARTS) cpSync(part, join(folder, part), { recursive: true, preserveTimestamps: true });
  // Hard links, for there are 370 MB. npm writes its own note in place, so that one is copied.
  await promisify(execFile)('cp', ['-al', 'node_modules', folder]);
  const note = join(folder, 'node_modules/.package-lock.json');
  rmSync(note);
  copyFileSync('node_modules/.package-lock.json', note);
  rmSync(join(folder, 'node_modules/.cache'), { recursive: true, force: true });
  await promisify(execFile)('npm', ['prune', '--omit=dev', '--no-audit', '--no-fund', '--ignore-scripts'], {
    cwd: folder,
    env: CUT_OFF,
  });
  return folder;
}

/** Lays out what the Dockerfile's last stage takes from its first, where it puts it: under /valise of the folder returned. */
export function imageOf(dockerfile: string, build: string): string {
  const image = mkdtempSync(join(tmpdir(), 'valise-image-'));
  const work = join(image, 'valise');
  for (const [, sources = ''] of dockerfile.matchAll(/^COPY --from=build (.+)$/gm)) {
    const names = sources.split(' ').map((source) => source.replace(/^\/valise\//, ''));
    const target = names.pop() ?? '';
    for (const name of names) {
      const to = join(work, target.endsWith('/') ? join(target, basename(name)) : target);
      mkdirSync(dirname(to), { recursive: true });
      execFileSync('cp', ['-al', join(build, name), to]);
    }
  }
  return image;
}

/** Every file with its size and time: what a command leaves as it found it has the same. */
export function contentsOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      if (entry.isSymbolicLink()) return file;
      const { size, mtimeMs } = statSync(file);
      return `${file} ${size} ${mtimeMs}`;
    })
    .sort();
}

export function ran(folder: string, command: readonly string[], environment: Record<string, string> = {}) {
  const [program = '', ...args] = command;
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: folder,
    env: { ...CUT_OFF, ...environment },
    encoding: 'utf8',
    timeout: 30_000,
  });
  return { status, stdout, stderr };
}
