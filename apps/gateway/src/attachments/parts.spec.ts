import fc from 'fast-check';
import { PART_BYTES } from './files.js';
import {
  bytesThere,
  isWanted,
  missingRuns,
  nextRun,
  partsThere,
  type Progress,
  type Run,
  withPart,
} from './parts.js';

const start = (partsTotal: number): Progress => ({ partsTotal, partsDone: 0, partsAhead: 0 });
const partsOf = ({ first, count }: Run): number[] =>
  Array.from({ length: count }, (_, index) => first + index);

describe('the window of parts', () => {
  it('asks for sixteen first, then for eight whenever eight came in a row', () => {
    let progress = start(40);
    const asked: Run[] = [...missingRuns(progress)];
    for (let part = 0; part < 40; part++) {
      const next = withPart(progress, part);
      const run = nextRun(progress, next);
      if (run) asked.push(run);
      progress = next;
    }
    expect(asked).toEqual([
      { first: 0, count: 16 },
      { first: 16, count: 8 },
      { first: 24, count: 8 },
      { first: 32, count: 8 },
    ]);
  });

  it('takes parts in any order of arrival, duplicate and unrequested ones included, each once and none outside it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.array(fc.integer({ min: 0, max: 70 }), { maxLength: 200 }),
        fc.infiniteStream(fc.nat()),
        (total, noise, choices) => {
          let progress = start(total);
          const there = new Set<number>();
          let outstanding = new Set(missingRuns(progress).flatMap(partsOf));
          const take = (part: number): void => {
            const wanted = isWanted(progress, part);
            expect(wanted).toBe(outstanding.has(part));
            if (!wanted) return;
            const next = withPart(progress, part);
            outstanding.delete(part);
            there.add(part);
            const run = nextRun(progress, next);
            if (run) outstanding = new Set([...outstanding, ...partsOf(run)]);
            progress = next;
            expect(outstanding.size).toBeLessThanOrEqual(16);
            expect(new Set(missingRuns(progress).flatMap(partsOf))).toEqual(outstanding);
            expect(partsThere(progress)).toBe(there.size);
          };
          for (const part of noise) take(part);
          for (const choice of choices) {
            if (outstanding.size === 0) break;
            take([...outstanding][choice % outstanding.size] ?? 0);
          }
          expect(progress).toEqual({ partsTotal: total, partsDone: total, partsAhead: 0 });
        },
      ),
    );
  });

  it('counts the bytes of what is there, the last part with what it has', () => {
    const bytes = 2 * PART_BYTES + 5;
    expect(bytesThere(start(3), bytes)).toBe(0);
    expect(bytesThere(withPart(start(3), 2), bytes)).toBe(5);
    expect(bytesThere({ partsTotal: 3, partsDone: 3, partsAhead: 0 }, bytes)).toBe(bytes);
    expect(bytesThere({ partsTotal: 1, partsDone: 1, partsAhead: 0 }, 0)).toBe(0);
  });

  it('knows nothing of parts beyond it', () => {
    // Part 7 is there. Part 39 is 32 further, as far as a shift wraps.
    const progress = { partsTotal: 40, partsDone: 0, partsAhead: 1 << 7 };
    expect(bytesThere(progress, 39 * PART_BYTES + 1)).toBe(PART_BYTES);
    expect(isWanted({ ...progress, partsTotal: 64 }, 39)).toBe(false);
  });
});
