import type { DecisionFile } from '#policy';

type Register = DecisionFile['register'];
type Events = Register['events'];
type Dates = Readonly<Record<string, string>>;

const CIS = ['AZ', 'AM', 'BY', 'KZ', 'KG', 'MD', 'RU', 'TJ', 'TM', 'UZ', 'UA'];

function notified(instrument: string, dates: Dates): Events {
  return Object.entries(dates).map(([state, on]) => ({ instrument, state, event: 'notified', on }));
}
function acceded(instrument: string, dates: Dates): Events {
  return Object.entries(dates).map(([state, on]) => ({ instrument, state, event: 'acceded', on }));
}
function leaving(instrument: string, state: string, on: string, leavesOn?: string): Events[number] {
  return {
    instrument,
    state,
    event: 'withdrawal-notified',
    on,
    ...(leavesOn === undefined ? {} : { leavesOn }),
  };
}

/**
 * Secrecy agreements and the others that the four refer to: the first state is bound on 1 May 1994, all others a year later,
 * one by accession in 1996; those that do not stay leave in 2010.
 */
function referenced(instrument: string, first: string, acceding: string, stay: string[], states: string[]): Events {
  const rest = states.filter((state) => state !== first && state !== acceding);
  return [
    ...notified(instrument, { [first]: '1994-05-01' }),
    ...notified(instrument, Object.fromEntries(rest.map((state) => [state, '1995-05-01']))),
    ...acceded(instrument, { [acceding]: '1996-05-01' }),
    ...states
      .filter((state) => !stay.includes(state))
      .map((state) => leaving(instrument, state, '2010-01-10', state === acceding ? '2010-12-01' : undefined)),
  ];
}

const CSTO = ['AM', 'BY', 'KZ', 'KG', 'RU', 'TJ'];

const events: Events = [
  // Third notification: KZ. KG accedes too early and again; AZ names a day, which this agreement does not know.
  ...notified('cis-it-crime-2018', {
    BY: '2019-01-10',
    RU: '2019-02-20',
    KZ: '2019-12-31',
    AM: '2020-01-31',
    UA: '2020-06-01',
    AZ: '2020-06-02',
    TM: '2021-03-01',
    UZ: '2023-01-31',
    TJ: '2024-01-31',
    EE: '2020-06-01',
  }),
  ...acceded('cis-it-crime-2018', { MD: '2024-02-01', KG: '2019-05-05' }),
  ...acceded('cis-it-crime-2018', { KG: '2021-04-01' }),
  leaving('cis-it-crime-2018', 'UZ', '2025-08-31'),
  leaving('cis-it-crime-2018', 'UA', '2023-08-31'),
  leaving('cis-it-crime-2018', 'AZ', '2025-01-15', '2027-01-01'),
  leaving('cis-it-crime-2018', 'TM', '2022-01-10'),
  ...notified('cis-it-crime-2018', { TM: '2022-06-01' }),
  // Fourth notification: KZ.
  ...notified('csto-infosphere-2014', {
    BY: '2015-06-15',
    RU: '2016-02-10',
    AM: '2016-08-22',
    KZ: '2016-12-02',
    KG: '2017-05-18',
    TJ: '2018-01-01',
  }),
  ...acceded('csto-infosphere-2014', { UZ: '2019-01-01' }),
  leaving('csto-infosphere-2014', 'AM', '2025-10-01', '2026-06-30'),
  leaving('csto-infosphere-2014', 'KG', '2025-12-31', '2026-01-15'),
  leaving('csto-infosphere-2014', 'TJ', '2024-08-30'),
  { instrument: 'collective-security-treaty-1992', state: null, event: 'terminated', on: '2040-01-01' },
  // Third notification: KZ. KG accedes a day before the agreement is open, and again on the day.
  ...notified('cis-infosec-2013', {
    RU: '2014-06-11',
    BY: '2014-08-04',
    KZ: '2015-09-21',
    AM: '2016-03-01',
    MD: '2017-01-10',
    TJ: '2018-02-28',
    TM: '2018-02-28',
    UA: '2018-02-28',
    AZ: '2018-02-28',
  }),
  ...acceded('cis-infosec-2013', { KG: '2015-10-20', UZ: '2019-07-02' }),
  ...acceded('cis-infosec-2013', { KG: '2015-10-21' }),
  leaving('cis-infosec-2013', 'MD', '2024-01-15', '2024-09-01'),
  leaving('cis-infosec-2013', 'TJ', '2025-03-31', '2025-09-29'),
  { instrument: 'cis-infosec-2013', state: null, event: 'terminated', on: '2045-01-01' },
  // Third notification: KZ.
  ...notified('cis-counterterror-2017', {
    BY: '2018-03-15',
    RU: '2018-06-20',
    KZ: '2018-09-10',
    AM: '2019-08-08',
    MD: '2019-11-01',
    KG: '2020-02-29',
    TJ: '2020-02-29',
    TM: '2020-02-29',
    UA: '2020-02-29',
    UZ: '2021-05-12',
  }),
  ...acceded('cis-counterterror-2017', { AZ: '2022-04-20' }),
  leaving('cis-counterterror-2017', 'MD', '2025-09-01', '2026-04-01'),
  leaving('cis-counterterror-2017', 'TM', '2025-08-31', '2025-10-01'),
  ...referenced('csto-secrets-2004', 'KZ', 'TJ', ['KZ', 'BY', 'RU'], CSTO),
  ...referenced('cis-secrets-1993', 'KZ', 'MD', ['KZ', 'UZ'], CIS),
  ...referenced('cis-secrets-2013', 'KZ', 'MD', ['KZ', 'KG', 'RU'], CIS),
  ...referenced('cis-computer-crime-2001', 'KZ', 'MD', ['KZ', 'BY', 'RU', 'UZ'], CIS),
  ...referenced('collective-security-treaty-1992', 'KZ', 'TJ', ['KZ', 'BY', 'RU', 'AM'], CSTO),
  { instrument: 'cis-secrets-2013', state: 'EE', event: 'signed', on: '2013-10-25' },
];

