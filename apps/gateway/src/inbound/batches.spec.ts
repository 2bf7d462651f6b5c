import fc from 'fast-check';
import { Batches } from './batches.js';

const never = () => false;

describe('batches', () => {
  it('keep the order, never run two at once, and run what came meanwhile together', async () => {
    const runs: number[][] = [];
    let atOnce = 0;
    const batches = new Batches<number>(
      async (items) => {
        expect(++atOnce).toBe(1);
        await Promise.resolve();
        runs.push([...items]);
        atOnce--;
      },
      3,
      never,
    );
    await Promise.all([1, 2, 3, 4, 5, 6].map((n) => batches.add(n)));
    expect(runs).toEqual([[1], [2, 3, 4], [5, 6]]);
  });

  it('are not tried one by one where that would fail all of them', async () => {
    const sizes: number[] = [];
    const batches = new Batches<number>(
      (items) => {
        sizes.push(items.length);
        return Promise.reject(new Error('away'));
      },
      5,
      (thrown) => thrown instanceof Error && thrown.message === 'away',
    );
    const outcomes = await Promise.allSettled([1, 2, 3, 4, 5, 6].map((n) => batches.add(n)));
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    expect(sizes).toEqual([1, 5]);
  });

  it('run every item once and reject exactly those that fail alone', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { maxLength: 30 }),
        fc.integer({ min: 1, max: 7 }),
        async (bad, sizeMax) => {
          const done: number[] = [];
          const batches = new Batches<number>(
            (items) => {
              if (items.some((item) => bad[item] === true)) return Promise.reject(new Error('bad'));
              done.push(...items);
              return Promise.resolve();
            },
            sizeMax,
            never,
          );
          const outcomes = await Promise.allSettled(bad.map((_, item) => batches.add(item)));
          expect(outcomes.map(({ status }) => status === 'rejected')).toEqual(bad);
          expect(done).toEqual(bad.flatMap((isBad, item) => (isBad ? [] : [item])));
        },
      ),
    );
  });
});
