import fc from 'fast-check';
import { Gathering, type Outcome } from './gathering.js';

const bounds = (countMax: number, bytesMax = Infinity) => ({
  countMax,
  bytesMax,
  bytesOf: (item: number) => item,
});

function settled(run: (items: readonly number[]) => readonly Outcome<number>[], limits = bounds(3)) {
  const batches: number[][] = [];
  let atOnce = 0;
  const gathering = new Gathering<number, number>(async (items) => {
    expect(++atOnce).toBe(1);
    batches.push([...items]);
    await Promise.resolve();
    atOnce--;
    return run(items);
  }, limits);
  return { gathering, batches };
}
const kept = (items: readonly number[]) => items.map((result) => ({ result }));

describe('gathering', () => {
  it('runs the first at once, and those that come meanwhile together, never two runs at once', async () => {
    const { gathering, batches } = settled(kept);
    expect(await Promise.all([1, 2, 3, 4, 5, 6].map((item) => gathering.add(item)))).toEqual([
      1, 2, 3, 4, 5, 6,
    ]);
    expect(batches).toEqual([[1], [2, 3, 4], [5, 6]]);
  });

  it('keeps a run below the bytes, and runs alone what is larger than they are', async () => {
    const { gathering, batches } = settled(kept, bounds(10, 10));
    await Promise.all([1, 6, 4, 3, 50, 2].map((item) => gathering.add(item)));
    expect(batches).toEqual([[1], [6, 4], [3], [50], [2]]);
  });

  it('puts back what has to wait for another, before what came later', async () => {
    const seen = new Set<number>();
    const { gathering, batches } = settled((items) =>
      items.map((item) => {
        if (item !== 2 || seen.has(item)) return { result: item };
        seen.add(item);
        return 'again';
      }),
    );
    const all = [1, 2, 3, 4, 5, 6];
    expect(await Promise.all(all.map((item) => gathering.add(item)))).toEqual(all);
    expect(batches).toEqual([[1], [2, 3, 4], [2, 5, 6]]);
  });

  it('gives each its own result or error, and all of a run what the run throws', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('kept', 'refused'), { maxLength: 20 }),
        fc.integer({ min: 1, max: 5 }),
        async (fates, countMax) => {
          const { gathering } = settled(
            (items) => items.map((item) => (fates[item] === 'kept' ? { result: item } : { error: item })),
            bounds(countMax),
          );
          const outcomes = await Promise.allSettled(fates.map((_, item) => gathering.add(item)));
          expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual(
            fates.map((fate) => fate === 'kept'),
          );
        },
      ),
    );
    const away = new Gathering<number, number>(() => Promise.reject(new Error('away')), bounds(3));
    const outcomes = await Promise.allSettled([1, 2, 3].map((item) => away.add(item)));
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  });
});
