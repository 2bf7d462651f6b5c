import { endOfLocalDays } from './deadlines.js';

const AT = Date.parse('2026-03-10T20:59:59Z');

describe('the end of so many whole local days', () => {
  it('is its own for every number of days, zone and quarter of an hour, whatever was asked before', () => {
    const asked = (): string[] => [
      endOfLocalDays(AT, 30, 'Europe/Minsk'),
      endOfLocalDays(AT, 3, 'Europe/Minsk'),
      endOfLocalDays(AT, 30, 'Asia/Almaty'),
      endOfLocalDays(AT + 1000, 30, 'Europe/Minsk'),
      endOfLocalDays(AT, 0, 'Europe/Minsk'),
    ];
    const ends = [
      '2026-04-09T21:00:00Z',
      '2026-03-13T21:00:00Z',
      '2026-04-10T19:00:00Z',
      '2026-04-10T21:00:00Z',
      '2026-03-10T21:00:00Z',
    ];
    expect(asked()).toEqual(ends);
    expect(asked()).toEqual(ends);
  });
});
