import fc from 'fast-check';
import { compileRegister, forceAt, inForce, type DepositaryEvent } from './index.js';

const CRIME = 'cis-it-crime-2018';
const OLD = 'cis-computer-crime-2001';
const CSTO = 'csto-infosphere-2014';
const INFOSEC = 'cis-infosec-2013';
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
const leaving = (state: string, on: string, leavesOn?: string | null, instrument = CRIME) => ({
  ...event('withdrawal-notified', state, on, instrument),
  leavesOn,
});
/** In force from 2020-01-31. */
const THREE = notified('BY KZ RU', '2020-01-01');

/** By state and day: whether it is bound, and by which article it is or is not. */
function bound(
  register: ReturnType<typeof registerOf>,
  instrument: string,
  state: string,
  on: string,
): string {
  const found = inForce(register, instrument, state, day(on));
  return found === undefined
    ? 'unknown'
    : `${found.bound ? '+' : '-'} ${found.rule.cite.split('#')[1] ?? ''}`;
}

describe('an instrument comes into force', () => {
  it.each([
    ['with the notification that its text counts, of whomever it is open to', THREE, '2020-01-31'],
    [
      'with the third of three states, in whatever order they are recorded',
      [...THREE].reverse(),
      '2020-01-31',
    ],
    [
      'not with a second one of the same state',
      [...notified('BY KZ', '2020-01-01'), ...notified('KZ', '2020-02-01')],
      null,
    ],
    ['not with a signature', [...notified('BY KZ', '2020-01-01'), event('signed', 'RU', '2020-01-01')], null],
    ['not with one of a state it is not open to', [...notified('BY KZ FR', '2020-01-01')], null],
    [
      'not with one under another instrument',
      [...notified('BY KZ', '2020-01-01'), ...notified('RU', '2020-01-01', OLD)],
      null,
    ],
    [
      'by the first notification of each state',
      [...THREE, ...notified('BY KZ RU', '2021-01-01')],
      '2020-01-31',
    ],
    [
      'by the day, not by the order, of notifications from nine months to ten years apart',
      [...notified('RU', '2020-01-01'), ...notified('BY', '2019-04-01'), ...notified('KZ', '2009-12-31')],
      '2020-01-31',
    ],
  ])('%s', (_, events, from) => {
    const force = forceAt(registerOf(...events), CRIME, day('2026-01-01'));
    expect(force?.since).toBe(from === null ? Infinity : day(from));
  });

  it('for those who notify later after days of their own, and for those who accede', () => {
    const register = registerOf(
      ...THREE,
      ...notified('AM', '2021-03-01'),
      event('acceded', 'MD', '2021-03-01'),
    );
    for (const [state, rule] of [
      ['AM', '17.1'],
      ['MD', '16'],
    ] as const) {
      expect(bound(register, CRIME, state, '2021-03-30')).toBe(`- ${rule}`);
      expect(bound(register, CRIME, state, '2021-03-31')).toBe(`+ ${rule}`);
    }
    expect(bound(register, CRIME, 'UZ', '2021-03-31')).toBe('- 17.1');
  });

  it('for an acceding state only if there is something to accede to on the day of its document', () => {
    const acceded = (on: string) =>
      bound(registerOf(...THREE, event('acceded', 'MD', on)), CRIME, 'MD', '2026-01-01');
    expect(acceded('2020-01-30')).toBe('- 16');
    expect(acceded('2020-01-31')).toBe('+ 16');
  });

  it('at once, also by accession, where the day of a state’s own notification counts', () => {
    const secrets = 'cis-secrets-2013';
    const register = registerOf(
      event('acceded', 'AM', '2015-01-01', secrets),
      ...notified('KZ', '2016-01-01', secrets),
    );
    expect(inForce(register, secrets, 'AM', day('2014-12-31'))?.bound).toBe(false);
    expect(inForce(register, secrets, 'AM', day('2015-01-01'))?.bound).toBe(true);
    expect(inForce(register, secrets, 'KZ', day('2015-12-31'))?.bound).toBe(false);
    expect(inForce(register, secrets, 'KZ', day('2016-01-01'))).toMatchObject({
      bound: true,
      rule: { cite: secrets },
    });
  });

  it('is by the article on accession for a state that notifies and accedes on one day, in any order', () => {
    const both = [...notified('MD', '2021-03-01'), event('acceded', 'MD', '2021-03-01')];
    for (const order of [both, [...both].reverse()])
      expect(bound(registerOf(...THREE, ...order), CRIME, 'MD', '2026-01-01')).toBe('+ 16');
  });

  it('is by what came first for a state that notifies and accedes later, in any order', () => {
    const both = [...notified('MD', '2021-03-01'), event('acceded', 'MD', '2021-04-01')];
    for (const order of [both, [...both].reverse()])
      expect(bound(registerOf(...THREE, ...order), CRIME, 'MD', '2026-01-01')).toBe('+ 17.1');
  });
});

