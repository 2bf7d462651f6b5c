import type { Action, Consent, Item, Purpose } from '#policy';
import type { Level } from '#treaties';
import { INSTRUMENTS, type InstrumentId } from './law.js';
import * as world from './worlds.js';
import { HOLDER, NEIGHBOUR, NOW, PROVIDER, RECIPIENT } from './worlds.js';
import { BOOLEANS, CHANNELS, ORGANISATION, type Case } from './axes.js';

/** Section 6: consents, purposes, sources. */
const TERMS: readonly Partial<Consent>[] = [
  {},
  { from: NOW },
  { until: NOW },
  { until: '2026-03-10T09:00:01Z' },
  { revokedAt: NOW },
  { revokedAt: '2026-03-10T09:00:00.001Z' },
  { from: '2026-03-10T08:59:59.999Z', revokedAt: '2026-03-09T00:00:00Z' },
];

/** Whom a consent names, in every combination of right and wrong. */
function* parties(kinds: readonly Consent['kind'][]): Generator<Partial<Consent>> {
  for (const kind of kinds)
    for (const by of [PROVIDER, world.OTHER_PROVIDER])
      for (const to of [HOLDER, NEIGHBOUR])
        for (const recipient of [RECIPIENT, NEIGHBOUR, null])
          for (const items of ['all', ['i1'], ['i2'], []] as const) {
            yield { kind, by, to, recipient, items: items === 'all' ? items : [...items] };
          }
}

const KINDS = ['onward-transfer', 'purpose', 'disclosure'] as const;

/** One source, one consent with everything about it right or wrong; received under each instrument. */
export function* onwardConsent(): Generator<Case> {
  const register = world.plainRegister();
  const action = (instrument: InstrumentId, level: Level, derived: boolean, consents: Consent[]): Action =>
    world.transfer(ORGANISATION, { level, derived, items: [world.item({ instrument, level })], consents });
  for (const instrument of INSTRUMENTS)
    for (const level of ['open', 'restricted'] as const) {
      yield { register, action: action(instrument, level, false, []) };
      for (const names of parties(KINDS))
        for (const term of TERMS)
          for (const written of BOOLEANS)
            for (const [derived, coversDerived] of [
              [false, undefined],
              [true, true],
              [true, false],
            ] as const)
              for (const maxLevel of ['open', null] as const) {
                const given = world.consent({
                  ...names,
                  ...term,
                  written,
                  maxLevel,
                  coversDerived: coversDerived ?? null,
                });
                yield { register, action: action(instrument, level, derived, [given]) };
              }
    }
}

function purposesTried(instrument: string): Purpose[] {
  return [
    world.purpose(instrument),
    world.purpose(instrument, { activity: 'court-evidence' }),
    world.purpose(instrument, { caseId: null }),
    world.purpose(instrument, { caseId: 'KZ-78' }),
    world.purpose(instrument, { offences: 'any' }),
    world.purpose(instrument, { offences: ['3.1.b'] }),
    world.purpose(instrument, { offences: ['3.1.a', '3.1.b'] }),
    world.purpose('cis-computer-crime-2001'),
  ];
}

function purposesGiven(instrument: string): Purpose[][] {
  const [same, court, anyCase, otherCase, anyOffence, otherOffence, both] = purposesTried(instrument);
  const lists = [[same], [court], [anyCase], [otherCase], [anyOffence], [otherOffence], [both]];
  lists.push([same, otherOffence], [same, court], [otherCase, anyOffence], [anyCase, otherOffence]);
  return lists.map((list) => list.filter((one) => one !== undefined));
}

/** Every purpose against every given list and every consent's list, at every relation of the user to the item. */
export function* purposes(): Generator<Case> {
  const register = world.plainRegister();
  for (const instrument of INSTRUMENTS)
    for (const level of ['open', 'restricted'] as const)
      for (const purpose of purposesTried(instrument))
        for (const given of purposesGiven(instrument))
          for (const by of [HOLDER, PROVIDER, NEIGHBOUR])
            for (const consented of [null, ...purposesGiven(instrument)])
              for (const written of consented === null ? [true] : BOOLEANS) {
                const source = world.item({ instrument, level, purposes: given });
                const consents = consented && [
                  world.consent({ kind: 'purpose', to: by, recipient: null, purposes: consented, written }),
                ];
                yield {
                  register,
                  action: { action: 'use', at: NOW, by, purpose, items: [source], consents: consents ?? [] },
                };
              }
}

/** A consent to another use with everything about it right or wrong. */
export function* useConsent(): Generator<Case> {
  const register = world.plainRegister();
  for (const instrument of INSTRUMENTS)
    for (const names of parties(KINDS))
      for (const term of TERMS)
        for (const written of BOOLEANS)
          for (const maxLevel of ['open', 'restricted', null] as const) {
            const tried = world.purpose(instrument, { activity: 'prevention' });
            const consents = [world.consent({ ...names, ...term, written, maxLevel, purposes: [tried] })];
            const items = [world.item({ instrument, level: 'restricted' })];
            yield {
              register,
              action: { action: 'use', at: NOW, by: HOLDER, purpose: tried, items, consents },
            };
          }
}

/** A transfer for a stated purpose against the purposes of its consent. */
export function* transferPurpose(): Generator<Case> {
  const register = world.plainRegister();
  for (const instrument of INSTRUMENTS)
    for (const purpose of purposesTried(instrument))
      for (const consented of [null, ...purposesGiven(instrument)])
        for (const channel of CHANNELS)
          for (const use of [null, { to: HOLDER }, { to: RECIPIENT }, { to: HOLDER, written: false }]) {
            const items = [world.item({ instrument, level: 'restricted' })];
            const consents = [world.consent({ purposes: consented })];
            const lifted = { id: 'c2', kind: 'purpose' as const, recipient: null, purposes: [purpose] };
            if (use !== null) consents.push(world.consent({ ...lifted, ...use }));
            const change = { level: 'restricted' as const, purpose, items, consents, channel };
            yield { register, action: world.transfer(instrument, change) };
          }
}

