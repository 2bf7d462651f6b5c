/**
 * `node test/model/run.mjs [--only NAME]`: searches all states of the models beside it with Spin (docs/decisions/28). What they assert must
 * hold, and every run must end. Then a macro puts a fault into a model, one at a time, and the search must find what the list below says.
 * Without `spin` or `cc` it says so and checks nothing.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';

/** Of the verifier, in MB: the largest search takes a third. */
const MEMORY_MAX = 1_024;
/** Steps of one run: more than ten times those of the longest. */
const DEPTH_MAX = 10_000;
const TRAIL_LINES = 200;

/** What must hold. Where the adversary goes on for ever (`endless`), no end is looked for. */
const HOLDS = [
  { name: 'sequence', model: 'sequence', macros: ['FAULTS=2'] },
  { name: 'sequence of a liar', model: 'sequence', macros: ['LIAR'], endless: true },
  { name: 'telling', model: 'telling', macros: ['FAULTS=3'] },
  { name: 'telling of two histories', model: 'telling', macros: ['FORK'], endless: true },
  { name: 'restore of the sender', model: 'restore', macros: ['SENDER', 'NONE_REFUSED', 'FAULTS=2'] },
  { name: 'restore of the recipient', model: 'restore', macros: ['RECIPIENT', 'NONE_REFUSED', 'FAULTS=3'] },
  { name: 'restore of both', model: 'restore', macros: ['SENDER', 'RECIPIENT', 'SECOND=1', 'NONE_REFUSED'] },
];

const CYCLE = 'a run that does not end';
const NONE_REFUSED = 's.sent == s.accepted';
const RECEIPTED = 's.sent == (s.accepted | s.refused)';
const ANSWERED = '!sStates && !rStates';
const KNOWN = 's.peerEpoch == r.epoch && r.peerEpoch == s.epoch';
const MIRRORED = 'mirrored == SIZE';

