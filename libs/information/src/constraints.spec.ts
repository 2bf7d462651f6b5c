import {
  compileRegister,
  decide,
  purposeWithin,
  type Consent,
  type Decision,
  type Item,
  type LawAt,
  type Purpose,
} from '#policy';
import { instrumentAt } from '#treaties';
import fc from 'fast-check';
import {
  UNCONSTRAINED,
  constraintsOf,
  constraintsSchema,
  givenPurposes,
  join,
  relax,
  type Constraints,
} from './constraints.js';
import { mayPassOn, mayUse, type Permission, type Using } from './permissions.js';
import { canonicalPurposes, intersectPurposes, purposesWithin } from './purposes.js';

const AT = '2026-03-10T09:00:00Z';
const HELD = '2026-03-05T00:00:00Z';
const INSTRUMENTS = [
  'cis-it-crime-2018',
  'csto-infosphere-2014',
  'cis-infosec-2013',
  'cis-counterterror-2017',
];
const authority = (id: string, unitOf: string | null) => ({
  ...{ id, state: id.slice(0, 2).toUpperCase(), instruments: INSTRUMENTS, kind: 'authority' as const },
  ...{ from: '2016-01-01', until: null, timeZone: 'Europe/Minsk', clearance: {}, unitOf },
});
const register = compileRegister({
  events: [],
  authorities: [
    ...['kz-a', 'kz-b', 'by-a', 'ru-a'].map((id) => authority(id, null)),
    authority('kz-unit', 'kz-a'),
  ],
  arrangements: [],
  channels: [],
});
const body = (id: string): string => (id === 'kz-unit' ? 'kz-a' : id);
/** Written again by hand. */
const law: LawAt = {
  house: register.house,
  rulesOf: (id) => instrumentAt(register, id, Date.parse(AT))?.exchange?.information,
  bodyOf: body,
  oneState: (one, other) => one.slice(0, 2) === other.slice(0, 2),
};
const use = (by: string, purpose: Purpose | null, conduct: string | null = null): Using => ({
  by,
  purpose,
  conduct,
});

/** Few names, so that they meet. */
const party = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('kz-a', 'kz-b', 'by-a', 'ru-a') },
  { weight: 1, arbitrary: fc.constant('kz-unit') },
);
const offences = fc.oneof(fc.constant('any' as const), fc.subarray(['3.1.a', '3.1.b', '3.1.c']));
const instrument = fc.constantFrom(...INSTRUMENTS);
const purpose: fc.Arbitrary<Purpose> = fc.record({
  instrument: fc.constantFrom('cis-it-crime-2018', 'cis-counterterror-2017'),
  activity: fc.constantFrom('investigation' as const, 'prevention' as const),
  offences,
  caseId: fc.constantFrom(null, 'KZ-77', 'KZ-78'),
});
const purposes = fc.array(purpose, { maxLength: 4 });
const conditions = fc.subarray(['no-court-use', 'no-copies', 'report-back']);
const level = fc.constantFrom('open' as const, 'restricted' as const);
const item: fc.Arbitrary<Item> = fc.record({
  id: fc.constantFrom('i1', 'i2', 'i3'),
  instrument,
  provider: party,
  receiver: party,
  level,
  purposes,
  conditions,
  exchange: fc.constantFrom(null, 'e1', 'e2'),
  passedTo: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, fc.subarray(['kz-b', 'by-a'])),
  heldSince: fc.constantFrom(null, null, HELD, '2026-03-20T00:00:00Z'),
});
const consent: fc.Arbitrary<Consent> = fc.record({
  id: fc.constantFrom('c1', 'c2'),
  kind: fc.constantFrom('purpose' as const, 'onward-transfer' as const, 'disclosure' as const),
  by: party,
  to: party,
  items: fc.oneof(fc.constant('all' as const), fc.subarray(['i1', 'i2', 'i3'])),
  recipient: fc.oneof({ weight: 4, arbitrary: party }, { weight: 1, arbitrary: fc.constant(null) }),
  purposes: fc.oneof(purposes, fc.constant(null)),
  written: fc.boolean(),
  from: fc.constantFrom('2026-03-01T00:00:00Z', '2026-03-01T00:00:00Z', HELD, AT),
  until: fc.constantFrom(null, null, '2026-03-07T00:00:00Z', AT),
  revokedAt: fc.constantFrom(null, null, null, '2026-03-07T00:00:00Z'),
  conditions,
  maxLevel: fc.constantFrom(null, null, 'open' as const),
  coversDerived: fc.boolean(),
  usesMax: fc.constantFrom(null, null, 1),
  usesDone: fc.constantFrom(0, 1),
  conditionCodes: fc.oneof(
    { weight: 3, arbitrary: fc.constant(null) },
    fc.subarray(['no-court-use', 'once']),
  ),
});
const items = fc.array(item, { minLength: 1, maxLength: 4 });
const consents = fc.array(consent, { maxLength: 5 });

