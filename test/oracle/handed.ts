import type { Action, Consent, Item, Purpose } from '#policy';
import { BOOLEANS, type Case } from './axes.js';
import { INSTRUMENTS } from './law.js';
import * as world from './worlds.js';
import { HOLDER, NOW, OTHER_PROVIDER, RECIPIENT } from './worlds.js';

/** Section 6: from hand to hand, since when, and for what all of it adds up to. */

const YEAR_AGO = '2025-03-10T09:00:00Z';
export const HELD = '2026-03-05T12:00:00Z';
const HANDS = [HOLDER, 'h1', 'h2', 'h3', 'h4', 'h5'];

/** One step of a chain, as it should be or with one thing about it wrong. */
export const FLAWS: readonly Partial<Consent>[] = [
  {},
  { by: OTHER_PROVIDER },
  { to: 'h9' },
  { recipient: 'h9' },
  { recipient: null },
  { kind: 'purpose' },
  { items: ['i2'] },
  { items: [] },
  { written: false },
  { maxLevel: 'open' },
  { from: HELD },
  { from: '2026-03-05T12:00:00.001Z' },
  { until: HELD },
  { until: '2026-03-05T12:00:00.001Z' },
  { until: '2026-03-07T00:00:00Z' },
  { revokedAt: HELD },
  { revokedAt: '2026-03-07T00:00:00Z' },
  { revokedAt: NOW },
  { revokedAt: '2026-03-10T09:00:00.001Z' },
  { coversDerived: false },
  { purposes: [] },
  { purposes: [world.purpose('cis-it-crime-2018')] },
  { purposes: [world.purpose('cis-it-crime-2018', { activity: 'prevention' })] },
];

export const step = (index: number, flaw: Partial<Consent>): Consent =>
  world.consent({
    ...{ id: `c${String(index)}`, to: HANDS[index] ?? '', recipient: HANDS[index + 1] ?? '' },
    ...{ from: YEAR_AGO, coversDerived: true, usesMax: null },
    ...flaw,
  });

/** What the last of a chain does: uses it, passes it on, or puts it into a message. */
function* acts(by: string, item: Item, consents: Consent[], purpose: Purpose | null): Generator<Action> {
  yield { action: 'use', at: NOW, by, purpose, conduct: null, items: [item], consents };
  const onward = world.consent({ id: 'c9', to: by, recipient: OTHER_PROVIDER, coversDerived: true });
  const level = item.level;
  for (const derived of BOOLEANS)
    yield world.transfer('cis-it-crime-2018', {
      ...{ from: by, to: OTHER_PROVIDER, channel: 'off-bus', level, derived, purpose },
      ...{ items: [item], consents: [...consents, onward] },
    });
}

/** Chains of one to five steps, each step with each flaw, since when and since ever. */
export function* chains(): Generator<Case> {
  const register = world.plainRegister();
  for (const instrument of INSTRUMENTS)
    for (let length = 1; length <= 5; length += 1)
      for (let broken = 0; broken < length; broken += 1)
        for (const flaw of FLAWS)
          for (const heldSince of [undefined, null, HELD, NOW, '2026-03-20T00:00:00Z'])
            for (const purpose of [null, world.purpose('cis-it-crime-2018')]) {
              const consents = Array.from({ length }, (_, index) =>
                step(index, index === broken ? flaw : {}),
              );
              const purposes = [world.purpose('cis-it-crime-2018')];
              const item = world.item({ instrument, level: 'restricted', purposes, ...since(heldSince) });
              for (const action of acts(HANDS[length] ?? '', item, consents, purpose))
                yield { register, action };
            }
}

const since = (heldSince: string | null | undefined) => (heldSince === undefined ? {} : { heldSince });

/** Two ways to one holder, by one consent for each offence, and two consents for one step. */
export function* unions(): Generator<Case> {
  const register = world.plainRegister();
  const of = (instrument: string, offences: string[] | 'any'): Purpose =>
    world.purpose(instrument, { offences });
  for (const instrument of INSTRUMENTS) {
    const lists = [['3.1.a'], ['3.1.b'], ['3.1.a', '3.1.b'], 'any' as const, []].map((one) => [
      of(instrument, one),
    ]);
    const options: (Purpose[] | null)[] = [...lists, [...(lists[0] ?? []), ...(lists[1] ?? [])], []];
    for (const wanted of [['3.1.a', '3.1.b'], ['3.1.a'], 'any' as const, ['3.1.a', '3.1.b', '3.1.c'], []])
      for (const given of [[], ...lists])
        for (const one of [null, ...options])
          for (const other of [null, ...options])
            for (const kinds of ['purposes', 'steps', 'ways', 'crossed', 'mixed'] as const) {
              const purpose = of(instrument, wanted);
              const item = world.item({ instrument, level: 'restricted', purposes: given });
              const [by, consents] = together(kinds, one, other);
              yield {
                register,
                action: { action: 'use', at: NOW, by, purpose, conduct: null, items: [item], consents },
              };
              if (kinds !== 'steps') continue;
              const change = { level: 'restricted' as const, purpose, items: [item], consents };
              yield {
                register,
                action: world.transfer('cis-it-crime-2018', { ...change, channel: 'off-bus' }),
              };
            }
  }
}

function together(kinds: string, one: Purpose[] | null, other: Purpose[] | null): [string, Consent[]] {
  const consent = (id: string, change: Partial<Consent>): Consent => world.consent({ id, ...change });
  const asUse = { kind: 'purpose' as const, recipient: null };
  if (kinds === 'purposes')
    return [
      HOLDER,
      [consent('c1', { ...asUse, purposes: one }), consent('c2', { ...asUse, purposes: other })],
    ];
  if (kinds === 'steps')
    return [RECIPIENT, [consent('c1', { purposes: one }), consent('c2', { purposes: other })]];
  if (kinds === 'mixed')
    return [
      RECIPIENT,
      [consent('c1', { purposes: one }), consent('c2', { ...asUse, to: RECIPIENT, purposes: other })],
    ];
  // What came over the first hand for one list, and goes on for another; and straight, for nothing named.
  if (kinds === 'crossed')
    return [
      RECIPIENT,
      [
        consent('c1', { recipient: 'h1', purposes: one }),
        consent('c2', { to: 'h1', purposes: other }),
        consent('c3', {}),
      ],
    ];
  const half = (id: string, via: string, purposes: Purpose[] | null): Consent[] => [
    consent(`${id}1`, { recipient: via }),
    consent(`${id}2`, { to: via, purposes }),
  ];
  return [RECIPIENT, [...half('c', 'h1', one), ...half('d', 'h2', other)]];
}
