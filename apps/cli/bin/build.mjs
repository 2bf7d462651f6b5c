/**
 * Compiles TypeScript to dist/, only what changed, and bundles the services. Each output appears by a rename, so a command
 * that is reading dist/ meanwhile never sees half a file.
 */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { bundleServices, compileServices, SERVICES } from './bundle.mjs';

const FOLDERS = ['apps', 'libs', 'test'];
/** The web console has a build of its own. */
const NOT_OURS = new Set(['node_modules', 'apps/console']);
const STAMP = 'dist/.build.json';
const PARALLEL = 8;

/** @param {string} root the clone @returns {boolean} whether dist/ holds what the sources say */
export function buildIsCurrent(root) {
  const stamp = readStamp(root);
  const sources = listSources(root);
  const known = Object.keys(stamp.files);
  return (
    stamp.compiler === compilerKey(root) &&
    known.length === sources.size &&
    bundlesAreThere(root) &&
    known.every((path) => sources.get(path) === stamp.files[path] && existsSync(join(root, outputOf(path))))
  );
}

/** Builds what changed since the last build and removes what has lost its source. Throws a line per broken file. */
export async function buildChanged(root, report) {
  const compiler = compilerKey(root);
  const stamp = readStamp(root);
  const before = stamp.compiler === compiler ? stamp.files : {};
  const sources = listSources(root);
  const changed = [...sources.keys()].filter(
    (path) => before[path] !== sources.get(path) || !existsSync(join(root, outputOf(path))),
  );
  if (changed.length > 0) report(`building ${changed.length} of ${sources.size} files`);
  const failures = [];
  const queue = [...changed];
  await Promise.all(
    Array.from({ length: PARALLEL }, async () => {
      for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
        try {
          await buildFile(root, path);
        } catch (error) {
          failures.push(`${path}: ${error.message ?? error}`);
          sources.delete(path);
        }
      }
    }),
  );
  for (const path of Object.keys(stamp.files).filter((known) => !existsSync(join(root, known)))) {
    rmSync(join(root, outputOf(path)), { force: true });
    rmSync(join(root, `${outputOf(path)}.map`), { force: true });
  }
  const ofServices = changed.filter(isOfService);
  // What could not be bundled now counts as changed the next time.
  if (failures.length > 0) for (const path of ofServices) sources.delete(path);
  else if (ofServices.length > 0 || !bundlesAreThere(root)) {
    for (const { path, text } of await bundleServices(root)) replace(path, text);
    await compileServices(root);
  }
  replace(join(root, STAMP), JSON.stringify({ compiler, files: Object.fromEntries(sources) }));
  if (failures.length > 0) throw new Error(`the build failed:\n${failures.join('\n')}`);
}

const bundlesAreThere = (root) =>
  SERVICES.flatMap((name) => [`${name}.js`, `${name}.cjs`]).every((file) =>
    existsSync(join(root, 'dist', file)),
  );
const isOfService = (path) => !/^(test|apps\/(cli|federation))\//.test(path);

async function buildFile(root, path) {
  const source = join(root, path);
  const output = join(root, outputOf(path));
  mkdirSync(dirname(output), { recursive: true });
  if (!path.endsWith('.ts')) {
    copyFileSync(source, `${output}.new`);
    renameSync(`${output}.new`, output);
    return;
  }
  const { transformFile } = await import('@swc/core');
  const { code, map } = await transformFile(source, {
    cwd: root,
    configFile: join(root, '.swcrc'),
    sourceFileName: relative(dirname(output), source),
  });
  replace(`${output}.map`, map ?? '{}');
  replace(output, `${code}\n//# sourceMappingURL=${output.slice(dirname(output).length + 1)}.map\n`);
}

/** Sources are code and the data beside it; specs and types leave nothing to run. */
function isSource(path) {
  if (path.endsWith('.ts')) return !path.endsWith('.spec.ts') && !path.endsWith('.d.ts');
  return path.endsWith('.json') && /^(apps|libs)\/[^/]+\/src\//.test(path);
}

/** @returns {Map<string, string>} each source's path and what changes when it does */
function listSources(root) {
  const sources = new Map();
  const walk = (folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!NOT_OURS.has(path) && !NOT_OURS.has(entry.name)) walk(path);
      } else if (isSource(path)) {
        const { mtimeMs, size } = statSync(join(root, path));
        sources.set(path, `${size}-${mtimeMs}`);
      }
    }
  };
  for (const folder of FOLDERS) if (existsSync(join(root, folder))) walk(folder);
  return sources;
}

function outputOf(path) {
  return join('dist', path.replace(/\.ts$/, '.js'));
}

/** Everything is built again when the compiler, a dependency, their settings or this file change. */
function compilerKey(root) {
  const key = createHash('sha256');
  const programs = ['build', 'bundle', 'compiled'].map((name) => `apps/cli/bin/${name}.mjs`);
  for (const file of ['.swcrc', 'package-lock.json', ...programs]) {
    key.update(existsSync(join(root, file)) ? readFileSync(join(root, file)) : '');
  }
  return key.digest('hex');
}

function readStamp(root) {
  try {
    return JSON.parse(readFileSync(join(root, STAMP), 'utf8'));
  } catch {
    return { compiler: '', files: {} };
  }
}

function replace(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}
