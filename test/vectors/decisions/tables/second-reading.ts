import type { Action } from '#policy';
import { HEAD, NOW, SEAL, Table, openedBy, type Outcome, type Send } from './vector.js';

/**
 * What the corrected matrix says, written a second time by another hand than the rules: of each point what goes, what does
 * not, and where the one turns into the other.
 */

const usual = (contents: string[], form: string) => ({
  from: 'kz-a',
  to: 'by-a',
  channel: 'bus' as const,
  message: {
    ...{ type: 'request' as const, urgent: false, language: 'ru', level: 'open' as const, form, offence: null, contents },
    ...{ signatures: [HEAD, SEAL], grounds: null, refusal: null, nexus: null, releaseDecision: false },
  },
});
const I2018 = 'cis-it-crime-2018';
const of2018 = new Table(I2018, usual(['6.3.a', '6.3.b', '6.3.c', '6.3.d', '6.3.e', '6.3.g'], '5.d'));
const ofCsto = new Table('csto-infosphere-2014', usual(['6.2.a', '6.2.b', '6.2.c', '6.2.d', '6.2.e'], '5.1'));
const of2013 = new Table('cis-infosec-2013', usual([], '3.9'));
const of2017 = new Table('cis-counterterror-2017', usual(['8.1.a', '8.1.b', '8.1.c', '8.1.d'], '2'));
const UNIT = { seal: 'unit' as const };

/** 2018 #6.2.2: a channel by a treaty that binds both that day; #5.b and its two limbs. */
function requests2018(): void {
  const all = ['17.1', '4.1', '6.1', '6.4.a', '6.2.2'];
  const channel = (id: string, why: string, otherTreaty: string, at: string, goes: boolean): void => {
    const send = { to: 'am-a', at, message: { otherTreaty } };
    of2018.send('channel', id, why, send, goes ? 'permit' : 'off-bus', goes ? all : [...all, '6.2']);
  };
  channel('channel-last-day', 'its last day, to the last second', 'am-kz-channel-2019', '2026-03-10T23:59:59Z', true);
  channel('channel-next-day', 'a second later it binds nobody', 'am-kz-channel-2019', '2026-03-11T00:00:00Z', false);
  channel('channel-of-others', 'a channel between others', 'by-kz-channel-2019', NOW, false);
  channel('channel-in-words', 'a name that is no entry of the register', 'Protocol of 2019 on the channel', NOW, false);
  const limb = (id: string, why: string, message: Send['message'], outcome: Outcome, cites: string[]): void => {
    of2018.send('nexus', id, why, { message: { offence: '3.1.a', ...message } }, outcome, [...all, ...cites]);
  };
  limb('information-territory', 'information on a crime on its territory', { form: '5.b.1', nexus: 'territory' }, 'permit', ['5.b']);
  limb('information-no-nexus', 'information on a crime of no concern', { form: '5.b.1' }, 'deny', ['5.b']);
  limb('measures-no-nexus', 'operational-search measures need no nexus', { form: '5.b.2' }, 'permit', []);
  limb('measures-no-offence', 'but a concrete crime', { form: '5.b.2', offence: null }, 'deny', ['3.1']);
  limb('no-third-limb', 'there is no third limb', { form: '5.b.3', nexus: 'citizen' }, 'deny', ['5']);
}

/** A listed unit seals for itself; what #6.4.b asks of a request is asked besides. */
function units(): void {
  const seal = (id: string, why: string, change: Send, outcome: Outcome, cites: string[]): void => {
    of2018.send('units', id, why, change, outcome, ['17.1', '4.1', ...cites]);
  };
  const tells = { type: 'consultation' as const, contents: [], signatures: [UNIT] };
  seal('unit-tells', 'a unit under its own seal', { from: 'kz-desk', message: tells }, 'permit', ['14']);
  seal('authority-under-unit-seal', 'its authority under the seal of the unit', { message: tells }, 'deny', ['14', 'valise#seal']);
  const asks = { signatures: [{ by: 'unit-head' as const }, UNIT] };
  seal('central-unit-asks', 'a central unit asks one that is not', { from: 'kz-unit', to: 'by-desk', message: asks }, 'permit', ['6.1', '6.4.b', '6.2.2']);
  seal('unit-asks', 'the other way round the head must sign', { from: 'kz-desk', to: 'by-unit', message: asks }, 'deny', ['6.1', '6.4.a', '6.2.2']);
}

