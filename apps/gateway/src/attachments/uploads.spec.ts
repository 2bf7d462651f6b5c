import { once } from 'node:events';
import { type UploadLimits, Uploads } from './uploads.js';

const MEBIBYTE = 1024 * 1024;
const LIMITS: UploadLimits = { bytesMax: 1000, unsentBytesMax: 1500, freeBytesMin: 100, stallSeconds: 60 };

async function* pieces(...sizes: number[]): AsyncGenerator<Buffer> {
  for (const size of sizes) yield Promise.resolve(Buffer.alloc(size));
}
/** Reads all, as a disk does. */
async function size(plaintext: AsyncIterable<Buffer>): Promise<number> {
  let bytes = 0;
  for await (const data of plaintext) bytes += data.length;
  return bytes;
}
const uploads = (changes: Partial<UploadLimits> = {}, unsent = 0, free: () => number = () => 10_000) =>
  new Uploads(
    { ...LIMITS, ...changes },
    () => Promise.resolve(unsent),
    () => Promise.resolve(free()),
  );

describe('uploads', () => {
  it('are taken up to the limit, and refused by what came as by what was declared', async () => {
    expect(await uploads().run('kz', undefined, pieces(400, 600), size)).toBe(1000);
    await expect(uploads().run('kz', undefined, pieces(400, 601), size)).rejects.toMatchObject({
      code: 'INPUT_TOO_LARGE',
    });
    await expect(uploads().run('kz', 1001, pieces(), size)).rejects.toMatchObject({
      code: 'INPUT_TOO_LARGE',
    });
    // Too little is declared: what comes counts.
    await expect(uploads().run('kz', 1, pieces(1001), size)).rejects.toMatchObject({
      code: 'INPUT_TOO_LARGE',
    });
  });

  it('have an authority’s quota, which counts waiting and running ones, and free it when they end', async () => {
    const full = { code: 'STORAGE_FULL' };
    await expect(uploads({}, 1400).run('kz', undefined, pieces(101), size)).rejects.toMatchObject(full);
    const service = uploads({}, 0);
    let [entered, end] = [(): void => undefined, (): void => undefined];
    const inside = new Promise<void>((resolve) => (entered = resolve));
    const running = service.run('kz', 900, pieces(), async () => {
      entered();
      await new Promise<void>((resolve) => (end = resolve));
    });
    await inside;
    await expect(service.run('kz', 700, pieces(), size)).rejects.toMatchObject(full);
    expect(await service.run('kz', 600, pieces(600), size)).toBe(600);
    expect(await service.run('by', 1000, pieces(1000), size)).toBe(1000);
    end();
    await running;
    expect(await service.run('kz', 1000, pieces(1000), size)).toBe(1000);
  });

  it('leave space on the disk, also when it fills up while they run', async () => {
    const full = { code: 'STORAGE_FULL', message: 'the disk for attachments is full' };
    await expect(uploads({}, 0, () => 99).run('kz', undefined, pieces(1), size)).rejects.toMatchObject(full);
    await expect(uploads({}, 0, () => 199).run('kz', 100, pieces(1), size)).rejects.toMatchObject(full);
    const large = { bytesMax: 64 * MEBIBYTE, unsentBytesMax: 64 * MEBIBYTE };
    let free = 200;
    const filling = uploads(large, 0, () => (free -= 60));
    const sizes = Array<number>(40).fill(MEBIBYTE);
    await expect(filling.run('kz', undefined, pieces(...sizes), size)).rejects.toMatchObject(full);
  });

  it('end when they make no progress, but not while the disk is slow', async () => {
    const stalled = uploads({ stallSeconds: 0.02 });
    const waiting = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error);
        });
      });
    await expect(stalled.run('kz', 10, pieces(), (_, signal) => waiting(signal))).rejects.toMatchObject({
      code: 'INPUT_TIMEOUT',
    });
    const slowDisk = stalled.run('kz', 10, pieces(10), async (plaintext, signal) => {
      const bytes = await size(plaintext);
      const ended = waiting(signal).catch(() => 'ended');
      // The time is what is tested: a disk that takes five times as long as a caller may say nothing.
      const later = new Promise((resolve) => setTimeout(resolve, 100, bytes));
      return Promise.race([ended, later]);
    });
    expect(await slowDisk).toBe(10);
  });

  it('end when they make progress at first and then none', async () => {
    const room = { bytesMax: MEBIBYTE, unsentBytesMax: MEBIBYTE, stallSeconds: 0.02 };
    const stopped = uploads(room).run('kz', undefined, pieces(MEBIBYTE / 2), async (plaintext, signal) => {
      await plaintext[Symbol.asyncIterator]().next();
      // Where nothing ends it the test does: long after it should have ended.
      await once(signal, 'abort', { signal: AbortSignal.timeout(2_000) });
      throw signal.reason;
    });
    await expect(stopped).rejects.toMatchObject({ code: 'INPUT_TIMEOUT' });
  });
});
