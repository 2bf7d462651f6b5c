/**
 * Puts each service into one file, dist/gateway.js and dist/depositary.js: what it runs of dist/ and of its dependencies. Loading
 * two thousand files one by one is most of a service's start otherwise.
 */
import { join } from 'node:path';

export const SERVICES = ['gateway', 'depositary'];

/** What Nest would load if an application had installed it, and Swagger's page, which finds its files beside itself. */
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

/** CommonJS among the dependencies asks for these, which an ES module does not have. */
const COMMONJS = `import { createRequire as createRequireHere } from 'node:module';
import { fileURLToPath as pathOfUrl } from 'node:url';
const require = createRequireHere(import.meta.url);
const __filename = pathOfUrl(import.meta.url);
const __dirname = pathOfUrl(new URL('.', import.meta.url));`;

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
 * @returns {Promise<{path: string, text: string}[]>} what to write: each service's file and its source map
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
      format: 'esm',
      // Nest and TypeORM know classes by their names.
      keepNames: true,
      sourcemap: true,
      sourcesContent: false,
      banner: { js: COMMONJS },
      external: OUTSIDE,
      plugins: [TYPEORM_BEFORE_1],
      logLevel: 'silent',
    });
    return outputFiles;
  } finally {
    // Its process would stay as long as ours.
    await stop();
  }
}
