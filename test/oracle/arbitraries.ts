import { BY_INITIATOR, LEVELS, MESSAGE_TYPES, levelRank, type Level, type Register } from '#treaties';
import fc from 'fast-check';
import { actionSchema, type Action, type Consent, type Item, type Message, type Purpose } from '#policy';

/**
 * Random registers and actions of all five kinds. Most of what is made is in order and a little of it is wrong, so that the
 * rules are reached and not only the first denial.
 */

export const I2018 = 'cis-it-crime-2018';
const CSTO = 'csto-infosphere-2014';
const I2013 = 'cis-infosec-2013';
const I2017 = 'cis-counterterror-2017';
const INSTRUMENTS = [I2018, CSTO, I2013, I2017];
const SECRECY = ['csto-secrets-2004', 'cis-secrets-1993', 'cis-secrets-2013'];
const CAST = ['kz-a', 'kz-unit', 'kz-desk', 'by-a', 'by-unit', 'ru-a', 'am-a', 'cis-organ'];
const UNIT_OF: Readonly<Record<string, string>> = { 'kz-unit': 'kz-a', 'kz-desk': 'kz-a', 'by-unit': 'by-a' };
/** Who consents for one that is dissolved, if it is; with a circle, one of another state and one on no list. */
const SUCCESSOR = fc.constantFrom('kz-a', 'by-a', 'ru-a', 'kz-unit', 'by-unit', 'by-nobody');
/** Relied on by messages: of two and of three, of every kind, and words that are no treaty. */
const TREATIES = ['kz-by-secrets', 'kz-ru-secrets', 'channel', 'assistance'];
export const AT = '2026-03-10T09:00:00Z';
const HELD = '2026-03-05T12:00:00Z';
const LONG_AGO = '2016-01-01';

/** Mostly the first, sometimes one of the others. */
function mostly<T>(usual: T, ...others: T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 10 * others.length, arbitrary: fc.constant(usual) },
    ...others.map((other) => ({ weight: 1, arbitrary: fc.constant(other) })),
  );
}
export const level = fc.oneof(
  ...LEVELS.map((one, index) => ({ weight: [5, 4, 3, 1, 1][index] ?? 1, arbitrary: fc.constant(one) })),
);
const from = mostly(LONG_AGO, '2026-03-10', '2026-03-11');
const until = mostly<string | null>(null, '2026-03-09', '2026-03-10', '2027-01-01');
const party = fc.constantFrom(...CAST);
const distinctPair = fc.tuple(party, party).filter(([a, b]) => a !== b);
export const instrument = fc.constantFrom(...INSTRUMENTS);

const stateOf = (id: string): string => id.slice(0, 2).toUpperCase();
const kindOf = (id: string): 'central-specialised-unit' | 'authority' =>
  id.endsWith('unit') ? 'central-specialised-unit' : 'authority';

const kindOfTreaty = (id: string): 'secrecy' | 'channel' | 'legal-assistance' =>
  id === 'channel' ? 'channel' : id === 'assistance' ? 'legal-assistance' : 'secrecy';

const events = fc
  .tuple(
    ...[...INSTRUMENTS, ...SECRECY].flatMap((id) =>
      ['KZ', 'BY', 'RU', 'AM', 'TJ'].map((state) =>
        mostly<Register['events']>(
          [{ instrument: id, state, event: 'notified', on: LONG_AGO }],
          [{ instrument: id, state, event: 'signed', on: LONG_AGO }],
          [{ instrument: id, state, event: 'notified', on: '2026-02-08' }],
          [
            { instrument: id, state, event: 'notified', on: LONG_AGO },
            {
              ...{ instrument: id, state, event: 'withdrawal-notified', on: '2025-09-10' },
              // Under 2018 a state names no day of leaving.
              ...(id === I2018 ? {} : { leavesOn: '2026-03-10' }),
            },
          ],
        ),
      ),
    ),
  )
  .map((lists) => lists.flat());

const clearance = fc
  .tuple(...SECRECY.map(() => mostly<Level | null>('top-secret', 'secret', 'special-importance', null)))
  .map((upTo) =>
    Object.fromEntries(SECRECY.flatMap((id, index) => (upTo[index] ? [[id, upTo[index]] as const] : []))),
  );

