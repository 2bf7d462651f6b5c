import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  compileRegister,
  decide,
  decisionFileSchema,
  mismatches,
  type Decision,
  type DecisionFile,
} from '#policy';
import { LAW, provisionsIn, type CompiledRegister, type Law } from '#treaties';
import { TABLES } from '../vectors/decisions/tables/index.js';
import { fileOf } from '../vectors/decisions/tables/file.js';
import { EQUIVALENT } from './equivalent.js';
import { INFERRED } from './inferred.js';
import { mutantsOf, type Kind } from './mutants.js';

/**
 * Changes the law in every single place and looks whether some decision file notices: an unnoticed change is a rule
 * that nothing holds. `node dist/test/mutation/law.js [--outputFile=FILE]`; exit 1 with a list of what was not noticed.
 */
const FOLDER = fileURLToPath(new URL('../../../test/vectors/decisions/', import.meta.url));

type Case = DecisionFile['cases'][number];
interface Vectors {
  readonly exact: boolean;
  readonly register: DecisionFile['register'];
  /** What noticed the last mutant stands first: it often notices the next one too. */
  readonly cases: Case[];
}

function keyOf({ id, input }: { id: string; input: Case['input'] }): string {
  return `${id} ${'instrument' in input ? input.instrument : ((input.purpose ?? input.items[0])?.instrument ?? '')}`;
}

function read(name: string): DecisionFile {
  return decisionFileSchema.parse(JSON.parse(readFileSync(`${FOLDER}${name}.json`, 'utf8')));
}

const names = readdirSync(FOLDER).flatMap((name) => (name.endsWith('.json') ? [name.slice(0, -5)] : []));
const ours = names.filter((name) => name !== 'contract').map(read);
/** The rules that only warn in each of our cases, from the tables: the files have no word for it. */
const warns = new Map<string, readonly string[]>(
  Object.values(TABLES).flatMap((vectors) => vectors.map((vector) => [keyOf(vector), vector.warns] as const)),
);
const contract = read('contract');

/** Those that a case rests on by inference, where its table says so: the files have no word for that either. */
const inferredIn = new Map<string, readonly string[]>(
  Object.values(TABLES).flatMap((vectors) =>
    vectors.flatMap((vector) =>
      vector.inferred === undefined ? [] : [[keyOf(vector), vector.inferred] as const],
    ),
  ),
);

/** The cases that an instrument's change can reach: those that name it, or all for what is common. */
function vectorsFor(instrument: string): Vectors[] {
  const concerns = ({ input }: Case): boolean =>
    !instrument.includes('-20') ||
    /^cis-secrets|^csto-secrets|^collective/.test(instrument) ||
    JSON.stringify(input).includes(instrument);
  const first = ours[0];
  if (first === undefined) throw new Error(`no decision files in ${FOLDER}`);
  return [
    { exact: true, register: first.register, cases: ours.flatMap(({ cases }) => cases).filter(concerns) },
    { exact: false, register: contract.register, cases: contract.cases.filter(concerns) },
  ];
}

function notices(vectors: Vectors, law: Law): boolean {
  const register = compileRegister(vectors.register, law);
  const index = vectors.cases.findIndex((vector) => differs(register, vector, vectors.exact));
  if (index > 0) vectors.cases.unshift(...vectors.cases.splice(index, 1));
  return index >= 0;
}

/** Ours name every rule of a decision; and what decides a case is among the rules that any of them names. */
function differs(register: CompiledRegister, vector: Case, exact: boolean): boolean {
  const { input, expect = {} } = vector;
  const decision = decided(register, input);
  if (decision === null || mismatches(decision, expect).length > 0) return true;
  const { outcome, cites = [], citesAny = [] } = expect;
  const named = [...cites, ...citesAny];
  const deciding = decision.findings.filter(({ effect }) => effect === outcome);
  if (outcome !== 'permit' && named.length > 0 && !deciding.some(({ rule }) => named.includes(rule)))
    return true;
  if (!exact) return false;
  const warned = new Set(decision.findings.filter(({ effect }) => effect === 'warn').map(({ rule }) => rule));
  const expected = warns.get(keyOf(vector)) ?? [];
  if (warned.size !== expected.length || !expected.every((rule) => warned.has(rule))) return true;
  if (!restsOn(decision, inferredIn.get(keyOf(vector)))) return true;
  const obligations = expect.obligations ?? decision.obligations;
  if (decision.obligations.length !== obligations.length) return true;
  return ![...decision.findings, ...decision.obligations].every(({ rule }) => named.includes(rule));
}

