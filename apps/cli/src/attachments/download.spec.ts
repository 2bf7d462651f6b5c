import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { download } from './download.js';

const BYTES = Buffer.from('attachment');
const folder = mkdtempSync(join(tmpdir(), 'valise-download-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** Answers each request with so many of the bytes that are asked for, and ends as it should. */
function answering(...counts: number[]): jest.Spied<typeof fetch> {
  return jest.spyOn(globalThis, 'fetch').mockImplementation((_, init) => {
    const range = new Headers(init?.headers).get('range') ?? '';
    const first = Number(/\d+/.exec(range)?.[0]);
    const body = BYTES.subarray(first, first + (counts.shift() ?? 0));
    const headers = { 'content-range': `bytes ${first}-${BYTES.length - 1}/${BYTES.length}` };
    return Promise.resolve(new Response(body, { status: 206, headers }));
  });
}

function run(output: string): Promise<void> {
  const sha256 = createHash('sha256').update(BYTES).digest('base64url');
  const attachment = { id: 'x', bytes: BYTES.length, sha256 };
  const progress = { at: () => undefined, end: () => undefined };
  const from = { url: 'http://127.0.0.1', token: 't', output, pauseFirstMs: 0 };
  return download(from, attachment as Parameters<typeof download>[1], progress);
}

it('gives up where answer after answer ends without a byte', async () => {
  const asked = answering(3);
  await expect(run(join(folder, 'never'))).rejects.toMatchObject({
    code: 'SERVICE_UNAVAILABLE',
    message: expect.stringContaining('after 3 of 10 bytes') as unknown,
  });
  expect(asked).toHaveBeenCalledTimes(1 + 5);
});

it('goes on after answers that are too short, so long as bytes come', async () => {
  answering(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 8);
  const output = join(folder, 'whole');
  await run(output);
  expect(readFileSync(output)).toEqual(BYTES);
});
