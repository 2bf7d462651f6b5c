import { registerSchema } from '#treaties';
import { AT, authority, judge, itemOf, notified, organ, rulesOf, transfer } from '../testing/acts.js';
import { compileRegister, type Decision } from './index.js';

/** By whose consent, for what and since when information is where it is (MATRIX section 6), one consent at a time. */

const HELD = '2026-03-05T00:00:00Z';
const register = compileRegister(
  registerSchema.parse({
    events: notified(['KZ', 'BY', 'RU', 'AM']),
    authorities: [
      ...['by-a', 'kz-a', 'kz-b', 'kz-c', 'ru-a', 'am-a'].map((id) => authority(id)),
      authority('kz-unit', { unitOf: 'kz-a' }),
      ...['cis-centre', 'cis-bureau'].map((id) => organ(id)),
    ],
    arrangements: [],
    channels: [],
  }),
);
const judged = (action: object): Decision => judge(register, action);

const purpose = (change: object = {}) => ({
  ...{ instrument: 'cis-it-crime-2018', activity: 'investigation', offences: ['3.1.a'], caseId: null },
  ...change,
});
const BOTH = purpose({ offences: ['3.1.a', '3.1.b'] });
const A = purpose();
const B = purpose({ offences: ['3.1.b'] });
/** Given by by-a to kz-a, for offence a. */
const item = (change: object = {}) => itemOf({ purposes: [A], ...change });
const consent = (change: object = {}) => ({
  ...{ id: 'c1', kind: 'purpose', by: 'by-a', to: 'kz-a', items: 'all', written: true, purposes: [B] },
  ...{ from: '2026-03-01T00:00:00Z', until: null, revokedAt: null, conditions: [], ...change },
});
const handing = (to: string, recipient: string, change: object = {}) =>
  consent({ kind: 'onward-transfer', to, recipient, purposes: null, ...change });
const use = (by: string, consents: object[] = [], change: object = {}): object => ({
  ...{ action: 'use', at: AT, by, purpose: A, items: [item()], consents, ...change },
});
const pass = (from: string, to: string, consents: object[], change: object = {}): object =>
  transfer({
    ...{ instrument: 'cis-it-crime-2018', from, to, channel: 'off-bus', releaseDecision: false },
    ...{ items: [item()], consents, ...change },
  });
const conditionsOf = ({ obligations }: Decision): string[] =>
  obligations.flatMap((duty) => (duty.do === 'observe-condition' ? [duty.condition] : []));
const asked = (decision: Decision): string[] => [...new Set(rulesOf(decision, 'consent-required'))];

