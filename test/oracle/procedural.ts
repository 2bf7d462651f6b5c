import type { Register } from '#treaties';
import { MESSAGE_TYPES } from '#treaties';
import { BOOLEANS, CHANNELS, type Case } from './axes.js';
import type { MessageType } from './codes.js';
import { INSTRUMENTS } from './law.js';
import * as world from './worlds.js';
import { HOLDER, NEIGHBOUR, NOW, ORGAN, PROVIDER, RECIPIENT } from './worlds.js';
import { arranged, message, opened, sent } from './written.js';

/** Section 5: who may send which message in a case, and what it must say; and section 1 after a withdrawal. */

const TYPES = MESSAGE_TYPES as readonly MessageType[];
const LATE = { confirmed: false, sentAt: '2026-03-07T08:59:59Z' };
const IN_TIME = { confirmed: false, sentAt: '2026-03-07T09:00:00Z' };

/** Every type from either side, without a case, from a stranger to it; with a reason stated and without. */
export function* types(): Generator<Case> {
  const register = arranged(world.plainRegister(), [HOLDER, RECIPIENT], true);
  const cases = [
    null,
    ...[HOLDER, RECIPIENT, PROVIDER].flatMap((one) => [opened(one), opened(one, LATE), opened(one, IN_TIME)]),
  ];
  for (const instrument of INSTRUMENTS)
    for (const type of TYPES)
      for (const about of cases)
        for (const channel of CHANNELS)
          for (const grounds of [null, '', 'a reason'])
            for (const to of [RECIPIENT, NEIGHBOUR]) {
              // Whether what opens an exchange may go inside a state while a case is open is left to the other reading.
              if (to === NEIGHBOUR && about !== null) continue;
              const said = message(instrument, type, { grounds, contents: full(instrument, type) });
              yield { register, action: sent(instrument, said, { case: about, channel, to }) };
            }
}

const full = (instrument: (typeof INSTRUMENTS)[number], type: MessageType): string[] =>
  message(instrument, type).contents;

/** Every set of grounds, with reasons and without, by an authority and by an organ. */
export function* refusals(): Generator<Case> {
  const register = world.plainRegister();
  const grounds = [
    ...(['sovereignty', 'security', 'national-interests', 'public-order', 'rights-of-citizens'] as const),
    ...(['national-law', 'international-obligations', 'not-compliant'] as const),
  ];
  for (const instrument of INSTRUMENTS)
    for (const from of instrument === 'cis-counterterror-2017' ? [HOLDER, ORGAN] : [HOLDER])
      for (const reasons of BOOLEANS)
        for (const channel of CHANNELS)
          for (let set = 1; set < 2 ** grounds.length; set += 1) {
            const named = grounds.filter((_, bit) => (set & (1 << bit)) !== 0);
            const refusal = { grounds: named, reasons, extent: 'partial' as const };
            const said = message(instrument, 'refusal', { refusal });
            yield { register, action: sent(instrument, said, { from, channel, case: opened(RECIPIENT) }) };
          }
}

/** Passing on: to a body of the same state and of others, listed, listed no more, or on no list at all; with what came along. */
export function* forwarding(): Generator<Case> {
  const register = world.plainRegister();
  register.authorities.push(
    world.authority(NEIGHBOUR, { id: 'kz-expired', until: world.YESTERDAY }),
    world.authority(RECIPIENT, { id: 'by-expired', until: world.YESTERDAY }),
  );
  for (const instrument of INSTRUMENTS)
    for (const from of [HOLDER, 'kz-expired'])
      for (const to of [NEIGHBOUR, RECIPIENT, PROVIDER, 'kz-expired', 'by-expired', 'kz-nobody', ORGAN])
        for (const initiator of [RECIPIENT, PROVIDER, 'by-expired'])
          for (const channel of CHANNELS)
            for (const provider of [null, RECIPIENT, PROVIDER, world.OTHER_PROVIDER]) {
              if (from === to) continue;
              const items = provider === null ? [] : [world.item({ instrument, provider, receiver: from })];
              const said = message(instrument, 'forwarded');
              const change = { from, to, channel, case: opened(initiator), items, consents: [] };
              yield { register, action: sent(instrument, said, change) };
            }
}

