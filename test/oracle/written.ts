import type { Action } from '#policy';
import type { Register } from '#treaties';
import { BOOLEANS, CHANNELS, type Case } from './axes.js';
import { SCOPE, type MessageType } from './codes.js';
import { INSTRUMENTS, type InstrumentId } from './law.js';
import * as world from './worlds.js';
import { CENTRAL, HOLDER, NOW, ORGAN, RECIPIENT, THEIR_CENTRAL, THEIR_UNIT, UNIT } from './worlds.js';

/** Sections 3 and 4: what a message says, how it is signed, and by which way it goes. */

type Send = Extract<Action, { action: 'send' }>;
type Message = Send['message'];
type Signatures = Message['signatures'];

export const REQUESTS = ['request', 'standing-request', 'confirmation'] as const;

/** A message with which nothing is wrong, of that type, by its usual sender. */
export function message(instrument: InstrumentId, type: MessageType, change: Partial<Message> = {}): Message {
  return {
    ...world.send(instrument, 'open', false).message,
    type,
    contents: [...SCOPE[instrument].mandatory],
    nexus: 'citizen',
    refusal: { grounds: ['national-law'], reasons: true, extent: 'full' },
    ...change,
  };
}

export const opened = (initiator: string, change: Partial<NonNullable<Send['case']>> = {}) => ({
  initiator,
  receivedAt: '2026-03-02T08:00:05Z',
  sentAt: '2026-03-02T08:00:00Z',
  confirmed: true,
  deadline: null,
  confidentialityAsked: false,
  ...change,
});

export function sent(instrument: InstrumentId, said: Message, change: Partial<Send> = {}): Send {
  const from = change.from ?? HOLDER;
  return {
    action: 'send',
    at: NOW,
    instrument,
    from,
    to: RECIPIENT,
    channel: 'bus',
    message: said,
    case: said.type === 'confirmation' ? opened(from) : null,
    ...change,
  };
}

export function arranged(
  register: Register,
  pair: [string, string],
  electronicForm: boolean | null,
): Register {
  for (const instrument of ['cis-it-crime-2018', 'csto-infosphere-2014'])
    register.arrangements.push({
      ...{ instrument, between: pair, from: world.LONG_AGO, until: null },
      ...(electronicForm === null ? {} : { electronicForm }),
    });
  return register;
}

const OFFENCES: readonly Message['offence'][] = [
  null,
  [],
  '3.1.a',
  '3.1.h',
  ['3.1.a', '3.1.b'],
  ['3.1.a', '3.1.z'],
];
/** Forms of each instrument that differ in law, and some that it does not have. */
const FORMS: Readonly<Record<InstrumentId, readonly (string | null)[]>> = {
  'cis-it-crime-2018': [
    ...[
      '5.a',
      '5.a.1',
      '5.a.2',
      '5.a.5',
      '5.b',
      '5.b.1',
      '5.b.2',
      '5.b.3',
      '5.c',
      '5.d',
      '5.i',
      '5.j',
      '5.k',
    ],
    ...['5', '5.1', null],
  ],
  'csto-infosphere-2014': ['5.1', '5.2', '5.3', '5.4', '5.7', '5.8', '5.a', null],
  'cis-infosec-2013': ['3.1', '3.4', '3.19', '3.20', '9.2', '5.a', null],
  'cis-counterterror-2017': ['2', '12', '5.1', null],
};

/** Every form with every kind of offence, nexus, procedural measure and language, in whatever says such a thing. */
export function* scopes(): Generator<Case> {
  const register = treaties(arranged(world.plainRegister(), [HOLDER, RECIPIENT], true));
  for (const instrument of INSTRUMENTS)
    for (const type of [...REQUESTS, 'spontaneous', 'result', 'reminder'] as const)
      for (const form of FORMS[instrument])
        for (const offence of OFFENCES)
          for (const nexus of [null, 'territory'] as const)
            for (const language of ['ru', 'ru-KZ', 'kk', 'zxx'])
              for (const [procedural, otherTreaty] of PROCEDURES) {
                if (instrument !== 'csto-infosphere-2014' && (procedural || otherTreaty !== null)) continue;
                const said = message(instrument, type, {
                  form,
                  offence,
                  nexus,
                  language,
                  procedural,
                  otherTreaty,
                });
                const about = type === 'result' ? { case: opened(RECIPIENT) } : {};
                yield { register, action: sent(instrument, said, about) };
              }
}

