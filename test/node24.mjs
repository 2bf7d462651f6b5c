/**
 * `npm run test:node24`: the unit tests and the guided exchange on Node.js 24, beside the 20.19 that is the least. npm's package
 * `node` brings it where this is another.
 */
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../apps/cli/bin/ready.mjs';

const MAJOR = '24';
const STAGES = ['unit', 'exchange'];
/** sysexits.h: what is needed to run is not to be had. .ci/run goes on without. */
const UNAVAILABLE = 69;

/** npm runs the package's install script only where it is told to, here and for this package alone. */
function nodeOf(major) {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const args = ['--yes', '--allow-scripts=node', `node@${major}`, '--print', 'process.execPath'];
  const { status, stdout, stderr } = spawnSync('npx', args, { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) {
    console.error(`npm brought no Node.js ${major}, nothing was run on it:\n${stderr}`);
    process.exit(UNAVAILABLE);
  }
  return stdout.trim();
}

const node = nodeOf(MAJOR);
const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
if (!version.startsWith(`v${MAJOR}.`)) throw new Error(`${node} is Node.js ${version}`);
console.log(`Node.js ${version}`);
const stages = STAGES.flatMap((name) => ['--stage', name]);
const child = spawn(node, [join(ROOT, 'test/run.mjs'), ...stages], { stdio: 'inherit' });
// The run ends what it started; this only passes the wish on.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('close', (code) => (process.exitCode = code ?? 1));
