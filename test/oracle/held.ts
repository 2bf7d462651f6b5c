import type { Consent } from '#policy';
import type { Authority, Register } from '#treaties';
import { BOOLEANS, CHANNELS, type Case } from './axes.js';
import { FLAWS, HELD, step } from './handed.js';
import { INSTRUMENTS, type InstrumentId } from './law.js';
import * as world from './worlds.js';
import { HOLDER, NEIGHBOUR, NOW, ORGAN, OTHER_PROVIDER, PROVIDER, RECIPIENT, UNIT } from './worlds.js';

/** Section 6: for the conduct of the case, by bodies to which it was passed, by units, back, to account for it, and how often. */

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
  const cast = [HOLDER, NEIGHBOUR, RECIPIENT, PROVIDER, ORGAN];
  for (const instrument of INSTRUMENTS)
    for (const from of cast)
      for (const to of cast)
        for (const receiver of [HOLDER, NEIGHBOUR, ORGAN])
          for (const passedTo of [[], [NEIGHBOUR], [HOLDER, RECIPIENT], [ORGAN, 'kz-nobody']])
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

/** To account for it: by a holder, a former holder, and one that never had it lawfully. */
export function* accounting(): Generator<Case> {
  const register = world.registerWithUnits();
  for (const instrument of INSTRUMENTS)
    for (const by of [HOLDER, UNIT, RECIPIENT, PROVIDER, NEIGHBOUR, 'h1'])
      for (const flaw of FLAWS)
        for (const heldSince of [null, HELD])
          for (const account of [undefined, false, true])
            for (const passedTo of [null, [NEIGHBOUR]])
              for (const purpose of [null, world.purpose(instrument)]) {
                const items = [world.item({ instrument, level: 'restricted', heldSince, passedTo })];
                const consents = [step(0, flaw), step(1, { to: 'h1', recipient: RECIPIENT })];
                const as = account === undefined ? {} : { account };
                yield { register, action: { action: 'use', at: NOW, by, purpose, ...as, items, consents } };
              }
}

/** Spontaneous information: the same law, inferred instead of explicit. */
export function* spontaneous(): Generator<Case> {
  const register = world.plainRegister();
  for (const instrument of INSTRUMENTS)
    for (const asked of [undefined, null, false, true])
      for (const by of [HOLDER, PROVIDER, RECIPIENT])
        for (const kind of ['purpose', 'onward-transfer'] as const)
          for (const written of BOOLEANS)
            for (const activity of ['investigation', 'prevention'] as const) {
              const purpose = world.purpose(instrument, { activity });
              const as = asked === undefined ? {} : { spontaneous: asked };
              const items = [world.item({ instrument, level: 'restricted', ...as })];
              const consents = [
                world.consent({ kind, written, purposes: kind === 'purpose' ? [purpose] : null }),
              ];
              yield { register, action: { action: 'use', at: NOW, by, purpose, items, consents } };
              const change = { from: by, to: OTHER_PROVIDER, level: 'restricted' as const, purpose, items };
              const onward = [
                ...consents,
                world.consent({ id: 'c2', to: by, recipient: OTHER_PROVIDER, written }),
              ];
              const passing = { ...change, channel: 'off-bus' as const, consents: onward };
              yield { register, action: world.transfer(instrument, passing) };
            }
}

/** Given back to its provider, by a holder of every kind, for every purpose and none. */
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

/** Providers that were dissolved, in every way in which a successor may be named, asked and heard. */
export function* successors(): Generator<Case> {
  const OLD = PROVIDER;
  const lasts = [world.YESTERDAY, world.TODAY, '2026-02-28', null];
  const heirs = [null, OLD, OTHER_PROVIDER, HOLDER, 'ru-heir', 'ru-second', 'ru-nobody'];
  const entry = (id: string, change: Partial<Authority>): Authority => ({
    ...world.authority(PROVIDER),
    ...{ id, ...change },
  });
  for (const until of lasts)
    for (const succeededBy of heirs)
      for (const ofHeir of [
        {},
        { from: world.TOMORROW },
        { until: world.YESTERDAY, succeededBy: 'ru-second' },
        { until: world.YESTERDAY, succeededBy: OLD },
        { instruments: [] },
      ]) {
        const register = world.plainRegister();
        register.authorities = register.authorities.filter(({ id }) => id !== OLD);
        register.authorities.push(
          entry(OLD, { until, succeededBy }),
          entry('ru-heir', ofHeir),
          entry('ru-second', {}),
        );
        for (const by of [OLD, 'ru-heir', 'ru-second', OTHER_PROVIDER, null])
          for (const from of ['2026-02-28T23:59:59Z', '2026-03-01T00:00:00Z', '2026-03-10T00:00:00Z'])
            for (const kind of ['purpose', 'onward-transfer', 'disclosure'] as const) {
              const instrument: InstrumentId = 'cis-it-crime-2018';
              const purpose = world.purpose(instrument, { activity: 'prevention' });
              const named = { by: by ?? '', from, kind, purposes: kind === 'purpose' ? [purpose] : null };
              const consents = by === null ? [] : [world.consent(named)];
              const items = [world.item({ instrument, level: 'restricted' })];
              if (kind === 'purpose')
                yield { register, action: { action: 'use', at: NOW, by: HOLDER, purpose, items, consents } };
              if (kind === 'onward-transfer')
                yield {
                  register,
                  action: world.transfer(instrument, {
                    level: 'restricted',
                    channel: 'off-bus',
                    items,
                    consents,
                  }),
                };
              if (kind === 'disclosure')
                yield {
                  register,
                  action: {
                    ...{ action: 'disclose', at: NOW, instrument, requester: OLD, by: HOLDER, to: RECIPIENT },
                    ...{ confidentialityAsked: true, consents },
                  },
                };
            }
      }
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