/** Relied on: of the right kind and of another, over, of others, and of no register. */
const PROCEDURES: readonly (readonly [boolean, string | null])[] = BOOLEANS.flatMap((procedural) =>
  [null, 'legal-3', 'channel-3', 'secrecy-3', 'legal-over', 'legal-of-others', 'Minsk, 1993'].map(
    (treaty) => [procedural, treaty] as const,
  ),
);

const SIGNATURES: readonly Signatures[] = [
  [],
  [{ by: 'head' }],
  [{ seal: 'authority' }],
  [{ seal: 'unit' }],
  [{ by: 'head' }, { seal: 'authority' }],
  [{ by: 'deputy-head' }, { seal: 'authority' }],
  [{ by: 'head' }, { seal: 'unit' }],
  [{ by: 'unit-head' }, { seal: 'authority' }],
  [{ by: 'unit-head' }, { seal: 'unit' }],
  [{ by: 'authorised-person' }, { seal: 'authority' }],
  [{ by: 'head' }, { by: 'unit-head' }, { seal: 'unit' }, { seal: 'authority' }],
];

/** Who signs and seals for whom: authorities, units, central ones, an organ; with an arrangement between the two and without. */
export function* signatures(): Generator<Case> {
  const cast = [HOLDER, UNIT, CENTRAL];
  const others = [RECIPIENT, THEIR_UNIT, THEIR_CENTRAL, ORGAN];
  for (const from of cast)
    for (const to of others)
      for (const electronicForm of [undefined, false, true]) {
        const register = world.registerWithUnits();
        if (electronicForm !== undefined) arranged(register, [to, from], electronicForm);
        for (const instrument of INSTRUMENTS)
          for (const type of [...REQUESTS, 'spontaneous', 'result', 'consultation'] as const)
            for (const signed of SIGNATURES)
              for (const urgent of BOOLEANS)
                for (const channel of CHANNELS) {
                  const said = message(instrument, type, { signatures: [...signed], urgent });
                  const about = type === 'result' ? { case: opened(to) } : {};
                  yield { register, action: sent(instrument, said, { from, to, channel, ...about }) };
                }
      }
}

const ARRANGEMENTS: readonly [string, (register: Register) => void][] = [
  ['none', () => undefined],
  ['plain', (register) => arranged(register, [HOLDER, RECIPIENT], null)],
  ['not electronic', (register) => arranged(register, [RECIPIENT, HOLDER], false)],
  ['electronic', (register) => arranged(register, [HOLDER, RECIPIENT], true)],
  ['of others', (register) => arranged(register, [HOLDER, world.PROVIDER], true)],
  [
    'one electronic, one not',
    (register) => arranged(arranged(register, [HOLDER, RECIPIENT], true), [HOLDER, RECIPIENT], null),
  ],
  ['over', (register) => dated(arranged(register, [HOLDER, RECIPIENT], true), { until: world.YESTERDAY })],
  ['last day', (register) => dated(arranged(register, [HOLDER, RECIPIENT], true), { until: world.TODAY })],
  ['first day', (register) => dated(arranged(register, [HOLDER, RECIPIENT], true), { from: world.TODAY })],
  ['not yet', (register) => dated(arranged(register, [HOLDER, RECIPIENT], true), { from: world.TOMORROW })],
];

function dated(register: Register, term: { from?: string; until?: string }): Register {
  for (const one of register.arrangements) Object.assign(one, term);
  return register;
}

