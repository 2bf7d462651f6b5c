/** Days of the register. A day begins at 00:00 UTC; an `until` day is included; instants are Unix milliseconds. */

export const DAY_MS = 86_400_000;

export function startOfDay(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}

/** The first instant that is no longer within an `until` day, or never. */
export function endOfUntil(until: string | null): number {
  return until === null ? Infinity : startOfDay(until) + DAY_MS;
}

/** The same day so many months later, or the last of that month where it has no such day (31 August + 6: 28 February). */
export function addMonths(at: number, months: number): number {
  const date = new Date(at);
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
  const year = new Date(first).getUTCFullYear();
  const month = new Date(first).getUTCMonth();
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(date.getUTCDate(), lastDay));
}