describe('a consent to another purpose', () => {
  const wanted = (change: object, of: object = {}): Decision =>
    judged(use('kz-a', [consent(change)], { purpose: B, items: [item(of)] }));

  it.each<[string, object, object?]>([
    ['as it is', {}],
    ['for the item', { items: ['i1'] }],
    ['for any offence, case and use', { purposes: [purpose({ offences: 'any' })] }],
    ['until later', { until: '2026-03-10T09:00:00.001Z' }],
    ['revoked later', { revokedAt: '2026-03-10T09:00:00.001Z' }],
    ['to the level', { maxLevel: 'restricted' }, { level: 'restricted' }],
    ['whatever the level', { maxLevel: null }, { level: 'restricted' }],
    ['with uses left', { usesMax: 2, usesDone: 1 }],
    ['with all uses left', { usesMax: 1 }],
    ['without a bound of uses', { usesMax: null, usesDone: 7 }],
    ['held since a day that is not known', {}, { heldSince: null }],
  ])('is taken %s', (_, change, of = {}) => {
    expect(wanted(change, of).outcome).toBe('permit');
  });

  it.each<[string, object, object?]>([
    ['of another kind', { kind: 'disclosure' }],
    ['to hand it on', { kind: 'onward-transfer', recipient: 'kz-b' }],
    ['of another provider', { by: 'ru-a' }],
    ['to another holder', { to: 'kz-b' }],
    ['for other items', { items: ['i2'] }],
    ['not in writing', { written: false }],
    ['given at that very instant', { from: AT }],
    ['until that instant', { until: AT }],
    ['revoked at that instant', { revokedAt: AT }],
    ['below the level', { maxLevel: 'open' }, { level: 'restricted' }],
    ['that is spent', { usesMax: 1, usesDone: 1 }],
    ['for another offence', { purposes: [A] }],
    ['for no offence', { purposes: [purpose({ offences: [] })] }],
    ['for another case', { purposes: [purpose({ offences: 'any', caseId: 'KZ-1' })] }],
    ['for another activity', { purposes: [purpose({ offences: 'any', activity: 'prevention' })] }],
    [
      'under another instrument',
      { purposes: [purpose({ offences: 'any', instrument: 'cis-infosec-2013' })] },
    ],
    ['for no purpose', { purposes: null }],
  ])('is not taken %s', (_, change, of = {}) => {
    const decision = wanted(change, of);
    expect([decision.outcome, decision.consentFrom]).toEqual(['consent-required', ['by-a']]);
  });

  it('adds up with what was given and with others, and the conditions of all bind', () => {
    const wide = purpose({ offences: ['3.1.a', '3.1.b', '3.1.c'] });
    const two = [
      consent({ conditions: ['copy'], conditionCodes: ['code'] }),
      consent({ purposes: [purpose({ offences: ['3.1.c'] })], conditions: ['report'] }),
      consent({ purposes: [A], conditions: ['never'] }),
    ];
    const decision = judged(use('kz-a', two, { purpose: wide }));
    expect([decision.outcome, conditionsOf(decision)]).toEqual(['permit', ['code', 'copy', 'report']]);
    for (const part of two.slice(0, 2))
      expect(judged(use('kz-a', [part], { purpose: wide })).outcome).toBe('consent-required');
  });

  it('lets nothing be used for nothing', () => {
    expect(judged(use('kz-a', [], { purpose: purpose({ offences: [] }) })).outcome).toBe('consent-required');
    expect(judged(use('kz-a', [], { purpose: null })).outcome).toBe('consent-required');
  });

  it('asks, where none is stated, for the holding too unless the holder has it', () => {
    const [holding, another] = ['cis-it-crime-2018#10', 'cis-it-crime-2018#9.2'];
    expect(asked(judged(use('kz-a', [], { purpose: null })))).toEqual([another]);
    expect(asked(judged(use('kz-b', [], { purpose: null }))).sort()).toEqual([holding, another]);
    const handed = [handing('kz-a', 'kz-b')];
    expect(asked(judged(use('kz-b', handed, { purpose: null })))).toEqual([another]);
  });
});

describe('the first hands', () => {
  const held = (by: string, of: object): string => judged(use(by, [], { items: [item(of)] })).outcome;

  it.each<[string, object]>([
    ['kz-a', {}],
    ['kz-unit', {}],
    ['kz-a', { receiver: 'kz-unit' }],
    ['kz-b', { passedTo: ['kz-c', 'kz-b'] }],
    ['xx-body', { passedTo: ['xx-body'] }],
    ['xx-body', { receiver: 'xx-other', passedTo: ['xx-body'] }],
  ])('are those of %s of %j', (by, of) => {
    expect(held(by, of)).toBe('permit');
  });

  it.each<[string, object]>([
    ['kz-b', {}],
    ['kz-b', { passedTo: null }],
    ['ru-a', { passedTo: ['ru-a'] }],
    ['xx-body', { receiver: 'cis-centre', passedTo: ['xx-body'] }],
    ['cis-bureau', { receiver: 'cis-centre', passedTo: ['cis-bureau'] }],
    ['kz-b', { receiver: 'xx-other', passedTo: ['kz-b'] }],
    ['cis-centre', { receiver: 'xx-other', passedTo: ['cis-centre'] }],
  ])('are not those of %s of %j', (by, of) => {
    expect(held(by, of)).toBe('consent-required');
  });

  it('conduct their own case without a purpose, and no other', () => {
    const conduct = (by: string, exchange: string | null, named: string | null): string =>
      judged(use(by, [], { purpose: null, conduct: named, items: [item({ exchange })] })).outcome;
    expect(conduct('kz-a', 'e1', 'e1')).toBe('permit');
    for (const [by, exchange, named] of [
      ['kz-a', 'e1', 'e2'],
      ['kz-a', null, null],
      ['kz-a', 'e1', null],
      ['kz-b', 'e1', 'e1'],
    ] as const)
      expect(conduct(by, exchange, named)).toBe('consent-required');
  });
});

