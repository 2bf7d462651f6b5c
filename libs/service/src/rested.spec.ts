import { Rested } from './rested.js';

/** A reading that takes as long as the test says, on a clock that it moves. */
function slow(pauseMs: number) {
  const clock = { now: 0, readings: 0 };
  let end: (failure?: Error) => void = () => undefined;
  const read = () => {
    clock.readings++;
    return new Promise<number>((resolve, reject) => {
      end = (failure) => {
        if (failure) reject(failure);
        else resolve(clock.readings);
      };
    });
  };
  const rested = new Rested(read, pauseMs, () => clock.now);
  const take = async (tookMs: number, failure?: Error) => {
    const value = rested.value();
    clock.now += tookMs;
    end(failure);
    return value;
  };
  return { clock, rested, take };
}

describe('what is dear to read', () => {
  it('is read once for all who ask meanwhile, and in the pause after it', async () => {
    const { clock, rested, take } = slow(10_000);
    const first = rested.value();
    const second = rested.value();
    await take(1);
    expect(await Promise.all([first, second])).toEqual([1, 1]);
    clock.now += 9_999;
    expect(await rested.value()).toBe(1);
    expect(clock.readings).toBe(1);
    clock.now += 1;
    expect(await take(1)).toBe(2);
  });

  it('takes a twentieth of the time at most, however long it takes', async () => {
    const { clock, rested, take } = slow(10_000);
    await take(3_000);
    clock.now += 56_999;
    expect(await rested.value()).toBe(1);
    clock.now += 1;
    expect(await take(1)).toBe(2);
  });

  it('rests after a failure as long as that took, and fails until then', async () => {
    const { clock, rested, take } = slow(10_000);
    await expect(take(1_000, new Error('too slow'))).rejects.toThrow('too slow');
    clock.now += 18_999;
    await expect(rested.value()).rejects.toThrow('too slow');
    expect(clock.readings).toBe(1);
    clock.now += 1;
    expect(await take(1)).toBe(2);
  });
});
