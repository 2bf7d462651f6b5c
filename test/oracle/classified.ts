import { INSTRUMENTS } from './law.js';
import * as world from './worlds.js';
import { AGREEMENTS, BILATERAL, HOLDER, NEIGHBOUR, ORGAN, PROVIDER, RECIPIENT } from './worlds.js';
import { BOOLEANS, CHANNELS, LEVELS, STANDINGS, WHOLE, decisionsUnder, type Case } from './axes.js';

/** Section 7: agreements, clearances, channels, decisions. */

/** Four agreements, each in every standing. */
export function* mixtures(): Generator<Case> {
  for (const a of STANDINGS)
    for (const b of STANDINGS)
      for (const c of STANDINGS)
        for (const d of STANDINGS) {
          const register = world.plainRegister();
          [a, b, c, d].forEach((standing, index) => {
            world.stand(register, AGREEMENTS[index] ?? BILATERAL, standing);
          });
          for (const instrument of INSTRUMENTS)
            for (const level of ['secret', 'top-secret'] as const)
              for (const releaseDecision of decisionsUnder(instrument))
                for (const channel of CHANNELS) {
                  const items = [world.item({ instrument, provider: HOLDER, receiver: RECIPIENT, level })];
                  yield {
                    register,
                    action: world.transfer(instrument, { level, releaseDecision, channel, items }),
                  };
                }
        }
}

const BINDINGS: readonly world.Binding[] = [
  'nobody',
  'holder-only',
  'recipient-only',
  'both',
  'both-from-today',
  'recipient-tomorrow',
  'both-until-today',
  'both-until-yesterday',
];
const CLEARANCES: readonly (world.Clearance | null)[] = [
  null,
  { upTo: 'special-importance', whose: 'holder' },
  ...LEVELS.slice(1).map((upTo) => ({ upTo })),
];
const ACCREDITATIONS: readonly (world.Accreditation | null)[] = [
  null,
  ...LEVELS.slice(1).map((upTo) => ({ upTo })),
  { upTo: 'top-secret', reversed: true },
  { upTo: 'special-importance', between: [HOLDER, PROVIDER] },
  { upTo: 'special-importance', between: [NEIGHBOUR, RECIPIENT] },
  { upTo: 'special-importance', until: world.YESTERDAY },
  { upTo: 'special-importance', until: world.TODAY },
  { upTo: 'special-importance', from: world.TODAY },
  { upTo: 'special-importance', from: world.TOMORROW },
];

/** One agreement alone, in everything that it may be, for every level, as a message and as a transfer. */
export function* oneAgreement(): Generator<Case> {
  for (const agreement of AGREEMENTS)
    for (const binding of BINDINGS)
      for (const clearance of CLEARANCES)
        for (const accreditation of ACCREDITATIONS) {
          const register = world.plainRegister();
          world.stand(register, agreement, { binding, clearance, accreditation });
          for (const level of LEVELS.slice(2))
            for (const instrument of INSTRUMENTS)
              for (const released of decisionsUnder(instrument)) {
                const own = [world.item({ instrument, provider: HOLDER, receiver: NEIGHBOUR, level })];
                const change = { level, releaseDecision: released, items: own };
                yield { register, action: world.transfer(instrument, change) };
                yield { register, action: world.send(instrument, level, released) };
                const channel = 'off-bus' as const;
                yield { register, action: world.send(instrument, level, released, { channel }) };
              }
        }
}

/** The organ as recipient and as sender: only the agreement of 2013 counts, and only under the instrument of 2017. */
export function* organs(): Generator<Case> {
  for (const pair of [
    [HOLDER, ORGAN],
    [ORGAN, RECIPIENT],
  ] as const)
    for (const standing2013 of STANDINGS)
      for (const others of [
        [],
        ['csto-secrets-2004'],
        ['cis-secrets-1993'],
        [BILATERAL],
        AGREEMENTS,
      ] as const) {
        const register = world.plainRegister();
        world.stand(register, 'cis-secrets-2013', standing2013, pair);
        for (const other of others) {
          if (other !== 'cis-secrets-2013') world.stand(register, other, WHOLE, pair);
        }
        for (const instrument of INSTRUMENTS)
          for (const level of LEVELS)
            for (const released of BOOLEANS)
              for (const channel of CHANNELS) {
                const [from, to] = pair;
                yield { register, action: world.send(instrument, level, released, { from, to, channel }) };
                const items = [world.item({ instrument, provider: from, receiver: NEIGHBOUR, level })];
                const change = { from, to, channel, level, releaseDecision: released, items };
                yield { register, action: world.transfer(instrument, change) };
              }
      }
}

/** Level of the source, level of what is passed on, standing of the agreement, decision, consent: all at once. */
export function* together(): Generator<Case> {
  for (const standing of STANDINGS)
    for (const agreement of AGREEMENTS) {
      const register = world.plainRegister();
      world.stand(register, agreement, standing);
      for (const instrument of INSTRUMENTS)
        for (const received of INSTRUMENTS)
          for (const source of LEVELS.slice(0, 3))
            for (const level of LEVELS.slice(0, 4))
              for (const released of decisionsUnder(instrument))
                for (const channel of CHANNELS)
                  for (const given of [null, { maxLevel: source }, { written: false }] as const) {
                    const items = [world.item({ instrument: received, level: source })];
                    const consents = given === null ? [] : [world.consent(given)];
                    const change = { channel, items, consents };
                    yield {
                      register,
                      action: world.transfer(instrument, { ...change, level, releaseDecision: released }),
                    };
                    yield { register, action: world.send(instrument, level, released, change) };
                  }
    }
}
