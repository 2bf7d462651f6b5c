/**
 * `npm test`: every check, on a bare clone. `--stage <name>` (repeatable) runs one. The last line counts tests: those
 * of Jest one by one, every other stage as one.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { prepare, ROOT, run } from '../apps/cli/bin/ready.mjs';

const CACHE = join(ROOT, 'node_modules/.cache/valise');
/** A run makes mostly garbage: with more space for young objects, V8 copies less of it (in megabytes). */
const YOUNG = '--max-semi-space-size=128';
const node = (script, ...args) => [process.execPath, YOUNG, join(ROOT, 'node_modules', script), ...args];

/** A Jest project is a stage: its results come from a file, so that single tests can be counted. */
function jest(project, ...options) {
  const results = join(CACHE, `jest-${project}.json`);
  return {
    results,
    commands: [
      [
        process.execPath,
        ...[YOUNG, '--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
        join(ROOT, 'node_modules/jest/bin/jest.js'),
        ...[
          '--selectProjects',
          project,
          '--json',
          `--outputFile=${results}`,
          '--passWithNoTests',
          ...options,
        ],
      ],
    ],
  };
}

const STAGES = {
  lint: {
    commands: [
      node('eslint/bin/eslint.js', '.', '--cache', '--cache-location', join(CACHE, 'eslint/')),
      node('prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.'),
      node(
        'dependency-cruiser/bin/dependency-cruise.mjs',
        'apps',
        'libs',
        '--config',
        '.dependency-cruiser.cjs',
      ),
    ],
  },
  // The native compiler says the same in a third of the time; typescript-eslint needs the one written in JavaScript.
  types: { commands: [node('typescript-native/bin/tsc', '--noEmit')] },
  unit: jest('unit', '--maxWorkers=2'),
  mutation: {
    // Every place of the treaties' data changed once: some decision file must notice. Its tests are kinds of change by instrument.
    results: join(CACHE, 'mutation.json'),
    commands: [
      [
        process.execPath,
        join(ROOT, 'dist/test/mutation/law.js'),
        `--outputFile=${join(CACHE, 'mutation.json')}`,
      ],
    ],
  },
  // Each waits for processes and brokers now and then, so one more runs in parallel than there are cores to rely on.
  integration: jest('integration', '--maxWorkers=3'),
  exchange: {
    // The guided exchange of the local federation, as an operator sees it.
    commands: [
      [
        process.execPath,
        join(ROOT, 'apps/cli/bin/valise.mjs'),
        'federation',
        '--once',
        '--data',
        join(ROOT, '.valise/test'),
      ],
    ],
    // A command that did nothing would exit 0 as well.
    says: "steps were observed at the nodes' own interfaces",
  },
};

/**
 * Stages of a row run beside each other. Stages without time limits use the time in which the integration tests wait.
 */
const ROWS = [
  ['unit', 'exchange'],
  ['integration', 'lint', 'types', 'mutation'],
];

function chosenStages() {
  const args = process.argv.slice(2);
  const chosen = [];
  for (let index = 0; index < args.length; index += 2) {
    const [option, name] = [args[index], args[index + 1]];
    if (option !== '--stage' || !Object.hasOwn(STAGES, name)) {
      throw new Error(`usage: npm test -- [--stage ${Object.keys(STAGES).join('|')}]…`);
    }
    chosen.push(name);
  }
  return chosen.length > 0 ? chosen : Object.keys(STAGES);
}

async function runStage(name) {
  const stage = STAGES[name];
  const started = Date.now();
  if (stage.results) rmSync(stage.results, { force: true });
  console.log(`${name} …`);
  let output = '';
  let ok = true;
  for (const command of stage.commands) {
    const result = await outputOf(command);
    output += result.output;
    ok &&= result.code === 0;
  }
  if (stage.says) ok &&= output.includes(stage.says);
  const result = { name, ok, seconds: (Date.now() - started) / 1000, output, ...counts(stage, ok) };
  console.log(`${name} ${ok ? 'passed' : 'FAILED'}: ${tally(result)}, ${result.seconds.toFixed(1)} s`);
  if (!ok) console.log(indented(output));
  return result;
}

const tally = ({ passed, failed }) => `${passed} passed, ${failed} failed`;
const indented = (text) => text.trimEnd().replaceAll(/^/gm, '    ');

/** A Jest run that wrote no results, or failed without a failing test (a file that cannot be loaded), is a failure. */
function counts(stage, ok) {
  if (!stage.results) return ok ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  if (!existsSync(stage.results)) return { passed: 0, failed: 1 };
  const results = JSON.parse(readFileSync(stage.results, 'utf8'));
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  return { passed: results.numPassedTests, failed: ok ? failed : Math.max(failed, 1) };
}

/**
 * Ends, when this run is interrupted, all that it started: stages end what they can by themselves, and leftovers
 * (gateways of a test, its broker and database) are recognised by the run's mark. Leftovers of a killed run are ended
 * now.
 */
async function ownRun() {
  const { beginRun, endAbandonedRuns, endRun } =
    await import('../dist/apps/federation/src/services/index.js');
  const left = await endAbandonedRuns(ROOT);
  if (left > 0) console.log(`ended ${left} processes that an earlier run had left behind`);
  const own = beginRun(ROOT);
  const end = async (code) => {
    await endRun(own);
    process.exit(code);
  };
  for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }))
    process.once(signal, () => {
      console.log(`${signal}: ending what was started`);
      void end(code);
    });
}

function outputOf([program, ...args]) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk) => (output += chunk);
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** Seeds of random tests and simulations, so that a run can be repeated. */
function seedLines(output) {
  return output.split('\n').filter((line) => /\bseed\b\s*[:=]/i.test(line));
}

function summary(results) {
  const width = Math.max(...results.map(({ name }) => name.length));
  console.log('\nstage'.padEnd(width + 1), ' result   passed  failed  seconds');
  for (const { name, ok, passed, failed, seconds } of results) {
    const columns = [String(passed).padStart(6), String(failed).padStart(7), seconds.toFixed(1).padStart(8)];
    console.log(name.padEnd(width), `  ${ok ? 'passed' : 'FAILED'}  `, columns.join(' '));
  }
  for (const line of results.flatMap(({ output }) => seedLines(output))) console.log(line.trim());
  const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
  console.log(`${total('passed')} passed, ${total('failed')} failed`);
}

await run(async () => {
  const chosen = chosenStages();
  await prepare({ quiet: true });
  await ownRun();
  mkdirSync(CACHE, { recursive: true });
  const results = [];
  for (const row of ROWS) {
    const names = row.filter((name) => chosen.includes(name));
    results.push(...(await Promise.all(names.map(runStage))));
  }
  summary(results);
  process.exitCode = results.every(({ ok, failed }) => ok && failed === 0) ? 0 : 1;
});
