import type { Consent, Grant } from '#policy';
import { law } from '../testing/law.js';
import { AT, granted, handed, itemOf, purposeOf } from '../testing/samples.js';
import {
  UNCONSTRAINED,
  constraintsOf,
  constraintsSchema,
  givenPurposes,
  join,
  relax,
  type Constraints,
} from './constraints.js';

/** What a consent leaves in constraints, and what it adds nothing to: equal constraints are equal bytes. */

const WIDE = purposeOf({ offences: 'any' });
const after = (...consents: Consent[]): Constraints =>
  consents.reduce((all, one) => relax(all, one, Date.parse(AT), law), constraintsOf(itemOf()));
const sourceOf = ({ policies }: Constraints) => policies[0]?.sources[0];
const grantsOf = (constraints: Constraints): readonly Grant[] => sourceOf(constraints)?.grants ?? [];

describe('a grant', () => {
  it.each<[string, Partial<Consent>]>([
    ['for nothing', { purposes: [] }],
    ['for no purpose', { purposes: null }],
    ['for no offence', { purposes: [purposeOf({ offences: [] })] }],
    ['that has ended', { until: '2026-03-09T00:00:00Z' }],
    ['that is spent', { usesMax: 1, usesDone: 1 }],
  ])('%s is none', (_, change) => {
    expect(grantsOf(after(granted(change)))).toEqual([]);
  });

  it.each<[string, Partial<Consent>, Partial<Consent>]>([
    ['the same again', {}, {}],
    ['a narrower one', {}, { purposes: [WIDE] }],
    ['an unwritten one beside a written', { written: false }, {}],
    ['one on fewer conditions', { conditions: ['a'] }, { conditions: ['a', 'b'] }],
  ])('%s adds nothing to another', (_, change, other) => {
    // The conditions of all grants bind, so one on fewer adds no freedom.
    const both = grantsOf(after(granted(change), granted(other)));
    expect(both).toEqual(grantsOf(after(granted(other))));
    expect(grantsOf(after(granted(other), granted(change)))).toEqual(both);
  });

  it.each<[string, Partial<Consent>, Partial<Consent>]>([
    ['to another holder', { to: 'kz-b' }, { purposes: [WIDE] }],
    ['in writing beside one that is not', {}, { purposes: [WIDE], written: false }],
    ['on a condition beside one that has none', { conditions: ['a'] }, { purposes: [WIDE] }],
    ['on another condition', { conditions: ['a'] }, { purposes: [WIDE], conditions: ['b'] }],
    ['on one of two conditions', { conditions: ['a', 'b'] }, { purposes: [WIDE], conditions: ['b', 'c'] }],
    ['for another offence', { purposes: [purposeOf({ offences: ['3.1.b'] })] }, {}],
  ])('%s stays', (_, change, other) => {
    expect(grantsOf(after(granted(change), granted(other))).length).toBeGreaterThanOrEqual(1);
    expect(grantsOf(after(granted(change), granted(other)))).toEqual(
      grantsOf(after(granted(other), granted(change))),
    );
    expect(grantsOf(after(granted(change), granted(other)))).toContainEqual(
      grantsOf(after(granted(change)))[0],
    );
  });
});

describe('a handing on', () => {
  it('is kept while something may rest on it, and says what', () => {
    expect(sourceOf(after(handed()))?.passages).toEqual([
      {
        ...{ from: 'kz-a', to: 'kz-b', holds: true, opens: true, spent: false, purposes: null },
        ...{ coversDerived: false, written: true, conditions: [] },
      },
    ]);
    const derived = handed({
      coversDerived: true,
      until: '2026-03-09T00:00:00Z',
      purposes: [WIDE],
      conditions: ['b', 'a'],
    });
    expect(sourceOf(after(derived))?.passages).toEqual([
      {
        ...{ from: 'kz-a', to: 'kz-b', holds: true, opens: false, spent: false, purposes: [WIDE] },
        ...{ coversDerived: true, written: true, conditions: ['a', 'b'] },
      },
    ]);
    expect(sourceOf(after(handed({ from: '2026-03-06T00:00:00Z' })))?.passages).toMatchObject([
      { holds: false, opens: true },
    ]);
    const nothing = constraintsOf(itemOf());
    for (const change of [
      { until: '2026-03-04T00:00:00Z' },
      { revokedAt: '2026-03-06T00:00:00Z' },
      { recipient: null },
      { kind: 'disclosure' as const },
      { from: '2026-03-06T00:00:00Z', usesMax: 1, usesDone: 1 },
    ])
      expect(after(handed(change))).toEqual(nothing);
  });

  it('is the same bytes in whatever order consents came', () => {
    const consents = [
      handed({ recipient: 'kz-c' }),
      handed(),
      handed({ to: 'am-a' }),
      granted({ to: 'kz-z' }),
      granted(),
    ];
    expect(JSON.stringify(after(...[...consents].reverse()))).toBe(JSON.stringify(after(...consents)));
  });
});

describe('constraints of nothing', () => {
  it('are open, and leave what they are joined with as it is', () => {
    expect(UNCONSTRAINED).toEqual({ level: 'open', policies: [] });
    expect(join(UNCONSTRAINED, constraintsOf(itemOf()))).toEqual(constraintsOf(itemOf()));
  });

  it('are given for no purpose', () => {
    expect(givenPurposes(UNCONSTRAINED)).toEqual([]);
  });
});

describe('constraints on the wire', () => {
  it('hold in every part what is known of it, and nothing else', () => {
    const carried = after(granted(), handed());
    expect(constraintsSchema.parse(carried)).toEqual(carried);
    const [policy] = carried.policies;
    const source = sourceOf(carried);
    const withSource = (change: object): object => ({
      ...carried,
      policies: [{ ...policy, sources: [{ ...source, ...change }] }],
    });
    const extra = (list: readonly object[] | undefined): object[] =>
      (list ?? []).map((one) => ({ ...one, colour: 'red' }));
    for (const wrong of [
      withSource({ colour: 'red' }),
      withSource({ grants: extra(source?.grants) }),
      withSource({ passages: extra(source?.passages) }),
      withSource({ grants: [{ to: 'kz-a' }] }),
      { ...carried, policies: [{ ...policy, colour: 'red' }] },
    ])
      expect(constraintsSchema.safeParse(wrong).success).toBe(false);
  });
});

describe('an originator that was dissolved', () => {
  const from = (by: string, given: string): Constraints =>
    relax(constraintsOf(itemOf({ provider: 'by-old' })), granted({ by, from: given }), Date.parse(AT), law);

  it.each([
    ['its successor’s, given since', 'by-a', '2026-03-02T00:00:00Z', 1],
    ['its successor’s of before', 'by-a', '2026-03-01T23:59:59Z', 0],
    ['its own of before', 'by-old', '2026-03-01T23:59:59Z', 1],
    ['its own since', 'by-old', '2026-03-02T00:00:00Z', 0],
    ['another’s', 'ru-a', '2026-03-02T00:00:00Z', 0],
  ])('is held to the consent of who spoke for it: %s', (_, by, given, grants) => {
    expect(grantsOf(from(by, given))).toHaveLength(grants);
  });
});
