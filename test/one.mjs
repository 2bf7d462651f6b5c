/**
 * `npm run test:one PATH [-- options of Jest]`: the specs whose path contains PATH, with what they need and nothing else: unit specs
 * alone in seconds, integration specs with a broker and a database of their own. Without a name, what it would have been.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { NotReady, prepare, ROOT, run } from '../apps/cli/bin/ready.mjs';

/** These stand under test/ and need no services (jest.config.mjs). */
const UNIT = /^(apps|libs)\/|^test\/(oracle|interop|fuzz|openapi|simulator)\//;

await run(async () => {
  const [path, ...options] = process.argv.slice(2);
  if (path === undefined)
    throw new NotReady('usage: npm run test:one libs/core/src/ids.spec.ts [-- -t "name of a test"]');
  const project = UNIT.test(path.replace(/^\.\//, '')) ? 'unit' : 'integration';
  await prepare({ quiet: true });
  const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
  const args = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', jest];
  const child = spawn(
    process.execPath,
    [...args, '--selectProjects', project, '--testPathPatterns', path, ...options],
    { cwd: ROOT, stdio: 'inherit' },
  );
  process.exitCode = await new Promise((resolve) => child.once('close', (code) => resolve(code ?? 1)));
});
