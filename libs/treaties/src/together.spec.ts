import {
  compileRegister,
  inForceBetween,
  instrumentAt,
  lastBound,
  LAW,
  secrecyBinds,
  wereBoundTogether,
  type DepositaryEvent,
} from './index.js';

const CRIME = 'cis-it-crime-2018';
const OLD = 'cis-computer-crime-2001';
const day = (on: string): number => Date.parse(`${on}T00:00:00Z`);
const registerOf = (...events: DepositaryEvent[]) =>
  compileRegister({ events, authorities: [], arrangements: [], channels: [] });

const event = (kind: DepositaryEvent['event'], state: string | null, on: string, instrument = CRIME) => ({
  instrument,
  state,
  event: kind,
  on,
});
const notified = (states: string, on: string, instrument = CRIME) =>
  states.split(' ').map((state) => event('notified', state, on, instrument));
const leaving = (state: string, on: string) => event('withdrawal-notified', state, on);
/** In force from 2020-01-31. */
const THREE = notified('BY KZ RU', '2020-01-01');

describe('two states', () => {
  const old = notified('BY KZ UZ', '2002-01-01', OLD);
  const between = (register: ReturnType<typeof registerOf>, a: string, b: string, on: string) => {
    const found = inForceBetween(register, OLD, a, b, day(on));
    return found && `${found.bound ? '+' : '-'} ${found.rule.cite}`;
  };

  it('are bound to each other only if both are bound; the one that is not tells why', () => {
    const register = registerOf(...THREE, leaving('RU', '2021-01-01'));
    const cite = (a: string, b: string) =>
      inForceBetween(register, CRIME, a, b, day('2026-01-01'))?.rule.cite;
    expect([cite('KZ', 'BY'), cite('KZ', 'RU'), cite('RU', 'KZ'), cite('UZ', 'RU')]).toEqual([
      `${CRIME}#17.1`,
      `${CRIME}#18`,
      `${CRIME}#18`,
      `${CRIME}#17.1`,
    ]);
    expect(inForceBetween(register, 'cis-trade-1994', 'KZ', 'BY', day('2026-01-01'))).toBeUndefined();
  });

  it('are no longer bound by what a successor has replaced between them', () => {
    const register = registerOf(...old, ...THREE);
    expect(between(register, 'KZ', 'BY', '2020-01-30')).toBe(`+ ${OLD}`);
    expect(between(register, 'KZ', 'BY', '2020-01-31')).toBe(`- ${CRIME}#17.2`);
    expect(between(register, 'KZ', 'UZ', '2026-01-01')).toBe(`+ ${OLD}`);
    expect(between(register, 'KZ', 'KZ', '2026-01-01')).toBe(`+ ${OLD}`);
  });

  it('were bound together if both were at one time, up to that instant', () => {
    const together = (a: string, b: string, on: string, ...events: DepositaryEvent[]): boolean =>
      wereBoundTogether(registerOf(...events), CRIME, a, b, day(on));
    expect(together('KZ', 'BY', '2020-01-30', ...THREE)).toBe(false);
    expect(together('KZ', 'BY', '2020-01-31', ...THREE)).toBe(true);
    expect(together('KZ', 'AM', '2026-01-01', ...THREE)).toBe(false);
    expect(together('AM', 'KZ', '2026-01-01', ...THREE)).toBe(false);
    // The agreement is not open to France.
    expect(together('KZ', 'FR', '2026-01-01', ...THREE)).toBe(false);
    expect(together('FR', 'KZ', '2026-01-01', ...THREE)).toBe(false);
    expect(wereBoundTogether(registerOf(...THREE), 'cis-trade-1994', 'KZ', 'BY', day('2026-01-01'))).toBe(
      false,
    );
    const left = leaving('KZ', '2021-01-01');
    expect(together('KZ', 'BY', '2026-01-01', ...THREE, left)).toBe(true);
    // Kazakhstan is out on 2021-07-01; Armenia is bound 30 days after its notification.
    expect(together('KZ', 'AM', '2026-01-01', ...THREE, left, ...notified('AM', '2021-05-31'))).toBe(true);
    for (const [a, b] of [
      ['KZ', 'AM'],
      ['AM', 'KZ'],
    ] as const)
      expect(together(a, b, '2026-01-01', ...THREE, left, ...notified('AM', '2021-06-01'))).toBe(false);
    const back = event('acceded', 'KZ', '2022-01-01');
    expect(together('KZ', 'AM', '2026-01-01', ...THREE, left, ...notified('AM', '2021-06-01'), back)).toBe(
      true,
    );
    expect(together('AM', 'KZ', '2026-01-01', ...THREE, left, ...notified('AM', '2021-06-01'), back)).toBe(
      true,
    );
    const end = event('terminated', null, '2020-06-01');
    expect(together('KZ', 'BY', '2026-01-01', ...THREE, end)).toBe(true);
    expect(together('KZ', 'AM', '2026-01-01', ...THREE, end, ...notified('AM', '2020-05-02'))).toBe(false);
    expect(together('KZ', 'AM', '2026-01-01', ...THREE, end, ...notified('AM', '2020-05-01'))).toBe(true);
  });
});