const authorities = fc
  .tuple(
    ...CAST.map(() =>
      fc.record({
        ...{ from, until, clearance, instruments: mostly(INSTRUMENTS, [I2018, I2017]) },
        succeededBy: fc.option(SUCCESSOR, { freq: 1 }),
      }),
    ),
  )
  .map((entries) =>
    entries.map((entry, index) => {
      const id = CAST[index] ?? '';
      return id === 'cis-organ'
        ? {
            ...entry,
            id,
            organ: true,
            kind: 'organ' as const,
            timeZone: 'Europe/Moscow',
            instruments: [I2017],
          }
        : {
            ...{ ...entry, id, state: stateOf(id), kind: kindOf(id), timeZone: 'Asia/Almaty' },
            ...(UNIT_OF[id] === undefined ? {} : { unitOf: UNIT_OF[id] }),
          };
    }),
  );

export const register: fc.Arbitrary<Register> = fc.record({
  events,
  authorities,
  arrangements: fc.array(
    fc.record({
      instrument: fc.constantFrom(I2018, CSTO),
      between: distinctPair,
      from,
      until,
      electronicForm: fc.boolean(),
    }),
    { maxLength: 30 },
  ),
  agreements: fc.array(
    fc
      .record({
        id: fc.constantFrom(...TREATIES),
        between: fc.subarray(['KZ', 'BY', 'RU', 'AM'], { minLength: 2 }),
        from,
        until,
      })
      .map((agreement) => ({ ...agreement, kind: kindOfTreaty(agreement.id) })),
    { maxLength: 5 },
  ),
  channels: fc.array(
    fc.record({ between: distinctPair, under: fc.constantFrom(...SECRECY), upTo: level, from, until }),
    { maxLength: 40 },
  ),
});

const offencesOf = (id: string): string[] => (id === I2018 || id === CSTO ? ['3.1.a', '3.1.c'] : []);
const purposeUnder = (id: string): fc.Arbitrary<Purpose> =>
  fc.record({
    instrument: fc.constant(id),
    activity: mostly<Purpose['activity']>('investigation', 'prevention'),
    offences: fc.oneof(fc.constant('any' as const), fc.subarray(['3.1.a', '3.1.c'], { minLength: 1 })),
    caseId: mostly<string | null>(null, 'KZ-77', 'KZ-78'),
  });

/** What the holder has: received by him, mostly, under the same instrument, mostly. */
export const itemOf = (holder: string, id: string): fc.Arbitrary<Item> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(id) }, { weight: 1, arbitrary: instrument }).chain((under) =>
    fc.record({
      id: fc.constantFrom('i1', 'i2', 'i3'),
      instrument: fc.constant(under),
      provider: party,
      receiver: mostly(holder, 'am-a'),
      level,
      purposes: fc.array(purposeUnder(under), { minLength: 1, maxLength: 3 }),
      conditions: fc.subarray(['no-court-use', 'no-copies']),
      exchange: mostly<string | null>(null, 'e1', 'e2'),
      passedTo: mostly<string[] | null>(null, ['kz-a', 'by-a'], ['ru-a'], []),
      heldSince: mostly<string | null>(null, HELD, HELD, '2026-03-20T00:00:00Z'),
      spontaneous: mostly<boolean | null>(null, true, false),
    }),
  );

const consentFor = (by: string, to: string, recipient: string, under: string): fc.Arbitrary<Consent> =>
  fc.record({
    id: fc.constantFrom('c1', 'c2', 'c3'),
    kind: fc.constantFrom('onward-transfer' as const, 'purpose' as const),
    by: mostly(by, 'am-a', 'by-a', 'kz-a'),
    to: mostly(to, 'am-a'),
    items: mostly<'all' | string[]>('all', ['i1'], []),
    recipient: mostly<string | null>(recipient, 'am-a', null),
    purposes: fc.oneof(fc.constant(null), fc.array(purposeUnder(under), { minLength: 1, maxLength: 2 })),
    written: mostly(true, false),
    from: mostly('2026-03-01T00:00:00Z', AT, HELD, '2026-03-10T00:00:00Z'),
    until: mostly<string | null>(null, AT, '2026-03-07T00:00:00Z', '2026-04-01T00:00:00Z'),
    revokedAt: mostly<string | null>(null, AT, '2026-03-07T00:00:00Z'),
    conditions: fc.subarray(['report-back']),
    maxLevel: mostly<Level | null>(null, 'open', 'restricted', 'special-importance'),
    coversDerived: fc.boolean(),
    usesMax: mostly<number | null>(null, 1, 2),
    usesDone: fc.nat(2),
    conditionCodes: mostly<string[] | null>(null, ['no-court-use']),
  });

