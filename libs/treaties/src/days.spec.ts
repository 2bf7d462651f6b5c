import { addMonths, DAY_MS, endOfUntil, startOfDay } from './days.js';

const day = (at: number): string => new Date(at).toISOString();

it('a day is from midnight to midnight in UTC, and an `until` day is included', () => {
  expect(day(startOfDay('2024-02-29'))).toBe('2024-02-29T00:00:00.000Z');
  expect(endOfUntil('2024-02-29')).toBe(startOfDay('2024-02-29') + DAY_MS);
  expect(endOfUntil(null)).toBe(Infinity);
});

it.each([
  ['2025-01-15', 6, '2025-07-15'],
  ['2025-08-31', 6, '2026-02-28'],
  ['2023-08-31', 6, '2024-02-29'],
  ['2025-08-30', 1, '2025-09-30'],
  ['2025-10-31', 1, '2025-11-30'],
  ['2025-11-01', 3, '2026-02-01'],
  ['2025-12-31', 12, '2026-12-31'],
])('%s and %i months are %s', (from, months, to) => {
  expect(addMonths(startOfDay(from), months)).toBe(startOfDay(to));
});
