import type { Consent, Item, Purpose } from '#policy';
import fc from 'fast-check';
import { UNCONSTRAINED, constraintsOf, join, relax, type Constraints } from '../src/constraints.js';
import { INSTRUMENTS, law } from './law.js';
import { AT, HELD } from './samples.js';

/** Random items and consents, with few names, so that they meet. VALISE_SEED repeats a run. */
if (process.env.VALISE_SEED !== undefined) fc.configureGlobal({ seed: Number(process.env.VALISE_SEED) });

export const party = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('kz-a', 'kz-b', 'by-a', 'ru-a') },
  { weight: 1, arbitrary: fc.constantFrom('kz-unit', 'by-old') },
);
const offences = fc.oneof(fc.constant('any' as const), fc.subarray(['3.1.a', '3.1.b', '3.1.c']));
export const instrument = fc.constantFrom(...INSTRUMENTS);
export const purpose: fc.Arbitrary<Purpose> = fc.record({
  instrument: fc.constantFrom('cis-it-crime-2018', 'cis-counterterror-2017'),
  activity: fc.constantFrom('investigation' as const, 'prevention' as const),
  offences,
  caseId: fc.constantFrom(null, 'KZ-77', 'KZ-78'),
});
export const purposes = fc.array(purpose, { maxLength: 4 });
const conditions = fc.subarray(['no-court-use', 'no-copies', 'report-back']);
export const level = fc.constantFrom('open' as const, 'restricted' as const);
export const item: fc.Arbitrary<Item> = fc.record({
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
  spontaneous: fc.constantFrom(null, false, true),
});
export const consent: fc.Arbitrary<Consent> = fc.record({
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
export const items = fc.array(item, { minLength: 1, maxLength: 4 });
export const consents = fc.array(consent, { maxLength: 5 });

export const relaxAll = (constraints: Constraints, given: readonly Consent[]): Constraints =>
  given.reduce((all, one) => relax(all, one, Date.parse(AT), law), constraints);
export const joinAll = (all: readonly Item[]): Constraints =>
  all.map(constraintsOf).reduce(join, UNCONSTRAINED);
export const bytes = (value: unknown): string => JSON.stringify(value);
/** `expect` is slow, and here it would be called a hundred thousand times to agree. */
export function same(actual: unknown, expected: unknown): void {
  if (bytes(actual) !== bytes(expected)) expect(bytes(actual)).toBe(bytes(expected));
}
/** As they are met with: joined, and partly relaxed already. */
export const constraints = fc.tuple(items, consents).map(([all, given]) => relaxAll(joinAll(all), given));
