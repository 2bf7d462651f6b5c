/**
 * Faults put into the code of one pure library (VALISE_MUTATED), one at a time: its own specs must notice.
 * Run by code.mjs; the treaties' data has a check of its own (law.ts).
 */
const library = process.env.VALISE_MUTATED;
const folder = `.valise/mutation/${library}`;

export default {
  plugins: [
    import.meta.resolve('./runner.mjs'),
    import.meta.resolve('./prose.mjs'),
    import.meta.resolve('./law-literals.mjs'),
  ],
  ignorers: ['prose', 'lawLiterals'],
  mutate: [`libs/${library}/src/**/*.ts`, '!**/*.spec.ts', '!libs/treaties/src/texts/**'],
  testRunner: 'specs',
  coverageAnalysis: 'perTest',
  incremental: !process.env.VALISE_SAMPLED,
  incrementalFile: `${folder}/incremental.json`,
  tempDirName: `${folder}/sandbox`,
  reporters: ['json', 'progress-append-only'],
  jsonReporter: { fileName: `${folder}/report.json` },
  ignorePatterns: ['dist', '.valise', 'coverage'],
  // An endless loop is a killed mutant; a slow machine must not look like one.
  timeoutMS: 8_000,
  timeoutFactor: 4,
  concurrency: 2,
  // Every run loads its modules again, and V8 keeps them: a process that goes on for ever is slow, and takes gigabytes.
  maxTestRunnerReuse: 300,
};