describe('the last instant at which a state was bound', () => {
  const last = (on: string, ...events: DepositaryEvent[]): string | undefined => {
    const found = lastBound(registerOf(...events), CRIME, 'KZ', day(on));
    // The very last instant: a day begins one millisecond after it.
    return found === undefined ? undefined : new Date(found + 1).toISOString().replace('T00:00:00.000Z', '');
  };
  const left = leaving('KZ', '2021-01-01');

  it('is the one before, while it is bound', () => {
    expect(last('2020-01-31', ...THREE)).toBeUndefined();
    expect(last('2020-02-01', ...THREE)).toBe('2020-02-01');
    expect(last('2026-01-01', ...THREE)).toBe('2026-01-01');
  });

  it('is the one before it left, or before the instrument ended', () => {
    expect(last('2026-01-01', ...THREE, left)).toBe('2021-07-01');
    expect(
      last('2026-01-01', ...THREE, left, event('acceded', 'KZ', '2022-01-01'), leaving('KZ', '2023-01-01')),
    ).toBe('2023-07-01');
    expect(last('2022-01-15', ...THREE, left, event('acceded', 'KZ', '2022-01-01'))).toBe('2021-07-01');
    expect(last('2026-01-01', ...THREE, event('terminated', null, '2021-03-01'))).toBe('2021-03-01');
  });

  it('is none for a state that never was, though it notified', () => {
    expect(last('2026-01-01', ...notified('BY RU AM', '2020-01-01'))).toBeUndefined();
    expect(last('2026-01-01', ...notified('BY KZ', '2020-01-01'))).toBeUndefined();
    expect(lastBound(registerOf(...THREE), 'cis-trade-1994', 'KZ', day('2026-01-01'))).toBeUndefined();
    // The agreement is not open to France.
    expect(lastBound(registerOf(...THREE), CRIME, 'FR', day('2026-01-01'))).toBeUndefined();
    // It left before the third notification came, or notified when the instrument had ended.
    const early = [
      ...notified('KZ BY', '2018-01-01'),
      leaving('KZ', '2018-02-01'),
      ...notified('RU', '2020-01-01'),
    ];
    expect(last('2026-01-01', ...early)).toBeUndefined();
    const late = [...notified('BY RU AM', '2020-01-01'), event('terminated', null, '2021-03-01')];
    expect(last('2026-01-01', ...late, ...notified('KZ', '2022-01-01'))).toBeUndefined();
  });
});

describe('a secrecy agreement', () => {
  const secrets = 'cis-secrets-2013';
  const register = registerOf(
    ...notified('KZ BY', '2015-01-01', secrets),
    event('terminated', null, '2024-01-01', secrets),
  );
  const binds = (states: string[], on: string) => secrecyBinds(register, secrets, states, day(on));

  it('binds while it is in force: all of the states, and organs as long as it binds anybody', () => {
    for (const states of [['KZ', 'BY'], ['KZ'], []])
      expect(['2014-12-31', '2015-01-01', '2023-12-31', '2024-01-01'].map((on) => binds(states, on))).toEqual(
        [false, true, true, false],
      );
    expect(binds(['KZ', 'RU'], '2020-01-01')).toBe(false);
    expect(binds(['RU', 'KZ'], '2020-01-01')).toBe(false);
  });

  it('is none that is on something else, and none that is unknown', () => {
    expect(secrecyBinds(registerOf(...THREE), CRIME, ['KZ', 'BY'], day('2026-01-01'))).toBe(false);
    expect(secrecyBinds(register, 'cis-trade-1994', ['KZ', 'BY'], day('2020-01-01'))).toBe(false);
  });

  it('binds nobody once its text is the law no more', () => {
    const instruments = LAW.instruments.map((instrument) =>
      instrument.id === secrets
        ? { ...instrument, version: { from: '2013-10-25', until: '2019-12-31' } }
        : instrument,
    );
    const events = notified('KZ BY', '2015-01-01', secrets);
    const ended = compileRegister(
      { events, authorities: [], arrangements: [], channels: [] },
      { ...LAW, instruments },
    );
    expect(secrecyBinds(ended, secrets, ['KZ', 'BY'], day('2019-12-31'))).toBe(true);
    expect(secrecyBinds(ended, secrets, ['KZ', 'BY'], day('2020-01-01'))).toBe(false);
    expect(instrumentAt(ended, secrets, day('2020-01-01'))).toBeUndefined();
  });
});
