import { ERROR_CODES, messageOf } from '#core';
import type { Door } from './doors.js';
import { Random } from './random.js';

/** Far above what any input takes, and what a busy machine adds; an attacker that found more would hold up a queue. */
const SLOWEST_MS_MAX = 2_000;
/** Heap that caches and the engine's own bookkeeping may take between two halves. */
const GROWTH_BYTES_MAX = 16 * 2 ** 20;
const SLICE = 500;
/** How often a slow input is given once more. */
const AGAIN = 3;
const SHOWN_BYTES = 4_000;
/** Neighbouring seeds give unlike numbers: 2^32 divided by the golden ratio. */
const STRIDE = 0x9e3779b1;
const ANSWERS: ReadonlySet<string> = new Set(['ok', ...ERROR_CODES]);

export interface Range {
  readonly seed: number;
  /** The number of the first input: with the seed, it says what that input is. */
  readonly first: number;
  readonly count: number;
}

export interface Tally {
  readonly inputs: number;
  /** How often each door gave each answer. */
  readonly answers: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly slowestMs: number;
  /** Of the heap after collecting, from the first half's end to the second's; 0 where it cannot be collected. */
  readonly grownBytes: number;
}

/**
 * Gives so many inputs to the doors, each drawn from a number of its own, so that any one of them can be given again by itself.
 *
 * @param slice is called now and then with the number of the next input, for a watchdog to see that it lives
 * @throws Error with the seed, the number and the input, for what throws, takes too long or gives an answer that is no code
 */
export async function fuzzMany(
  doors: readonly { readonly name: string; readonly door: Door }[],
  { seed, first, count }: Range,
  slice: (next: number) => Promise<void>,
  slowestMsMax = SLOWEST_MS_MAX,
): Promise<Tally> {
  const answers: Record<string, Record<string, number>> = {};
  let slowestMs = 0;
  let grownBytes = 0;
  const middle = first + Math.floor(count / 2);
  const end = first + count;
  for (let index = first; index < end; index++) {
    if ((index - first) % SLICE === 0) await slice(index);
    if (index === middle) grownBytes -= heapBytes();
    const random = new Random((seed + Math.imul(index, STRIDE)) >>> 0);
    const { name, door } = random.pick(doors);
    const input = door.make(random);
    let { answer, took } = timed(door, input);
    // A machine that stood still is no fault of a reader: one that is slow is so every time.
    for (let again = 0; took > slowestMsMax && again < AGAIN; again++)
      ({ answer, took } = timed(door, input));
    slowestMs = Math.max(slowestMs, took);
    const wrong = answer.wrong ?? (took > slowestMsMax ? `took ${took.toFixed(0)} ms` : undefined);
    if (wrong !== undefined)
      throw new Error(failure(seed, index, name, input, wrong), { cause: answer.cause });
    const ofDoor = (answers[name] ??= {});
    ofDoor[answer.text] = (ofDoor[answer.text] ?? 0) + 1;
  }
  grownBytes += heapBytes();
  if (grownBytes > GROWTH_BYTES_MAX)
    throw new Error(`seed ${seed}, inputs ${middle} to ${end}: the heap grew by ${grownBytes} bytes`);
  return { inputs: count, answers, slowestMs, grownBytes };
}

function timed(door: Door, input: string | Buffer): { readonly answer: Answer; readonly took: number } {
  const started = performance.now();
  const answer = answerTo(door, input);
  return { answer, took: performance.now() - started };
}

interface Answer {
  readonly text: string;
  readonly wrong?: string;
  readonly cause?: unknown;
}

function answerTo(door: Door, input: string | Buffer): Answer {
  try {
    const text = door.read(input);
    return ANSWERS.has(text) ? { text } : { text, wrong: `the answer ${text} is no code` };
  } catch (cause) {
    return { text: '', wrong: `threw ${messageOf(cause)}`, cause };
  }
}

function heapBytes(): number {
  if (globalThis.gc === undefined) return 0;
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

function failure(seed: number, index: number, name: string, input: string | Buffer, wrong: string): string {
  const bytes = Buffer.from(input);
  const start = bytes.subarray(0, SHOWN_BYTES).toString('base64');
  const again = `node test/fuzz/run-many.mjs --seed ${seed} --first ${index} --inputs 1`;
  return `seed ${seed}, input ${index} to ${name}: ${wrong}\nagain: ${again}\n${bytes.length} bytes, base64: ${start}`;
}
