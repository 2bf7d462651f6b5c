/**
 * Puts each service into one file, dist/gateway.cjs and dist/depositary.cjs: what it runs of dist/ and of its dependencies. Loading
 * two thousand files one by one is most of a service's start otherwise. dist/gateway.js and dist/depositary.js start them.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

export const SERVICES = ['gateway', 'depositary'];
const LOADER = fileURLToPath(new URL('compiled.mjs', import.meta.url));
const starterOf = (name) => `import { load } from './compiled.mjs';\n\nawait load('${name}').run();\n`;

/**
 * Modules that Nest would load if an application had installed them, and Swagger's page, which finds its files beside
 * itself.
 */
const OUTSIDE = [
  '@fastify/static',
  '@nats-io/*',
  '@nestjs/websockets',
  'class-transformer',
  'class-validator',
  'ioredis',
  'kafkajs',
  'mqtt',
  'swagger-ui-dist',
];

/** A CommonJS file has no `import.meta`. */
const URL_OF_BUNDLE = {
  banner: { js: "const urlOfBundle = require('node:url').pathToFileURL(__filename).href;" },
  define: { 'import.meta.url': 'urlOfBundle' },
};

/**
 * Nest looks there, at run time, for two classes that TypeORM has no more since its first version: it would load all of TypeORM a
 * second time, from its files, which is a third of a start.
 */
const TYPEORM_BEFORE_1 = {
  name: 'typeorm-before-1',
  setup(build) {
    build.onLoad({ filter: /@nestjs.typeorm.dist.common.typeorm-compat\.js$/ }, () => ({
      contents: 'export const Connection = undefined; export const AbstractRepository = undefined;',
    }));
  },
};

/**
 * @param {string} root the clone, compiled
 * @returns {Promise<{path: string, text: string}[]>} what to write: each service's bundle, its source map and what starts it
 */
export async function bundleServices(root) {
  const { build, stop } = await import('esbuild');
  try {
    const { outputFiles } = await build({
      entryPoints: SERVICES.map((name) => ({ in: join(root, `dist/apps/${name}/src/main.js`), out: name })),
      outdir: join(root, 'dist'),
      bundle: true,
      write: false,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      outExtension: { '.js': '.cjs' },
      // Code that is run from what V8 kept asks for modules by require() only.
      supported: { 'dynamic-import': false },
      // Nest and TypeORM know classes by their names.
      keepNames: true,
      sourcemap: true,
      sourcesContent: false,
      ...URL_OF_BUNDLE,
      external: OUTSIDE,
      plugins: [TYPEORM_BEFORE_1],
      logLevel: 'silent',
    });
    return [
      ...outputFiles.map(({ path, text }) => ({
        path,
        text: path.endsWith('.cjs') ? identified(text) : text,
      })),
      { path: join(root, 'dist/compiled.mjs'), text: readFileSync(LOADER, 'utf8') },
      ...SERVICES.map((name) => ({ path: join(root, `dist/${name}.js`), text: starterOf(name) })),
    ];
  } finally {
    // Its process would stay as long as ours.
    await stop();
  }
}

/** With its own hash at the end, so that nobody has to read ten megabytes to know which bundle it is. */
const identified = (text) => `${text}// ${createHash('sha256').update(text).digest('hex')}`;

/** Has V8 compile what was written, once for every start. */
export async function compileServices(root) {
  const loader = pathToFileURL(join(root, 'dist/compiled.mjs')).href;
  for (const name of SERVICES) {
    const work = `(await import(${JSON.stringify(loader)})).keepCompiled(${JSON.stringify(name)})`;
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', work], { cwd: root });
  }
}
