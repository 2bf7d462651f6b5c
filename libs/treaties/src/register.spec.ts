import type { z } from 'zod';
import { agreementSchema, authoritySchema, eventSchema, registerSchema } from './index.js';

/** Where a schema refuses a value; nowhere: it is valid. */
function refusedAt(schema: z.ZodType, value: unknown): string[] {
  const issues = schema.safeParse(value).error?.issues ?? [];
  return [...new Set(issues.map(({ path }) => path.join('.')))];
}

const event = {
  instrument: 'cis-it-crime-2018',
  state: 'KZ',
  event: 'withdrawal-notified',
  on: '2025-08-31',
  leavesOn: '2026-03-01',
  source: 'note 12/3',
};
const authority = {
  id: 'kz-mvd',
  state: 'KZ',
  organ: false,
  instruments: ['cis-it-crime-2018'],
  kind: 'authority',
  from: '2020-01-01',
  until: null,
  timeZone: 'Asia/Almaty',
  clearance: { 'cis-secrets-2013': 'secret' },
  unitOf: null,
};
const organ = { ...authority, id: 'cis-atc', state: null, organ: true, kind: 'organ' };
const agreement = {
  id: 'by-kz-2008',
  kind: 'secrecy',
  between: ['BY', 'KZ', 'RU'],
  from: '2008-09-01',
  until: '2030-12-31',
};
const arrangement = {
  instrument: 'cis-it-crime-2018',
  between: ['kz-mvd', 'by-mvd'],
  from: '2020-06-01',
  until: null,
  electronicForm: true,
};
const channel = {
  between: ['kz-mvd', 'by-mvd'],
  under: 'cis-secrets-2013',
  upTo: 'secret',
  from: '2020-06-01',
  until: null,
};
const register = {
  events: [event],
  authorities: [authority, organ],
  arrangements: [arrangement],
  agreements: [agreement],
  channels: [channel],
};

describe('a register', () => {
  it('is read as it is written, and without what may be left out', () => {
    expect(registerSchema.parse(register)).toEqual(register);
    const least = { events: [], authorities: [], arrangements: [], channels: [] };
    expect(registerSchema.parse(least)).toEqual(least);
  });

  it('has entries of the form that is agreed, and no others', () => {
    const unknown = { unknown: true };
    const lists = { arrangements: arrangement, agreements: agreement, channels: channel };
    for (const [list, entry] of Object.entries(lists)) {
      expect(refusedAt(registerSchema, { ...register, [list]: [{ ...entry, ...unknown }] })).toEqual([
        `${list}.0`,
      ]);
      expect(refusedAt(registerSchema, { ...register, [list]: [{ ...entry, from: 'soon' }] })).toEqual([
        `${list}.0.from`,
      ]);
    }
    expect(
      refusedAt(registerSchema, { ...register, channels: [{ ...channel, between: ['kz-mvd'] }] }),
    ).toEqual(['channels.0.between']);
  });
});

describe('an event on the books of a depositary', () => {
  it.each(['2024-02-29', '2000-02-29', '0001-01-01', '2025-12-31'])('can be of %s', (on) => {
    expect(refusedAt(eventSchema, { ...event, on })).toEqual([]);
  });

  it.each([
    '2023-02-29',
    '2100-02-29',
    '2025-04-31',
    '2025-13-01',
    '2025-1-1',
    '25-01-01',
    '+012025-01-01',
    '2025-01-01T00:00:00Z',
    ' 2025-01-01',
    '',
  ])('cannot be of %j', (on) => {
    expect(refusedAt(eventSchema, { ...event, on })).toEqual(['on']);
    expect(refusedAt(eventSchema, { ...event, leavesOn: on })).toEqual(['leavesOn']);
  });

  it.each(['KAZ', 'kz', 'K', 'KZ ', ' KZ', 'K1', ''])('is of no state %j', (state) => {
    expect(refusedAt(eventSchema, { ...event, state })).toEqual(['state']);
  });

  it.each(['-a', '.a', 'a b', 'a/b', 'ä', 'aä', '', 'a'.repeat(65)])('has no instrument %j', (instrument) => {
    expect(refusedAt(eventSchema, { ...event, instrument })).toEqual(['instrument']);
  });

  it.each(['a', 'A1', '7', 'cis-it.crime_2018:ru', 'a'.repeat(64)])('can have the id %j', (instrument) => {
    expect(refusedAt(eventSchema, { ...event, instrument })).toEqual([]);
  });

  it.each<[string | null, string, boolean]>([
    ['KZ', 'notified', true],
    [null, 'terminated', true],
    [null, 'notified', false],
    ['KZ', 'terminated', false],
    ['KZ', 'renounced', false],
  ])('of %j and the kind %s is valid: %j', (state, kind, valid) => {
    expect(eventSchema.safeParse({ ...event, state, event: kind }).success).toBe(valid);
  });

  it('tells at its state that only the end of a treaty has none', () => {
    expect(refusedAt(eventSchema, { ...event, state: null })).toEqual(['state']);
  });

  it.each(['\0', 'a\0', '\0a', 'a'.repeat(501)])('has no source %#', (source) => {
    expect(refusedAt(eventSchema, { ...event, source })).toEqual(['source']);
  });

  it.each(['', 'note\nof two lines', 'a'.repeat(500), null, undefined])(
    'can have the source %#',
    (source) => {
      expect(refusedAt(eventSchema, { ...event, source })).toEqual([]);
    },
  );
});

describe('an entry of a list', () => {
  it.each<[string, object, string[]]>([
    ['an authority of a state', {}, []],
    ['an authority whose `organ` is left out', { organ: undefined }, []],
    ['a unit', { kind: 'central-specialised-unit', unitOf: 'kz-gp' }, []],
    ['an organ', organ, []],
    ['an organ whose `state` is left out', { ...organ, state: undefined }, []],
    ['an authority without a state', { state: null }, ['state']],
    ['an authority whose state is left out', { state: undefined }, ['state']],
    ['an authority of the kind of organs', { kind: 'organ' }, ['state']],
    ['an organ with a state', { ...organ, state: 'KZ' }, ['state']],
    ['an organ of the kind of authorities', { ...organ, kind: 'authority' }, ['state']],
    ['an organ that does not say so', { ...organ, organ: null }, ['state']],
    ['one of an unknown kind', { kind: 'office' }, ['kind']],
    [
      'one with a level that is none',
      { clearance: { 'cis-secrets-2013': 'cosmic' } },
      ['clearance.cis-secrets-2013'],
    ],
  ])('%s is refused at the right place, or not at all', (_, change, places) => {
    expect(refusedAt(authoritySchema, { ...authority, ...change })).toEqual(places);
  });

  it.each(['Asia/Almaty', 'Europe/Minsk', 'UTC', 'Asia/Almaty'])('can be in the time zone %s', (timeZone) => {
    expect(refusedAt(authoritySchema, { ...authority, timeZone })).toEqual([]);
  });

  it.each(['Asia/Atlantis', '', 'A'.repeat(65)])('cannot be in the time zone %j', (timeZone) => {
    expect(refusedAt(authoritySchema, { ...authority, timeZone })).toEqual(['timeZone']);
  });
});

describe('a further agreement', () => {
  it.each<[readonly string[], string[]]>([
    [['BY', 'KZ'], []],
    [['BY', 'KZ', 'RU'], []],
    [['BY'], ['between']],
    [['BY', 'KZ', 'BY'], ['between']],
    [['BY', 'by'], ['between.1']],
  ])('between %j is refused at %j', (between, places) => {
    expect(refusedAt(agreementSchema, { ...agreement, between })).toEqual(places);
  });
});
