/** Days and hours, found by trying: slow, and like nothing in libs/. */

const HOUR = 3_600_000;

export const plusHours = (at: string, hours: number): string =>
  new Date(Date.parse(at) + hours * HOUR).toISOString();

const formats = new Map<string, Intl.DateTimeFormat>();
function localDay(instant: number, zone: string): string {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' });
    formats.set(zone, format);
  }
  return format.format(instant);
}

/** The first instant after the local day that comes so many days after the one of `at`: the midnight that closes it. */
export function endOfLocalDay(at: string, zone: string, days: number): string {
  const [year = 0, month = 0, day = 0] = localDay(Date.parse(at), zone).split('-').map(Number);
  const last = new Date(Date.UTC(year, month - 1, day + days)).toISOString().slice(0, 10);
  // Somewhere within two days of that date in UTC; zones change by whole minutes.
  let low = Date.parse(`${last}T00:00:00Z`) - 24 * HOUR;
  let high = low + 72 * HOUR;
  while (high - low > 1000) {
    const middle = low + Math.floor((high - low) / 2000) * 1000;
    if (localDay(middle, zone) <= last) low = middle;
    else high = middle;
  }
  return new Date(high).toISOString();
}
