/**
 * Loads a bundled service from the code that V8 compiled when it was built, which stands beside dist/. Node.js has an interface
 * for that from version 22 (`module.enableCompileCache`). Without that code, or where it is of another bundle or another V8, the bundle is compiled again.
 */
import { hash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';

/** A bundle ends with its SHA-256 in hexadecimal digits (bundle.mjs). What is kept of it begins with them, then has its own SHA-256. */
const IDENTITY_BYTES = 64;
const DIGEST_BYTES = 32;
const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url));

/** @param {string} name the service @returns what its bundle exports */
export function load(name) {
  // Node.js reads source maps only of what it loads itself.
  if (process.sourceMapsEnabled) return createRequire(import.meta.url)(pathOf(`${name}.cjs`));
  return evaluate(name, compile(name));
}

/** Keeps what V8 compiles until the service's modules are loaded. For the build. */
export function keepCompiled(name) {
  const compiled = compile(name);
  evaluate(name, compiled);
  const file = pathOf(`${name}.v8`);
  const code = compiled.script.createCachedData();
  writeFileSync(`${file}.new`, Buffer.concat([compiled.identity, digestOf(code), code]));
  renameSync(`${file}.new`, file);
}

function compile(name) {
  const filename = pathOf(`${name}.cjs`);
  const bundle = readFileSync(filename);
  const identity = bundle.subarray(-IDENTITY_BYTES);
  // esbuild writes ASCII.
  const code = `(function (exports, require, module, __filename, __dirname) { ${bundle.toString('latin1')}\n})`;
  const script = new Script(code, { filename, cachedData: keptCode(pathOf(`${name}.v8`), identity) });
  return { script, identity };
}

/** V8 itself compares versions, but of the bundle only the length, and takes damaged code as it is. */
function keptCode(file, identity) {
  if (!existsSync(file)) return undefined;
  const kept = readFileSync(file);
  const digest = kept.subarray(IDENTITY_BYTES, IDENTITY_BYTES + DIGEST_BYTES);
  const code = kept.subarray(IDENTITY_BYTES + DIGEST_BYTES);
  const isIntact = kept.subarray(0, IDENTITY_BYTES).equals(identity) && digestOf(code).equals(digest);
  return isIntact ? code : undefined;
}

const digestOf = (code) => hash('sha256', code, 'buffer');

function evaluate(name, { script }) {
  const module = { exports: {} };
  const require = createRequire(import.meta.url);
  script.runInThisContext()(module.exports, require, module, pathOf(`${name}.cjs`), pathOf('.'));
  return module.exports;
}
