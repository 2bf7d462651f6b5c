import type { Action, Consent, Item, Purpose } from '#policy';
import type { Register } from '#treaties';
import { BOOLEANS, CHANNELS, type Case } from './axes.js';
import { INSTRUMENTS, type InstrumentId } from './law.js';
import * as world from './worlds.js';
import { HOLDER, NEIGHBOUR, NOW, OTHER_PROVIDER, PROVIDER, RECIPIENT, UNIT } from './worlds.js';

/** Section 6: from hand to hand, since when, for the conduct of the case, by units, and how often. */

const YEAR_AGO = '2025-03-10T09:00:00Z';
const HELD = '2026-03-05T12:00:00Z';
const HANDS = [HOLDER, 'h1', 'h2', 'h3', 'h4', 'h5'];

/** One step of a chain, as it should be or with one thing about it wrong. */
const FLAWS: readonly Partial<Consent>[] = [
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

const step = (index: number, flaw: Partial<Consent>): Consent =>
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
            for (const kinds of ['purposes', 'steps', 'ways', 'mixed'] as const) {
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
  const half = (id: string, via: string, purposes: Purpose[] | null): Consent[] => [
    consent(`${id}1`, { recipient: via }),
    consent(`${id}2`, { to: via, purposes }),
  ];
  return [RECIPIENT, [...half('c', 'h1', one), ...half('d', 'h2', other)]];
}

/** For the conduct of its case, by everybody who may have it and by others; and what was passed on with the request. */
export function* conduct(): Generator<Case> {
  const register = world.registerWithUnits();
  const bodies = [PROVIDER, HOLDER, NEIGHBOUR, RECIPIENT, UNIT];
  for (const instrument of INSTRUMENTS)
    for (const level of ['open', 'restricted'] as const)
      for (const by of bodies)
        for (const exchange of [undefined, null, 'e1', 'e2'])
          for (const conducted of [undefined, null, 'e1'])
            for (const passedTo of [undefined, null, [], [NEIGHBOUR], [RECIPIENT, NEIGHBOUR]])
              for (const purpose of [
                null,
                world.purpose(instrument),
                world.purpose(instrument, { activity: 'prevention' }),
              ])
                for (const handed of BOOLEANS) {
                  const item = world.item({
                    ...{ instrument, level },
                    ...(exchange === undefined ? {} : { exchange }),
                    ...(passedTo === undefined ? {} : { passedTo }),
                  });
                  const consents = handed ? [world.consent()] : [];
                  const as = conducted === undefined ? {} : { conduct: conducted };
                  yield {
                    register,
                    action: { action: 'use', at: NOW, by, purpose, ...as, items: [item], consents },
                  };
                }
}

/** Two sources, one of the case and one of another: each is judged by itself. */
export function* conductOfSeveral(): Generator<Case> {
  const register = world.plainRegister();
  for (const instrument of INSTRUMENTS)
    for (const [one, other] of [
      ['e1', 'e1'],
      ['e1', 'e2'],
      ['e2', 'e2'],
    ])
      for (const provider of [PROVIDER, OTHER_PROVIDER, HOLDER])
        for (const purpose of [null, world.purpose(instrument)])
          for (const consented of BOOLEANS) {
            const items = [
              world.item({ instrument, level: 'restricted', exchange: one ?? null }),
              world.item({
                id: 'i2',
                instrument,
                provider,
                receiver: provider === HOLDER ? RECIPIENT : HOLDER,
                exchange: other ?? null,
              }),
            ];
            const consent = world.consent({
              kind: 'purpose',
              by: provider,
              recipient: null,
              purposes: [world.purpose(instrument)],
            });
            const consents = consented ? [consent] : [];
            yield {
              register,
              action: { action: 'use', at: NOW, by: HOLDER, purpose, conduct: 'e1', items, consents },
            };
          }
}

/** Who passes to whom where the request went on to another body. */
export function* passedOn(): Generator<Case> {
  const register = world.plainRegister();
  const cast = [HOLDER, NEIGHBOUR, RECIPIENT, PROVIDER];
  for (const instrument of INSTRUMENTS)
    for (const from of cast)
      for (const to of cast)
        for (const receiver of [HOLDER, NEIGHBOUR])
          for (const passedTo of [[], [NEIGHBOUR], [HOLDER, RECIPIENT]])
            for (const consented of BOOLEANS)
              for (const purpose of [null, world.purpose(instrument)])
                for (const channel of CHANNELS) {
                  if (from === to) continue;
                  const items = [world.item({ instrument, receiver, passedTo, level: 'restricted' })];
                  const consents = consented ? [world.consent({ to: from, recipient: to })] : [];
                  const change = {
                    from,
                    to,
                    channel,
                    level: 'restricted' as const,
                    purpose,
                    items,
                    consents,
                  };
                  yield { register, action: world.transfer(instrument, change) };
                }
}

/** Given back to whoever provided it, by a holder of every kind, for every purpose and none. */
export function* givenBack(): Generator<Case> {
  const register = world.registerWithUnits();
  for (const instrument of INSTRUMENTS) {
    const lists = [null, [], [world.purpose(instrument)], [world.purpose(instrument, { offences: [] })]];
    for (const provider of [PROVIDER, RECIPIENT])
      for (const from of [HOLDER, UNIT, NEIGHBOUR, OTHER_PROVIDER])
        for (const to of [provider, world.THEIR_UNIT])
          for (const purposes of lists)
            for (const purpose of [
              null,
              world.purpose(instrument),
              world.purpose(instrument, { offences: 'any' }),
            ])
              for (const derived of BOOLEANS) {
                const items = [world.item({ instrument, provider, level: 'restricted' })];
                const consents = [world.consent({ by: provider, recipient: OTHER_PROVIDER, purposes })];
                const change = { from, to, derived, purpose, items, consents, level: 'restricted' as const };
                yield { register, action: world.transfer(instrument, { ...change, channel: 'off-bus' }) };
              }
  }
}

/** A unit and its authority in every place of an act and of a consent. */
export function* units(): Generator<Case> {
  const listed = world.registerWithUnits();
  const unlisted = world.registerWithUnits();
  unlisted.authorities = unlisted.authorities.map((one) =>
    one.id === UNIT ? { ...one, until: world.YESTERDAY } : one,
  );
  const own = [HOLDER, UNIT];
  const theirs = [RECIPIENT, world.THEIR_UNIT];
  for (const register of [listed, unlisted])
    for (const instrument of INSTRUMENTS)
      for (const provider of [PROVIDER, ...own])
        for (const receiver of [NEIGHBOUR, ...own])
          for (const by of own)
            for (const consent of unitConsents(provider))
              for (const to of [...theirs, ...own]) {
                if (provider === receiver) continue;
                const items = [world.item({ instrument, provider, receiver, level: 'restricted' })];
                const consents = consent === null ? [] : [consent];
                const purpose = world.purpose(instrument);
                if (to === RECIPIENT)
                  yield {
                    register,
                    action: { action: 'use', at: NOW, by, purpose, conduct: null, items, consents },
                  };
                if (to === by) continue;
                const change = {
                  from: by,
                  to,
                  channel: 'off-bus' as const,
                  level: 'restricted' as const,
                  items,
                  consents,
                };
                yield { register, action: world.transfer(instrument, change) };
              }
}

function* unitConsents(by: string): Generator<Consent | null> {
  yield null;
  for (const to of [HOLDER, UNIT, NEIGHBOUR])
    for (const recipient of [RECIPIENT, world.THEIR_UNIT, HOLDER, UNIT])
      yield world.consent({ by, to, recipient });
}

/** A consent for so many uses, before and after they were made. */
export function* counted(): Generator<Case> {
  const register: Register = world.plainRegister();
  const counts = [undefined, null, 0, 1, 2].flatMap((usesMax) =>
    [undefined, 0, 1, 2, 3].map((usesDone) => ({
      ...(usesMax === undefined ? {} : { usesMax }),
      ...(usesDone === undefined ? {} : { usesDone }),
    })),
  );
  for (const instrument of INSTRUMENTS as readonly InstrumentId[])
    for (const count of counts as Partial<Consent>[]) {
      const purpose = world.purpose(instrument, { activity: 'prevention' });
      const items = [world.item({ instrument, level: 'restricted' })];
      const asUse = world.consent({ kind: 'purpose', recipient: null, purposes: [purpose], ...count });
      const limit = { ...asUse, id: 'c2', usesMax: 1, usesDone: 1 };
      const use = { action: 'use' as const, at: NOW, by: HOLDER, purpose, conduct: null, items };
      yield { register, action: { ...use, consents: [asUse] } };
      yield { register, action: { ...use, consents: [asUse, limit] } };
      const onward = world.consent({ purposes: [purpose], ...count });
      const change = { level: 'restricted' as const, channel: 'off-bus' as const, items };
      yield { register, action: world.transfer(instrument, { ...change, purpose, consents: [onward] }) };
      yield { register, action: world.transfer(instrument, { ...change, consents: [world.consent(count)] }) };
      if (instrument === 'cis-infosec-2013') continue;
      yield {
        register,
        action: {
          ...{ action: 'disclose', at: NOW, instrument, requester: PROVIDER, by: HOLDER, to: RECIPIENT },
          ...{ confidentialityAsked: true, consents: [world.consent({ kind: 'disclosure', ...count })] },
        },
      };
    }
}