/** Agreements of three and of two, of every kind, on their first and last days, and of others. */
function treaties(register: Register): Register {
  const between = ['AM', 'BY', 'KZ'];
  const agreement = (id: string, kind: 'secrecy' | 'channel' | 'legal-assistance', change = {}) =>
    register.agreements?.push({ id, kind, between, from: world.LONG_AGO, until: null, ...change });
  for (const [name, kind] of [
    ['legal', 'legal-assistance'],
    ['channel', 'channel'],
    ['secrecy', 'secrecy'],
  ] as const) {
    agreement(`${name}-3`, kind);
    agreement(`${name}-2`, kind, { between: ['KZ', 'BY'] });
    agreement(`${name}-over`, kind, { until: world.YESTERDAY });
    agreement(`${name}-last`, kind, { until: world.TODAY });
    agreement(`${name}-first`, kind, { from: world.TODAY });
    agreement(`${name}-tomorrow`, kind, { from: world.TOMORROW });
    agreement(`${name}-of-others`, kind, { between: ['AM', 'KZ', 'RU'] });
  }
  return register;
}

const TREATIES = ['legal', 'channel', 'secrecy'].flatMap((name) =>
  ['3', '2', 'over', 'last', 'first', 'tomorrow', 'of-others'].map((end) => `${name}-${end}`),
);

/** Urgent or not, signed or not, on paper or on the bus, with every arrangement and every treaty that may be named. */
export function* ways(): Generator<Case> {
  for (const [, arrange] of ARRANGEMENTS) {
    const register = treaties(world.plainRegister());
    arrange(register);
    for (const instrument of ['cis-it-crime-2018', 'csto-infosphere-2014'] as const)
      for (const type of [...REQUESTS, 'result', 'refusal', 'obstacle'] as const)
        for (const otherTreaty of [null, 'on a secure line', ...TREATIES])
          for (const urgent of BOOLEANS)
            for (const signed of [SIGNATURES[4] ?? [], SIGNATURES[2] ?? []])
              for (const channel of CHANNELS) {
                const said = message(instrument, type, { otherTreaty, urgent, signatures: [...signed] });
                const about = REQUESTS.some((one) => one === type) ? {} : { case: opened(RECIPIENT) };
                yield { register, action: sent(instrument, said, { channel, ...about }) };
              }
  }
}

/** CSTO #6.4: the forms, the crime and the urgency's ground, by every arrangement. */
export function* urgency(): Generator<Case> {
  for (const [, arrange] of ARRANGEMENTS) {
    const register = world.plainRegister();
    arrange(register);
    for (const instrument of ['cis-it-crime-2018', 'csto-infosphere-2014'] as const)
      for (const type of ['request', 'confirmation'] as const)
        for (const form of ['5.a', '5.d', '5.1', '5.2', '5.3', '5.4', '5.7', null])
          for (const offence of [null, [], '3.1.a'])
            for (const grounds of [null, ' ', 'an attack is being prepared'])
              for (const urgent of BOOLEANS)
                for (const signed of [SIGNATURES[4] ?? [], SIGNATURES[2] ?? []])
                  for (const channel of CHANNELS) {
                    const said = message(instrument, type, {
                      form,
                      offence,
                      grounds,
                      urgent,
                      signatures: [...signed],
                    });
                    yield { register, action: sent(instrument, said, { channel }) };
                  }
  }
}

/** Every set of the items that a request may have. */
export function* contents(): Generator<Case> {
  const register = arranged(world.plainRegister(), [HOLDER, RECIPIENT], true);
  for (const instrument of INSTRUMENTS) {
    const items = [...SCOPE[instrument].contents, '6.9.z'];
    for (const type of [...REQUESTS, 'spontaneous', 'result'] as const)
      for (let set = 0; set < 2 ** items.length; set += 1) {
        const said = message(instrument, type, {
          contents: items.filter((_, bit) => (set & (1 << bit)) !== 0),
        });
        const about = type === 'result' ? { case: opened(RECIPIENT) } : {};
        yield { register, action: sent(instrument, said, about) };
      }
  }
}
