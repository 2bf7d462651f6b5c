import { compileRegister, type LawAt, type Purpose } from '#policy';
import { instrumentAt } from '#treaties';
import type { Using } from '../src/permissions.js';
import { AT } from './samples.js';

export const INSTRUMENTS = [
  'cis-it-crime-2018',
  'csto-infosphere-2014',
  'cis-infosec-2013',
  'cis-counterterror-2017',
];
/** When by-old is listed no more. */
const DISSOLVED = Date.parse('2026-03-02T00:00:00Z');
const authority = (id: string, unitOf: string | null) => ({
  ...{ id, state: id.slice(0, 2).toUpperCase(), instruments: INSTRUMENTS, kind: 'authority' as const },
  ...{ from: '2016-01-01', until: null, timeZone: 'Europe/Minsk', clearance: {}, unitOf },
});
export const register = compileRegister({
  events: [],
  authorities: [
    ...['kz-a', 'kz-b', 'by-a', 'ru-a'].map((id) => authority(id, null)),
    authority('kz-unit', 'kz-a'),
    { ...authority('by-old', null), until: '2026-03-01', succeededBy: 'by-a' },
  ],
  arrangements: [],
  channels: [],
});

/** What the register says, written again by hand. */
export const law: LawAt = {
  house: register.house,
  rulesOf: (id) => instrumentAt(register, id, Date.parse(AT))?.exchange?.information,
  bodyOf: (id) => (id === 'kz-unit' ? 'kz-a' : id),
  consenterFor: (id, then = Date.parse(AT)) => (id === 'by-old' && then >= DISSOLVED ? 'by-a' : id),
  oneState: (one, other) => one.slice(0, 2) === other.slice(0, 2),
};

export const use = (by: string, purpose: Purpose | null, conduct: string | null = null): Using => ({
  by,
  purpose,
  conduct,
});