/** CSTO #6.4, #5.2, #7.4. */
function csto(): void {
  const all = ['16', '4.1', '13', '6.1'];
  const urgent = (id: string, why: string, message: Send['message'], outcome: Outcome, cites: string[], warns: string[] = []): void => {
    const said = { urgent: true, offence: '3.1.a', grounds: 'an attack tonight', signatures: [SEAL], ...message };
    ofCsto.send('urgent', id, why, { to: 'ru-a', message: said }, outcome, [...all, ...cites], { warns });
  };
  urgent('preparation', 'a crime in preparation', {}, 'permit', ['6.4', '7.2']);
  urgent('preparation-no-ground', 'why at once is not said', { grounds: null }, 'permit', ['6.4', '7.2'], ['6.4']);
  urgent('training', 'the training of staff is never urgent', { form: '5.4' }, 'deny', ['6.3', '6.4', '6.5']);
  urgent('training-signed', 'and signed it goes on paper', { form: '5.4', signatures: [HEAD, SEAL] }, 'off-bus', ['6.3', '6.4', '6.5']);
  urgent('no-crime', 'no crime of article 3', { offence: null, signatures: [HEAD, SEAL] }, 'off-bus', ['6.3', '6.4', '6.5']);
  const measures = (id: string, why: string, message: Send['message'], outcome: Outcome, warns: string[] = []): void => {
    const cites = [...all, '6.5', '6.3', '5.2', ...(outcome === 'permit' ? ['7.2'] : [])];
    ofCsto.send('measures', id, why, { message: { form: '5.2', ...message } }, outcome, cites, { warns });
  };
  measures('search', 'operational-search measures, no treaty named', {}, 'permit', ['5.2']);
  measures('search-by-treaty', 'by one of three parties', { otherTreaty: 'three-assistance-2002' }, 'permit');
  measures('interrogation', 'procedural actions, no treaty named', { procedural: true }, 'deny');
  measures('interrogation-by-treaty', 'by one of three parties', { procedural: true, otherTreaty: 'three-assistance-2002' }, 'permit');
  const passed = (id: string, why: string, to: string, channel: 'bus' | 'off-bus', outcome: Outcome): void => {
    const message = { type: 'forwarded' as const, contents: [], signatures: [SEAL] };
    const send = { from: 'by-a', to, channel, case: openedBy('kz-a'), message };
    ofCsto.send('passed', id, why, send, outcome, ['16', '4.1', '13', '7.4']);
  };
  passed('to-any-body', 'a body of its state that no list names', 'by-village-court', 'bus', 'off-bus');
  passed('to-any-body-by-post', 'by post', 'by-village-court', 'off-bus', 'permit');
  passed('to-a-body-abroad', 'a body of another state', 'uz-a', 'off-bus', 'deny');
}

