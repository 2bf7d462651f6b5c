import { ValiseError } from '#core';
import type { DepositaryEvent } from '#treaties';
import { requireRecordable } from './competence.js';

const NOTIFIED: DepositaryEvent = {
  instrument: 'cis-it-crime-2018',
  state: 'KZ',
  event: 'notified',
  on: '2019-12-20',
};
const WITHDRAWN = { event: 'withdrawal-notified', leavesOn: '2027-01-01' } as const;
const context = { organisation: 'CIS', path: 'events.0', now: new Date('2026-03-01T22:00:00Z') };

describe('what a depositary may record', () => {
  it.each<[string, Partial<DepositaryEvent>, string]>([
    ['a notification', {}, 'CIS'],
    ['an accession where the instrument is open to it', { event: 'acceded' }, 'CIS'],
    ['the date of leaving where the state names it', { instrument: 'cis-infosec-2013', ...WITHDRAWN }, 'CIS'],
    ['what came today by the office’s clock', { on: '2026-03-02' }, 'CIS'],
    ['an event of the CSTO', { instrument: 'csto-infosphere-2014' }, 'CSTO'],
    [
      'the end of a treaty',
      { instrument: 'collective-security-treaty-1992', state: null, event: 'terminated' },
      'CSTO',
    ],
  ])('%s', (_, changes, organisation) => {
    expect(() => {
      requireRecordable({ ...NOTIFIED, ...changes }, { ...context, organisation });
    }).not.toThrow();
  });

  it.each<[string, Partial<DepositaryEvent>, string, string, string | null]>([
    ['of another organisation', { instrument: 'csto-infosphere-2014' }, 'CIS', 'instrument', null],
    ['of an unknown instrument', { instrument: 'cis-unheard-of' }, 'CIS', 'instrument', null],
    ['of a state that it is not open to', { state: 'FR' }, 'CIS', 'state', 'cis-it-crime-2018#16'],
    [
      'of an accession that there is not',
      { instrument: 'csto-infosphere-2014', event: 'acceded' },
      'CSTO',
      'event',
      null,
    ],
    ['of a date of leaving under 2018', WITHDRAWN, 'CIS', 'leavesOn', 'cis-it-crime-2018#18'],
    [
      'of a date of leaving without withdrawal',
      { leavesOn: '2027-01-01' },
      'CIS',
      'leavesOn',
      'cis-it-crime-2018#18',
    ],
    ['of the future', { on: '2026-03-03' }, 'CIS', 'on', null],
  ])('no event %s', (_, changes, organisation, field, rule) => {
    let thrown: unknown;
    try {
      requireRecordable({ ...NOTIFIED, ...changes }, { ...context, organisation });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ValiseError);
    const { code, details } = thrown as ValiseError;
    expect([code, details.path]).toEqual(['INPUT_INVALID', `events.0.${field}`]);
    expect(details.rule ?? null).toBe(rule);
  });
});