describe('a state leaves', () => {
  it('when the notice period is over, and is bound before', () => {
    const register = registerOf(...THREE, leaving('KZ', '2024-08-31'));
    expect(bound(register, CRIME, 'KZ', '2025-02-27')).toBe('+ 17.1');
    expect(bound(register, CRIME, 'KZ', '2025-02-28')).toBe('- 18');
    expect(bound(register, CRIME, 'BY', '2025-02-28')).toBe('+ 17.1');
  });

  it.each([
    ['2025-03-01', '2025-03-01'],
    ['2024-10-01', '2025-01-01'],
    [null, '2025-01-01'],
    [undefined, '2025-01-01'],
  ])('on the day that it names, %s, where the text lets it and it is not too early', (named, from) => {
    const leaves = leaving('KZ', '2024-07-01', named, INFOSEC);
    const register = registerOf(...notified('BY KZ RU', '2020-01-01', INFOSEC), leaves);
    expect(inForce(register, INFOSEC, 'KZ', day(from) - 1)?.bound).toBe(true);
    expect(inForce(register, INFOSEC, 'KZ', day(from))?.bound).toBe(false);
    const elsewhere = registerOf(...THREE, leaving('KZ', '2024-07-01', named));
    expect(inForce(elsewhere, CRIME, 'KZ', day('2025-01-01') - 1)?.bound).toBe(true);
    expect(inForce(elsewhere, CRIME, 'KZ', day('2025-01-01'))?.bound).toBe(false);
  });

  it('and comes back by acceding, until it leaves again', () => {
    const register = registerOf(
      ...THREE,
      leaving('KZ', '2021-01-01'),
      event('acceded', 'KZ', '2022-01-01'),
      leaving('KZ', '2023-01-01'),
    );
    expect(
      ['2021-06-30', '2021-07-01', '2022-01-30', '2022-01-31', '2023-06-30', '2023-07-01'].map((on) =>
        bound(register, CRIME, 'KZ', on),
      ),
    ).toEqual(['+ 17.1', '- 18', '- 18', '+ 16', '+ 16', '- 18']);
  });

  it('whose notice came on the day of its notification, and stays out', () => {
    const register = registerOf(...THREE, ...notified('AM', '2021-01-01'), leaving('AM', '2021-01-01'));
    expect(bound(register, CRIME, 'AM', '2021-06-30')).toBe('+ 17.1');
    expect(bound(register, CRIME, 'AM', '2021-07-01')).toBe('- 18');
  });
});

describe('an instrument ends', () => {
  const csto = notified('AM BY KZ RU', '2016-01-10', CSTO);
  const ended = (instrument: string, on = '2024-01-01') => event('terminated', null, on, instrument);

  it('for all on the day that it is terminated itself', () => {
    const register = registerOf(...THREE, ended(CRIME));
    expect(bound(register, CRIME, 'KZ', '2023-12-31')).toBe('+ 17.1');
    expect(bound(register, CRIME, 'KZ', '2024-01-01')).toBe('- 18');
  });

  it('with the treaty that it hangs on, whichever ends first', () => {
    const register = registerOf(...csto, ended('collective-security-treaty-1992'), ended(CSTO, '2025-01-01'));
    expect(bound(register, CSTO, 'KZ', '2023-12-31')).toBe('+ 16');
    expect(bound(register, CSTO, 'KZ', '2024-01-01')).toBe('- 17');
  });

  it('with no other treaty, nor with any other event', () => {
    const register = registerOf(...csto, ...THREE, ended(OLD), ended('collective-security-treaty-1992'));
    expect(bound(register, CRIME, 'KZ', '2026-01-01')).toBe('+ 17.1');
    expect(bound(registerOf(...csto, ended(CRIME)), CSTO, 'KZ', '2026-01-01')).toBe('+ 16');
  });
});

it('who is bound does not depend on the order of events, several a day among them', () => {
  const state = fc.constantFrom('KZ', 'BY', 'RU', 'MD');
  const on = fc.constantFrom('2019-01-01', '2020-01-01', '2020-02-15', '2021-01-01');
  const kind = fc.constantFrom('notified' as const, 'acceded' as const, 'withdrawal-notified' as const);
  const events = fc.array(
    fc.tuple(kind, state, on).map((made) => event(...made)),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(events, state, fc.integer({ min: 0, max: 1500 }), (written, party, days) => {
      const at = day('2019-01-01') + days * 86_400_000;
      const [one, other] = [written, [...written].reverse()].map((order) =>
        inForce(registerOf(...THREE.slice(1), ...order), CRIME, party, at),
      );
      expect(one).toEqual(other);
    }),
  );
});
