import { purposeWithin } from '#policy';
import fc from 'fast-check';
import { purpose, purposes, same } from '../testing/arbitraries.js';
import { purposeOf } from '../testing/samples.js';
import { canonicalPurposes, intersectPurposes, purposesWithin } from './purposes.js';

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
    expect(
      canonicalPurposes([
        purposeOf({ caseId: 'KZ-77' }),
        purposeOf({ offences: ['3.1.b', '3.1.a', '3.1.a'] }),
        purposeOf({ caseId: 'KZ-78', offences: ['3.1.b', '3.1.c'] }),
        purposeOf({ activity: 'prevention', offences: [] }),
      ]),
    ).toEqual([
      purposeOf({ offences: ['3.1.a', '3.1.b'] }),
      purposeOf({ caseId: 'KZ-78', offences: ['3.1.c'] }),
    ]);
    expect(intersectPurposes([purposeOf({ caseId: 'KZ-77', offences: 'any' })], [purposeOf()])).toEqual([
      purposeOf({ caseId: 'KZ-77' }),
    ]);
  });
});

describe('purposes within others', () => {
  it('are so part by part', () => {
    const wide = purposeOf({ offences: 'any' });
    expect(purposesWithin([purposeOf()], [wide])).toBe(true);
    expect(purposesWithin([wide], [purposeOf()])).toBe(false);
    expect(purposesWithin([], [purposeOf()])).toBe(true);
    // For no offence is for nothing, which lies within everything.
    expect(purposesWithin([purposeOf({ offences: [] })], [])).toBe(true);
    expect(purposesWithin([purposeOf(), purposeOf({ caseId: 'KZ-1' })], [purposeOf()])).toBe(true);
  });
});
