import type { Register } from '#treaties';
import { INSTRUMENTS, type InstrumentId } from './law.js';
import * as world from './worlds.js';
import { AGREEMENTS, HOLDER, NEIGHBOUR, NOW, PROVIDER, RECIPIENT } from './worlds.js';
import { BOOLEANS, CHANNELS, WHOLE, type Case } from './axes.js';

/** Sections 1 and 2, and who is a third party. */
type Listing =
  'listed' | 'under-another' | 'until-today' | 'from-today' | 'expired' | 'tomorrow' | 'absent' | 'renewed';
const LISTINGS: readonly Listing[] = [
  'listed',
  'under-another',
  'until-today',
  'from-today',
  'expired',
  'tomorrow',
  'absent',
  'renewed',
];
type Bond = 'bound' | 'signed' | 'from-today' | 'tomorrow' | 'left-today' | 'leaves-tomorrow';
const BONDS: readonly Bond[] = ['bound', 'signed', 'from-today', 'tomorrow', 'left-today', 'leaves-tomorrow'];

function list(register: Register, id: typeof HOLDER | typeof RECIPIENT, how: Listing): void {
  const entry = world.authority(id);
  const rest = register.authorities.filter((one) => one.id !== id);
  const entries: Record<Listing, Partial<typeof entry>[]> = {
    listed: [{}],
    'under-another': [{ instruments: ['cis-computer-crime-2001'] }],
    'until-today': [{ until: world.TODAY }],
    'from-today': [{ from: world.TODAY }],
    expired: [{ until: world.YESTERDAY }],
    tomorrow: [{ from: world.TOMORROW }],
    absent: [],
    renewed: [{ until: world.YESTERDAY }, { from: world.TODAY }],
  };
  register.authorities = [...rest, ...entries[how].map((change) => ({ ...entry, ...change }))];
}

function bind(register: Register, state: string, how: Bond): void {
  for (const instrument of INSTRUMENTS) {
    const after = instrument === 'csto-infosphere-2014' ? 0 : 30;
    const received = (day: string): string =>
      new Date(Date.parse(`${day}T00:00:00Z`) - after * 86_400_000).toISOString().slice(0, 10);
    register.events = register.events.filter(
      (event) => event.instrument !== instrument || event.state !== state,
    );
    const event = { instrument, state, event: 'notified' as const, on: world.LONG_AGO };
    // The 2018 agreement ends six months after the notice; under the others the state names its day.
    const leaving = (on: string, leavesOn: string) =>
      instrument === 'cis-it-crime-2018'
        ? { instrument, state, event: 'withdrawal-notified' as const, on }
        : { instrument, state, event: 'withdrawal-notified' as const, on: '2025-06-01', leavesOn };
    const events = {
      bound: [event],
      signed: [{ ...event, event: 'signed' as const }],
      'from-today': [{ ...event, on: received(world.TODAY) }],
      tomorrow: [{ ...event, on: received(world.TOMORROW) }],
      'left-today': [event, leaving('2025-09-10', world.TODAY)],
      'leaves-tomorrow': [event, leaving('2025-09-11', world.TOMORROW)],
    };
    register.events.push(...events[how]);
  }
}

/** Two more states, so that the instruments are in force whatever the two do. */
function populous(): Register {
  const register = world.plainRegister();
  for (const instrument of INSTRUMENTS)
    for (const state of ['KG', 'TJ'])
      register.events.push({ instrument, state, event: 'notified', on: world.LONG_AGO });
  return register;
}

/** Who may exchange, on the day: every pair of listings, every pair of bonds, and the plainest of one with all of the other. */
export function* listings(): Generator<Case> {
  const telling: readonly Listing[] = ['listed', 'expired', 'absent'];
  for (const sender of LISTINGS)
    for (const receiver of LISTINGS)
      for (const holderBond of BONDS)
        for (const recipientBond of BONDS) {
          const bothBound = holderBond === 'bound' && recipientBond === 'bound';
          if (!bothBound && !(telling.includes(sender) && telling.includes(receiver))) continue;
          const register = populous();
          list(register, HOLDER, sender);
          list(register, RECIPIENT, receiver);
          bind(register, 'KZ', holderBond);
          bind(register, 'BY', recipientBond);
          for (const instrument of INSTRUMENTS) yield* exchangesUnder(register, instrument);
        }
}

function* exchangesUnder(register: Register, instrument: InstrumentId): Generator<Case> {
  const items = [world.item({ instrument, level: 'restricted' })];
  const consents = [world.consent()];
  const change = { level: 'restricted' as const, items, consents };
  for (const channel of CHANNELS) {
    yield { register, action: world.transfer(instrument, { ...change, channel }) };
    yield { register, action: world.send(instrument, 'open', false, { channel }) };
  }
  yield { register, action: { action: 'in-force', at: NOW, instrument, between: ['KZ', 'BY'] } };
}

/** A clearance holds while its listing does: state secrets to and from those who are listed, or were, or will be. */
export function* listedAndCleared(): Generator<Case> {
  for (const agreement of AGREEMENTS)
    for (const sender of LISTINGS)
      for (const receiver of LISTINGS) {
        const register = world.plainRegister();
        list(register, HOLDER, sender);
        list(register, RECIPIENT, receiver);
        world.stand(register, agreement, WHOLE);
        for (const instrument of INSTRUMENTS)
          for (const level of ['restricted', 'secret', 'special-importance'] as const)
            for (const channel of CHANNELS) {
              const items = [world.item({ instrument, level })];
              const change = { level, channel, items, consents: [world.consent()], releaseDecision: true };
              yield { register, action: world.transfer(instrument, change) };
            }
      }
}

/** Who the third party is: every relation of sender and recipient to the source, on the bus and off it, listed or not. */
export function* relations(): Generator<Case> {
  const register = world.plainRegister();
  world.stand(register, 'cis-secrets-1993', WHOLE);
  const cast = [HOLDER, RECIPIENT, PROVIDER, NEIGHBOUR, 'kz-court'];
  for (const instrument of INSTRUMENTS)
    for (const from of cast)
      for (const to of cast)
        for (const provider of cast)
          for (const receiver of cast)
            for (const level of ['open', 'restricted', 'secret'] as const)
              for (const channel of CHANNELS)
                for (const consented of BOOLEANS) {
                  if (from === to || provider === receiver) continue;
                  const items = [world.item({ instrument, provider, receiver, level })];
                  const consents = consented
                    ? [world.consent({ by: provider, to: from, recipient: to })]
                    : [];
                  const change = { from, to, channel, level, items, consents, releaseDecision: true };
                  yield { register, action: world.transfer(instrument, change) };
                  if (level === 'secret') continue;
                  yield {
                    register,
                    action: world.send(instrument, level, true, { from, to, channel, items, consents }),
                  };
                }
}