/** A holder that got it by a consent uses it. */
export function* thirdPartyUse(): Generator<Case> {
  const register = world.plainRegister();
  for (const instrument of INSTRUMENTS)
    for (const purpose of purposesTried(instrument))
      for (const consented of [null, ...purposesGiven(instrument)])
        for (const names of parties(['onward-transfer']))
          for (const use of [null, { to: RECIPIENT }, { to: HOLDER }]) {
            const items = [world.item({ instrument, level: 'restricted' })];
            const consents = [world.consent({ ...names, purposes: consented })];
            const lifted = { id: 'c2', kind: 'purpose' as const, recipient: null, purposes: [purpose] };
            if (use !== null) consents.push(world.consent({ ...lifted, ...use }));
            yield { register, action: { action: 'use', at: NOW, by: RECIPIENT, purpose, items, consents } };
          }
}

/** Empty lists give nothing: no items, and no recipient. */
export function* empties(): Generator<Case> {
  const register = world.plainRegister();
  for (const instrument of INSTRUMENTS)
    for (const given of [[], [world.purpose(instrument)], [world.purpose(instrument, { offences: [] })]])
      for (const consented of [
        null,
        [],
        [world.purpose(instrument)],
        [world.purpose(instrument, { offences: [] })],
      ])
        for (const kind of KINDS)
          for (const tried of [
            world.purpose(instrument),
            world.purpose(instrument, { offences: [] }),
            null,
          ]) {
            const items = [world.item({ instrument, level: 'restricted', purposes: given })];
            const consents = [world.consent({ kind, purposes: consented })];
            const change = { level: 'restricted' as const, items, consents, purpose: tried };
            yield { register, action: world.transfer(instrument, change) };
            if (tried === null) continue;
            yield {
              register,
              action: { action: 'use', at: NOW, by: HOLDER, purpose: tried, items, consents },
            };
          }
}

/** What one source may be: whose, under what, and whether its provider agreed. */
function* sources(id: string): Generator<{ item: Item; consents: Consent[] }> {
  for (const instrument of INSTRUMENTS)
    for (const provider of [PROVIDER, world.OTHER_PROVIDER, HOLDER, RECIPIENT])
      for (const level of ['open', 'restricted'] as const)
        for (const agreed of ['no', 'in writing', 'orally', 'no longer'] as const) {
          if (agreed !== 'no' && (provider === HOLDER || provider === RECIPIENT)) continue;
          const written = agreed === 'in writing';
          const until = agreed === 'no longer' ? world.YESTERDAY + 'T00:00:00Z' : null;
          const given = world.consent({ id: `c-${id}`, by: provider, items: [id], written, until });
          const receiver = provider === HOLDER ? RECIPIENT : HOLDER;
          yield {
            item: world.item({ id, instrument, provider, receiver, level }),
            consents: agreed === 'no' ? [] : [given],
          };
        }
}

/** Every pair of sources, passed on as a transfer and inside a message: providers add up, nothing loosens anything. */
export function* pairs(): Generator<Case> {
  const register = world.plainRegister();
  for (const one of sources('i1'))
    for (const other of sources('i2')) {
      const items = [one.item, other.item];
      const consents = [...one.consents, ...other.consents];
      const lower = { level: 'open' as const, items, consents };
      yield { register, action: world.transfer('cis-it-crime-2018', lower) };
      yield { register, action: world.transfer(ORGANISATION, { ...lower, level: 'restricted' }) };
      yield { register, action: world.send(ORGANISATION, 'restricted', false, { items, consents }) };
      const purpose = world.purpose('cis-it-crime-2018');
      yield { register, action: { action: 'use', at: NOW, by: HOLDER, purpose, items, consents } };
    }
}

export function* disclosure(): Generator<Case> {
  const register = world.plainRegister();
  const instruments = INSTRUMENTS.filter((id) => id !== 'cis-infosec-2013');
  for (const instrument of instruments)
    for (const confidentialityAsked of BOOLEANS) {
      const action = (consents: Consent[]): Action => ({
        action: 'disclose',
        at: NOW,
        instrument,
        requester: PROVIDER,
        by: HOLDER,
        to: RECIPIENT,
        confidentialityAsked,
        consents,
      });
      yield { register, action: action([]) };
      for (const names of parties(KINDS))
        for (const term of TERMS)
          for (const written of BOOLEANS) {
            if (names.items === 'all') {
              yield { register, action: action([world.consent({ ...names, ...term, written })]) };
            }
          }
    }
}

/** The requester and the one whom it is told to, in every relation. */
export function* disclosureRelations(): Generator<Case> {
  const register = world.plainRegister();
  const cast = [HOLDER, RECIPIENT, PROVIDER, 'kz-court'];
  for (const instrument of INSTRUMENTS)
    for (const requester of cast)
      for (const by of cast)
        for (const to of cast)
          for (const confidentialityAsked of BOOLEANS)
            for (const consented of BOOLEANS) {
              const given = world.consent({ kind: 'disclosure', by: requester, to: by, recipient: to });
              yield {
                register,
                action: {
                  action: 'disclose',
                  at: NOW,
                  instrument,
                  requester,
                  by,
                  to,
                  confidentialityAsked,
                  consents: consented ? [given] : [],
                },
              };
            }
}
