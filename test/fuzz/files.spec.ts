import { run } from './files.js';

/** `VALISE_FUZZ_FILES` for more. */
const COUNT = Number(process.env.VALISE_FUZZ_FILES ?? 300);
/** A command that reads what it takes takes milliseconds; this is for a machine that stands still. */
const SLOWEST_MS_MAX = 20_000;

it(
  'no mutated file makes a command end otherwise than by saying what is wrong with it',
  async () => {
    const seed = Number(process.env.VALISE_SEED ?? Date.now() % 2 ** 32);
    process.stdout.write(`files fuzz seed: ${seed}\n`);
    const { ends, slowestMs } = await run(seed, COUNT);
    process.stdout.write(
      `fuzz: ${COUNT} files, the slowest ${slowestMs.toFixed(0)} ms\nfuzzed: ${COUNT} inputs\n`,
    );
    expect(slowestMs).toBeLessThan(SLOWEST_MS_MAX);
    // Mutations that all are refused at once would prove nothing: some files are still taken.
    const codes = Object.keys(ends).map((key) => key.at(-1));
    expect(codes).toEqual(expect.arrayContaining(['0', '1', '2']));
  },
  Math.max(120_000, COUNT * 1_000),
);
