import fc from 'fast-check';
import { Batches } from './batches.js';

describe('batches', () => {
  it('keep the order, never run two at once, and run what came meanwhile together', async () => {
    const runs: number[][] = [];
    let atOnce = 0;
    const batches = new Batches<number>(async (items) => {
      expect(++atOnce).toBe(1);
      await Promise.resolve();
      runs.push([...items]);
      atOnce--;
    }, 3);
    await Promise.all([1, 2, 3, 4, 5, 6].map((n) => batches.add(n)));
    expect(runs).toEqual([[1], [2, 3, 4], [5, 6]]);
  });

  it('run every item once and reject exactly those that fail alone', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { maxLength: 30 }),
        fc.integer({ min: 1, max: 7 }),
        async (bad, sizeMax) => {
          const done: number[] = [];
          const batches = new Batches<number>((items) => {
            if (items.some((item) => bad[item] === true)) return Promise.reject(new Error('bad'));
            done.push(...items);
            return Promise.resolve();
          }, sizeMax);
          const outcomes = await Promise.allSettled(bad.map((_, item) => batches.add(item)));
          expect(outcomes.map(({ status }) => status === 'rejected')).toEqual(bad);
          expect(done).toEqual(bad.flatMap((isBad, item) => (isBad ? [] : [item])));
        },
      ),
    );
  });
});