const relaxAll = (constraints: Constraints, given: readonly Consent[]): Constraints =>
  given.reduce((all, one) => relax(all, one, Date.parse(AT)), constraints);
const joinAll = (all: readonly Item[]): Constraints => all.map(constraintsOf).reduce(join, UNCONSTRAINED);
const bytes = (value: unknown): string => JSON.stringify(value);
/** `expect` is slow, and here it would be called a hundred thousand times to agree. */
function same(actual: unknown, expected: unknown): void {
  if (bytes(actual) !== bytes(expected)) expect(bytes(actual)).toBe(bytes(expected));
}
/** As they are met with: joined, and partly relaxed already. */
const constraints = fc.tuple(items, consents).map(([all, given]) => relaxAll(joinAll(all), given));

describe('purposes', () => {
  it('of an intersection are those within both', () => {
    fc.assert(
      fc.property(purpose, purposes, purposes, (p, a, b) => {
        same(purposeWithin(p, intersectPurposes(a, b)), purposeWithin(p, a) && purposeWithin(p, b));
      }),
      { numRuns: 4000 },
    );
  });

  it('have one form, in which nothing is lost', () => {
    fc.assert(
      fc.property(purpose, purposes, purposes, (p, a, b) => {
        same(purposeWithin(p, canonicalPurposes(a)), purposeWithin(p, a));
        same(canonicalPurposes([...a].reverse()), canonicalPurposes(a));
        same(intersectPurposes(a, a), canonicalPurposes(a));
        if (purposesWithin(a, b) && purposeWithin(p, a)) same(purposeWithin(p, b), true);
        if (purposesWithin(a, b) && purposesWithin(b, a)) same(canonicalPurposes(a), canonicalPurposes(b));
      }),
      { numRuns: 1000 },
    );
  });

  it('are absorbed by wider ones, and empty lists of offences give nothing', () => {
    const given = (change: Partial<Purpose>): Purpose => ({
      instrument: 'cis-it-crime-2018',
      activity: 'investigation',
      offences: ['3.1.a'],
      caseId: null,
      ...change,
    });
    expect(
      canonicalPurposes([
        given({ caseId: 'KZ-77' }),
        given({ offences: ['3.1.b', '3.1.a', '3.1.a'] }),
        given({ caseId: 'KZ-78', offences: ['3.1.b', '3.1.c'] }),
        given({ activity: 'prevention', offences: [] }),
      ]),
    ).toEqual([given({ offences: ['3.1.a', '3.1.b'] }), given({ caseId: 'KZ-78', offences: ['3.1.c'] })]);
    expect(intersectPurposes([given({ caseId: 'KZ-77', offences: 'any' })], [given({})])).toEqual([
      given({ caseId: 'KZ-77' }),
    ]);
  });
});

