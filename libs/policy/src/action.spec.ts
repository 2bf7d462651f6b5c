import { actionSchema } from './index.js';

const purpose = {
  instrument: 'cis-it-crime-2018',
  activity: 'investigation',
  offences: ['3.1.a'],
  caseId: null,
};
const item = {
  ...{ id: 'i1', instrument: 'cis-it-crime-2018', provider: 'by-a', receiver: 'kz-a', level: 'open' },
  ...{ purposes: [purpose], conditions: ['no copies'] },
};
const consent = {
  ...{ id: 'c1', kind: 'purpose', by: 'by-a', to: 'kz-a', items: 'all', written: true },
  ...{ from: '2026-03-01T00:00:00Z', until: null, revokedAt: null, conditions: [] },
};
const message = {
  ...{
    type: 'request',
    urgent: false,
    language: 'ru',
    level: 'open',
    form: null,
    offence: null,
    contents: [],
  },
  ...{ signatures: [], grounds: null, refusal: null, nexus: null, releaseDecision: null },
};
const facts = {
  ...{ initiator: 'kz-a', receivedAt: null, sentAt: '2026-03-02T08:00:00Z', confirmed: true },
  ...{ deadline: null, confidentialityAsked: false },
};
const at = '2026-03-10T09:00:00Z';
const send = {
  ...{ action: 'send', at, instrument: 'cis-it-crime-2018', from: 'kz-a', to: 'by-a', channel: 'bus' },
  ...{ message, case: facts },
};
const use = { action: 'use', at, by: 'kz-a', items: [item], consents: [consent] };
const transfer = {
  ...{
    action: 'transfer',
    at,
    instrument: 'cis-it-crime-2018',
    from: 'kz-a',
    to: 'Le Monde',
    channel: 'off-bus',
  },
  ...{ level: 'open', releaseDecision: null, items: [item], consents: [consent] },
};
const disclose = {
  ...{
    action: 'disclose',
    at,
    instrument: 'cis-it-crime-2018',
    requester: 'by-a',
    by: 'kz-a',
    to: 'a court',
  },
  ...{ confidentialityAsked: true, consents: [consent] },
};
const inForce = { action: 'in-force', at, instrument: 'cis-it-crime-2018', between: ['KZ', 'BY'] };

const isRead = (action: object): boolean => actionSchema.safeParse(action).success;
const inMessage = (change: object): object => ({ ...send, message: { ...message, ...change } });
const inItem = (change: object): object => ({ ...use, items: [{ ...item, ...change }] });
const inConsent = (change: object): object => ({ ...use, consents: [{ ...consent, ...change }] });
const inPurpose = (change: object): object => ({ ...use, purpose: { ...purpose, ...change } });

const long = (length: number): string => 'x'.repeat(length);
const many = (value: unknown, length: number): unknown[] => Array<unknown>(length).fill(value);
const TEXT: readonly [number, number] = [1, 200];
const CODE: readonly [number, number] = [1, 64];
const WORDS: readonly [number, number] = [0, 10_000];

