/** An instant as ISO 8601 in UTC to the second, `2026-03-01T09:00:00Z`: how treaties' clocks are kept and printed. */
export type Instant = string;

const INSTANT =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,3})?Z$/;

/** One of the calendar: `Date` would take 30 February for the second of March. */
export function isInstant(text: string): boolean {
  return INSTANT.test(text) && new Date(text).toISOString().startsWith(text.slice(0, 10));
}

/** @param unixSeconds seconds since the epoch, as JOSE's `iat` and `exp` carry them */
export function instantOf(unixSeconds: number): Instant {
  return new Date(unixSeconds * 1000).toISOString().replace('.000Z', 'Z');
}

/** Whole seconds since the epoch, rounded down. */
export function unixSeconds(at: Instant | Date | number): number {
  return Math.floor(new Date(at).getTime() / 1000);
}
