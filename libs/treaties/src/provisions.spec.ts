import { LAW, provisionsIn, rulesOf, type RuleEffect } from './index.js';

/** What a rule does, by the place of the law that it stands at: what an officer is told of it. */
const EFFECTS: Readonly<Record<string, readonly RuleEffect[]>> = {
  'binding.entry.rule': ['permit', 'deny'],
  'binding.accession.rule': ['permit', 'deny'],
  'binding.withdrawal.rule': ['deny'],
  'binding.lastsAsLongAs.rule': ['deny'],
  'binding.replacedBy.rule': ['deny'],
  'exchange.continuing.rule': ['permit'],
  'exchange.information.free.met': ['permit'],
  'exchange.information.purpose.given': ['permit'],
  'exchange.information.purpose.consented': ['permit'],
  'exchange.information.purpose.unmet': ['consent-required'],
  'exchange.information.purpose.conditions': ['obligation'],
  'exchange.information.onward.noThirdParty': ['permit'],
  'exchange.information.onward.met': ['permit'],
  'exchange.information.onward.unmet': ['consent-required'],
  'exchange.information.onward.conditions': ['obligation'],
  'exchange.information.conditions': ['obligation'],
  'exchange.information.disclosure.met': ['permit', 'obligation'],
  'exchange.information.disclosure.own': ['permit'],
  'exchange.information.disclosure.notAsked': ['permit'],
  'exchange.information.disclosure.unmet': ['consent-required'],
  'exchange.stateSecrets.met': ['permit'],
  'exchange.stateSecrets.unmet': ['deny'],
  'exchange.stateSecrets.organs.met': ['permit'],
  'exchange.stateSecrets.organs.unmet': ['deny'],
  'exchange.stateSecrets.offBus': ['permit', 'off-bus'],
  'exchange.stateSecrets.noChannel': ['off-bus'],
  'exchange.stateSecrets.uncleared': ['warn'],
  'exchange.stateSecrets.decision.met': ['permit'],
  'exchange.stateSecrets.decision.unmet': ['decision-required'],
  'exchange.stateSecrets.decision.national.met': ['permit'],
  'exchange.stateSecrets.decision.national.unmet': ['decision-required'],
  'exchange.operations.way.bus': ['permit'],
  'exchange.operations.way.offBus': ['permit'],
  'exchange.operations.deadline.rule': ['obligation'],
  'exchange.operations.forwarding.unlistedOffBus': ['off-bus'],
  'exchange.operations.electronic-form.electronic.unmet': ['off-bus'],
  'exchange.operations.written-form.electronic.unmet': ['off-bus'],
  'exchange.operations.written-form.confirmation.unmet': ['off-bus'],
  'exchange.operations.written-form.urgent.met': ['permit', 'obligation'],
  'exchange.operations.written-form.urgent.ungrounded': ['warn'],
  'exchange.operations.refusal-grounds.consultations': ['warn'],
  'exchange.operations.offence.wanted.missing': ['deny'],
  'house.seal': ['deny'],
  'house.level': ['deny'],
  'house.noRule': ['deny'],
  'house.procedure': ['permit'],
  'house.conduct': ['permit'],
  'house.continuing': ['permit'],
  'house.account': ['permit'],
  'house.unusual': ['warn'],
};
/** Other operations: by the last word of the place. */
const OF_OPERATIONS: Readonly<Record<string, readonly RuleEffect[]>> = {
  met: ['permit'],
  by: ['permit'],
  byOrgan: ['permit'],
  withOrgan: ['permit'],
  unmet: ['deny'],
  warning: ['warn'],
};
const placed = provisionsIn(LAW);
/** What is said of spontaneous information has the same effects as what is said of results. */
const plain = (place: string): string => place.replace('.spontaneous', '');

it.each([...new Set(placed.map(({ place }) => place))])(
  'a rule at %s has the effects of its place',
  (place) => {
    const own = EFFECTS[plain(place)];
    const last = /^exchange\.operations\..*\.(\w+)$/.exec(place)?.[1] ?? '';
    for (const { effects } of placed.filter((one) => one.place === place))
      expect(effects).toEqual(own ?? OF_OPERATIONS[last]);
  },
);

it('every place with effects of its own is somewhere in the law', () => {
  const places = new Set(placed.map(({ place }) => plain(place)));
  expect(Object.keys(EFFECTS).filter((place) => !places.has(place))).toEqual([]);
});

it('a provision at no place that decisions look at has no effect', () => {
  const [first] = LAW.instruments;
  if (first === undefined) throw new Error('the law has an instrument');
  const preamble = { ...first, preamble: { ...LAW.house.seal } };
  expect(provisionsIn({ ...LAW, instruments: [preamble] }).find(({ place }) => place === 'preamble')).toEqual(
    {
      provision: LAW.house.seal,
      instrument: first.id,
      place: 'preamble',
      on: null,
      effects: [],
    },
  );
});

it('a provision is found with the instrument and the types of message that it stands at', () => {
  const of = (cite: string) =>
    placed
      .filter(({ provision }) => provision.cite === cite)
      .map(({ instrument, place, on }) => [instrument, place, on]);
  expect(of('cis-it-crime-2018#6.1')).toEqual([
    ['cis-it-crime-2018', 'exchange.operations.allow.by', ['request']],
    ['cis-it-crime-2018', 'exchange.operations.allow.by', ['spontaneous']],
    ['cis-it-crime-2018', 'exchange.operations.forbid.unmet', ['standing-request']],
    ['cis-it-crime-2018', 'exchange.operations.grounds.unmet', ['spontaneous']],
  ]);
  expect(of('cis-it-crime-2018#17.2')).toEqual([
    ['cis-computer-crime-2001', 'binding.replacedBy.rule', null],
  ]);
  expect(of('cis-infosec-2013#5.2')).toEqual([
    ['cis-infosec-2013', 'exchange.operations.form.met.met', 'all'],
  ]);
  expect(of('valise#level')).toEqual([['valise', 'house.level', null]]);
});

it.each([
  ['cis-it-crime-2018', '18', 'in-force: withdrawal.rule'],
  ['cis-it-crime-2018', '17.2', 'in-force: replacedBy.rule'],
  ['cis-it-crime-2018', '3.1', 'send: offence.wanted.missing (all)'],
  ['cis-it-crime-2018', '7.6', 'send: allow.by (postponement, conditions, conditions-answer)'],
  ['cis-it-crime-2018', '13', 'send, transfer: uncleared'],
  ['cis-it-crime-2018', '8.1', 'disclose: disclosure.notAsked'],
  ['cis-it-crime-2018', '9.2', 'use, transfer: purpose.unmet'],
  ['cis-it-crime-2018', '9.2', 'use, transfer, send: spontaneous.purpose.unmet'],
  ['cis-it-crime-2018', '10', 'transfer, send, use: onward.met'],
  ['cis-infosec-2013', '6.1', 'use, transfer, send: free.met'],
  [
    'valise',
    'continuing',
    'send: continuing.rule (consent-request, consent-answer, consent-revocation, restriction, recall, account, ' +
      'correction, erasure-request, return)',
  ],
  ['valise', 'level', 'all: house.level'],
])('of %s article %s it is told where a rule works: %s', (instrument, article, where) => {
  expect(rulesOf(instrument, article).flatMap(({ rules }) => rules.map((rule) => rule.where))).toContain(
    where,
  );
});
