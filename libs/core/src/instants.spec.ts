import { instantOf, isInstant, unixSeconds } from './index.js';

describe('an instant', () => {
  it.each([
    '2026-03-01T09:00:00Z',
    '2024-02-29T23:59:59Z',
    '2026-12-31T23:59:59.999Z',
    '2026-03-01T09:00:00.5Z',
    '0001-01-01T00:00:00Z',
  ])('%s is one', (text) => {
    expect(isInstant(text)).toBe(true);
  });

  it.each([
    '2026-02-29T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-03-01T24:00:00Z',
    '2026-03-01T09:60:00Z',
    '2026-03-01T09:00:60Z',
    '2026-03-01T09:00:00',
    '2026-03-01T09:00:00+00:00',
    '2026-03-01',
    '20260301T090000Z',
    '2026-03-01T09:00:00.1234Z',
    '2026-03-00T09:00:00Z',
    '2026-03-32T09:00:00Z',
    '12026-03-01T09:00:00Z',
    ' 2026-03-01T09:00:00Z',
    '2026-03-01T09:00:00Z\n',
    '2026-03-01T09:00:00ZZ',
  ])('%s is none', (text) => {
    expect(isInstant(text)).toBe(false);
  });

  it('is whole seconds both ways', () => {
    expect(instantOf(unixSeconds('2026-03-01T09:00:00.999Z'))).toBe('2026-03-01T09:00:00Z');
  });

  it('is read from a date and from milliseconds too, and rounded down', () => {
    const milliseconds = Date.UTC(2026, 2, 1, 9) + 999;
    for (const at of ['2026-03-01T09:00:00.999Z', new Date(milliseconds), milliseconds])
      expect(unixSeconds(at)).toBe(Date.UTC(2026, 2, 1, 9) / 1000);
    expect(unixSeconds(-1)).toBe(-1);
  });
});
