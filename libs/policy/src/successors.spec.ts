import { registerSchema } from '#treaties';
import { AT, authority, itemOf, judge, notified, rulesOf, transfer } from '../testing/acts.js';
import { compileRegister } from './index.js';

/** Who consents for an authority that was dissolved (MATRIX section 1): by-old on 1 March 2026, whose work by-a took over. */

const GIVEN = '2026-03-05T00:00:00Z';
const BEFORE = '2026-02-28T23:59:59Z';
const PURPOSE = {
  ...{ instrument: 'cis-it-crime-2018', activity: 'investigation', offences: ['3.1.a'], caseId: null },
};
const register = (last: object = { until: '2026-02-28', succeededBy: 'by-a' }) =>
  compileRegister(
    registerSchema.parse({
      ...{ events: notified(['KZ', 'BY', 'AM']), arrangements: [], channels: [] },
      authorities: [...['kz-a', 'by-a', 'am-a'].map((id) => authority(id)), authority('by-old', last)],
    }),
  );
const consent = (by: string, change: object = {}) => ({
  ...{ id: 'c1', kind: 'onward-transfer', by, to: 'kz-a', recipient: 'am-a', items: 'all', written: true },
  ...{ from: GIVEN, until: null, revokedAt: null, conditions: [], ...change },
});
const pass = (...consents: object[]) =>
  transfer({
    ...{ instrument: 'cis-it-crime-2018', from: 'kz-a', to: 'am-a', channel: 'off-bus', consents },
    ...{ items: [itemOf({ provider: 'by-old' })] },
  });
const use = (...consents: object[]) => ({
  ...{ action: 'use', at: AT, by: 'kz-a', purpose: PURPOSE, consents },
  ...{ items: [itemOf({ provider: 'by-old' })] },
});
const disclose = (...consents: object[]) => ({
  ...{ action: 'disclose', at: AT, instrument: 'cis-it-crime-2018', requester: 'by-old', by: 'kz-a' },
  ...{ to: 'am-a', confidentialityAsked: true, consents },
});

describe.each([
  ['passed on', pass, {}],
  ['used for another purpose', use, { kind: 'purpose', recipient: null, purposes: [PURPOSE] }],
  ['disclosed', disclose, { kind: 'disclosure' }],
] as const)('what a dissolved authority gave is %s', (_, act, change) => {
  const asked = (...given: (readonly [by: string, from: string])[]) => {
    const consents = given.map(([by, from]) => consent(by, { ...change, from }));
    const { outcome, consentFrom } = judge(register(), act(...consents));
    return [outcome, ...consentFrom];
  };

  it('by the consent of its successor, which is asked for it', () => {
    expect(asked()).toEqual(['consent-required', 'by-a']);
    expect(asked(['by-a', GIVEN])).toEqual(['permit']);
    expect(asked(['am-a', GIVEN])).toEqual(['consent-required', 'by-a']);
  });

  it('by what it had consented to itself, and by nothing that the successor said of its own before', () => {
    expect(asked(['by-old', BEFORE])).toEqual(['permit']);
    expect(asked(['by-old', GIVEN])).toEqual(['consent-required', 'by-a']);
    expect(asked(['by-a', BEFORE])).toEqual(['consent-required', 'by-a']);
    expect(asked(['by-a', '2026-03-01T00:00:00Z'])).toEqual(['permit']);
  });

  it.each([
    ['it is listed still', { until: '2026-12-31', succeededBy: 'by-a' }],
    ['no successor is named', { until: '2026-02-28' }],
    ['the one named is of another state', { until: '2026-02-28', succeededBy: 'am-a' }],
    ['the one named is on no list', { until: '2026-02-28', succeededBy: 'by-nobody' }],
  ])('by its own consent alone where %s', (_why, last) => {
    const found = judge(register(last), act(consent('by-a', change)));
    expect([found.outcome, found.consentFrom]).toEqual(['consent-required', ['by-old']]);
    expect(judge(register(last), act(consent('by-old', change))).outcome).toBe('permit');
  });
});

it('a successor is a third party to what its predecessor gave or got, until it consents', () => {
  const items = [itemOf({ provider: 'by-old', receiver: 'kz-a' })];
  const decided = judge(register(), { ...use(), by: 'by-a', items });
  expect(decided).toMatchObject({ outcome: 'consent-required', consentFrom: ['by-a'] });
  expect(rulesOf(decided, 'consent-required')).toContain('cis-it-crime-2018#10');
});