describe('join', () => {
  it('is associative, commutative and idempotent, with nothing as its identity', () => {
    fc.assert(
      fc.property(constraints, constraints, constraints, (a, b, c) => {
        same(join(a, join(b, c)), join(join(a, b), c));
        same(join(a, b), join(b, a));
        same(join(a, a), a);
        same(join(a, UNCONSTRAINED), a);
      }),
      { numRuns: 300 },
    );
  });

  it('permits a use that all of its parts permit, and no other', () => {
    let permitted = 0;
    fc.assert(
      fc.property(constraints, constraints, party, purpose, (a, b, by, wanted) => {
        const [ofA, ofB, both] = [a, b, join(a, b)].map((each) => mayUse(each, use(by, wanted, 'e1'), law));
        const all = ofA?.outcome === 'permit' && ofB?.outcome === 'permit';
        if (all) permitted += 1;
        same(both?.outcome, all ? 'permit' : 'consent-required');
        same(both?.askOf, [...new Set([...(ofA?.askOf ?? []), ...(ofB?.askOf ?? [])])].sort());
        expect(both?.conditions).toEqual(
          [...new Set([...(ofA?.conditions ?? []), ...(ofB?.conditions ?? [])])].sort(),
        );
      }),
      { numRuns: 1000 },
    );
    expect(permitted).toBeGreaterThan(10);
  });

  it('carries the highest level, all originators and all conditions, for the purposes of all', () => {
    fc.assert(
      fc.property(items, purpose, (all, p) => {
        const joined = joinAll(all);
        const restricted = all.some((one) => one.level === 'restricted');
        expect(joined.level).toBe(restricted ? 'restricted' : 'open');
        const originators = [...new Set(all.map(({ provider }) => provider))].sort();
        expect(joined.policies.map(({ originator }) => originator)).toEqual(originators);
        const carried = joined.policies.flatMap(({ sources }) =>
          sources.flatMap((source) => source.conditions),
        );
        expect(new Set(carried)).toEqual(new Set(all.flatMap((one) => one.conditions)));
        expect(purposeWithin(p, givenPurposes(joined))).toBe(
          all.every((one) => purposeWithin(p, one.purposes)),
        );
      }),
    );
  });
});

describe('relax', () => {
  it('touches the part of the originator who consents, and no other', () => {
    fc.assert(
      fc.property(constraints, consent, (before, given) => {
        const others = ({ policies }: Constraints): unknown =>
          policies.filter(({ originator }) => originator !== given.by);
        same(others(relax(before, given, Date.parse(AT))), others(before));
      }),
    );
  });

  it('never tightens, is idempotent, and may be done in any order, before a join or after it', () => {
    fc.assert(
      fc.property(constraints, constraints, consent, consent, party, purpose, (a, b, c, d, by, wanted) => {
        const at = Date.parse(AT);
        const once = relax(a, c, at);
        same(relax(once, c, at), once);
        same(relax(once, d, at), relax(relax(a, d, at), c, at));
        same(relax(join(a, b), c, at), join(once, relax(b, c, at)));
        if (mayUse(a, use(by, wanted), law).outcome === 'permit')
          expect(mayUse(once, use(by, wanted), law).outcome).toBe('permit');
      }),
      { numRuns: 300 },
    );
  });
});

