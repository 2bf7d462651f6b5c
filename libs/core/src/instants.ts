/** An instant as ISO 8601 in UTC to the second, `2026-03-01T09:00:00Z`: how treaties' clocks are kept and printed. */
export type Instant = string;

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/;

/** One of the calendar: `Date` would take 30 February for the second of March, and 24:00 for the next day. */
export function isInstant(text: string): boolean {
  if (!INSTANT.test(text)) return false;
  const at = Date.parse(text);
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 19) === text.slice(0, 19);
}

/** @param unixSeconds seconds since the epoch, as JOSE's `iat` and `exp` carry them */
export function instantOf(unixSeconds: number): Instant {
  return new Date(unixSeconds * 1000).toISOString().replace('.000Z', 'Z');
}

/** Whole seconds since the epoch, rounded down. */
export function unixSeconds(at: Instant | Date | number): number {
  const milliseconds = typeof at === 'string' ? Date.parse(at) : Number(at);
  return Math.floor(milliseconds / 1000);
}