type Stay = 'bound' | 'left' | 'left-long-ago' | 'never' | 'not-yet';
const STAYS: readonly Stay[] = ['bound', 'left', 'left-long-ago', 'never', 'not-yet'];

function stay(register: Register, state: string, how: Stay, since = world.LONG_AGO): void {
  for (const instrument of INSTRUMENTS) {
    const notified = { instrument, state, event: 'notified' as const, on: since };
    const leaves = (on: string, leavesOn: string) => ({
      ...{ instrument, state, event: 'withdrawal-notified' as const, on },
      ...(instrument === 'cis-it-crime-2018' ? {} : { leavesOn }),
    });
    const events = {
      bound: [notified],
      left: [notified, leaves('2025-08-01', '2026-02-01')],
      'left-long-ago': [notified, leaves('2020-01-01', '2020-07-01')],
      never: [{ ...notified, event: 'signed' as const }],
      'not-yet': [{ ...notified, on: '2026-03-20' }],
    };
    register.events = register.events.filter((one) => one.instrument !== instrument || one.state !== state);
    register.events.push(...events[how]);
  }
}

/** What concerns information given before goes on when one has left, or both; and nothing else does. */
export function* continuing(): Generator<Case> {
  for (const holder of STAYS)
    for (const recipient of STAYS)
      for (const since of [world.LONG_AGO, '2022-01-10']) {
        // It differs only where one had left before the other came.
        if (
          since !== world.LONG_AGO &&
          !(holder === 'left-long-ago' && ['bound', 'left'].includes(recipient))
        )
          continue;
        const register = arranged(world.plainRegister(), [HOLDER, RECIPIENT], true);
        for (const instrument of INSTRUMENTS)
          for (const state of ['KG', 'TJ'])
            register.events.push({ instrument, state, event: 'notified', on: world.LONG_AGO });
        stay(register, 'KZ', holder);
        stay(register, 'BY', recipient, recipient === 'left-long-ago' ? world.LONG_AGO : since);
        for (const instrument of INSTRUMENTS)
          for (const type of TYPES)
            for (const [from, to] of [
              [HOLDER, RECIPIENT],
              [RECIPIENT, HOLDER],
              [HOLDER, ORGAN],
            ] as const)
              for (const about of [null, opened(from), opened(to)]) {
                yield {
                  register,
                  action: sent(instrument, message(instrument, type), { from, to, case: about }),
                };
              }
      }
}

const ZONES = [
  'UTC',
  'Asia/Almaty',
  'Asia/Kathmandu',
  'America/Havana',
  'Europe/Chisinau',
  'Pacific/Apia',
  'Pacific/Kiritimati',
];
const INSTANTS = [
  '2026-03-10T09:00:00Z',
  '2026-03-10T18:14:59Z',
  '2026-03-10T18:15:00Z',
  '2026-02-05T12:00:00Z',
  '2026-02-26T21:59:59Z',
  '2025-10-10T09:00:00Z',
];

/** Thirty whole days of the calendar of the requested side. */
export function* terms(): Generator<Case> {
  for (const timeZone of ZONES) {
    const register = arranged(world.plainRegister(), [HOLDER, RECIPIENT], true);
    register.authorities = register.authorities.map((one) =>
      one.id === RECIPIENT ? { ...one, timeZone } : one,
    );
    for (const instrument of INSTRUMENTS)
      for (const type of ['request', 'standing-request', 'spontaneous'] as const)
        for (const at of [NOW, ...INSTANTS])
          for (const urgent of BOOLEANS)
            for (const channel of CHANNELS)
              yield {
                register,
                action: sent(instrument, message(instrument, type, { urgent }), { at, channel }),
              };
  }
}
