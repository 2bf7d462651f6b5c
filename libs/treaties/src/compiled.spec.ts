import {
  compileRegister,
  inForce,
  inForceBetween,
  instrumentAt,
  LAW,
  secrecyBinds,
  type Instrument,
  type Law,
} from './index.js';

const DAY = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const ID = 'cis-it-crime-2018';
const events = ['KZ', 'BY', 'AM'].map((state) => ({
  instrument: ID,
  state,
  event: 'notified' as const,
  on: '2019-01-01',
}));

/** The 2018 agreement as if a protocol had put another text in force, under which leaving takes three months. */
function amendedLaw(on: string, lastDayOfOld: string): Law {
  const old = LAW.instruments.find(({ id }) => id === ID);
  if (old === undefined) throw new Error(`${ID} is not in the law`);
  const before: Instrument = { ...old, version: { from: '2018-09-28', until: lastDayOfOld } };
  const after: Instrument = {
    ...old,
    version: { from: on, until: null },
    binding: { ...old.binding, withdrawal: { ...old.binding.withdrawal, months: 3 } },
  };
  const others = LAW.instruments.filter(({ id }) => id !== ID);
  return { ...LAW, instruments: [after, ...others, before] };
}

describe('a superseded version of an instrument', () => {
  const register = compileRegister(
    { events, authorities: [], arrangements: [], channels: [] },
    amendedLaw('2024-03-01', '2024-02-29'),
  );

  it('is the law to the end of its last day, the next one from its first', () => {
    const lastMoment = DAY('2024-03-01') - 1;
    expect(instrumentAt(register, ID, lastMoment)?.binding.withdrawal.months).toBe(6);
    expect(instrumentAt(register, ID, DAY('2024-03-01'))?.binding.withdrawal.months).toBe(3);
  });

  it('tells before its own first day why nobody is bound', () => {
    expect(instrumentAt(register, ID, DAY('2010-01-01'))?.version.from).toBe('2018-09-28');
    expect(inForce(register, ID, 'KZ', DAY('2010-01-01'))?.bound).toBe(false);
  });

  it('has nothing after its last day if no other follows', () => {
    const ended = LAW.instruments.map((instrument) =>
      instrument.id === ID
        ? { ...instrument, version: { from: '2018-09-28', until: '2024-02-29' } }
        : instrument,
    );
    const alone = compileRegister(
      { events, authorities: [], arrangements: [], channels: [] },
      { ...LAW, instruments: ended },
    );
    expect(inForce(alone, ID, 'KZ', DAY('2024-02-29'))?.bound).toBe(true);
    expect(inForce(alone, ID, 'KZ', DAY('2024-03-01'))).toBeUndefined();
  });
});

describe('the law', () => {
  it('is data: a copy through JSON is the same law, so nothing in it can be code', () => {
    expect(JSON.parse(JSON.stringify(LAW))).toEqual(LAW);
  });
});

describe('a compiled register', () => {
  const own = (instrument: string, days: Record<string, string>) =>
    Object.entries(days).map(([state, on]) => ({ instrument, state, event: 'notified' as const, on }));
  const register = compileRegister({
    events: [
      ...own('cis-secrets-2013', { KZ: '2014-11-11' }),
      ...own('cis-computer-crime-2001', { KZ: '2002-01-01', BY: '2002-01-01' }),
      ...own(ID, { KZ: '2019-01-01', BY: '2019-01-01', AM: '2019-01-01' }),
      { instrument: ID, state: 'BY', event: 'withdrawal-notified', on: '2020-01-01' },
    ],
    authorities: [],
    arrangements: [],
    channels: [],
  });

  it('binds two organs by an agreement only while that is in force for anybody', () => {
    expect(secrecyBinds(register, 'cis-secrets-2013', [], DAY('2014-11-10'))).toBe(false);
    expect(secrecyBinds(register, 'cis-secrets-2013', [], DAY('2014-11-11'))).toBe(true);
    expect(secrecyBinds(register, 'csto-secrets-2004', [], DAY('2014-11-11'))).toBe(false);
  });

  it('does not revive between two states what a successor has ended, when one of them leaves it', () => {
    const between = (day: string) =>
      inForceBetween(register, 'cis-computer-crime-2001', 'KZ', 'BY', DAY(day));
    expect(between('2019-01-30')).toMatchObject({ bound: true });
    expect(between('2019-01-31')).toMatchObject({ bound: false, rule: { cite: `${ID}#17.2` } });
    expect(between('2021-01-01')).toMatchObject({ bound: false, rule: { cite: `${ID}#17.2` } });
  });
});