describe('an action', () => {
  it.each([send, use, transfer, disclose, inForce])('is read: $action', (action) => {
    expect(actionSchema.parse(action)).toEqual(action);
    expect(isRead({ ...action, colour: 'red' })).toBe(false);
    expect(isRead({ ...action, action: 'sending' })).toBe(false);
  });

  it.each<[string, readonly [number, number], (text: string) => object]>([
    ['the id of an item', TEXT, (id) => inItem({ id })],
    ['a condition of an item', WORDS, (words) => inItem({ conditions: [words] })],
    ['the case of an item', TEXT, (exchange) => inItem({ exchange })],
    ['an offence of a purpose', CODE, (offence) => inPurpose({ offences: [offence] })],
    ['the case of a purpose', [0, 200], (caseId) => inPurpose({ caseId })],
    ['the id of a consent', TEXT, (id) => inConsent({ id })],
    ['the item of a consent', TEXT, (id) => inConsent({ items: [id] })],
    ['whom a consent is for', TEXT, (recipient) => inConsent({ recipient })],
    ['a code of a consent', CODE, (code) => inConsent({ conditionCodes: [code] })],
    ['the form of a message', CODE, (form) => inMessage({ form })],
    ['the offence of a message', CODE, (offence) => inMessage({ offence })],
    ['a content of a message', CODE, (code) => inMessage({ contents: [code] })],
    ['the grounds of a message', WORDS, (grounds) => inMessage({ grounds })],
    ['another treaty', [0, 1000], (otherTreaty) => inMessage({ otherTreaty })],
    ['the case that is conducted', TEXT, (conduct) => ({ ...use, conduct })],
    ['someone outside', TEXT, (to) => ({ ...transfer, to })],
  ])('bounds %s', (_, [least, most], withText) => {
    expect(isRead(withText(long(most)))).toBe(true);
    expect(isRead(withText(long(most + 1)))).toBe(false);
    expect(isRead(withText(long(least)))).toBe(true);
    if (least > 0) expect(isRead(withText(''))).toBe(false);
  });

  it.each<[string, number, (length: number) => object]>([
    ['items', 1000, (length) => ({ ...use, items: many(item, length) })],
    ['consents', 1000, (length) => ({ ...use, consents: many(consent, length) })],
    ['purposes of an item', 1000, (length) => inItem({ purposes: many(purpose, length) })],
    ['conditions of an item', 1000, (length) => inItem({ conditions: many('x', length) })],
    ['bodies that it was passed to', 1000, (length) => inItem({ passedTo: many('by-b', length) })],
    ['offences of a purpose', 1000, (length) => inPurpose({ offences: many('3.1.a', length) })],
    ['items of a consent', 1000, (length) => inConsent({ items: many('i1', length) })],
    ['purposes of a consent', 1000, (length) => inConsent({ purposes: many(purpose, length) })],
    ['conditions of a consent', 1000, (length) => inConsent({ conditions: many('x', length) })],
    ['codes of a consent', 1000, (length) => inConsent({ conditionCodes: many('x', length) })],
    ['offences of a message', 1000, (length) => inMessage({ offence: many('3.1.a', length) })],
    ['contents of a message', 1000, (length) => inMessage({ contents: many('6.3.a', length) })],
    ['signatures', 16, (length) => inMessage({ signatures: many({ by: 'head' }, length) })],
    [
      'grounds of refusal',
      8,
      (length) =>
        inMessage({
          refusal: { grounds: many('national-law', length), reasons: true, extent: 'full' },
        }),
    ],
    ['states', 2, (length) => ({ ...inForce, between: many('KZ', length) })],
  ])('bounds the list of %s', (_, most, withList) => {
    expect(isRead(withList(most))).toBe(true);
    expect(isRead(withList(most + 1))).toBe(false);
  });

  it('asks of no state, or uses less than nothing, never', () => {
    expect(isRead({ ...inForce, between: [] })).toBe(false);
    expect(isRead(inConsent({ usesMax: 0, usesDone: 1_000_000_000 }))).toBe(true);
    expect(isRead(inConsent({ usesMax: -1 }))).toBe(false);
    expect(isRead(inConsent({ usesDone: 1_000_000_001 }))).toBe(false);
    expect(isRead(inConsent({ usesDone: 0.5 }))).toBe(false);
  });

  it('knows the words of the contract and no others', () => {
    for (const kind of ['purpose', 'onward-transfer', 'disclosure'])
      expect(isRead(inConsent({ kind }))).toBe(true);
    for (const nexus of ['citizen', 'territory']) expect(isRead(inMessage({ nexus }))).toBe(true);
    for (const channel of ['bus', 'off-bus']) expect(isRead({ ...send, channel })).toBe(true);
    for (const extent of ['full', 'partial'])
      expect(isRead(inMessage({ refusal: { grounds: [], reasons: true, extent } }))).toBe(true);
    expect(isRead(inPurpose({ offences: 'any' }))).toBe(true);
    for (const wrong of [
      inConsent({ kind: '' }),
      inConsent({ items: '' }),
      inMessage({ nexus: '' }),
      { ...send, channel: '' },
      inMessage({ refusal: { grounds: [], reasons: true, extent: '' } }),
      inPurpose({ offences: '' }),
      inMessage({ signatures: [{}] }),
      inMessage({ signatures: [{ by: 'head', seal: 'authority' }] }),
      inMessage({ refusal: {} }),
      inMessage({ colour: 'red' }),
      inItem({ colour: 'red' }),
      inConsent({ colour: 'red' }),
      inPurpose({ colour: 'red' }),
      { ...send, case: { ...facts, colour: 'red' } },
    ])
      expect(isRead(wrong)).toBe(false);
  });

  it.each(['ru', 'zxx', 'kk-Cyrl-KZ', 'sr-Latn', 'de-1996'])('takes the language %s', (language) => {
    expect(isRead(inMessage({ language }))).toBe(true);
  });

  it.each(['', 'r', 'RU', 'russ', '1ru', 'ru-', 'ru-ab cd', 'ru-abcdefghi', 'ru\n'])(
    'takes %j for no language',
    (language) => {
      expect(isRead(inMessage({ language }))).toBe(false);
    },
  );
});
