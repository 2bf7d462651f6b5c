import { purposeWithin, type Consent } from '#policy';
import fc from 'fast-check';
import {
  bytes,
  consent,
  consents,
  constraints,
  items,
  joinAll,
  party,
  purpose,
  relaxAll,
  same,
} from '../testing/arbitraries.js';
import { law, use } from '../testing/law.js';
import { AT } from '../testing/samples.js';
import {
  UNCONSTRAINED,
  constraintsSchema,
  givenPurposes,
  join,
  relax,
  type Constraints,
} from './constraints.js';
import { mayUse } from './permissions.js';

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
          policies.filter(
            ({ originator }) => law.consenterFor(originator, Date.parse(given.from)) !== given.by,
          );
        same(others(relax(before, given, Date.parse(AT), law)), others(before));
      }),
    );
  });

  it('never tightens, is idempotent, and may be done in any order, before a join or after it', () => {
    fc.assert(
      fc.property(constraints, constraints, consent, consent, party, purpose, (a, b, c, d, by, wanted) => {
        const after = (one: Constraints, given: Consent) => relax(one, given, Date.parse(AT), law);
        const once = after(a, c);
        same(after(once, c), once);
        same(after(once, d), after(after(a, d), c));
        same(after(join(a, b), c), join(once, after(b, c)));
        if (mayUse(a, use(by, wanted), law).outcome === 'permit')
          expect(mayUse(once, use(by, wanted), law).outcome).toBe('permit');
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