/** The law of chains, since when and how often, written again by hand. */
describe('a holding', () => {
  const asked: Purpose = {
    ...{ instrument: 'cis-it-crime-2018', activity: 'investigation', offences: ['3.1.a'], caseId: null },
  };
  const given = [asked];
  const source: Item = {
    ...{ id: 'i1', instrument: 'cis-it-crime-2018', provider: 'ru-a', receiver: 'kz-a', level: 'restricted' },
    ...{ purposes: given, conditions: [], exchange: 'e1', passedTo: ['kz-c'], heldSince: HELD },
  };
  const handing = (to: string, recipient: string, change: Partial<Consent> = {}): Consent => ({
    ...{ id: 'c1', kind: 'onward-transfer', by: 'ru-a', to, items: 'all', recipient, written: true },
    ...{ from: '2026-03-01T00:00:00Z', until: null, revokedAt: null, conditions: [], ...change },
  });
  const outcome = (by: string, consents: Consent[], purpose: Purpose | null = asked, conduct = 'e2') =>
    mayUse(relaxAll(constraintsOf(source), consents), use(by, purpose, conduct), law).outcome;
  const chain = ['kz-a', 'h1', 'h2', 'h3', 'h4', 'h5'];
  const steps = chain.slice(1).map((to, index) => handing(chain[index] ?? '', to));

  it('rests on a consent for every step, however many', () => {
    expect(outcome('h5', steps)).toBe('permit');
    expect(outcome('h5', [...steps].reverse())).toBe('permit');
    for (const missing of steps)
      expect(
        outcome(
          'h5',
          steps.filter((one) => one !== missing),
        ),
      ).toBe('consent-required');
  });

  it('outlives the consent, and not its revocation', () => {
    expect(outcome('h1', [handing('kz-a', 'h1', { until: '2026-03-07T00:00:00Z' })])).toBe('permit');
    expect(outcome('h1', [handing('kz-a', 'h1', { until: HELD })])).toBe('consent-required');
    expect(outcome('h1', [handing('kz-a', 'h1', { from: HELD })])).toBe('consent-required');
    expect(outcome('h1', [handing('kz-a', 'h1', { revokedAt: '2026-03-07T00:00:00Z' })])).toBe(
      'consent-required',
    );
    expect(outcome('h1', [handing('kz-a', 'h1', { revokedAt: '2026-03-11T00:00:00Z' })])).toBe('permit');
  });

  it('under which nothing more can be handed on once it ended or was used up', () => {
    const ended = [handing('kz-a', 'h1', { until: '2026-03-07T00:00:00Z' })];
    const usedUp = [handing('kz-a', 'h1', { usesMax: 1, usesDone: 1 })];
    const act = { from: 'kz-a', to: 'h1', level: 'restricted' as const, derived: false, purpose: null };
    for (const consents of [ended, usedUp]) {
      expect(outcome('h1', consents)).toBe('permit');
      expect(mayPassOn(relaxAll(constraintsOf(source), consents), act, law).outcome).toBe('consent-required');
    }
  });

  it('for the purposes that the consent names is one for nothing else', () => {
    const named = handing('kz-a', 'h1', { purposes: given });
    expect(outcome('h1', [named])).toBe('permit');
    expect(outcome('h1', [named], null)).toBe('consent-required');
    const act = { from: 'kz-a', to: 'h1', level: 'restricted' as const, derived: false };
    const carried = relaxAll(constraintsOf(source), [named]);
    expect(mayPassOn(carried, { ...act, purpose: null }, law).outcome).toBe('consent-required');
    expect(mayPassOn(carried, { ...act, purpose: asked }, law).outcome).toBe('permit');
  });

  it('of those who conduct the case needs no purpose', () => {
    for (const by of ['kz-a', 'kz-unit', 'kz-c', 'ru-a']) expect(outcome(by, [], null, 'e1')).toBe('permit');
    expect(outcome('kz-a', [], null, 'e2')).toBe('consent-required');
    expect(outcome('h1', [handing('kz-a', 'h1')], null, 'e1')).toBe('consent-required');
  });

  it('lies in the union of what was given and consented to', () => {
    const offences = (...named: string[]): Purpose => ({ ...asked, offences: named });
    const both = offences('3.1.a', '3.1.b');
    const granted = {
      ...handing('kz-a', 'x', { kind: 'purpose', purposes: [offences('3.1.b')] }),
      recipient: null,
    };
    expect(outcome('kz-a', [granted], both)).toBe('permit');
    expect(outcome('kz-a', [], both)).toBe('consent-required');
    expect(outcome('kz-a', [granted], offences('3.1.a', '3.1.c'))).toBe('consent-required');
    const ways = [
      ...[handing('kz-a', 'h1', { purposes: [offences('3.1.a')] }), handing('h1', 'h3')],
      ...[
        handing('kz-a', 'h2', { purposes: [offences('3.1.b')] }),
        handing('h2', 'h3', { purposes: [offences('3.1.b')] }),
      ],
    ];
    expect(outcome('h3', ways, both)).toBe('permit');
  });
});

