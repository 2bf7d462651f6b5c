import { DAY_MS } from '#treaties';
import { instantOf } from '#core';

/** Offsets change only on a quarter of an hour, so one answer holds for all of it. */
const QUARTER_MS = 900_000;
/** Bounds the memory of answers; the answers themselves depend on nothing but the arguments. */
const REMEMBERED = 10_000;
const remembered = new Map<string, string>();
const formatters = new Map<string, Intl.DateTimeFormat>();

/**
 * The end of the last of so many whole calendar days after the day of receipt, in a time zone: received on day D
 * (local), 30 days end at the local midnight that closes D+30.
 *
 * @param receivedAt Unix milliseconds
 * @returns instant in UTC
 */
export function endOfLocalDays(receivedAt: number, days: number, timeZone: string): string {
  const quarter = Math.floor(receivedAt / QUARTER_MS);
  const key = `${String(quarter)} ${String(days)} ${timeZone}`;
  let end = remembered.get(key);
  if (end === undefined) {
    end = instantOf(Math.floor(localMidnight(quarter * QUARTER_MS, days + 1, timeZone) / 1000));
    if (remembered.size >= REMEMBERED) remembered.clear();
    remembered.set(key, end);
  }
  return end;
}

/**
 * The instant at which the local day so many days after the local day of `at` begins, after which its date does not change back. Where
 * the clock strikes midnight twice that is the first time, unless the day before comes back in between; where it jumps over midnight, it
 * is the jump.
 */
function localMidnight(at: number, days: number, timeZone: string): number {
  const local = at + offsetAt(at, timeZone);
  const midnight = (Math.floor(local / DAY_MS) + days) * DAY_MS;
  // The offset may change near the midnight itself: it is one of those before and after, of which most often both are the same.
  const one = midnight - offsetAt(midnight - DAY_MS, timeZone);
  const other = midnight - offsetAt(midnight + DAY_MS, timeZone);
  const later = Math.max(one, other);
  const isDayBefore = later - 1 + offsetAt(later - 1, timeZone) < midnight;
  return isDayBefore ? later : Math.min(one, other);
}

/** Local time minus UTC, in milliseconds. */
function offsetAt(at: number, timeZone: string): number {
  let formatter = formatters.get(timeZone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-u-ca-iso8601', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formatters.set(timeZone, formatter);
  }
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of formatter.formatToParts(at)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
}
