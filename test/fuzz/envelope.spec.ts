import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type FuzzReport, GROWTH_BYTES_MAX } from './envelope.js';

const SECONDS = 5;
/** One message takes a millisecond; a slow machine stalls for longer than that, but not for this long. */
const SLOWEST_MS_MAX = 2_000;

it('opening mutated envelopes never throws, hangs or grows, and knows a code for each', async () => {
  const script = join(import.meta.dirname, 'run.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [script, '--seconds', String(SECONDS)]);
  const [seed = '', report = ''] = stdout.trim().split('\n');
  process.stdout.write(`${seed}\n`);
  const { messages, codes, slowestMs, grownBytes } = JSON.parse(report) as FuzzReport;
  process.stdout.write(`fuzz: ${messages} envelopes, the slowest ${slowestMs.toFixed(0)} ms\n`);
  expect(messages).toBeGreaterThan(2_000);
  expect(slowestMs).toBeLessThan(SLOWEST_MS_MAX);
  expect(grownBytes).toBeLessThan(GROWTH_BYTES_MAX);
  // A mutation that everything refuses at once would prove nothing: it gets to every layer, and some still opens.
  const layers = ['FORMAT', 'ALGORITHM', 'DECRYPT', 'COMMITMENT', 'SIGNATURE', 'ROLE', 'BINDING', 'PROOF'];
  for (const layer of [...layers.map((code) => `ENVELOPE_${code}`), 'opened'])
    expect(codes).toHaveProperty(layer);
}, 120_000);