describe('a holder by way of others', () => {
  it.each<[string, object]>([
    ['as it is', {}],
    ['ended since', { until: '2026-03-06T00:00:00Z' }],
    ['for that purpose', { purposes: [A] }],
  ])('holds by a step %s', (_, change) => {
    const items = [item({ heldSince: HELD })];
    expect(judged(use('kz-b', [handing('kz-a', 'kz-b', change)], { items })).outcome).toBe('permit');
  });

  it.each<[string, object]>([
    ['of another kind', { kind: 'disclosure' }],
    ['to nobody', { recipient: null }],
    ['to another', { recipient: 'kz-c' }],
    ['from another', { to: 'kz-c' }],
    ['not in writing', { written: false }],
    ['ended before', { until: HELD }],
    ['given then', { from: HELD }],
    ['revoked since', { revokedAt: '2026-03-06T00:00:00Z' }],
    ['for another purpose', { purposes: [B] }],
  ])('does not hold by a step %s', (_, change) => {
    const items = [item({ heldSince: HELD })];
    const decision = judged(use('kz-b', [handing('kz-a', 'kz-b', change)], { items }));
    expect([decision.outcome, asked(decision)]).toContainEqual(
      expect.arrayContaining(['cis-it-crime-2018#10']),
    );
    // What is asked is not found met as well.
    expect(
      decision.findings.filter((f) => f.effect === 'permit' && f.rule === 'cis-it-crime-2018#10'),
    ).toEqual([]);
  });

  it('observes the conditions of the steps on the way, and of no others', () => {
    const steps = [
      handing('kz-a', 'kz-b', { conditions: ['first'] }),
      handing('kz-b', 'kz-c', { conditions: ['second'] }),
      handing('kz-b', 'ru-a', { conditions: ['aside'] }),
      handing('am-a', 'kz-c', { conditions: ['from nowhere'] }),
    ];
    const decision = judged(use('kz-c', steps));
    expect([decision.outcome, conditionsOf(decision)]).toEqual(['permit', ['first', 'second']]);
    expect(conditionsOf(judged(use('kz-a', steps)))).toEqual([]);
  });

  it('has the purposes that the last step names for itself, while it may be used', () => {
    const named = (change: object): string =>
      judged(use('kz-b', [handing('kz-a', 'kz-b', { purposes: [B], ...change })], { purpose: B })).outcome;
    expect(named({})).toBe('permit');
    expect(named({ usesMax: 1, usesDone: 1 })).toBe('consent-required');
    const through = [handing('kz-a', 'kz-b', { purposes: [B] }), handing('kz-b', 'kz-c')];
    expect(judged(use('kz-c', through, { purpose: B })).outcome).toBe('consent-required');
  });

  it('needs a way for every part of the purpose', () => {
    const steps = [handing('kz-a', 'kz-b', { purposes: [A] }), handing('kz-a', 'kz-b', { purposes: [B] })];
    expect(judged(use('kz-b', steps, { purpose: BOTH })).outcome).toBe('permit');
    for (const step of steps)
      expect(judged(use('kz-b', [step], { purpose: BOTH })).outcome).toBe('consent-required');
  });

  it('accounts for what was lawfully held, whatever was revoked since', () => {
    const account = (change: object): string =>
      judged(
        use('kz-b', [handing('kz-a', 'kz-b', change)], {
          purpose: null,
          account: true,
          items: [item({ heldSince: HELD })],
        }),
      ).outcome;
    for (const change of [
      {},
      { revokedAt: '2026-03-06T00:00:00Z' },
      { until: '2026-03-06T00:00:00Z' },
      { purposes: [B] },
    ])
      expect(account(change)).toBe('permit');
    for (const change of [
      { kind: 'disclosure' },
      { recipient: null },
      { revokedAt: HELD },
      { from: HELD },
      { purposes: [] },
      { purposes: [purpose({ offences: [] })] },
    ])
      expect(account(change)).toBe('consent-required');
    expect(account({ purposes: [purpose({ offences: [] }), B] })).toBe('permit');
    expect(judged(use('kz-a', [], { purpose: null, account: true })).outcome).toBe('permit');
    expect(judged(use('kz-b', [], { purpose: null, account: true })).outcome).toBe('consent-required');
    expect(judged(use('kz-b', [handing('kz-a', 'kz-b')], { purpose: null })).outcome).toBe(
      'consent-required',
    );
  });
});

