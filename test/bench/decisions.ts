import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ValiseError } from '#core';
import { decisionLine } from '../../apps/cli/src/decisions/decision-line.js';
import { actionSchema, compileRegister, decide, decisionFileSchema } from '#policy';
import type { LoadMeasured } from './load.js';
import { percentile, rateOf, rounded, table } from './statistics.js';

const LOADS = 7;
/** Long enough for the compiler to have seen every kind of case. */
const BURST_MS = 600;

/**
 * Decisions on one core: of parsed actions, and from JSON to JSON through the schema, beside reading and writing the same JSON
 * alone; and what loading the law costs a process that starts.
 *
 * @param file decision vectors (contracts/decide.md): permits and refusals under all instruments, all run in turn
 */
export function benchDecisions(file: string): string {
  const { register, cases } = decisionFileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const compiled = compileRegister(register);
  const lines = cases.map(({ input }) => JSON.stringify(input));
  const answers = cases.map(({ input }) => decide(compiled, input));
  const inTurn = (work: (index: number) => unknown): number => {
    let next = 0;
    return rateOf(() => work(next++ % cases.length), BURST_MS);
  };
  const parsed = inTurn((index) => {
    const chosen = cases[index];
    return chosen && decide(compiled, chosen.input);
  });
  const json = inTurn((index) =>
    decisionLine('case', decide(compiled, actionSchema.parse(JSON.parse(lines[index] ?? '')))),
  );
  const alone = inTurn((index) => {
    JSON.parse(lines[index] ?? '');
    return JSON.stringify(answers[index]);
  });
  const loads = Array.from({ length: LOADS }, loadInNewProcess);
  const median = (of: (load: LoadMeasured) => number): string => rounded(percentile(loads.map(of), 50));
  return [
    table(
      [`decisions, one core, per second (${cases.length} cases)`, '', 'of JSON alone'],
      [
        ['parsed action → decision', rounded(parsed), ''],
        ['JSON → schema → decision → JSON', rounded(json), (json / alone).toFixed(2)],
        ['the same JSON read and written, nothing else', rounded(alone), ''],
      ],
    ),
    '',
    table(
      ['a process that starts', 'ms'],
      [
        [
          'all instruments as data, with the treaties’ texts and the schemas of books',
          median(({ law }) => law),
        ],
        ['the schema of the register', median(({ schemas }) => schemas)],
        ['the deciding library and its first decision', median(({ policy }) => policy)],
        ['the libraries under them, loaded before', median(({ libraries }) => libraries)],
      ],
    ),
  ].join('\n');
}

function loadInNewProcess(): LoadMeasured {
  const script = fileURLToPath(new URL('./load.js', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  if (status !== 0) throw new ValiseError('INTERNAL', `loading the law failed: ${stderr}`);
  return JSON.parse(stdout) as LoadMeasured;
}