/** 2013: a request is exchange, and so is a standing one. 2017: paper needs no seal, money a warning, interests are four. */
function theOthers(): void {
  const exchange = ['13', '8.1', '9.1'];
  for (const type of ['request', 'standing-request'] as const) {
    of2013.send('exchange', type, 'exchange, as any other', { message: { type } }, 'permit', exchange, { inferred: ['9.1'] });
    of2013.send('exchange', `${type}-inside`, 'but not inside a state', { to: 'kz-b', message: { type } }, 'deny', exchange, {
      inferred: ['9.1'],
    });
  }
  of2013.send('exchange', 'secret-request', 'and never of secrets', { message: { level: 'secret' } }, 'deny', [...exchange, '6.2']);
  const all = ['16', '5.1', '6.1', '6.2', '2', '19'];
  const unsealed = { message: { signatures: [] } };
  of2017.send('seal', 'unsealed-paper', 'paper needs no seal', { ...unsealed, channel: 'off-bus' }, 'permit', [...all, '7.1.a']);
  of2017.send('seal', 'unsealed-bus', 'the bus does', unsealed, 'deny', [...all, '7.1.a', 'valise#seal']);
  const answer = { from: 'by-a', to: 'kz-a', case: openedBy('kz-a') };
  const refuse = (id: string, why: string, ground: 'sovereignty' | 'rights-of-citizens', from: string, warned: boolean): void => {
    const refusal = { grounds: [ground], reasons: true, extent: 'full' as const };
    const organ = from === 'cis-centre' ? ['1.1.i'] : [];
    const cites = [...all, ...organ, '8.3', '8.2.b', ...(warned ? ['14'] : [])];
    const message = { type: 'refusal' as const, contents: [], refusal };
    of2017.send('refusal', id, why, { ...answer, from, message }, 'permit', cites, { warns: warned ? ['8.3', '14'] : [] });
  };
  refuse('sovereignty', 'sovereignty is an interest of the state', 'sovereignty', 'by-a', false);
  refuse('rights', 'the rights of citizens are none of these', 'rights-of-citizens', 'by-a', true);
  refuse('sovereign-organ', 'and an organ has no sovereignty', 'sovereignty', 'cis-centre', true);
  const costs = { type: 'costs' as const, contents: [] };
  of2017.send('costs', 'costs', 'exchange is free of charge', { ...answer, message: costs }, 'permit', [...all, '4.1.a', 'valise#procedure'], {
    warns: ['4.1.a'],
  });
  of2018.send('secrets', 'uncleared', 'the register shows no clearance: make sure of it', { ...spontaneous('by-b'), channel: 'off-bus' }, 'permit', ['17.1', '4.1', '6.1', '13', '8.1'], { warns: ['13'] });
  of2018.send('secrets', 'cleared', 'it shows one', { ...spontaneous('by-a'), channel: 'off-bus' }, 'permit', ['17.1', '4.1', '6.1', '13', '8.1']);
  of2018.send('secrets', 'not-bound', 'no agreement binds both', { ...spontaneous('am-a'), channel: 'off-bus' }, 'deny', ['17.1', '4.1', '6.1', '13', '8.1']);
}

const spontaneous = (to: string): Send => ({
  to,
  message: { type: 'spontaneous', contents: [], grounds: 'the same intrusion', level: 'secret' },
});