describe('passing it on', () => {
  it.each<[string, object, object?]>([
    ['as it is', {}],
    ['from the body of a unit to the body of a unit', { to: 'kz-unit' }],
    ['with uses left', { usesMax: 2, usesDone: 1 }],
    ['for that purpose', { purposes: [A] }, { purpose: A }],
    ['of what is derived', { coversDerived: true }, { derived: true }],
  ])('is open by a consent %s', (_, change, act = {}) => {
    expect(judged(pass('kz-a', 'ru-a', [handing('kz-a', 'ru-a', change)], act)).outcome).toBe('permit');
  });

  it.each<[string, object, object?]>([
    ['of another kind', { kind: 'disclosure' }],
    ['to nobody', { recipient: null }],
    ['to another', { recipient: 'am-a' }],
    ['from another', { to: 'kz-b' }],
    ['given at that instant', { from: AT }],
    ['that has ended', { until: AT }],
    ['that is spent', { usesMax: 1, usesDone: 1 }],
    ['for another purpose', { purposes: [B] }, { purpose: A }],
    ['for a purpose, where none is stated', { purposes: [A] }],
    ['of the thing itself, where it is derived', {}, { derived: true }],
  ])('is not open by a consent %s', (_, change, act = {}) => {
    const decision = judged(pass('kz-a', 'ru-a', [handing('kz-a', 'ru-a', change)], act));
    expect([decision.outcome, decision.consentFrom]).toEqual(['consent-required', ['by-a']]);
  });

  it('is open for every part, and the conditions of all parts bind', () => {
    const parts = [
      handing('kz-a', 'ru-a', { purposes: [A], conditions: ['one'] }),
      handing('kz-a', 'ru-a', { purposes: [B], conditions: ['two'] }),
    ];
    const both = judged(pass('kz-a', 'ru-a', parts, { purpose: BOTH }));
    expect([both.outcome, conditionsOf(both)]).toEqual(['permit', ['one', 'two']]);
    for (const part of parts)
      expect(judged(pass('kz-a', 'ru-a', [part], { purpose: BOTH })).outcome).toBe('consent-required');
  });

  it('back to the provider discloses nothing, but by him who holds it', () => {
    expect(judged(pass('kz-a', 'by-a', [])).outcome).toBe('permit');
    expect(judged(pass('kz-b', 'by-a', [])).outcome).toBe('consent-required');
    for (const purposes of [null, [B], [purpose({ offences: [] }), B]])
      expect(judged(pass('kz-b', 'by-a', [handing('kz-a', 'kz-b', { purposes })])).outcome).toBe('permit');
    expect(judged(pass('kz-b', 'by-a', [handing('kz-a', 'kz-b', { purposes: [] })])).outcome).toBe(
      'consent-required',
    );
  });

  it('keeps within the level, and each item to its own', () => {
    const items = [item(), item({ id: 'i2', level: 'restricted', provider: 'kz-a' })];
    const lowered = judged(pass('kz-a', 'kz-unit', [], { items }));
    expect(lowered.outcome).toBe('deny');
    expect(lowered.findings.find(({ rule }) => rule === 'valise#level')?.about).toEqual(['i2']);
  });
});
