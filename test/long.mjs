/**
 * `npm run test:long [-- --minutes N] [--inputs N] [--requests N] [--files N] [--runs N] [--mutants N] [--seed N] [--only NAME]`: what takes longer than a change
 * should wait for. `npm test` has a short run of each fuzzer. The defaults take about an hour and a half on two processors, and fuzz more than ten
 * million inputs: 10,000,000 for all the readers together, in some twenty minutes, and by the minute some 40,000 envelopes and more than 100,000 other
 * inputs of the bus. Every part prints its seed, and a failure the input.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { NotReady, prepare, ROOT, run } from '../apps/cli/bin/ready.mjs';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    inputs: { type: 'string', default: '10000000' },
    requests: { type: 'string', default: '20000' },
    files: { type: 'string', default: '20000' },
    mutants: { type: 'string', default: '60' },
    runs: { type: 'string', default: '10000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    only: { type: 'string' },
  },
});

const one = (path, ...options) => ['test/one.mjs', path, ...options];

function parts() {
  const seconds = String(60 * number('minutes'));
  const seed = String(number('seed'));
  return {
    'readers of foreign bytes': {
      args: ['test/fuzz/run-many.mjs', '--inputs', String(number('inputs')), '--seed', seed],
    },
    'envelopes on the bus': { args: ['test/fuzz/run.mjs', '--seconds', seconds, '--seed', seed] },
    'other inputs of the bus': {
      args: one('test/fuzz/doors.spec.ts'),
      env: { VALISE_FUZZ_SECONDS: seconds, VALISE_SEED: seed },
    },
    'routes of the gateway': {
      args: one('test/integration/gateway-api.spec.ts'),
      env: { VALISE_FUZZ_REQUESTS: String(number('requests')), VALISE_FUZZ_SEED: seed },
    },
    'files of the command line': {
      args: one('test/fuzz/files.spec.ts'),
      env: { VALISE_FUZZ_FILES: String(number('files')), VALISE_SEED: seed },
    },
    'nodes over a bad bus': {
      args: ['dist/test/simulator/main.js', '--runs', String(number('runs')), '--seed', seed],
    },
    'model of the protocol': { args: ['test/model/run.mjs'] },
    'faults put into the code': {
      args: ['test/mutation/code.mjs', '--sample', String(number('mutants')), '--seed', seed],
    },
  };
}

function number(name) {
  if (!/^\d{1,10}$/.test(values[name])) throw new NotReady(`--${name} takes a whole number`);
  return Number(values[name]);
}

await run(async () => {
  const all = Object.entries(parts());
  const chosen = all.filter(([name]) => values.only === undefined || name.includes(values.only));
  if (chosen.length === 0)
    throw new NotReady(`--only takes a part of: ${all.map(([name]) => name).join('; ')}`);
  await prepare({ quiet: true });
  const failed = [];
  let inputs = 0;
  for (const [name, { args, env }] of chosen) {
    const started = Date.now();
    console.log(`\n${name} …`);
    const { code, fuzzed } = await ended(args, env);
    inputs += fuzzed;
    console.log(
      `${name}: ${code === 0 ? 'passed' : 'FAILED'}, ${((Date.now() - started) / 1000).toFixed(0)} s`,
    );
    if (code !== 0) failed.push(name);
  }
  console.log(`\n${inputs.toLocaleString('en')} inputs fuzzed in all`);
  console.log(failed.length === 0 ? '\nall passed' : `\nfailed: ${failed.join('; ')}`);
  process.exitCode = failed.length === 0 ? 0 : 1;
});

/**
 * Children share our process group: Ctrl-C reaches them too.
 *
 * @returns the exit code, and how many inputs its lines `fuzzed: N inputs` add up to
 */
function ended([script, ...args], env) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(ROOT, script), ...args], {
      cwd: ROOT,
      stdio: ['inherit', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    });
    let fuzzed = 0;
    createInterface({ input: child.stdout }).on('line', (line) => {
      console.log(line);
      fuzzed += Number(/^fuzzed: (\d+) inputs$/.exec(line)?.[1] ?? 0);
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, fuzzed }));
  });
}
