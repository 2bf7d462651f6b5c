import fc from 'fast-check';
import {
  INSTRUMENTS,
  type Register,
  compileRegister,
  inForce,
  inForceBetween,
  instrumentOf,
  registerSchema,
  secrecyBinds,
} from './index.js';

const at = (instant: string): number => Date.parse(instant);

function registerOf(
  events: Register['events'],
  agreements: Register['agreements'] = [],
): ReturnType<typeof compileRegister> {
  return compileRegister(
    registerSchema.parse({ events, authorities: [], arrangements: [], agreements, channels: [] }),
  );
}

const CRIME = 'cis-it-crime-2018';
const notified = (state: string, on: string, instrument = CRIME): Register['events'][number] => ({
  instrument,
  state,
  event: 'notified',
  on,
});
const THREE = [notified('BY', '2019-03-11'), notified('RU', '2019-10-02'), notified('KZ', '2019-12-20')];

describe('who is bound', () => {
  it('is nobody before the third notification, and from its 30th day all three', () => {
    expect(inForce(registerOf(THREE.slice(0, 2)), CRIME, 'BY', at('2030-01-01T00:00:00Z'))).toMatchObject({
      bound: false,
      rule: { cite: `${CRIME}#17.1` },
    });
    const register = registerOf(THREE);
    expect(inForce(register, CRIME, 'BY', at('2020-01-18T23:59:59Z'))?.bound).toBe(false);
    expect(inForce(register, CRIME, 'BY', at('2020-01-19T00:00:00Z'))).toMatchObject({
      bound: true,
      rule: { cite: `${CRIME}#17.1` },
    });
  });

  it('is bound under CSTO from the day of the fourth notification, without accession', () => {
    const events = ['BY', 'RU', 'AM', 'KZ'].map((state, i) =>
      notified(state, `2016-0${i + 1}-10`, 'csto-infosphere-2014'),
    );
    const register = registerOf([
      ...events,
      { instrument: 'csto-infosphere-2014', state: 'TJ', event: 'acceded', on: '2017-01-01' },
    ]);
    expect(inForce(register, 'csto-infosphere-2014', 'BY', at('2016-04-09T23:59:59Z'))?.bound).toBe(false);
    expect(inForce(register, 'csto-infosphere-2014', 'BY', at('2016-04-10T00:00:00Z'))?.bound).toBe(true);
    expect(inForce(register, 'csto-infosphere-2014', 'TJ', at('2020-01-01T00:00:00Z'))?.bound).toBe(false);
  });

  it('ends with the treaty of 1992 on which the Protocol hangs', () => {
    const events = ['BY', 'RU', 'AM', 'KZ'].map((state) =>
      notified(state, '2016-01-10', 'csto-infosphere-2014'),
    );
    const register = registerOf([
      ...events,
      { instrument: 'collective-security-treaty-1992', state: null, event: 'terminated', on: '2027-01-01' },
    ]);
    expect(inForce(register, 'csto-infosphere-2014', 'BY', at('2026-12-31T23:59:59Z'))?.bound).toBe(true);
    expect(inForce(register, 'csto-infosphere-2014', 'BY', at('2027-01-01T00:00:00Z'))).toMatchObject({
      bound: false,
      rule: { cite: 'csto-infosphere-2014#17' },
    });
  });

  it('leaves six months after the notice under 2018, to the last day of a shorter month, whatever date it names', () => {
    const register = registerOf([
      ...THREE,
      {
        instrument: CRIME,
        state: 'KZ',
        event: 'withdrawal-notified',
        on: '2025-08-31',
        leavesOn: '2025-09-01',
      },
    ]);
    expect(inForce(register, CRIME, 'KZ', at('2026-02-27T23:59:59Z'))?.bound).toBe(true);
    expect(inForce(register, CRIME, 'KZ', at('2026-02-28T00:00:00Z'))).toMatchObject({
      bound: false,
      rule: { cite: `${CRIME}#18` },
    });
  });

  it('leaves on the day it names elsewhere, but not before six months are over', () => {
    const three = ['BY', 'RU', 'KZ'].map((state) => notified(state, '2014-01-01', 'cis-infosec-2013'));
    const leaving = (leavesOn: string): boolean | undefined =>
      inForce(
        registerOf([
          ...three,
          {
            instrument: 'cis-infosec-2013',
            state: 'KZ',
            event: 'withdrawal-notified',
            on: '2025-01-10',
            leavesOn,
          },
        ]),
        'cis-infosec-2013',
        'KZ',
        at('2025-07-09T23:59:59Z'),
      )?.bound;
    expect(leaving('2025-02-01')).toBe(true);
    expect(leaving('2025-09-01')).toBe(true);
  });

  it('binds again a state that left and acceded', () => {
    const register = registerOf([
      ...THREE,
      { instrument: CRIME, state: 'KZ', event: 'withdrawal-notified', on: '2021-01-01' },
      { instrument: CRIME, state: 'KZ', event: 'acceded', on: '2022-01-01' },
    ]);
    expect(inForce(register, CRIME, 'KZ', at('2021-12-01T00:00:00Z'))?.bound).toBe(false);
    expect(inForce(register, CRIME, 'KZ', at('2022-01-31T00:00:00Z'))).toMatchObject({
      bound: true,
      rule: { cite: `${CRIME}#16` },
    });
  });

  it('is no state to which the instrument is not open, and none that acceded before there was anything to accede to', () => {
    expect(
      inForce(registerOf([...THREE, notified('FR', '2019-01-01')]), CRIME, 'FR', at('2026-01-01T00:00:00Z'))
        ?.bound,
    ).toBe(false);
    expect(
      inForce(
        registerOf([...THREE, { instrument: CRIME, state: 'MD', event: 'acceded', on: '2019-12-31' }]),
        CRIME,
        'MD',
        at('2026-01-01T00:00:00Z'),
      )?.bound,
    ).toBe(false);
  });

  it('replaces the agreement of 2001 between parties to both', () => {
    const register = registerOf([
      ...THREE,
      ...['BY', 'RU', 'UZ'].map((state) => notified(state, '2002-01-01', 'cis-computer-crime-2001')),
    ]);
    expect(
      inForceBetween(register, 'cis-computer-crime-2001', 'BY', 'RU', at('2010-01-01T00:00:00Z'))?.bound,
    ).toBe(true);
    expect(
      inForceBetween(register, 'cis-computer-crime-2001', 'BY', 'RU', at('2026-01-01T00:00:00Z')),
    ).toMatchObject({ bound: false, rule: { cite: `${CRIME}#17.2` } });
    expect(
      inForceBetween(register, 'cis-computer-crime-2001', 'BY', 'UZ', at('2026-01-01T00:00:00Z'))?.bound,
    ).toBe(true);
  });

  it('counts secrecy agreements from the day of notification, bilateral ones between their dates', () => {
    const register = registerOf(
      [notified('KZ', '2014-11-11', 'cis-secrets-2013'), notified('RU', '2015-01-15', 'cis-secrets-2013')],
      [
        {
          id: 'ru-uz-secrets-2007',
          kind: 'secrecy',
          between: ['RU', 'UZ'],
          from: '2007-03-01',
          until: '2026-06-30',
        },
      ],
    );
    expect(secrecyBinds(register, 'cis-secrets-2013', ['KZ', 'RU'], at('2015-01-14T23:59:59Z'))).toBe(false);
    expect(secrecyBinds(register, 'cis-secrets-2013', ['KZ', 'RU'], at('2015-01-15T00:00:00Z'))).toBe(true);
    expect(secrecyBinds(register, 'ru-uz-secrets-2007', ['UZ', 'RU'], at('2026-06-30T23:59:59Z'))).toBe(true);
    expect(secrecyBinds(register, 'ru-uz-secrets-2007', ['UZ', 'RU'], at('2026-07-01T00:00:00Z'))).toBe(
      false,
    );
  });

  it('does not depend on the order of the events', () => {
    const events = [
      ...THREE,
      notified('KG', '2020-01-05'),
      { instrument: CRIME, state: 'MD', event: 'acceded', on: '2024-02-01' } as const,
      { instrument: CRIME, state: 'MD', event: 'withdrawal-notified', on: '2025-11-20' } as const,
    ];
    const shuffled = fc.shuffledSubarray(events, { minLength: events.length });
    const instant = fc.date({
      min: new Date('2018-01-01'),
      max: new Date('2027-01-01'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(shuffled, fc.constantFrom('KZ', 'BY', 'KG', 'MD', 'AZ'), instant, (order, state, date) => {
        expect(inForce(registerOf(order), CRIME, state, date.getTime())).toEqual(
          inForce(registerOf(events), CRIME, state, date.getTime()),
        );
      }),
    );
  });
});

describe('the instruments as data', () => {
  it('cite only themselves, the house, or what they are replaced by, and say it in three languages', () => {
    for (const instrument of INSTRUMENTS) {
      const known = new Set([instrument.id, 'valise', instrument.binding.replacedBy?.instrument]);
      for (const provision of provisionsIn(instrument)) {
        expect(known).toContain(provision.cite.split('#')[0]);
        for (const words of Object.values(provision.text)) expect(words).not.toBe('');
        expect(Object.keys(provision.text).sort()).toEqual(['en', 'kk', 'ru']);
      }
    }
  });

  it('have the codes of the texts', () => {
    const codes = (id: string): number[] => {
      const { forms, offences, contents } = instrumentOf(id)?.codes ?? {
        forms: {},
        offences: {},
        contents: {},
      };
      return [forms, offences, contents].map((list) => Object.keys(list).length);
    };
    expect(codes('cis-it-crime-2018')).toEqual([16, 8, 7]);
    expect(codes('csto-infosphere-2014')).toEqual([7, 3, 6]);
    expect(codes('cis-infosec-2013')).toEqual([20, 0, 0]);
    expect(codes('cis-counterterror-2017')).toEqual([2, 0, 5]);
  });
});

function provisionsIn(value: unknown): { cite: string; text: Record<string, string> }[] {
  if (typeof value !== 'object' || value === null) return [];
  const own =
    'cite' in value && 'text' in value ? [value as { cite: string; text: Record<string, string> }] : [];
  return [...own, ...Object.values(value).flatMap(provisionsIn)];
}
