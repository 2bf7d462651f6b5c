import { randomInt } from 'node:crypto';
import { doors } from './doors.js';
import { Random } from './random.js';

/** For each input; `VALISE_FUZZ_SECONDS` for longer. */
const SECONDS = Number(process.env.VALISE_FUZZ_SECONDS ?? 1);
const seed = Number(process.env.VALISE_SEED ?? randomInt(2 ** 31));

it(
  `whatever strangers send is answered with a code (VALISE_SEED=${seed})`,
  async () => {
    const random = new Random(seed);
    let inputs = 0;
    for (const [name, { make, read }] of Object.entries(await doors())) {
      const answers = new Map<string, number>();
      const end = Date.now() + SECONDS * 1_000;
      for (let count = 0; count < 200 || Date.now() < end; count += 1) {
        const answer = read(make(random));
        inputs += 1;
        answers.set(answer, (answers.get(answer) ?? 0) + 1);
      }
      process.stdout.write(`fuzz: ${name}: ${JSON.stringify(Object.fromEntries(answers))}\n`);
      // Inputs that are refused at once would not reach the code behind.
      expect(answers.size).toBeGreaterThan(1);
    }
    process.stdout.write(`fuzzed: ${inputs} inputs\n`);
  },
  Math.max(120_000, SECONDS * 10_000),
);
