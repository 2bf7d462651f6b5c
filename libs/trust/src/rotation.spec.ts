import fc from 'fast-check';
import { planRotation, type EncryptionPeriod } from './index.js';

const DAY_MS = 86_400_000;
const START = Date.parse('2026-01-01T00:00:00Z');
const day = (number: number): Date => new Date(START + number * DAY_MS);
const period = (thumbprint: string, from: number, until: number): EncryptionPeriod => ({
  thumbprint,
  notBefore: day(from),
  notAfter: day(until),
});
const names = (periods: readonly EncryptionPeriod[]): string[] => periods.map(({ thumbprint }) => thumbprint);

describe('the plan of encryption keys', () => {
  it('begins with a key at once', () => {
    expect(planRotation({ certificates: [], now: day(0), expDaysMax: 30 })).toEqual({
      publish: [],
      keep: [],
      destroy: [],
      next: { notBefore: day(0), notAfter: day(37) },
    });
  });

  it('makes the next key a lead ahead of its first day', () => {
    const certificates = [period('a', 0, 37)];
    expect(planRotation({ certificates, now: day(22), expDaysMax: 30 }).next).toBeUndefined();
    // Published on day 23 at the earliest, encrypted to from day 30, when the first one still lasts a week.
    expect(planRotation({ certificates, now: day(23), expDaysMax: 30 }).next).toEqual({
      notBefore: day(30),
      notAfter: day(67),
    });
  });

  it('publishes what is valid, keeps what may still be opened, destroys the rest', () => {
    const certificates = [period('b', 30, 67), period('a', 0, 37), period('c', 60, 97)];
    const on = (number: number) => {
      const { publish, keep, destroy } = planRotation({ certificates, now: day(number), expDaysMax: 30 });
      return [names(publish), names(keep), names(destroy)];
    };
    expect(on(40)).toEqual([['c', 'b'], ['c', 'b', 'a'], []]);
    expect(on(67)).toEqual([['c', 'b'], ['c', 'b', 'a'], []]);
    expect(on(68)).toEqual([['c'], ['c', 'b'], ['a']]);
  });

  it('turns at the millisecond, and keeps five minutes more for clocks that differ', () => {
    const at = (now: number) => {
      const certificates = [period('a', 0, 37)];
      return planRotation({ certificates, now: new Date(now), expDaysMax: 30 });
    };
    const ends = { publish: day(37).getTime(), keep: day(67).getTime() + 300_000, next: day(23).getTime() };
    expect(names(at(ends.publish).publish)).toEqual(['a']);
    expect(names(at(ends.publish + 1).publish)).toEqual([]);
    expect(names(at(ends.keep).keep)).toEqual(['a']);
    expect(names(at(ends.keep + 1).destroy)).toEqual(['a']);
    expect([at(ends.next - 1).next === undefined, at(ends.next).next === undefined]).toEqual([true, false]);
  });

  it('looks at the certificate that lasts longest, and begins at once where it is too late', () => {
    const certificates = [period('short', 0, 37), period('long', 0, 40), period('next', 1, 38)];
    const plan = (number: number) => planRotation({ certificates, now: day(number), expDaysMax: 30 });
    expect(names(plan(2).publish)).toEqual(['next', 'long', 'short']);
    expect(plan(25).next).toBeUndefined();
    expect(plan(26).next).toEqual({ notBefore: day(33), notAfter: day(70) });
    expect(plan(35).next).toEqual({ notBefore: day(35), notAfter: day(72) });
  });

  it('run every day leaves no instant without a key, and destroys none before its last message expired', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 90 }),
        // Longer than the lead: else each key needs its successor the moment it is made.
        fc.integer({ min: 6, max: 60 }),
        fc.integer({ min: 1, max: 5 }),
        (expDaysMax, periodDays, leadDays) => {
          let held: EncryptionPeriod[] = [];
          for (let today = 0; today < 200; today++) {
            const question = { now: day(today), expDaysMax, periodDays, leadDays };
            const plan = planRotation({ ...question, certificates: held });
            if (plan.next !== undefined) held.push({ thumbprint: `k${today}`, ...plan.next });
            for (const gone of plan.destroy)
              expect(day(today).getTime()).toBeGreaterThan(gone.notAfter.getTime() + expDaysMax * DAY_MS);
            held = held.filter((one) => !plan.destroy.includes(one));
            const valid = held.filter((one) => one.notBefore <= day(today) && day(today) <= one.notAfter);
            expect(valid.length).toBeGreaterThan(0);
            // A peer that takes the newest valid one never gets an unpublished one: it was listed a lead before.
            const settled = planRotation({ ...question, certificates: held });
            expect(settled.next).toBeUndefined();
            expect(names(settled.keep).sort()).toEqual(names(held).sort());
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});
