import fc from 'fast-check';
import {
  agreementBinds,
  arrangementBetween,
  bodyOf,
  channelRank,
  compileRegister,
  isUnit,
  knownEntry,
  listedEntry,
  secrecyBinds,
  type Register,
} from './index.js';

const day = (on: string): number => Date.parse(`${on}T00:00:00Z`);
const NOW = day('2026-01-01');
const ALWAYS = { from: '2000-01-01', until: null };
const CRIME = 'cis-it-crime-2018';

const EMPTY: Register = { events: [], authorities: [], arrangements: [], channels: [] };
const entry = (id: string, more: Partial<Register['authorities'][number]> = {}) => ({
  id,
  state: 'KZ',
  instruments: [CRIME],
  kind: 'authority' as const,
  ...ALWAYS,
  timeZone: 'Asia/Almaty',
  clearance: {},
  ...more,
});
const listing = (...authorities: Register['authorities']) => compileRegister({ ...EMPTY, authorities });

describe('an authority on a list', () => {
  const register = listing(
    entry('kz-mvd', { from: '2020-01-01', until: '2020-12-31', timeZone: 'Asia/Almaty' }),
    entry('kz-mvd', { from: '2021-03-01', timeZone: 'Asia/Aqtau', instruments: ['cis-infosec-2013'] }),
  );
  const zone = (on: string, instrument = CRIME): string | undefined =>
    listedEntry(register, 'kz-mvd', instrument, day(on))?.timeZone;

  it('is on it from the first to the last day of an entry, under the instruments of the entry', () => {
    expect(zone('2019-12-31')).toBeUndefined();
    expect(zone('2020-01-01')).toBe('Asia/Almaty');
    expect(listedEntry(register, 'kz-mvd', CRIME, day('2021-01-01') - 1)).toBeDefined();
    expect(zone('2021-01-01')).toBeUndefined();
    expect(zone('2021-03-01')).toBeUndefined();
    expect(zone('2021-03-01', 'cis-infosec-2013')).toBe('Asia/Aqtau');
    expect(zone('2020-01-01', 'cis-infosec-2013')).toBeUndefined();
    expect(listedEntry(register, 'by-mvd', CRIME, NOW)).toBeUndefined();
  });

  it('is known by the entry of the day, or by its latest', () => {
    const known = (on: string): string | undefined => knownEntry(register, 'kz-mvd', day(on))?.timeZone;
    expect(known('2020-06-01')).toBe('Asia/Almaty');
    expect(known('2021-02-01')).toBe('Asia/Aqtau');
    expect(known('2026-01-01')).toBe('Asia/Aqtau');
    expect(knownEntry(register, 'by-mvd', NOW)).toBeUndefined();
  });

  it('has what its entry says, in numbers where they are compared', () => {
    const clearance = { 'cis-secrets-2013': 'top-secret', 'csto-secrets-2004': 'open' } as const;
    const [own, organ] = [
      entry('kz-mvd', { clearance, unitOf: 'kz-gp', until: '2030-01-01' }),
      entry('cis-atc', { state: null, organ: true, kind: 'organ' }),
    ];
    const both = listing(own, organ);
    expect(knownEntry(both, 'kz-mvd', NOW)).toEqual({
      id: 'kz-mvd',
      state: 'KZ',
      kind: 'authority',
      instruments: new Set([CRIME]),
      start: day('2000-01-01'),
      end: day('2030-01-02'),
      timeZone: 'Asia/Almaty',
      unitOf: 'kz-gp',
      clearance: new Map([
        ['cis-secrets-2013', 3],
        ['csto-secrets-2004', 0],
      ]),
    });
    expect(knownEntry(both, 'cis-atc', NOW)).toMatchObject({ state: undefined, unitOf: undefined });
  });

  it('has among overlapping entries the one that begins last, then the one that ends last', () => {
    const overlapping = listing(
      entry('kz-mvd', { from: '2020-01-01', until: '2040-01-01', timeZone: 'Asia/Oral' }),
      entry('kz-mvd', { from: '2022-01-01', until: '2030-01-01', timeZone: 'Asia/Almaty' }),
      entry('kz-mvd', { from: '2022-01-01', until: '2031-01-01', timeZone: 'Asia/Aqtau' }),
    );
    const known = (on: string): string | undefined => knownEntry(overlapping, 'kz-mvd', day(on))?.timeZone;
    expect(['2021-01-01', '2026-01-01', '2030-06-01', '2035-01-01'].map(known)).toEqual([
      'Asia/Oral',
      'Asia/Aqtau',
      'Asia/Aqtau',
      'Asia/Oral',
    ]);
  });

  it('has among entries of the same days the first by its JSON, members by name: every node must take the same', () => {
    const cleared = (level: 'secret' | 'top-secret', timeZone: string) =>
      entry('kz-mvd', { clearance: { 'cis-secrets-2013': level }, timeZone });
    const same = [
      cleared('top-secret', 'Asia/Almaty'),
      cleared('secret', 'Asia/Oral'),
      cleared('secret', 'Asia/Aqtau'),
    ];
    expect(knownEntry(listing(...same), 'kz-mvd', NOW)).toMatchObject({
      timeZone: 'Asia/Aqtau',
      clearance: new Map([['cis-secrets-2013', 2]]),
    });
  });

  it('does not depend on the order of entries, nor of what they are cleared for', () => {
    const same = ['Asia/Almaty', 'Asia/Aqtau', 'Asia/Oral'].flatMap((timeZone) =>
      (['secret', 'top-secret'] as const).map((level) =>
        entry('kz-mvd', { timeZone, clearance: { 'cis-secrets-2013': level, 'csto-secrets-2004': level } }),
      ),
    );
    const turned = <T>(value: Readonly<Record<string, T>>): Record<string, T> =>
      Object.fromEntries(Object.entries(value).reverse());
    const known = (entries: typeof same) => knownEntry(listing(...entries), 'kz-mvd', NOW);
    fc.assert(
      fc.property(
        fc.shuffledSubarray(same, { minLength: same.length }),
        fc.infiniteStream(fc.boolean()),
        (order, turn) => {
          const written = order.map((one) =>
            turn.next().value ? (turned({ ...one, clearance: turned(one.clearance) }) as typeof one) : one,
          );
          expect(known(written)).toEqual(known(same));
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('a unit', () => {
  it('is what is listed as one, or as part of another', () => {
    const register = listing(
      entry('kz-k', { kind: 'central-specialised-unit' }),
      entry('kz-u', { unitOf: 'kz-mvd' }),
      entry('kz-mvd'),
    );
    const isOne = (id: string): boolean => isUnit(knownEntry(register, id, NOW));
    expect(['kz-k', 'kz-u', 'kz-mvd', 'kz-gp'].map(isOne)).toEqual([true, true, false, false]);
  });

  it('is one body with the authority above it, however far up', () => {
    const register = listing(
      entry('kz-mvd'),
      entry('kz-mvd-k', { unitOf: 'kz-mvd' }),
      entry('kz-mvd-k-1', { unitOf: 'kz-mvd-k' }),
    );
    for (const id of ['kz-mvd', 'kz-mvd-k', 'kz-mvd-k-1']) expect(bodyOf(register, id, NOW)).toBe('kz-mvd');
    expect(bodyOf(register, 'by-mvd', NOW)).toBe('by-mvd');
  });

  it.each<[string, Register['authorities']]>([
    ['above it nobody is listed', []],
    ['what is above it is listed no more', [entry('kz-mvd', { until: '2020-01-01' })]],
    ['what is above it is of another state', [entry('kz-mvd', { state: 'BY' })]],
  ])('is a body of its own where %s', (_, above) => {
    const unit = entry('kz-mvd-k', { unitOf: 'kz-mvd' });
    expect(bodyOf(listing(unit, ...above), 'kz-mvd-k', NOW)).toBe('kz-mvd-k');
    const organ = { ...unit, state: null, organ: true, kind: 'organ' as const };
    expect(bodyOf(listing(organ, ...above), 'kz-mvd-k', NOW)).toBe('kz-mvd-k');
  });

  it('is one only while an entry says so, whatever else is listed under its name', () => {
    const register = listing(
      entry('kz-mvd'),
      entry('kz-k', { unitOf: 'kz-mvd', until: '2024-12-31' }),
      entry('kz-k', { from: '2023-01-01', instruments: ['cis-infosec-2013'] }),
    );
    expect(bodyOf(register, 'kz-k', day('2024-12-31'))).toBe('kz-mvd');
    expect(bodyOf(register, 'kz-k', day('2025-01-01'))).toBe('kz-k');
  });

  it.each([[['kz-a', 'kz-b']], [['kz-c', 'kz-a', 'kz-b']]])(
    'of a circle %j, which no list may have, is one body with all in it',
    (ids) => {
      const above = (index: number): string => ids[(index + 1) % ids.length] ?? '';
      const register = listing(...ids.map((id, index) => entry(id, { unitOf: above(index) })));
      for (const id of ids) expect(bodyOf(register, id, NOW)).toBe('kz-a');
    },
  );
});

describe('an arrangement on the technical channel', () => {
  const arrangement = (a: string, b: string, more: object = {}) => ({
    instrument: CRIME,
    between: [a, b] as [string, string],
    ...ALWAYS,
    ...more,
  });
  const register = compileRegister({
    ...EMPTY,
    arrangements: [
      arrangement('kz-mvd', 'by-mvd', { electronicForm: true, until: '2024-12-31' }),
      arrangement('kz-mvd', 'by-mvd', { electronicForm: false }),
      arrangement('kz-mvd', 'ru-mvd'),
      arrangement('kz-gp', 'ru-gp', { electronicForm: null }),
      arrangement('kz-gp', 'kz-gp', { electronicForm: true }),
    ],
  });
  const between = (a: string, b: string, on = '2026-01-01', instrument = CRIME): string =>
    arrangementBetween(register, instrument, a, b, day(on));

  it('is of both sides alike, in its time, under its instrument', () => {
    for (const [a, b] of [
      ['kz-mvd', 'by-mvd'],
      ['by-mvd', 'kz-mvd'],
    ] as const) {
      expect(between(a, b, '1999-12-31')).toBe('none');
      expect(between(a, b, '2024-12-31')).toBe('electronic-form');
      expect(between(a, b, '2025-01-01')).toBe('plain');
      expect(between(a, b, '2026-01-01', 'csto-infosphere-2014')).toBe('none');
    }
    expect(between('kz-mvd', 'ru-mvd')).toBe('plain');
    expect(between('kz-gp', 'ru-gp')).toBe('plain');
    expect(between('kz-gp', 'kz-gp')).toBe('electronic-form');
    expect(between('kz-mvd', 'ru-gp')).toBe('none');
    expect(between('am-nss', 'ru-gp')).toBe('none');
  });
});

describe('an accredited channel', () => {
  const channel = (
    upTo: 'open' | 'secret' | 'top-secret',
    until: string | null,
    under = 'cis-secrets-2013',
  ) => ({
    between: ['kz-mvd', 'by-mvd'] as [string, string],
    under,
    upTo,
    from: '2020-01-01',
    until,
  });
  const register = compileRegister({
    ...EMPTY,
    channels: [
      channel('secret', null),
      channel('top-secret', '2024-12-31'),
      channel('open', null),
      channel('open', null, 'csto-secrets-2004'),
    ],
  });
  const rank = (on: string, under = 'cis-secrets-2013', other = 'by-mvd'): number[] => [
    channelRank(register, under, 'kz-mvd', other, day(on)),
    channelRank(register, under, other, 'kz-mvd', day(on)),
  ];

  it('carries the highest level of those that there are between two, both ways', () => {
    expect(rank('2019-12-31')).toEqual([-1, -1]);
    expect(rank('2020-01-01')).toEqual([3, 3]);
    expect(rank('2025-01-01')).toEqual([2, 2]);
    expect(rank('2025-01-01', 'csto-secrets-2004')).toEqual([0, 0]);
    expect(rank('2025-01-01', 'cis-secrets-1993')).toEqual([-1, -1]);
    expect(rank('2025-01-01', 'cis-secrets-2013', 'ru-mvd')).toEqual([-1, -1]);
  });
});

describe('a further agreement', () => {
  const agreements = [
    {
      id: 'by-kz-ru',
      kind: 'secrecy' as const,
      between: ['BY', 'KZ', 'RU'],
      from: '2008-09-01',
      until: '2020-12-31',
    },
    {
      id: 'by-kz-ru',
      kind: 'secrecy' as const,
      between: ['BY', 'KZ', 'RU'],
      from: '2022-01-01',
      until: null,
    },
    { id: 'by-kz-help', kind: 'legal-assistance' as const, between: ['BY', 'KZ'], ...ALWAYS },
  ];
  const register = compileRegister({ ...EMPTY, agreements });
  const binds = (
    id: string,
    kind: Parameters<typeof agreementBinds>[2],
    states: string[],
    on = '2026-01-01',
  ) => agreementBinds(register, id, kind, states, day(on));

  it('binds all of its states and no others, in its time and once it is renewed', () => {
    expect(binds('by-kz-ru', 'secrecy', ['RU', 'KZ'])).toBe(true);
    expect(binds('by-kz-ru', 'secrecy', ['RU', 'AM'])).toBe(false);
    expect(binds('by-kz-ru', 'secrecy', ['AM', 'RU'])).toBe(false);
    expect(
      ['2008-08-31', '2008-09-01', '2020-12-31', '2021-01-01', '2022-01-01'].map((on) =>
        binds('by-kz-ru', null, ['BY', 'KZ'], on),
      ),
    ).toEqual([false, true, true, false, true]);
    expect(binds('by-kz-none', null, [])).toBe(false);
  });

  it('is of its kind, and counts for secrets only if it is on secrecy', () => {
    expect(binds('by-kz-help', 'legal-assistance', ['BY', 'KZ'])).toBe(true);
    expect(binds('by-kz-help', 'secrecy', ['BY', 'KZ'])).toBe(false);
    expect(binds('by-kz-help', null, ['BY', 'KZ'])).toBe(true);
    expect(secrecyBinds(register, 'by-kz-ru', ['BY', 'KZ'], NOW)).toBe(true);
    expect(secrecyBinds(register, 'by-kz-help', ['BY', 'KZ'], NOW)).toBe(false);
    expect(secrecyBinds(register, 'by-kz-none', ['BY', 'KZ'], NOW)).toBe(false);
    expect(register.secrecy).toEqual([
      'by-kz-ru',
      'cis-secrets-1993',
      'cis-secrets-2013',
      'csto-secrets-2004',
    ]);
    expect(compileRegister(EMPTY).agreements).toEqual(new Map());
    expect(compileRegister(EMPTY).secrecy).toEqual([
      'cis-secrets-1993',
      'cis-secrets-2013',
      'csto-secrets-2004',
    ]);
  });
});