/** Sources, and of each provider what he may have agreed to: that the holder does something, and how it came to the holder. */
const information = (holder: string, recipient: string, under: string) =>
  fc
    .array(itemOf(holder, under), { minLength: 1, maxLength: 3 })
    .chain((items) =>
      fc
        .tuple(
          ...items.flatMap((item) => [
            ...[0, 1].map(() =>
              fc.option(consentFor(item.provider, holder, recipient, item.instrument), { freq: 6 }),
            ),
            ...steps(item, holder).map((step) => fc.option(step, { freq: 6 })),
          ]),
        )
        .map((consents) => ({ items, consents: consents.filter((consent) => consent !== null) })),
    );

/** From the receiver over a third one to the holder. */
function steps(item: Item, holder: string): fc.Arbitrary<Consent>[] {
  if (item.receiver === holder) return [];
  const step = (from: string, to: string): fc.Arbitrary<Consent> =>
    consentFor(item.provider, from, to, item.instrument).map((consent) => ({
      ...consent,
      kind: 'onward-transfer',
    }));
  return [step(item.receiver, 'tj-a'), step('tj-a', holder), step(item.receiver, holder)];
}

const FORMS: Record<string, string[]> = {
  [I2018]: ['5.b', '5.b.1', '5.b.2', '5.a', '5.d'],
  [CSTO]: ['5.1', '5.2', '5.3', '5.4'],
  [I2013]: ['3.9', '9.2'],
  [I2017]: ['2', '12'],
};
const CONTENTS: Record<string, string[]> = {
  [I2018]: ['6.3.a', '6.3.b', '6.3.c', '6.3.d', '6.3.e', '6.3.g'],
  [CSTO]: ['6.2.a', '6.2.b', '6.2.c', '6.2.d', '6.2.e'],
  [I2017]: ['8.1.a', '8.1.b', '8.1.c', '8.1.d'],
};
type Signatures = Message['signatures'];

const messageUnder = (id: string, type: Message['type']): fc.Arbitrary<Message> =>
  fc.record({
    type: fc.constant(type),
    urgent: fc.boolean(),
    language: mostly('ru', 'kk', 'zxx'),
    level,
    form: fc.oneof(
      { weight: 20, arbitrary: fc.constantFrom<(string | null)[]>(...(FORMS[id] ?? [])) },
      { weight: 1, arbitrary: fc.constantFrom(null, '9.z') },
    ),
    offence: mostly<string[] | null>(offencesOf(id).length > 0 ? offencesOf(id) : null, ['3.1.a']),
    contents: mostly(CONTENTS[id] ?? [], (CONTENTS[id] ?? []).slice(1)),
    signatures: mostly<Signatures>(
      [{ by: 'head' }, { seal: 'authority' }],
      [{ by: 'unit-head' }, { seal: 'unit' }],
      [{ seal: 'authority' }],
      [],
    ),
    grounds: mostly<string | null>('of interest', null),
    refusal:
      type === 'refusal'
        ? fc.constantFrom<Message['refusal'][]>(
            { grounds: ['national-law'], reasons: true, extent: 'full' },
            { grounds: ['sovereignty'], reasons: false, extent: 'partial' },
            null,
          )
        : fc.constant(null),
    nexus: mostly<Message['nexus']>('citizen', null),
    procedural: mostly(false, true),
    otherTreaty: mostly<string | null>(null, 'Minsk 1993', ...TREATIES),
    releaseDecision: fc.boolean(),
  });

const channel = fc.oneof(
  { weight: 3, arbitrary: fc.constant('bus' as const) },
  { weight: 1, arbitrary: fc.constant('off-bus' as const) },
);
const at = mostly(AT, '2026-03-10T00:00:00Z', '2026-03-09T23:59:59.999Z', '2026-03-11T00:00:00Z');
const anyType = fc.oneof(
  fc.constantFrom<Message['type'][]>('request', 'spontaneous', 'result'),
  fc.constantFrom(...MESSAGE_TYPES),
);

