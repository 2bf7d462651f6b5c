import { instrumentAt } from '#treaties';
import fc from 'fast-check';
import { compileRegister, decide, type Consent, type Decision, type Item, type Purpose } from './index.js';
import { purposeWithin } from './consents.js';
import {
  UNCONSTRAINED,
  constraintsOf,
  constraintsSchema,
  givenPurposes,
  join,
  relax,
  type Constraints,
} from './constraints.js';
import { mayPassOn, mayUse, type Permission, type RulesOf } from './constraints-permissions.js';
import { canonicalPurposes, intersectPurposes, purposesWithin } from './constraints-purposes.js';

const AT = '2026-03-10T09:00:00Z';
const INSTRUMENTS = [
  'cis-it-crime-2018',
  'csto-infosphere-2014',
  'cis-infosec-2013',
  'cis-counterterror-2017',
];
const register = compileRegister({ events: [], authorities: [], arrangements: [], channels: [] });
const rulesOf: RulesOf = (id) => instrumentAt(register, id, Date.parse(AT))?.exchange?.information;

/** Few names, so that they meet. */
const party = fc.constantFrom('kz-a', 'kz-b', 'by-a', 'ru-a');
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
  from: fc.constantFrom('2026-03-01T00:00:00Z', '2026-03-01T00:00:00Z', AT),
  until: fc.constantFrom(null, null, AT),
  revokedAt: fc.constant(null),
  conditions,
  maxLevel: fc.constantFrom(null, null, 'open' as const),
  coversDerived: fc.boolean(),
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
        const [ofA, ofB, both] = [a, b, join(a, b)].map((each) => mayUse(each, by, wanted, rulesOf));
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
        if (mayUse(a, by, wanted, rulesOf).outcome === 'permit')
          expect(mayUse(once, by, wanted, rulesOf).outcome).toBe('permit');
      }),
      { numRuns: 300 },
    );
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
      fc.property(items, consents, party, purpose, (all, given, by, wanted) => {
        const use = { action: 'use' as const, at: AT, by, purpose: wanted, items: all, consents: given };
        agree(decide(register, use), mayUse(relaxAll(joinAll(all), given), by, wanted, rulesOf));
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
          agree(decision, mayPassOn(relaxAll(joinAll(all), given), act, rulesOf));
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
      const use = {
        action: 'use' as const,
        at: AT,
        by: 'kz-a',
        purpose: wanted,
        items: [source],
        consents: given,
      };
      const permission = mayUse(relaxAll(constraintsOf(source), given), 'kz-a', wanted, rulesOf);
      expect(permission.outcome).toBe('permit');
      agree(decide(register, use), permission);
    }
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
        const use = {
          ...{ action: 'use' as const, at: AT, by: 'kz-b', purpose: asked },
          ...{ items: [source], consents: [handing] },
        };
        const permission = mayUse(relaxAll(constraintsOf(source), [handing]), 'kz-b', asked, rulesOf);
        told.add(permission.outcome);
        if (purposeWithin(asked, [named]) && written) expect(permission.outcome).toBe('permit');
        agree(decide(register, use), permission);
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
    expect(mayUse(UNCONSTRAINED, 'kz-a', wanted, rulesOf).outcome).toBe('deny');
  });
});
