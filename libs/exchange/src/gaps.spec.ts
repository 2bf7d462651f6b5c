import fc from 'fast-check';
import { asked, closed, isAnyBefore, isMissing, missing, opened, upTo } from './gaps.js';
import type { GapRange } from './tables.js';

const NOTED = 1_000_000;
const run = (ep: number, from: number, to: number): GapRange => ({
  ...{ ep, from, to },
  notedAt: NOTED,
  askedAt: null,
  asks: 0,
});
const numbers = (gaps: readonly GapRange[]): string[] =>
  gaps.flatMap(({ ep, from, to }) => Array.from({ length: to - from + 1 }, (_, at) => `${ep}/${from + at}`));

/** Any gaps that skipping and arriving can make, with the same as a plain set. */
const anyGaps = fc
  .array(
    fc.record({
      ep: fc.integer({ min: 1, max: 2 }),
      from: fc.integer({ min: 1, max: 30 }),
      length: fc.integer({ min: 1, max: 5 }),
    }),
  )
  .map((runs) => {
    let gaps: GapRange[] = [];
    for (const { ep, from, length } of runs) {
      const to = from + length - 1;
      const isFree = Array.from({ length }, (_, at) => ({ ep, n: from + at })).every(
        (one) => !isMissing(gaps, one),
      );
      if (isFree) gaps = opened(gaps, { ep, from, to, notedAt: NOTED });
    }
    return gaps;
  });
const anyPlace = fc.record({ ep: fc.integer({ min: 1, max: 2 }), n: fc.integer({ min: 1, max: 36 }) });

describe('gaps', () => {
  it('are the numbers that were skipped, in order, without those that came', () => {
    fc.assert(
      fc.property(anyGaps, anyPlace, (gaps, place) => {
        const left = closed(gaps, place);
        const name = `${place.ep}/${place.n}`;
        expect(numbers(left)).toEqual(numbers(gaps).filter((one) => one !== name));
        expect(isMissing(left, place)).toBe(false);
        expect(missing(left)).toBe(numbers(left).length);
        expect(isMissing(gaps, place)).toBe(numbers(gaps).includes(name));
      }),
    );
  });

  it('stand before a number if any of theirs does', () => {
    fc.assert(
      fc.property(anyGaps, anyPlace, (gaps, { ep, n }) => {
        const before = gaps.some((gap) => gap.ep < ep || (gap.ep === ep && gap.from < n));
        expect(isAnyBefore(gaps, { ep, n })).toBe(before);
      }),
    );
  });

  it('end with what their sender still has', () => {
    expect(numbers(upTo([run(1, 2, 5), run(1, 8, 9), run(2, 1, 3)], { ep: 1, n: 8 }))).toEqual([
      ...['1/2', '1/3', '1/4', '1/5', '1/8'],
    ]);
    expect(upTo([run(1, 2, 5)], { ep: -1, n: 0 })).toEqual([]);
  });
});

describe('asking for what is missing', () => {
  const LATER = NOTED + 10_000;

  it('waits ten seconds, and twice as long after every request', () => {
    const gaps = [run(1, 3, 4)];
    expect(asked(gaps, LATER - 1, 1, 16, 10_000)).toBeUndefined();
    const first = asked(gaps, LATER, 1, 16, 10_000);
    expect(first).toMatchObject({ ep: 1, ns: [3, 4], given: [] });
    expect(first?.gaps).toEqual([{ ...run(1, 3, 4), askedAt: LATER, asks: 1 }]);
    expect(asked(first?.gaps ?? [], LATER + 19_999, 1, 16, 10_000)).toBeUndefined();
    expect(asked(first?.gaps ?? [], LATER + 20_000, 1, 16, 10_000)?.ns).toEqual([3, 4]);
  });

  it('asks for so many numbers of one epoch, and notes the request of those alone', () => {
    const due = asked([run(1, 1, 3), run(2, 1, 5), run(2, 7, 7)], LATER, 2, 2, 10_000);
    expect(due).toMatchObject({ ep: 1, ns: [1, 2] });
    expect(due?.gaps.map(({ ep, from, to, asks }) => [ep, from, to, asks])).toEqual([
      [1, 1, 2, 1],
      [1, 3, 3, 0],
      [2, 1, 5, 0],
      [2, 7, 7, 0],
    ]);
  });

  it('goes on for ever in the epoch that goes on, and gives up what an ended one lost', () => {
    const often = { ...run(1, 4, 6), askedAt: NOTED, asks: 6 };
    const late = NOTED + 10_000 * 2 ** 6;
    expect(asked([often], late, 1, 16, 10_000)?.ns).toEqual([4, 5, 6]);
    expect(asked([often], late - 1, 2, 16, 10_000)).toBeUndefined();
    expect(asked([often], late, 2, 16, 10_000)).toEqual({ gaps: [], ep: 2, ns: [], given: [often] });
  });
});