/** By inference on these alone; a rule of the house is never anything else. */
function restsOn({ findings }: Decision, inferred: readonly string[] | undefined): boolean {
  if (inferred === undefined) return true;
  const [byText, byInference] = (['explicit', 'inferred'] as const).map((wanted) =>
    findings.filter(({ rule, basis }) => basis === wanted && !rule.startsWith('valise#')),
  );
  return (
    (byText ?? []).every(({ rule }) => !inferred.includes(rule)) &&
    (byInference ?? []).every(({ rule }) => inferred.includes(rule))
  );
}

/** A law that cannot even be judged by is noticed as well. */
function decided(register: CompiledRegister, input: Case['input']): Decision | null {
  try {
    return decide(register, input);
  } catch {
    return null;
  }
}

function inferredOf(law: Law): string {
  return provisionsIn(law)
    .filter(({ provision }) => provision.basis === 'inferred')
    .map(({ instrument, place, provision }) => `${provision.cite} ${instrument} ${place}`)
    .sort()
    .join('\n');
}

interface Tally {
  mutants: number;
  readonly unnoticed: string[];
}

function main(): number {
  const started = Date.now();
  const stale = Object.keys(TABLES).filter(
    (name) => readFileSync(`${FOLDER}${name}.json`, 'utf8') !== fileOf(name),
  );
  if (stale.length > 0) process.stdout.write(`not what their tables write: ${stale.join(', ')}\n`);
  const vectors = new Map<string, Vectors[]>();
  const inferred = INFERRED.join('\n');
  const whole = vectorsFor('valise').some((one) => notices(one, LAW)) || inferredOf(LAW) !== inferred;
  if (whole) process.stdout.write('the law as it is already differs from the decision files\n');
  const tallies = new Map<string, Tally>();
  const unused = new Set(EQUIVALENT.keys());
  for (const { kind, place, instrument, law } of mutantsOf(LAW)) {
    const key = `${instrument}\t${kind}`;
    const tally = tallies.get(key) ?? { mutants: 0, unnoticed: [] };
    tallies.set(key, tally);
    let reach = vectors.get(instrument);
    if (reach === undefined) vectors.set(instrument, (reach = vectorsFor(instrument)));
    const noticed =
      (kind === 'word swapped' && inferredOf(law) !== inferred) || reach.some((one) => notices(one, law));
    if (EQUIVALENT.has(place)) {
      // One that some case notices after all is no equivalent, and has to go from the list.
      if (!noticed) unused.delete(place);
      continue;
    }
    tally.mutants += 1;
    if (!noticed) tally.unnoticed.push(`${kind}: ${place}`);
  }
  report(tallies, unused, (Date.now() - started) / 1000);
  const failed =
    [...tallies.values()].filter(({ unnoticed }) => unnoticed.length > 0).length +
    stale.length +
    unused.size +
    Number(whole);
  const output = process.argv.find((argument) => argument.startsWith('--outputFile='));
  if (output !== undefined) {
    const passed = [...tallies.values()].filter(({ unnoticed }) => unnoticed.length === 0).length;
    const results = { numPassedTests: passed, numFailedTests: failed, numRuntimeErrorTestSuites: 0 };
    writeFileSync(output.slice('--outputFile='.length), JSON.stringify(results));
  }
  return failed === 0 ? 0 : 1;
}

function report(tallies: ReadonlyMap<string, Tally>, unused: ReadonlySet<string>, seconds: number): void {
  const kinds: Kind[] = [
    'rule dropped',
    'element added',
    'cite altered',
    'number changed',
    'boolean flipped',
    'block nulled',
    'word swapped',
  ];
  let all = 0;
  let seen = 0;
  for (const kind of kinds) {
    const own = [...tallies].filter(([key]) => key.endsWith(`\t${kind}`)).map(([, tally]) => tally);
    const mutants = own.reduce((sum, tally) => sum + tally.mutants, 0);
    const noticed = mutants - own.reduce((sum, { unnoticed }) => sum + unnoticed.length, 0);
    all += mutants;
    seen += noticed;
    const [what, how] = kind.split(' ');
    process.stdout.write(`${String(mutants)} ${String(what)}s ${String(how)}, ${String(noticed)} noticed\n`);
  }
  for (const { unnoticed } of tallies.values())
    for (const line of unnoticed) process.stdout.write(`UNNOTICED ${line}\n`);
  for (const place of unused)
    process.stdout.write(`not an equivalent mutant, or no mutant any more: ${place}\n`);
  process.stdout.write(
    `${String(EQUIVALENT.size)} mutants are the same law in other words (test/mutation/equivalent.ts)\n`,
  );
  process.stdout.write(
    `${String(all)} mutants of the law, ${String(seen)} noticed, ${seconds.toFixed(1)} s\n`,
  );
}

process.exitCode = main();
