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

  it.each([
    ['strikes midnight twice', 'Asia/Amman', '2021-10-27T12:00:00Z', '2021-10-28T21:00:00Z'],
    [
      'strikes midnight twice, west of Greenwich',
      'America/Havana',
      '2026-10-30T12:00:00Z',
      '2026-11-01T04:00:00Z',
    ],
    ['goes back just after midnight', 'America/St_Johns', '2010-11-05T12:00:00Z', '2010-11-07T03:30:00Z'],
    ['goes back at midnight', 'Asia/Beirut', '2021-10-29T12:00:00Z', '2021-10-30T22:00:00Z'],
    ['goes back in the evening', 'Asia/Tehran', '2022-09-20T12:00:00Z', '2022-09-21T20:30:00Z'],
    ['goes back in the morning', 'Europe/Minsk', '2010-10-29T12:00:00Z', '2010-10-30T21:00:00Z'],
    ['jumps over midnight', 'America/Sao_Paulo', '2018-11-02T12:00:00Z', '2018-11-04T03:00:00Z'],
    ['jumps over midnight, east of Greenwich', 'Asia/Beirut', '2021-03-26T12:00:00Z', '2021-03-27T22:00:00Z'],
    ['jumps over a whole day', 'Pacific/Apia', '2011-12-28T12:00:00Z', '2011-12-30T10:00:00Z'],
    ['jumps in the morning', 'Europe/Minsk', '2010-03-26T12:00:00Z', '2010-03-27T22:00:00Z'],
  ])('is when the date changes for good, where the clock %s (%s)', (_, zone, received, end) => {
    expect(endOfLocalDays(Date.parse(received), 1, zone)).toBe(end);
  });
});
