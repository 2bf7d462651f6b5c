import { mapInSlices } from './slices.js';

/** Work that takes so many milliseconds by a clock of its own. */
function working(milliseconds: number) {
  let now = 0;
  return {
    work: (item: number): number => {
      now += milliseconds;
      return item * 2;
    },
    now: () => now,
  };
}

/** How often the event loop came round while something ran. */
async function turnsDuring(act: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let done = false;
  const count = (): void => {
    if (done) return;
    turns++;
    setImmediate(count);
  };
  setImmediate(count);
  await act();
  done = true;
  return turns;
}

describe('work in slices', () => {
  const items = Array.from({ length: 50 }, (_, index) => index);

  it('gives every result in its place', async () => {
    const { work, now } = working(3);
    expect(await mapInSlices(items, work, now)).toEqual(items.map((item) => item * 2));
  });

  it('lets the event loop turn between slices of long work, and not within short work', async () => {
    const long = working(5);
    expect(await turnsDuring(() => mapInSlices(items, long.work, long.now))).toBeGreaterThanOrEqual(48);
    const short = working(0.01);
    expect(await turnsDuring(() => mapInSlices(items, short.work, short.now))).toBeLessThanOrEqual(1);
  });
});