const FOUR = ['cis-it-crime-2018', 'csto-infosphere-2014', 'cis-infosec-2013', 'cis-counterterror-2017'];
type Authority = Register['authorities'][number];

function authority(id: string, timeZone: string, change: Partial<Authority> = {}): Authority {
  return {
    id,
    state: id.slice(0, 2).toUpperCase(),
    instruments: FOUR,
    kind: 'authority',
    from: '2013-01-01',
    until: null,
    timeZone,
    clearance: {},
    ...change,
  };
}
function organ(id: string, change: Partial<Authority> = {}): Authority {
  return { ...authority(id, 'Europe/Moscow'), state: null, organ: true, kind: 'organ', ...change };
}

/** Kolkata and Kathmandu stand for offsets of a half and a quarter hour, Chisinau for a change of the clock, Havana for one at midnight. */
export const register: Register = {
  events,
  authorities: [
    authority('kz-a', 'Asia/Almaty', {
      clearance: {
        'csto-secrets-2004': 'secret',
        'cis-secrets-1993': 'secret',
        'cis-secrets-2013': 'secret',
        'az-kz-secrets-2009': 'secret',
      },
    }),
    authority('kz-b', 'Asia/Almaty'),
    authority('kz-half', 'Asia/Kolkata'),
    authority('kz-quarter', 'Asia/Kathmandu'),
    authority('kz-unit', 'Asia/Almaty', { kind: 'central-specialised-unit' }),
    authority('by-a', 'Europe/Minsk', { clearance: { 'csto-secrets-2004': 'secret' } }),
    authority('by-b', 'Europe/Minsk'),
    authority('by-unit', 'Europe/Minsk', { kind: 'central-specialised-unit' }),
    authority('by-desk', 'Europe/Minsk', { unitOf: 'by-a' }),
    authority('kz-desk', 'Asia/Almaty', { unitOf: 'kz-a' }),
    authority('by-havana', 'America/Havana'),
    authority('by-off', 'Europe/Minsk', { instruments: [] }),
    authority('by-old', 'Europe/Minsk', { until: '2025-12-31' }),
    // One after the other was dissolved; by-b consents for both of them since 2026.
    authority('by-first', 'Europe/Minsk', { until: '2024-06-30', succeededBy: 'by-former' }),
    authority('by-former', 'Europe/Minsk', { until: '2025-12-31', succeededBy: 'by-b' }),
    authority('by-new', 'Europe/Minsk', { from: '2026-07-01' }),
    authority('ru-a', 'Europe/Moscow', {
      clearance: { 'csto-secrets-2004': 'special-importance', 'cis-secrets-2013': 'top-secret' },
    }),
    authority('am-a', 'Asia/Yerevan', { clearance: { 'csto-secrets-2004': 'secret' } }),
    authority('az-a', 'Asia/Baku', { clearance: { 'az-kz-secrets-2009': 'secret' } }),
    authority('kg-a', 'Asia/Bishkek', { clearance: { 'cis-secrets-2013': 'secret' } }),
    authority('md-a', 'Europe/Chisinau'),
    authority('tj-a', 'Asia/Dushanbe'),
    authority('uz-a', 'Asia/Tashkent', { clearance: { 'cis-secrets-1993': 'secret' } }),
    // Listed to the last day that their state was bound by the agreement of 2018, and not so long.
    authority('uz-last', 'Asia/Tashkent', { until: '2026-02-27' }),
    authority('uz-gone', 'Asia/Tashkent', { until: '2026-02-26' }),
    organ('cis-centre', {
      instruments: ['cis-counterterror-2017', 'cis-it-crime-2018', 'csto-infosphere-2014', 'cis-infosec-2013'],
      clearance: { 'cis-secrets-2013': 'secret', 'cis-secrets-1993': 'secret' },
    }),
    organ('cis-bureau', {
      instruments: ['cis-counterterror-2017'],
      clearance: { 'cis-secrets-1993': 'secret', 'csto-secrets-2004': 'secret' },
    }),
  ],
  arrangements: [
    { instrument: 'cis-it-crime-2018', between: ['kz-a', 'by-a'], from: '2020-06-01', until: null },
    { instrument: 'cis-it-crime-2018', between: ['kz-a', 'md-a'], from: '2020-06-01', until: null },
    { instrument: 'cis-it-crime-2018', between: ['by-unit', 'kz-unit'], from: '2020-06-01', until: null },
    { instrument: 'cis-it-crime-2018', between: ['by-desk', 'kz-unit'], from: '2020-06-01', until: null },
    { instrument: 'cis-it-crime-2018', between: ['by-unit', 'kz-desk'], from: '2020-06-01', until: null },
    { instrument: 'cis-it-crime-2018', between: ['by-a', 'kz-unit'], from: '2020-06-01', until: null },
    { instrument: 'cis-it-crime-2018', between: ['kz-b', 'by-a'], from: '2026-03-01', until: '2026-03-10' },
    {
      instrument: 'csto-infosphere-2014',
      between: ['kz-a', 'by-a'],
      from: '2018-01-01',
      until: null,
      electronicForm: true,
    },
    { instrument: 'csto-infosphere-2014', between: ['kz-a', 'ru-a'], from: '2018-01-01', until: null },
    ...[
      ['by-a', 'kz-half'],
      ['by-a', 'kz-quarter'],
      ['by-a', 'am-a'],
      ['kz-a', 'by-havana'],
    ].map((between) => ({
      instrument: 'csto-infosphere-2014',
      between: between as [string, string],
      from: '2018-01-01',
      until: null,
      electronicForm: true,
    })),
  ],
  agreements: [
    {
      id: 'az-kz-secrets-2009',
      kind: 'secrecy',
      between: ['AZ', 'KZ'],
      from: '2009-09-01',
      until: '2026-06-30',
    },
    { id: 'am-kz-channel-2019', kind: 'channel', between: ['AM', 'KZ'], from: '2019-06-01', until: '2026-03-10' },
    { id: 'am-by-channel-2019', kind: 'channel', between: ['AM', 'BY'], from: '2019-06-01', until: null },
    { id: 'am-kz-assistance-2002', kind: 'legal-assistance', between: ['AM', 'KZ'], from: '2004-04-27', until: null },
    { id: 'three-assistance-2002', kind: 'legal-assistance', between: ['BY', 'KZ', 'RU'], from: '2004-04-27', until: '2026-03-10' },
    { id: 'by-kz-channel-2019', kind: 'channel', between: ['BY', 'KZ'], from: '2019-06-01', until: null },
  ],
  channels: [
    {
      between: ['kz-a', 'by-a'],
      under: 'csto-secrets-2004',
      upTo: 'secret',
      from: '2021-01-01',
      until: null,
    },
    {
      between: ['ru-a', 'kz-a'],
      under: 'csto-secrets-2004',
      upTo: 'secret',
      from: '2021-01-01',
      until: null,
    },
    {
      between: ['kz-a', 'kg-a'],
      under: 'csto-secrets-2004',
      upTo: 'secret',
      from: '2021-01-01',
      until: null,
    },
    { between: ['kz-a', 'uz-a'], under: 'cis-secrets-1993', upTo: 'secret', from: '2021-01-01', until: null },
    {
      between: ['az-a', 'kz-a'],
      under: 'az-kz-secrets-2009',
      upTo: 'secret',
      from: '2021-01-01',
      until: null,
    },
    {
      between: ['kz-a', 'cis-centre'],
      under: 'cis-secrets-2013',
      upTo: 'secret',
      from: '2021-01-01',
      until: null,
    },
  ],
};
