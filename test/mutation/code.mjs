/**
 * `npm run test:mutation [-- LIBRARY…] [--sample N --seed N]`: puts faults into the pure libraries, one at a time, and counts
 * those that the library's own specs notice (StrykerJS). Results are kept in .valise/mutation, so that a second run only
 * looks at what changed. A sample takes N places in all libraries.
 *
 * Fails if a library notices fewer than 90 % or a fault survives that survivors.json does not explain.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { prepare, ROOT, run } from '../../apps/cli/bin/ready.mjs';

const LIBRARIES = [
  'core',
  'cases',
  'policy',
  'information',
  'treaties',
  'envelope',
  'trust',
  'register',
  'ledger',
  'exchange',
];
/** Whole runs of these leave faults that no test notices yet: a sample of them would fail, and say nothing new. */
const NOT_SAMPLED = new Set(['register', 'ledger', 'exchange']);
const KILLED_SHARE_MIN = 0.9;
/** The same few runs for every fault. */
const SIMULATOR = { VALISE_SEED: '1', VALISE_RUNS: '30' };
const NOTICED = new Set(['Killed', 'Timeout']);
const COUNTED = new Set([...NOTICED, 'Survived', 'NoCoverage']);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 32) },
  },
});

await run(async () => {
  const all = values.sample === undefined ? LIBRARIES : LIBRARIES.filter((name) => !NOT_SAMPLED.has(name));
  const chosen = positionals.length > 0 ? positionals : all;
  const unknown = chosen.filter((name) => !LIBRARIES.includes(name));
  if (unknown.length > 0) throw new Error(`no such library: ${unknown.join(', ')} (${LIBRARIES.join(', ')})`);
  await prepare({ quiet: true });
  const places = values.sample === undefined ? undefined : sampled(chosen, count(values.sample));
  const results = [];
  for (const library of chosen) {
    const files = places?.get(library);
    if (places && !files) continue;
    results.push(await mutate(library, files));
  }
  report(results, places !== undefined);
});

function count(text) {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new Error('--sample takes a number from 1 to 9999');
  return Number(text);
}

/** Lines of code drawn at random, by library, in Stryker's own notation (FILE:LINE-LINE). */
function sampled(libraries, size) {
  console.log(`mutation seed: ${values.seed}`);
  let state = Number(values.seed) >>> 0;
  const next = (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const lines = libraries.flatMap((library) =>
    readdirSync(join(ROOT, `libs/${library}/src`), { recursive: true })
      .map((file) => `libs/${library}/src/${file}`)
      .filter((file) => /(?<!\.spec)\.ts$/.test(file) && !file.includes('/texts/'))
      .toSorted()
      .flatMap((file) =>
        readFileSync(join(ROOT, file), 'utf8')
          .split('\n')
          .flatMap((line, index) =>
            /[=(&|<>!]/.test(line) && !/^\s*(\*|\/|import|export \*)/.test(line)
              ? [{ library, place: `${file}:${index + 1}-${index + 1}` }]
              : [],
          ),
      ),
  );
  const places = new Map();
  for (let drawn = 0; drawn < size && lines.length > 0; drawn++) {
    const [{ library, place }] = lines.splice(next(lines.length), 1);
    places.set(library, [...(places.get(library) ?? []), place]);
  }
  return places;
}

async function mutate(library, places) {
  const folder = join(ROOT, '.valise/mutation', library);
  mkdirSync(folder, { recursive: true });
  rmSync(join(folder, 'report.json'), { force: true });
  forgetUncovered(join(folder, 'incremental.json'));
  const options = places
    ? ['--mutate', places.join(','), '--incrementalFile', join(folder, 'sample.json'), '--force']
    : [];
  const code = await ended(
    [
      join(ROOT, 'node_modules/@stryker-mutator/core/bin/stryker.js'),
      'run',
      'test/mutation/stryker.config.mjs',
      ...options,
    ],
    { VALISE_MUTATED: library, ...SIMULATOR, ...(places && { VALISE_SAMPLED: 'true' }) },
  );
  if (code !== 0) throw new Error(`the mutation of libs/${library} ended with exit code ${code}`);
  return { library, ...judged(library, JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'))) };
}

/**
 * Of what runs while a module loads, Stryker does not know which tests cover it, and so takes a survivor for one whatever
 * tests are new. It is put in again.
 */
function forgetUncovered(file) {
  if (!existsSync(file)) return;
  const results = JSON.parse(readFileSync(file, 'utf8'));
  for (const ofFile of Object.values(results.files))
    ofFile.mutants = ofFile.mutants.filter((mutant) => !(mutant.static && mutant.status === 'Survived'));
  writeFileSync(file, JSON.stringify(results));
}

function ended(args, environment) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      stdio: 'inherit',
      env: { ...process.env, ...environment },
    });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** Of a report in Stryker's schema: how many faults there were, and who survived without an explanation. */
function judged(library, { files }) {
  const explained = JSON.parse(readFileSync(join(import.meta.dirname, 'survivors.json'), 'utf8'));
  const result = { faults: 0, noticed: 0, explained: 0, unexplained: [] };
  for (const [file, { source, mutants }] of Object.entries(files))
    for (const mutant of mutants.filter(({ status }) => COUNTED.has(status))) {
      result.faults += 1;
      if (NOTICED.has(mutant.status)) result.noticed += 1;
      else {
        const name = nameOf(source, mutant);
        if (explained[file]?.[name] !== undefined) result.explained += 1;
        else result.unexplained.push(`${file}:${mutant.location.start.line}  ${name}`);
      }
    }
  return result;
}

/** What a fault is called in survivors.json: the text that it replaces and what stands there instead, wherever the lines move. */
function nameOf(source, { location: { start, end }, mutatorName, replacement }) {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  lines[lines.length - 1] = lines.at(-1).slice(0, end.column - 1);
  lines[0] = lines[0].slice(start.column - 1);
  const flat = (text) => text.replaceAll(/\s+/g, ' ');
  return `${mutatorName}: ${flat(lines.join(' '))} → ${flat(replacement ?? '')}`;
}

function report(results, isSample) {
  for (const { library, unexplained } of results)
    for (const line of unexplained) console.log(`survived  ${library}  ${line}`);
  console.log('\nlibrary      faults  noticed  explained  unexplained  share');
  for (const { library, faults, noticed, explained, unexplained } of results)
    console.log(
      library.padEnd(11),
      ...[faults, noticed, explained, unexplained.length].map((number, index) =>
        String(number).padStart([7, 8, 10, 12][index]),
      ),
      faults === 0 ? '      –' : `${((100 * noticed) / faults).toFixed(1)} %`.padStart(7),
    );
  const short = results.filter(({ faults, noticed }) => noticed < KILLED_SHARE_MIN * faults);
  // A few places say too little about a percentage.
  const failed = results.some(({ unexplained }) => unexplained.length > 0) || (!isSample && short.length > 0);
  process.exitCode = failed ? 1 : 0;
}
