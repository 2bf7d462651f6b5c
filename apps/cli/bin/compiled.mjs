/**
 * Loads a bundled service from the code that V8 compiled when it was built, which stands beside dist/. Node.js has an interface
 * for that from version 22 (`module.enableCompileCache`). Without that code, or where it is of another bundle or another V8, the bundle is compiled anew.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { constants, Script } from 'node:vm';
import { crc32 } from 'node:zlib';

const CHECKSUM_BYTES = 4;
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
  writeFileSync(`${file}.new`, Buffer.concat([compiled.checksum, compiled.script.createCachedData()]));
  renameSync(`${file}.new`, file);
}

function compile(name) {
  const filename = pathOf(`${name}.cjs`);
  const bundle = readFileSync(filename);
  const checksum = Buffer.alloc(CHECKSUM_BYTES);
  checksum.writeUInt32BE(crc32(bundle));
  // esbuild writes ASCII.
  const code = `(function (exports, require, module, __filename, __dirname) { ${bundle.toString('latin1')}\n})`;
  const script = new Script(code, {
    filename,
    cachedData: keptCode(pathOf(`${name}.v8`), checksum),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  return { script, checksum };
}

/** V8 itself compares versions, but of the bundle only the length. */
function keptCode(file, checksum) {
  if (!existsSync(file)) return undefined;
  const kept = readFileSync(file);
  return kept.subarray(0, CHECKSUM_BYTES).equals(checksum) ? kept.subarray(CHECKSUM_BYTES) : undefined;
}

function evaluate(name, { script }) {
  const module = { exports: {} };
  const require = createRequire(import.meta.url);
  script.runInThisContext()(module.exports, require, module, pathOf(`${name}.cjs`), pathOf('.'));
  return module.exports;
}