/** What must be found: a part of the assertion that is violated, or a cycle. */
const FINDS = [
  ['sequence', ['FAULT_DUPLICATE'], 'effects[n] == 1'],
  ['sequence', ['FAULT_NO_GAP'], 'agreed(1)'],
  ['sequence', ['FAULT_NO_REQUEST'], 'agreed(1)'],
  ['sequence', ['FAULT_NO_SENT'], 'agreed(1)'],
  ['sequence', ['FAULT_ORDER'], 'settledBefore(n)'],
  ['sequence', ['FAULT_VOID'], 'effects[n] == 0'],
  ['sequence', ['FAULT_VOID_IGNORED'], CYCLE],
  ['sequence', ['LIAR', 'FAULT_PREV'], 'names(n, version[n]) == version[n - 1]'],
  ['sequence', ['LIAR', 'FAULT_PREV_LATE'], 'names(n, version[n]) == version[n - 1]'],
  ['sequence', ['LIAR', 'FAULT_SUCCESSOR'], 'version[n]'],
  ['telling', ['FAULT_MIRROR'], 'begins(0, mirrored)'],
  ['telling', ['FORK', 'FAULT_MIRROR'], 'begins(0, mirrored)'],
  ['telling', ['FORK', 'FAULT_FORK'], 'begins(history, size)'],
  ['telling', ['FAULT_ACCUSE'], '!stopped'],
  ['telling', ['FAULT_EFFECTS'], 'effects[i] == 1'],
  ['telling', ['FAULT_NO_ASK'], MIRRORED],
  ['telling', ['FAULT_NO_HOUR'], MIRRORED],
  ['telling', ['FAULT_ANSWER'], CYCLE],
  ['telling', ['FAULT_SEEN'], CYCLE],
  ['restore', ['SENDER', 'RECIPIENT', 'SECOND=1', 'FAULT_EPOCH'], 'everAccepted'],
  ['restore', ['SENDER', 'NONE_REFUSED', 'FAULT_NOT_MISSING'], NONE_REFUSED],
  ['restore', ['SENDER', 'FAULT_NO_ANSWER'], CYCLE],
  ['restore', ['SENDER', 'FAULT_STATED_ONCE'], ANSWERED],
  ['restore', ['SENDER', 'RECIPIENT', 'SECOND=1', 'FAULT_WAIT'], CYCLE],
  ['restore', ['SENDER', 'FAULT_SEEN'], RECEIPTED],
  ['restore', ['RECIPIENT', 'FAULT_OLD_LOG'], RECEIPTED],
  ['restore', ['RECIPIENT', 'FAULT_ASKED_ONCE'], RECEIPTED],
  ['restore', ['SENDER', 'RECIPIENT', 'SECOND=1', 'NONE_REFUSED', 'FAULT_ANSWER_BEGINS'], NONE_REFUSED],
  ['restore', ['SENDER', 'RECIPIENT', 'SECOND=1', 'FAULT_NOT_RESTATED'], KNOWN],
  ['restore', ['SENDER', 'RECIPIENT', 'SECOND=1', 'FAULT_OLD_ANSWER'], KNOWN],
  ['restore', ['SENDER', 'RECIPIENT', 'SECOND=1', 'FAULT_ANSWER_KEPT'], CYCLE],
];

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
const folder = mkdtempSync(join(tmpdir(), 'valise-model-'));
try {
  process.exitCode = main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function main() {
  const missing = ['spin', 'cc'].filter((tool) => spawnSync(tool, ['--version']).error);
  if (missing.length > 0) {
    console.log(`skipped: ${missing.join(' and ')} not found (on Debian: apt-get install spin gcc)`);
    return 0;
  }
  let failures = 0;
  for (const { name, model, macros, endless = false } of HOLDS.filter(isChosen)) {
    for (const search of endless ? ['states'] : ['states', 'cycles']) {
      const { errors, states, seconds, workplace, output } = searched(model, macros, search);
      console.log(
        `${name} (${macros.join(' ')}), ${search}: errors: ${errors}, ${states} states, ${seconds} s`,
      );
      if (errors === 0) continue;
      failures += 1;
      console.log(output);
      console.log(trailIn(workplace, model, macros).split('\n').slice(-TRAIL_LINES).join('\n'));
    }
  }
  for (const [model, macros, expected] of FINDS.filter(([model]) => isChosen({ name: model }))) {
    const isEndless = macros.includes('LIAR') || macros.includes('FORK');
    const search = isEndless ? 'states' : 'cycles';
    const { errors, states, seconds, workplace, output } = searched(model, macros, search);
    const found = errors > 0 ? whatFails(workplace, model, macros, output) : 'nothing';
    const isFound = found.includes(expected);
    console.log(`${model} (${macros.join(' ')}): found ${found}, ${states} states, ${seconds} s`);
    if (isFound) continue;
    failures += 1;
    console.log(`FAILED: ${expected} should have been found`);
  }
  console.log(failures === 0 ? 'the models hold, and every fault is found' : `${failures} failed`);
  return failures === 0 ? 0 : 1;
}

function isChosen({ name }) {
  return name.includes(values.only);
}

/** @param search `states`: assertions and deadlocks; `cycles`: assertions, and runs that do not end */
function searched(model, macros, search) {
  const workplace = mkdtempSync(join(folder, `${model}-`));
  copyFileSync(join(import.meta.dirname, `${model}.pml`), join(workplace, `${model}.pml`));
  const options = search === 'states' ? ['-DSAFETY'] : ['-DNP'];
  execute(workplace, 'spin', [...preprocessing(macros), '-a', `${model}.pml`]);
  execute(workplace, 'cc', ['-O2', '-w', `-DMEMLIM=${MEMORY_MAX}`, ...options, '-o', 'pan', 'pan.c']);
  const started = Date.now();
  const output = execute(workplace, './pan', [`-m${DEPTH_MAX}`, ...(search === 'states' ? [] : ['-l'])]);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  const errors = Number(/errors: (\d+)/.exec(output)?.[1] ?? NaN);
  const states = Number(/([\d.e+]+) states, stored/.exec(output)?.[1] ?? NaN);
  const isWhole = errors > 0 || !/Search not completed|max search depth too small|out of memory/.test(output);
  if (Number.isNaN(errors) || Number.isNaN(states) || !isWhole)
    throw new Error(`the search did not end:\n${output}`);
  return { errors, states, seconds, workplace, output };
}

/** The line of the assertion that the trail violates, or that it is a cycle. */
function whatFails(workplace, model, macros, output) {
  if (/non-progress cycle \(/.test(output)) return CYCLE;
  const line = new RegExp(`${model}\\.pml:(\\d+), Error: assertion violated`).exec(
    trailIn(workplace, model, macros),
  )?.[1];
  const source = readFileSync(join(workplace, `${model}.pml`), 'utf8').split('\n');
  return line === undefined ? 'another error' : (source[Number(line) - 1] ?? '').trim();
}

function trailIn(workplace, model, macros) {
  return execute(workplace, 'spin', [...preprocessing(macros), '-t', '-p', '-g', `${model}.pml`]);
}

function preprocessing(macros) {
  // By itself Spin would call `gcc`, which need not be the `cc` of this machine.
  return ['-Pcc -E -x c', ...macros.map((macro) => `-D${macro}`)];
}

function execute(workplace, program, args) {
  const { status, signal, error, stdout, stderr } = spawnSync(program, args, {
    cwd: workplace,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  // Spin and its verifiers end with 0 whether they found an error or not; the output tells.
  if (error || signal || (status !== 0 && !stdout.includes('spin: trail ends')))
    throw new Error(
      `${basename(program)} ${args.join(' ')}: ${error ?? signal ?? status}\n${stdout}${stderr}`,
    );
  return `${stdout}${stderr}`;
}
