import { randomBytes } from 'node:crypto';
import { uuidv7 } from '#core';
import type { Payload } from '#envelope';
import type { World } from '../../../libs/envelope/testing/attacks.js';
import type { ContractAttack } from '../../../libs/envelope/testing/contract-attacks.js';
import {
  envelopeOf,
  type Office,
  type Place,
  type Sealed,
  sealBy,
} from '../../../libs/envelope/testing/offices.js';

/** What a receiver makes of an authentic message that comes in this place; GAP is held until what is missing comes. */
export type Outcome = 'accepted' | 'duplicate' | 'GAP' | 'CONFLICT' | 'ENVELOPE_BINDING';

export interface Delivery {
  readonly envelope: Buffer;
  readonly D: string;
  readonly outcome: Outcome;
  readonly from: 'kz' | 'am';
}
/** How one sends here: from a place on, which is the first that the receiver has not seen of kz. */
export interface Sending {
  /** A message of its own case in the n-th place from there (1 is the next), after what stands before it. */
  readonly message: (
    n: number,
    prev: string | null,
    over?: Partial<Payload>,
    place?: Partial<Place>,
  ) => Sealed & { id: string };
  readonly deliver: (sealed: Sealed, outcome: Outcome) => Delivery;
  /** A case that am opened with the same receiver. */
  readonly foreign: () => { delivery: Delivery; id: string };
  readonly before: string | null;
}
export type Sequence = [name: string, covers: ContractAttack, deliveries: (send: Sending) => Delivery[]];

export const SEQUENCES: Sequence[] = [
  [
    'the same envelope again',
    'replay',
    ({ message, deliver, before }) => {
      const once = deliver(message(1, before), 'accepted');
      return [once, { ...once, outcome: 'duplicate' }];
    },
  ],
  [
    'the same message in another envelope',
    'replay',
    ({ message, deliver, before }) => {
      const sealed = message(1, before);
      return [deliver(sealed, 'accepted'), deliver(sealed, 'duplicate')];
    },
  ],
  [
    'another message under the same identifier',
    'replay',
    ({ message, deliver, before }) => {
      const first = message(1, before);
      const { id } = first;
      return [deliver(first, 'accepted'), deliver(message(2, first.D, { id, case: id }), 'CONFLICT')];
    },
  ],
  [
    'a leap over more numbers than can be asked for',
    'gap',
    ({ message, deliver, before }) => [deliver(message(1_000_000, before), 'CONFLICT')],
  ],
  [
    'a number missing, and coming late',
    'gap',
    ({ message, deliver, before }) => {
      const first = message(1, before);
      const second = message(2, first.D);
      return [
        deliver(first, 'accepted'),
        deliver(message(3, second.D), 'accepted'),
        deliver(second, 'accepted'),
      ];
    },
  ],
  [
    'another message in the place that a later one names',
    'reordering',
    ({ message, deliver, before }) => {
      const first = message(1, before);
      const second = message(2, first.D);
      return [
        deliver(first, 'accepted'),
        deliver(message(3, second.D), 'accepted'),
        deliver(message(2, first.D), 'CONFLICT'),
        deliver(second, 'accepted'),
      ];
    },
  ],
  [
    'a message that follows none that was sent',
    'reordering',
    ({ message, deliver }) => [deliver(message(1, 'A'.repeat(43)), 'CONFLICT')],
  ],
  [
    'a number that is taken',
    'rollback',
    ({ message, deliver, before }) => {
      const first = message(1, before);
      return [deliver(first, 'accepted'), deliver(message(1, before), 'CONFLICT')];
    },
  ],
  [
    'an epoch that nobody announced',
    'rollback',
    ({ message, deliver }) => [deliver(message(1, null, {}, { ep: 2, n: 1 }), 'GAP')],
  ],
  [
    'a case in which the sender takes no part',
    'foreign case',
    ({ message, deliver, foreign, before }) => {
      const { delivery, id } = foreign();
      return [delivery, deliver(message(1, before, { case: id }), 'ENVELOPE_BINDING')];
    },
  ],
];

/** @param next of kz to by; @param nextOfAm of am to by */
export function sendingOf(world: World, next: Place, nextOfAm: Place): Sending {
  const { kz, by, am, now, payload } = world;
  const sealed = (office: Office, place: Place, over: Partial<Payload>): Sealed & { id: string } => {
    const id = over.id ?? uuidv7(now * 1000, randomBytes(16));
    const content = payload({ id, case: id, from: office.authority, ...over });
    return { ...sealBy(office, content, ['head'], now, place), id };
  };
  const deliver = (office: Office, from: 'kz' | 'am') => (one: Sealed, outcome: Outcome) => ({
    envelope: envelopeOf(one, office, by),
    D: one.D,
    outcome,
    from,
  });
  return {
    before: next.prev,
    message: (n, prev, over = {}, place = {}) =>
      sealed(kz, { ep: next.ep, n: next.n + n - 1, prev, ...place }, over),
    deliver: deliver(kz, 'kz'),
    foreign: () => {
      const one = sealed(am, nextOfAm, {});
      return { delivery: deliver(am, 'am')(one, 'accepted'), id: one.id };
    },
  };
}