export const send: fc.Arbitrary<Action> = fc
  .tuple(distinctPair, instrument, anyType)
  // An organ takes part under 2017 only; one state's authorities write to each other only when something was passed on.
  .filter(([pair, id]) => id === I2017 || !pair.includes('cis-organ'))
  .filter(([[a, b]]) => stateOf(a) !== stateOf(b))
  .chain(([[sender, recipient], id, type]) =>
    fc
      .record({
        at,
        channel,
        message: messageUnder(id, type),
        initiator: BY_INITIATOR.includes(type) ? mostly(sender, recipient) : mostly(recipient, sender),
        confirmed: fc.boolean(),
        first: mostly(['request', 'spontaneous', 'standing-request'].includes(type), true, false),
        passed: fc.option(information(sender, recipient, id)),
      })
      .map(({ initiator, confirmed, first, passed, message, ...rest }) => ({
        action: 'send' as const,
        instrument: id,
        from: sender,
        to: recipient,
        ...rest,
        message: { ...message, level: highest([...(passed?.items ?? []), message]) },
        case: first
          ? null
          : {
              initiator,
              confirmed,
              receivedAt: '2026-03-02T08:00:05Z',
              sentAt: '2026-03-02T08:00:00Z',
              deadline: null,
              confidentialityAsked: false,
            },
        ...(passed ?? {}),
      })),
  );
export const transfer: fc.Arbitrary<Action> = fc
  .tuple(distinctPair, instrument)
  .chain(([[holder, recipient], id]) =>
    fc
      .record({
        at,
        channel,
        level,
        asItIs: mostly(true, false),
        releaseDecision: fc.boolean(),
        derived: mostly(false, true),
        purpose: fc.option(purposeUnder(id)),
        information: information(holder, recipient, id),
      })
      .map(({ information: { items, consents }, asItIs, ...rest }) => ({
        action: 'transfer' as const,
        instrument: id,
        from: holder,
        to: recipient,
        ...rest,
        level: asItIs ? highest(items) : rest.level,
        items,
        consents,
      })),
  );
export const use: fc.Arbitrary<Action> = fc.tuple(distinctPair, instrument).chain(([[by, other], id]) =>
  fc
    .record({
      at,
      purpose: fc.option(purposeUnder(id), { freq: 8 }),
      conduct: mostly<string | null>(null, 'e1'),
      account: mostly<boolean | null>(null, true),
      information: information(by, other, id),
    })
    .map(({ information: { items, consents }, ...rest }) => ({
      action: 'use' as const,
      by,
      ...rest,
      items,
      consents,
    })),
);
const disclose: fc.Arbitrary<Action> = fc.tuple(distinctPair, instrument).chain(([[by, requester], id]) =>
  fc.record({
    action: fc.constant('disclose' as const),
    at,
    instrument: fc.constant(id),
    requester: fc.constant(requester),
    by: fc.constant(by),
    to: fc.constantFrom('kz-court', requester),
    confidentialityAsked: fc.boolean(),
    consents: fc.array(
      consentFor(requester, by, 'kz-court', id).map((consent) => ({
        ...consent,
        kind: 'disclosure' as const,
      })),
      { maxLength: 2 },
    ),
  }),
);
const inForce: fc.Arbitrary<Action> = fc.record({
  action: fc.constant('in-force' as const),
  at,
  instrument: fc.constantFrom(...INSTRUMENTS, ...SECRECY, 'kz-by-secrets'),
  between: fc.subarray(['KZ', 'BY', 'RU', 'AM'], { minLength: 1, maxLength: 2 }),
});
export const action = fc
  .oneof(
    { weight: 4, arbitrary: send },
    { weight: 4, arbitrary: transfer },
    { weight: 2, arbitrary: use },
    { weight: 1, arbitrary: disclose },
    { weight: 1, arbitrary: inForce },
  )
  .map((made) => actionSchema.parse(made));

const highest = (items: readonly { level: Level }[]): Level =>
  items.map((item) => item.level).reduce((a, b) => (levelRank(a) > levelRank(b) ? a : b), 'open');