/** Section 6, under 2018: from hand to hand, since when, how often, for what. by-a gave it to kz-a. */
function hands(): void {
  const of = (...offences: string[]) => ({ instrument: I2018, activity: 'investigation' as const, offences, caseId: 'KZ-77' });
  const item = {
    ...{ id: 'i1', instrument: I2018, provider: 'by-a', receiver: 'kz-a', level: 'restricted' as const },
    ...{ purposes: [of('3.1.a')], conditions: [], exchange: 'e1', heldSince: '2026-03-05T12:00:00Z' },
  };
  const step = (to: string, recipient: string, change = {}) => ({
    ...{ id: `${to}-${recipient}`, kind: 'onward-transfer' as const, by: 'by-a', to, recipient, items: 'all' as const },
    ...{ written: true, from: '2026-03-01T00:00:00Z', until: null, revokedAt: null, conditions: [], purposes: null, ...change },
  });
  type Use = Partial<Extract<Action, { action: 'use' }>>;
  const use = (id: string, why: string, change: Use, goes: boolean, cites: string[]): void => {
    const input = { action: 'use' as const, at: NOW, by: 'uz-a', purpose: of('3.1.a'), items: [item], consents: [], ...change };
    of2018.add('hands', id, why, input, goes ? 'permit' : 'consent-required', cites, goes ? {} : { consentFrom: ['by-a'] });
  };
  const chain = ['kz-a', 'kz-b', 'ru-a', 'am-a', 'kg-a', 'uz-a'];
  const steps = chain.slice(1).map((to, index) => step(chain[index] ?? '', to));
  use('five-hands', 'five steps, each agreed to', { consents: steps }, true, ['10', '9.1']);
  use('four-of-five', 'the one in the middle is missing', { consents: steps.filter(({ to }) => to !== 'ru-a') }, false, ['10', '9.1']);
  const one = (id: string, why: string, change: object, goes: boolean): void => {
    use(id, why, { consents: [step('kz-a', 'uz-a', change)] }, goes, ['10', '9.1']);
  };
  one('ended-as-it-came', 'it ended at the instant when the item came', { until: '2026-03-05T12:00:00Z' }, false);
  one('ended-just-after', 'it ended a millisecond later', { until: '2026-03-05T12:00:00.001Z' }, true);
  one('given-as-it-came', 'it was given at that instant, which is not prior', { from: '2026-03-05T12:00:00Z' }, false);
  one('revoked-now', 'revoked at this instant', { revokedAt: NOW }, false);
  one('revoked-tomorrow', 'a revocation that is not received yet', { revokedAt: '2026-03-11T00:00:00Z' }, true);
  one('spent-since', 'the hand-on that it allowed was made', { usesMax: 1, usesDone: 1 }, true);
  const own = { by: 'kz-a' };
  const agreed = { ...step('kz-a', '', { kind: 'purpose' as const, purposes: [of('3.1.b')] }), recipient: null };
  use('adds-up', 'one offence given, the other agreed to', { ...own, purpose: of('3.1.a', '3.1.b'), consents: [agreed] }, true, ['9.1', '9.2']);
  use('does-not-add-up', 'a third one neither', { ...own, purpose: of('3.1.a', '3.1.c'), consents: [agreed] }, false, ['9.1', '9.2']);
  use('no-uses', 'agreed to for no use at all', { ...own, purpose: of('3.1.b'), consents: [{ ...agreed, usesMax: 0 }] }, false, ['9.2']);
  use('another-proceeding', 'another national proceeding is another purpose', { ...own, purpose: { ...of('3.1.a'), caseId: 'KZ-78' } }, false, ['9.2']);
  const crossing = [step('kz-a', 'ru-a', { purposes: [of('3.1.c')] }), step('ru-a', 'uz-a', { purposes: [of('3.1.b', '3.1.c')] }), step('kz-a', 'uz-a')];
  use('over-another-way', 'what came over one hand for one offence', { purpose: of('3.1.c'), consents: crossing }, true, ['10']);
  use('over-no-way', 'lends another offence no way', { purpose: of('3.1.b', '3.1.c'), consents: crossing }, false, ['10', '9.2']);
  use('conduct', 'the conduct of its case', { ...own, purpose: null, conduct: 'e1' }, true, ['valise#conduct']);
  use('conduct-of-another', 'the conduct of another', { ...own, purpose: null, conduct: 'e2' }, false, ['9.2']);
  use('conduct-by-third', 'by one to whom it was handed', { purpose: null, conduct: 'e1', consents: [step('kz-a', 'uz-a')] }, false, ['10', '9.2']);
}

