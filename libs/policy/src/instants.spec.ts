import { registerSchema } from '#treaties';
import { actionSchema, compileRegister, decide, type Decision } from './index.js';

/** The exact instants at which something ends. */

const since = { from: '2015-01-01', until: null, timeZone: 'Europe/Moscow' };
const authority = (id: string, state: string, change: object = {}) => ({
  ...{
    id,
    state,
    instruments: ['cis-counterterror-2017', 'cis-infosec-2013'],
    kind: 'authority',
    clearance: {},
  },
  ...since,
  ...change,
});
const organ = (id: string) => authority(id, '', { state: null, organ: true, kind: 'organ' });
const notified = (instrument: string) =>
  ['KZ', 'BY', 'RU'].map((state) => ({ instrument, state, event: 'notified', on: '2019-01-10' }));
const register = compileRegister(
  registerSchema.parse({
    events: [
      ...['cis-counterterror-2017', 'cis-infosec-2013', 'cis-secrets-2013'].flatMap(notified),
      { instrument: 'cis-counterterror-2017', state: null, event: 'terminated', on: '2030-01-01' },
    ],
    authorities: [
      authority('kz-a', 'KZ'),
      authority('by-a', 'BY', { until: '2025-12-31', clearance: { 'cis-secrets-2013': 'secret' } }),
      authority('by-b', 'BY'),
      authority('by-c', 'BY'),
      authority('ru-a', 'RU'),
      organ('cis-centre'),
      organ('cis-bureau'),
    ],
    arrangements: [],
    channels: [],
  }),
);
const judged = (action: object): Decision => decide(register, actionSchema.parse(action));

const message = {
  ...{ type: 'spontaneous', urgent: false, language: 'ru', level: 'open', form: '2', offence: null },
  ...{ contents: [], signatures: [{ seal: 'authority' }], grounds: null, refusal: null, nexus: null },
  releaseDecision: false,
};
const item = {
  ...{ id: 'i1', instrument: 'cis-infosec-2013', provider: 'kz-a', receiver: 'by-b', level: 'restricted' },
  ...{ purposes: [], conditions: [] },
};

describe('decide, at the instant itself', () => {
  it('takes no clearance from an entry whose last day is over', () => {
    const secret = (at: string): Decision =>
      judged({
        ...{ action: 'transfer', at, instrument: 'cis-counterterror-2017', from: 'kz-a', to: 'by-a' },
        ...{ channel: 'off-bus', level: 'secret', releaseDecision: true, consents: [] },
        items: [{ ...item, instrument: 'cis-counterterror-2017', receiver: 'by-a', level: 'secret' }],
      });
    expect(secret('2025-12-31T23:59:59.999Z').outcome).toBe('permit');
    expect(secret('2026-01-01T00:00:00Z').outcome).toBe('deny');
  });

  it('lets two organs exchange to the end of the agreement, and not at it', () => {
    const send = (at: string): Decision =>
      judged({
        ...{ action: 'send', at, instrument: 'cis-counterterror-2017', from: 'cis-centre', to: 'cis-bureau' },
        ...{ channel: 'bus', message, case: null },
      });
    expect(send('2029-12-31T23:59:59.999Z').outcome).toBe('permit');
    expect(send('2030-01-01T00:00:00Z').outcome).toBe('deny');
  });
});

describe('what came with a request', () => {
  const forwarded = (to: string): Decision =>
    judged({
      ...{ action: 'send', at: '2026-03-10T09:00:00Z', instrument: 'cis-infosec-2013', from: 'by-b', to },
      ...{ channel: 'bus', message: { ...message, type: 'forwarded', form: '3.9', level: 'restricted' } },
      case: {
        ...{ initiator: 'kz-a', receivedAt: null, sentAt: '2026-03-09T09:00:00Z', confirmed: true },
        ...{ deadline: null, confidentialityAsked: false },
      },
      items: [item],
      consents: [],
    });

  it('goes along to a body of the same state alone', () => {
    expect(forwarded('by-c').outcome).toBe('permit');
    const abroad = forwarded('ru-a');
    expect([abroad.outcome, abroad.consentFrom]).toEqual(['consent-required', ['kz-a']]);
  });
});
