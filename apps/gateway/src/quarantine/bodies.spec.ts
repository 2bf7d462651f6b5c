import type { DataSource } from 'typeorm';
import { QuarantineBodies } from './bodies.js';

/** Bodies whose reading ends when the test says so. */
function slowReading() {
  const query = () => Promise.resolve([{ body: Buffer.from('x') }]);
  const bodies = new QuarantineBodies({ query } as unknown as DataSource);
  const ends: (() => void)[] = [];
  const read = (): Promise<void> =>
    bodies.read('hash', () => new Promise<void>((resolve) => ends.push(resolve)));
  return { read, ends };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('reading from quarantine', () => {
  it('has two bodies in memory at once, and the others wait for their turn', async () => {
    const { read, ends } = slowReading();
    const all = Array.from({ length: 5 }, read);
    for (let done = 0; done < 5; done++) {
      await turn();
      expect(ends.length).toBe(Math.min(done + 2, 5));
      ends[done]?.();
    }
    await Promise.all(all);
  });

  it('refuses a reader when too many wait, and takes the next one when they are done', async () => {
    const { read, ends } = slowReading();
    const all = Array.from({ length: 18 }, read);
    await expect(read()).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    for (let done = 0; done < 18; done++) {
      await turn();
      ends[done]?.();
    }
    await Promise.all(all);
    const after = read();
    await turn();
    ends[18]?.();
    await after;
  });
});