/** Section 1: who consents for an authority that was dissolved; under 2018, by-former until the end of 2025, then by-b. */
function successors(): void {
  const court = { instrument: I2018, activity: 'court-evidence' as const, offences: ['3.1.a'], caseId: 'KZ-77' };
  const item = {
    ...{ id: 'i1', instrument: I2018, provider: 'by-former', receiver: 'kz-a', level: 'restricted' as const },
    ...{ purposes: [], conditions: [] },
  };
  const agreed = (by: string, from: string) => ({
    ...{ id: by, kind: 'purpose' as const, by, to: 'kz-a', recipient: null, items: 'all' as const, purposes: [court] },
    ...{ written: true, from, until: null, revokedAt: null, conditions: [] },
  });
  const use = (id: string, why: string, by: string | null, from: string, asks: string | null, change = {}): void => {
    const consents = by === null ? [] : [agreed(by, from)];
    const input = { action: 'use' as const, at: NOW, by: 'kz-a', purpose: court, items: [{ ...item, ...change }], consents };
    of2018.add('successors', id, why, input, asks === null ? 'permit' : 'consent-required', ['9.2'], asks === null ? {} : { consentFrom: [asks] });
  };
  use('successor-asked', 'its successor is asked', null, '', 'by-b');
  use('successor-consents', 'and consents from the first day on', 'by-b', '2026-01-01T00:00:00Z', null);
  use('successor-too-soon', 'not a second before', 'by-b', '2025-12-31T23:59:59Z', 'by-b');
  use('predecessor-consented', 'what it agreed to itself still holds', 'by-former', '2025-12-31T23:59:59Z', null);
  use('predecessor-too-late', 'but nobody speaks for it in its name since', 'by-former', '2026-01-01T00:00:00Z', 'by-b');
  use('another-consents', 'another authority of the state does not', 'by-a', '2026-02-01T00:00:00Z', 'by-b');
  const first = { provider: 'by-first' };
  use('successors-successor', 'two dissolutions lead to the last one', 'by-b', '2026-02-01T00:00:00Z', null, first);
  use('successor-in-between', 'what the one in between agreed to still holds', 'by-former', '2024-07-01T00:00:00Z', null, first);
  use('successor-before-its-time', 'the last one had no say then', 'by-b', '2024-07-01T00:00:00Z', 'by-b', first);
  const old = { provider: 'by-old' };
  use('no-successor', 'for one without a successor nobody does', 'by-b', '2026-02-01T00:00:00Z', 'by-old', old);
  const fact = { action: 'disclose' as const, at: NOW, instrument: I2018, requester: 'by-former', by: 'kz-a', to: 'kz-b', confidentialityAsked: true };
  const told = { ...agreed('by-b', '2026-02-01T00:00:00Z'), kind: 'disclosure' as const, recipient: 'kz-b', purposes: null };
  of2018.add('successors', 'disclosure-asked', 'of its request too', { ...fact, consents: [] }, 'consent-required', ['8.1'], { consentFrom: ['by-b'] });
  of2018.add('successors', 'disclosure-consented', 'when it agrees', { ...fact, consents: [told] }, 'permit', ['8.1']);
}

/** After a withdrawal: Uzbekistan left on 28 February. */
function afterwards(): void {
  const all = ['17.1', '4.1'];
  const say = (id: string, why: string, type: 'consent-revocation' | 'account' | 'reminder', at: string, outcome: Outcome, cites: string[], warns: string[] = []): void => {
    const message = { type, contents: [], signatures: [SEAL] };
    of2018.send('afterwards', id, why, { from: 'uz-a', to: 'kz-a', at, case: openedBy('kz-a'), message }, outcome, [...all, ...cites], { warns });
  };
  say('revocation-before', 'the last second in which it is bound', 'consent-revocation', '2026-02-27T23:59:59Z', 'permit', ['9.2', '10']);
  say('revocation-after', 'it still revokes', 'consent-revocation', '2026-02-28T00:00:00Z', 'permit', ['9.2', '10', '18', 'valise#continuing'], ['18']);
  say('account-after', 'and accounts', 'account', '2026-03-01T00:00:00Z', 'permit', ['18', 'valise#procedure', 'valise#continuing'], ['18']);
  say('reminder-after', 'and reminds of nothing', 'reminder', '2026-03-01T00:00:00Z', 'deny', ['18', 'valise#procedure']);
}

requests2018();
units();
csto();
theOthers();
hands();
successors();
afterwards();
export const secondReading = [of2018, ofCsto, of2013, of2017].flatMap(({ vectors }) => vectors);
