import { decide, lawAt, purposeWithin, type Decision } from '#policy';
import fc from 'fast-check';
import {
  consents,
  instrument,
  items,
  joinAll,
  level,
  party,
  purpose,
  relaxAll,
  same,
} from '../testing/arbitraries.js';
import { INSTRUMENTS, law, register, use } from '../testing/law.js';
import { AT, granted, handed, itemOf, purposeOf } from '../testing/samples.js';
import { UNCONSTRAINED, constraintsOf } from './constraints.js';
import { mayPassOn, mayUse, type Permission } from './permissions.js';

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
    const wanted = purposeOf({ caseId: 'KZ-77' });
    const source = itemOf({ level: 'open' });
    const narrow = granted({ purposes: [wanted] });
    const wide = granted({ purposes: [purposeOf({ offences: 'any' })] });
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
    const wanted = purposeOf({ offences: ['3.1.a', '3.1.b'] });
    const source = itemOf();
    const consent = granted({ conditions: ['once'] });
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
        const source = itemOf({ instrument: under, provider: 'by-a', level: of });
        const handing = handed({ by: 'by-a', purposes: [named], written });
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

  it('with conditions in their own order, whatever rules they come from', () => {
    const carried = constraintsOf(itemOf({ conditions: ['report', 'report\tback'] }));
    const { conditions } = mayUse(carried, use('kz-a', purposeOf()), law);
    expect(conditions).toEqual(['report', 'report\tback']);
  });

  it('for nothing at all, which no rule allows', () => {
    expect(mayUse(UNCONSTRAINED, use('kz-a', purposeOf({ offences: 'any' })), law).outcome).toBe('deny');
  });

  it('and asks a register what is written here by hand', () => {
    const asked = lawAt(register, Date.parse(AT));
    for (const one of ['kz-a', 'kz-b', 'kz-unit', 'by-a', 'by-old', 'ru-a', 'kz-c']) {
      expect(asked.bodyOf(one)).toBe(law.bodyOf(one));
      for (const then of [undefined, ...['2026-03-01T23:59:59Z', '2026-03-02T00:00:00Z'].map(Date.parse)])
        expect(asked.consenterFor(one, then)).toBe(law.consenterFor(one, then));
      for (const receiver of ['kz-a', 'kz-unit', 'by-a'])
        expect([receiver, one, asked.oneState(receiver, one)]).toEqual([
          receiver,
          one,
          one === 'kz-c' || law.oneState(receiver, one),
        ]);
    }
    for (const id of [...INSTRUMENTS, 'cis-secrets-2013']) expect(asked.rulesOf(id)).toBe(law.rulesOf(id));
  });
});