describe('constraints', () => {
  it('are JSON that survives the wire, and only in the one form', () => {
    fc.assert(
      fc.property(constraints, (carried) => {
        same(constraintsSchema.parse(JSON.parse(bytes(carried))), carried);
        const reversed = { ...carried, policies: [...carried.policies].reverse() };
        expect(constraintsSchema.safeParse(reversed).success).toBe(carried.policies.length < 2);
      }),
    );
    expect(constraintsSchema.safeParse({ ...UNCONSTRAINED, colour: 'red' }).success).toBe(false);
  });

  it('are the same bytes for the same sources in any order', () => {
    fc.assert(
      fc.property(items, consents, (all, given) => {
        const there = relaxAll(joinAll(all), given);
        const back = relaxAll(joinAll([...all].reverse()), [...given].reverse());
        same(back, there);
      }),
    );
  });
});

describe('decide judges the sources one by one as their join', () => {
  const wantedOrNone = fc.oneof(
    { weight: 5, arbitrary: purpose },
    { weight: 1, arbitrary: fc.constant(null) },
  );
  const conducted = fc.constantFrom(null, null, 'e1');
  const outcomes: Record<string, number> = {};
  function agree(decision: Decision, permission: Permission): void {
    outcomes[permission.outcome] = (outcomes[permission.outcome] ?? 0) + 1;
    const observed = decision.obligations.flatMap((duty) =>
      duty.do === 'observe-condition' ? [duty.condition] : [],
    );
    const { outcome, consentFrom } = decision;
    same(permission, { outcome, askOf: consentFrom, conditions: [...new Set(observed)].sort() });
  }

  it('for a use', () => {
    fc.assert(
      fc.property(items, consents, party, wantedOrNone, conducted, (all, given, by, wanted, conduct) => {
        const act = {
          action: 'use' as const,
          at: AT,
          by,
          purpose: wanted,
          conduct,
          items: all,
          consents: given,
        };
        agree(decide(register, act), mayUse(relaxAll(joinAll(all), given), use(by, wanted, conduct), law));
      }),
      { numRuns: 4000 },
    );
  });

  it('for a transfer, as far as it is a matter of the information', () => {
    fc.assert(
      fc.property(
        items,
        consents,
        fc.tuple(party, party).filter(([from, to]) => from !== to),
        fc.record({ level, derived: fc.boolean(), purpose: fc.oneof(fc.constant(null), purpose) }),
        (all, given, [from, to], rest) => {
          const act = { from, to, ...rest };
          const decision = decide(register, {
            action: 'transfer',
            at: AT,
            instrument: 'cis-it-crime-2018',
            channel: 'off-bus',
            releaseDecision: false,
            ...act,
            items: all,
            consents: given,
          });
          agree(decision, mayPassOn(relaxAll(joinAll(all), given), act, law));
        },
      ),
      { numRuns: 4000 },
    );
  });

  it('and has permitted, asked and denied', () => {
    expect(Object.values(outcomes).filter((count) => count > 20)).toHaveLength(3);
  });

  it('for a narrower consent in writing, or on a condition, beside a wider one', () => {
    const wanted: Purpose = {
      ...{ instrument: 'cis-it-crime-2018', activity: 'prevention', offences: ['3.1.a'], caseId: 'KZ-77' },
    };
    const source: Item = {
      ...{ id: 'i1', instrument: 'cis-it-crime-2018', provider: 'ru-a', receiver: 'kz-a', level: 'open' },
      ...{ purposes: [], conditions: [] },
    };
    const narrow: Consent = {
      ...{
        id: 'c1',
        kind: 'purpose',
        by: 'ru-a',
        to: 'kz-a',
        items: 'all',
        purposes: [wanted],
        written: true,
      },
      ...{ from: '2026-03-01T00:00:00Z', until: null, revokedAt: null, conditions: [] },
    };
    const wide: Consent = { ...narrow, purposes: [{ ...wanted, offences: 'any', caseId: null }] };
    for (const given of [
      [narrow, { ...wide, written: false }],
      [{ ...narrow, conditions: ['report-back'] }, wide],
    ]) {
      const act = {
        action: 'use' as const,
        at: AT,
        by: 'kz-a',
        purpose: wanted,
        items: [source],
        consents: given,
      };
      const permission = mayUse(relaxAll(constraintsOf(source), given), use('kz-a', wanted), law);
      expect(permission.outcome).toBe('permit');
      agree(decide(register, act), permission);
    }
  });

  it('for a consent on a condition to a part of the purpose only, which binds nobody yet', () => {
    const part: Purpose = {
      ...{ instrument: 'cis-it-crime-2018', activity: 'prevention', offences: ['3.1.a'], caseId: null },
    };
    const wanted: Purpose = { ...part, offences: ['3.1.a', '3.1.b'] };
    const source: Item = {
      ...{
        id: 'i1',
        instrument: 'cis-it-crime-2018',
        provider: 'ru-a',
        receiver: 'kz-a',
        level: 'restricted',
      },
      ...{ purposes: [], conditions: [] },
    };
    const consent: Consent = {
      ...{ id: 'c1', kind: 'purpose', by: 'ru-a', to: 'kz-a', items: 'all', purposes: [part], written: true },
      ...{ from: '2026-03-01T00:00:00Z', until: null, revokedAt: null, conditions: ['once'] },
    };
    const act = {
      ...{ action: 'use' as const, at: AT, by: 'kz-a', purpose: wanted },
      ...{ items: [source], consents: [consent] },
    };
    const permission = mayUse(relaxAll(constraintsOf(source), [consent]), use('kz-a', wanted), law);
    expect(permission).toEqual({ outcome: 'consent-required', askOf: ['ru-a'], conditions: [] });
    agree(decide(register, act), permission);
  });

  it('for what was handed on for a purpose that the consent names', () => {
    const told = new Set<string>();
    fc.assert(
      fc.property(instrument, purpose, purpose, fc.boolean(), level, (under, asked, named, written, of) => {
        const source: Item = {
          ...{ id: 'i1', instrument: under, provider: 'by-a', receiver: 'kz-a', level: of },
          ...{ purposes: [], conditions: [] },
        };
        const handing: Consent = {
          ...{ id: 'c1', kind: 'onward-transfer', by: 'by-a', to: 'kz-a', items: 'all', recipient: 'kz-b' },
          ...{
            purposes: [named],
            written,
            from: '2026-03-01T00:00:00Z',
            until: null,
            revokedAt: null,
            conditions: [],
          },
        };
        const act = {
          ...{ action: 'use' as const, at: AT, by: 'kz-b', purpose: asked },
          ...{ items: [source], consents: [handing] },
        };
        const permission = mayUse(relaxAll(constraintsOf(source), [handing]), use('kz-b', asked), law);
        told.add(permission.outcome);
        if (purposeWithin(asked, [named]) && written) expect(permission.outcome).toBe('permit');
        agree(decide(register, act), permission);
      }),
      { numRuns: 1000 },
    );
    expect([...told].sort()).toEqual(['consent-required', 'permit']);
  });

  it('for nothing at all, which no rule allows', () => {
    const wanted: Purpose = {
      instrument: 'cis-it-crime-2018',
      activity: 'investigation',
      offences: 'any',
      caseId: null,
    };
    expect(mayUse(UNCONSTRAINED, use('kz-a', wanted), law).outcome).toBe('deny');
  });
});
