import { registerSchema } from '#treaties';
import { AT, authority, itemOf, judge, notified, transfer } from '../testing/acts.js';
import { agreedIn, compileRegister, consentSchema, decideOnward, itemSchema, lawAt } from './index.js';

/** What is asked of consents that are kept with the items that they are about. */

const NOW = Date.parse(AT);
const register = compileRegister(
  registerSchema.parse({
    ...{ events: notified(['KZ', 'BY', 'RU']), arrangements: [], channels: [] },
    authorities: ['kz-a', 'by-a', 'ru-a'].map((id) => authority(id)),
  }),
);
const law = lawAt(register, NOW);
const purpose = {
  ...{ instrument: 'cis-it-crime-2018', activity: 'investigation', offences: ['3.1.a'], caseId: null },
};
const item = itemSchema.parse(itemOf({ heldSince: '2026-03-05T00:00:00Z' }));
const consent = (change: object) =>
  consentSchema.parse({
    ...{ id: 'c1', kind: 'purpose', by: 'by-a', to: 'kz-a', items: 'all', written: true },
    ...{ from: '2026-03-01T00:00:00Z', until: null, revokedAt: null, conditions: ['a'], ...change },
  });
const agreed = (change: object) => agreedIn(consent(change), item, NOW, law);
const onward = { kind: 'onward-transfer', recipient: 'ru-a' };
const passage = {
  ...{ from: 'kz-a', to: 'ru-a', holds: true, opens: true, spent: false, purposes: null },
  ...{ coversDerived: false, written: true, conditions: ['a'] },
};
const NOTHING = { grants: [], passages: [] };

describe('a consent, read for an item', () => {
  it('to another purpose is a grant while it is in force', () => {
    const grant = { to: 'kz-a', purposes: [purpose], written: true, conditions: ['a', 'code'] };
    const given = { purposes: [purpose], conditionCodes: ['code'] };
    expect(agreed(given)).toEqual({ grants: [grant], passages: [] });
    expect(agreed({})).toEqual({ grants: [{ ...grant, purposes: [], conditions: ['a'] }], passages: [] });
    for (const change of [{ until: AT }, { usesMax: 1, usesDone: 1 }, { by: 'ru-a' }, { items: ['i2'] }])
      expect(agreed({ ...given, ...change })).toEqual(NOTHING);
  });

  it('to a handing on is a passage while it holds or opens', () => {
    expect(agreed(onward)).toEqual({ grants: [], passages: [passage] });
    const ended = { ...onward, until: AT, purposes: [purpose], coversDerived: true, written: false };
    expect(agreed(ended).passages).toEqual([
      { ...passage, opens: false, purposes: [purpose], coversDerived: true, written: false },
    ]);
    expect(agreed({ ...onward, from: '2026-03-06T00:00:00Z' }).passages).toEqual([
      { ...passage, holds: false },
    ]);
    expect(agreed({ ...onward, usesMax: 1, usesDone: 1 }).passages).toEqual([
      { ...passage, opens: false, spent: true },
    ]);
    for (const change of [{ revokedAt: AT }, { recipient: null }, { by: 'ru-a' }])
      expect(agreed({ ...onward, ...change })).toEqual(NOTHING);
  });

  it('to a disclosure is neither', () => {
    expect(agreed({ kind: 'disclosure', recipient: 'ru-a', purposes: [purpose] })).toEqual(NOTHING);
  });
});

describe('passing on, as a matter of the information alone', () => {
  it.each<[string, object[], object]>([
    ['permitted', [{ ...onward }], {}],
    ['to be asked for', [], {}],
    ['denied', [{ ...onward }], { level: 'restricted' }],
  ])('is %s as decide does off the bus', (_, changes, ofItem) => {
    const consents = changes.map(consent);
    const passed = itemSchema.parse({ ...item, ...ofItem });
    const act = { instrument: 'cis-it-crime-2018', channel: 'off-bus', from: 'kz-a', to: 'ru-a' };
    const decision = decideOnward({
      ...{ law, holder: 'kz-a', recipient: 'ru-a', level: 'open', purpose: null },
      ...{ derived: false, sent: false, requestOf: null },
      held: [{ item: passed, agreed: consents[0] ? agreedIn(consents[0], passed, NOW, law) : NOTHING }],
    });
    expect(decision).toEqual(judge(register, transfer({ ...act, items: [passed], consents })));
  });
});
