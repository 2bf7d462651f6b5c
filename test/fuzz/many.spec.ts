import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ERROR_CODES } from '#core';
import { door } from './doors.js';
import { fuzzMany, type Tally } from './many.js';

const INPUTS = 6_000;
const SLOWEST_MS_MAX = 50;
const DOORS = [
  ...['opening', 'wire', 'said', 'statements', 'proofs', 'bodies', 'parts', 'telling', 'entries', 'receipt'],
  ...['mirror', 'decisions', 'certificate', 'list', 'request', 'book', 'statement', 'content'],
];

it('every reader of foreign bytes answers mutated inputs with a code, at once, and grows by none', async () => {
  const script = join(import.meta.dirname, 'run-many.mjs');
  const args = [script, '--inputs', String(INPUTS), '--workers', '1'];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const [seed = '', report = '', total] = stdout.trim().split('\n');
  process.stdout.write(`${seed}, ${total}\n`);
  expect(total).toBe(`fuzzed: ${INPUTS} inputs`);
  const { inputs, answers } = JSON.parse(report) as Tally;
  expect(inputs).toBe(INPUTS);
  expect(Object.keys(answers).sort()).toEqual(DOORS.sort());
  // Inputs that a door refuses all alike would not reach the code behind it.
  for (const [door, ofDoor] of Object.entries(answers))
    expect([door, Object.keys(ofDoor).length]).not.toEqual([door, 1]);
}, 120_000);

describe('a reader', () => {
  const fuzzed = (read: (input: string) => string, count = 20) =>
    fuzzMany(
      [{ name: 'door', door: door((random) => `input ${random.below(1_000)}`, read) }],
      { seed: 7, first: 100, count },
      () => Promise.resolve(),
      SLOWEST_MS_MAX,
    );

  it('that answers with codes is counted by its answers', async () => {
    const [code] = ERROR_CODES;
    let times = 0;
    const tally = await fuzzed(() => (times++ % 2 === 0 ? 'ok' : code));
    expect(tally).toMatchObject({ inputs: 20, answers: { door: { ok: 10, [code]: 10 } } });
  });

  it.each<[string, () => string, RegExp]>([
    [
      'that throws',
      () => {
        throw new RangeError('stack');
      },
      /threw stack/,
    ],
    ['that answers with no code', () => 'maybe', /the answer maybe is no code/],
    [
      'that takes long',
      () => {
        const end = performance.now() + SLOWEST_MS_MAX + 1;
        while (performance.now() < end);
        return 'ok';
      },
      /took \d+ ms/,
    ],
  ])('%s is reported with the seed, the input, and how to see it again', async (_, read, wrong) => {
    const failed = (await fuzzed(read, 1).catch((thrown: unknown) => thrown)) as Error;
    expect(failed.message).toMatch(/^seed 7, input 100 to door: /);
    expect(failed.message).toMatch(wrong);
    expect(failed.message).toContain('node test/fuzz/run-many.mjs --seed 7 --first 100 --inputs 1');
    expect(Buffer.from(failed.message.split('base64: ')[1] ?? '', 'base64').toString()).toMatch(
      /^input \d+$/,
    );
  });

  it('that was held up once is not blamed for it', async () => {
    let times = 0;
    const tally = await fuzzed(() => {
      const end = performance.now() + (times++ === 0 ? SLOWEST_MS_MAX + 1 : 0);
      while (performance.now() < end);
      return 'ok';
    }, 1);
    expect([times, tally.slowestMs < SLOWEST_MS_MAX]).toEqual([2, true]);
  });

  it('gets an input by its number again, wherever a run begins', async () => {
    const seen = async (first: number, count: number) => {
      const inputs: string[] = [];
      const noting = door(
        (random) => String(random.below(2 ** 30)),
        (input) => {
          inputs.push(input);
          return 'ok';
        },
      );
      await fuzzMany([{ name: 'door', door: noting }], { seed: 7, first, count }, () => Promise.resolve());
      return inputs;
    };
    const all = await seen(0, 10);
    expect(new Set(all).size).toBe(10);
    expect(await seen(6, 2)).toEqual(all.slice(6, 8));
  });
});
