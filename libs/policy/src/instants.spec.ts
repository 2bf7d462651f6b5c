import { registerSchema } from '#treaties';
import {
  authority,
  facts,
  itemOf,
  judge,
  notified,
  organ,
  rulesOf,
  send,
  transfer,
} from '../testing/acts.js';
import { compileRegister, type Decision } from './index.js';

/** The exact instants at which something ends. */

const register = compileRegister(
  registerSchema.parse({
    events: [
      ...notified(['KZ', 'BY', 'RU'], ['cis-counterterror-2017', 'cis-infosec-2013', 'cis-secrets-2013']),
      { instrument: 'cis-counterterror-2017', state: null, event: 'terminated', on: '2030-01-01' },
    ],
    authorities: [
      authority('by-a', { until: '2025-12-31', clearance: { 'cis-secrets-2013': 'secret' } }),
      ...['kz-a', 'by-b', 'by-c', 'ru-a'].map((id) => authority(id)),
      ...['cis-centre', 'cis-bureau'].map((id) => organ(id)),
    ],
    arrangements: [],
    channels: [],
  }),
);
const judged = (action: object): Decision => judge(register, action);

describe('decide, at the instant itself', () => {
  it('takes no clearance from an entry whose last day is over', () => {
    const secret = (at: string): Decision =>
      judged(
        transfer({
          ...{ at, channel: 'off-bus', level: 'secret' },
          items: [
            itemOf({
              ...{ instrument: 'cis-counterterror-2017', level: 'secret' },
              ...{ provider: 'kz-a', receiver: 'by-a' },
            }),
          ],
        }),
      );
    expect(secret('2025-12-31T23:59:59.999Z').outcome).toBe('permit');
    expect(secret('2026-01-01T00:00:00Z').outcome).toBe('deny');
  });

  it('lets two organs exchange to the end of the agreement, and not at it', () => {
    const between = (at: string): Decision =>
      judged(send({ at, from: 'cis-centre', to: 'cis-bureau' }, { type: 'spontaneous', grounds: null }));
    expect(between('2029-12-31T23:59:59.999Z').outcome).toBe('permit');
    expect(between('2030-01-01T00:00:00Z').outcome).toBe('deny');
  });

  it.each([
    ['kz-a', 'cis-centre'],
    ['cis-centre', 'kz-a'],
  ])('lets what was given be asked about after the end of the agreement, from %s to %s', (from, to) => {
    const asked = judged(send({ at: '2030-01-01T00:00:00Z', from, to }, { type: 'consent-request' }));
    expect(asked.outcome).toBe('permit');
    expect(rulesOf(asked, 'warn')).toContain('cis-counterterror-2017#18');
  });
});

describe('what came with a request', () => {
  const item = itemOf({
    ...{ instrument: 'cis-infosec-2013', level: 'restricted' },
    ...{ provider: 'kz-a', receiver: 'by-b' },
  });
  const forwarded = (to: string): Decision =>
    judged(
      send(
        { instrument: 'cis-infosec-2013', from: 'by-b', to, case: facts, items: [item], consents: [] },
        { type: 'forwarded', form: '3.9', level: 'restricted', grounds: null },
      ),
    );

  it('goes along to a body of the same state alone', () => {
    expect(forwarded('by-c').outcome).toBe('permit');
    const abroad = forwarded('ru-a');
    expect([abroad.outcome, abroad.consentFrom]).toEqual(['consent-required', ['kz-a']]);
  });
});
