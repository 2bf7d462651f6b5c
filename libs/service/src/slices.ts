import { setImmediate as nextTurn } from 'node:timers/promises';

/** What others who wait for the event loop notice least; sealing or opening one message takes about a tenth of it. */
const SLICE_MS = 5;

/**
 * Does synchronous work for many items, in their order, and lets the event loop turn between slices of it: a batch of
 * envelopes would otherwise keep everybody waiting for as long as all of them take together.
 *
 * @param now milliseconds, monotonic
 */
export async function mapInSlices<T, R>(
  items: readonly T[],
  work: (item: T, index: number) => R | Promise<R>,
  now: () => number = () => performance.now(),
): Promise<R[]> {
  const results: R[] = [];
  let sliceEnds = now() + SLICE_MS;
  for (const [index, item] of items.entries()) {
    if (now() >= sliceEnds) {
      await nextTurn();
      sliceEnds = now() + SLICE_MS;
    }
    results.push(await work(item, index));
  }
  return results;
}
