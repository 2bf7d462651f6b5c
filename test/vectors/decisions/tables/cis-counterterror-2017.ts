import { disclosure, information } from './information.js';
import { UNSPOKEN, listing, openers, openersAfterwards, procedure } from './procedure.js';
import { HEAD, SEAL, Table, openedBy, type Send } from './vector.js';

const ID = 'cis-counterterror-2017';
const MANDATORY = ['8.1.a', '8.1.b', '8.1.c', '8.1.d'];
const table = new Table(ID, {
  from: 'kz-a',
  to: 'by-a',
  channel: 'bus',
  message: {
    type: 'request',
    urgent: false,
    language: 'ru',
    level: 'open',
    form: '2',
    offence: null,
    contents: MANDATORY,
    signatures: [HEAD, SEAL],
    grounds: null,
    refusal: null,
    nexus: null,
    releaseDecision: false,
  },
});
/** The way (#6.1) and the form (#6.2) have their words for the bus and for paper. */
const ALL = ['16', '5.1', '6.1', '6.2', '2', '19'];
const PAPER = ALL;
/** Moldova has left. */
const LEFT = { id: 'md-a', at: '2026-04-01T00:00:00Z', by: '18' };
const WITHOUT_TERM = [...ALL, '7.1.a'];
const REQUEST = [...WITHOUT_TERM, '8.2'];
const plain = { contents: [], signatures: [SEAL] };
const term = (by: string) => ({ obligations: [{ do: 'answer', by, rule: `${ID}#8.2` }] });
const organ = { to: 'cis-centre' };
const ORGAN = '1.1.i';

function inForce(): void {
  const third = 'the third notification is a day of receipt, and 30 days';
  for (const state of ['BY', 'RU', 'KZ']) table.edge(state, 'enters', '2018-10-10', '2018-10-09', ['16', '16'], third);
  const own = '30 days from its own document';
  table.edge('AM', 'enters', '2019-09-07', '2019-09-06', ['16', '16'], own);
  table.edge('MD', 'enters', '2019-12-01', '2019-11-30', ['16', '16'], own);
  for (const state of ['KG', 'TJ', 'TM', 'UA'])
    table.edge(state, 'enters', '2020-03-30', '2020-03-29', ['16', '16'], `${own}, received on a leap day`);
  table.edge('UZ', 'enters', '2021-06-11', '2021-06-10', ['16', '16'], own);
  table.edge('AZ', 'enters', '2022-05-20', '2022-05-19', ['17', '17'], '30 days from its document of accession');
  table.edge('MD', 'leaves', '2026-04-01', '2026-03-31', ['16', '18'], 'the day that it named');
  table.edge('TM', 'leaves', '2026-02-28', '2026-02-27', ['16', '18'], 'it named a day too early: six months from 31 August');
}

function scope(): void {
  table.send('form', 'form-2', 'exchange of information', {}, 'permit', REQUEST);
  const other = REQUEST.filter((cite) => cite !== '2');
  table.send('form', 'form-12', 'other cooperation', { message: { form: '12' } }, 'permit', [...other, '12']);
  table.send('form', 'form-unknown', 'no form of the agreement', { message: { form: '5.a' } }, 'deny', WITHOUT_TERM);
  table.send('form', 'form-none', 'none named', { message: { form: null } }, 'deny', WITHOUT_TERM);
  table.send('offence', 'offence', 'the agreement lists none', { message: { offence: '3.1.h' } }, 'deny', WITHOUT_TERM);
  table.send('language', 'kazakh', 'the working language is Russian', { message: { language: 'kk' } }, 'deny', WITHOUT_TERM);
  table.send('language', 'no-language', 'indicators are no language', { message: { language: 'zxx' } }, 'permit', REQUEST);
  table.send('scope', 'own-state', 'between authorities of one state', { to: 'kz-b' }, 'deny', WITHOUT_TERM);
  const spontaneous = { type: 'spontaneous' as const, ...plain };
  table.send('mode', 'spontaneous', 'on arrival', { message: spontaneous }, 'permit', [...ALL, '7.1.c'], {
    obligations: [],
  });
  table.send('mode', 'spontaneous-own-state', 'not inside one state', { to: 'kz-b', message: spontaneous }, 'deny', [...ALL, '7.1.c']);
  const standing = { type: 'standing-request' as const, grounds: 'any new entry' };
  table.send('mode', 'standing', 'answered as information arrives', { message: standing }, 'permit', [...ALL, '7.1.b', '8.2']);
  table.send('mode', 'standing-own-state', 'not inside one state', { to: 'kz-b', message: standing }, 'deny', [...ALL, '7.1.b']);
  table.send('mode', 'standing-no-criteria', 'its criteria are stated', { message: { ...standing, grounds: null } }, 'deny', [...ALL, '7.1.b']);
  table.send('mode', 'standing-empty', 'all that is wrong is told at once', { message: { ...standing, contents: [], signatures: [HEAD] } }, 'deny', [
    ...ALL,
    '7.1.b',
    ...MANDATORY,
    'valise#seal',
  ]);
  const paper = { channel: 'off-bus' as const };
  table.send('channel', 'paper', 'by diplomatic channels or courier', paper, 'permit', [...PAPER, '7.1.a'], {
    obligations: [],
  });
  table.send('channel', 'paper-unsealed', 'the agreement requires no seal on paper', { ...paper, message: { signatures: [HEAD] } }, 'permit', [
    ...PAPER,
    '7.1.a',
  ]);
  table.send('channel', 'paper-standing-unsealed', 'of a standing request neither', { ...paper, message: { ...standing, signatures: [HEAD] } }, 'permit', [
    ...PAPER,
    '7.1.b',
  ]);
  table.send(
    'channel',
    'paper-confirmation-unsealed',
    'nor a confirmation',
    { ...paper, case: openedBy('kz-a'), message: { ...plain, type: 'confirmation', signatures: [] } },
    'permit',
    [...PAPER, 'valise#procedure'],
  );
  table.send('channel', 'paper-spontaneous-unsealed', 'other paper is not', { ...paper, message: { ...spontaneous, signatures: [] } }, 'permit', [
    ...PAPER,
    '7.1.c',
  ]);
  const units = {
    from: 'kz-unit',
    to: 'by-unit',
    message: { ...spontaneous, signatures: [{ seal: 'unit' as const }] },
  };
  table.send('channel', 'units', 'a listed unit’s seal is its own', units, 'permit', [...ALL, '7.1.c']);
}

function request(): void {
  for (const item of MANDATORY) {
    const contents = MANDATORY.filter((code) => code !== item);
    table.send('contents', `lacks-${item}`, 'a mandatory item is missing', { message: { contents } }, 'deny', [...WITHOUT_TERM, item]);
  }
  table.send('contents', 'with-8.1.e', 'and anything else needed', { message: { contents: [...MANDATORY, '8.1.e'] } }, 'permit', REQUEST);
  table.send('contents', 'unknown-item', 'no item of article 8.1', { message: { contents: [...MANDATORY, '8.1.f'] } }, 'deny', [
    ...WITHOUT_TERM,
    '8.1',
  ]);
  const days: [string, string, string, string][] = [
    ['minsk', 'by-a', '2026-03-10T20:59:59Z', '2026-04-09T21:00:00Z'],
    ['minsk-next-day', 'by-a', '2026-03-10T21:00:00Z', '2026-04-10T21:00:00Z'],
    ['summer-time', 'md-a', '2026-03-10T09:00:00Z', '2026-04-09T21:00:00Z'],
    ['winter-time', 'md-a', '2025-10-10T09:00:00Z', '2025-11-09T22:00:00Z'],
    ['half-hour', 'kz-half', '2026-03-10T18:30:00Z', '2026-04-10T18:30:00Z'],
  ];
  // On the last of these days in Chisinau MD has left; what counts is the day of the request.
  for (const [id, to, at, by] of days) {
    const from = to === 'kz-half' ? 'by-a' : 'kz-a';
    table.send('deadline', `term-${id}`, 'whole days of the requested authority’s own calendar', { from, to, at }, 'permit', REQUEST, term(by));
  }
}

function execution(): void {
  const reason = { ...plain, grounds: 'proceedings of our own' };
  procedure(
    table,
    ALL,
    [
      { type: 'result', by: 'executor', cites: ['8.2.a'], says: plain },
      { type: 'obstacle', by: 'executor', cites: ['8.2'], says: plain },
      { type: 'forwarded', by: 'executor', cites: ['12'], says: plain },
      { type: 'additional-information-request', by: 'executor', cites: ['12'], says: plain },
      { type: 'additional-information', by: 'initiator', cites: ['12'], says: plain },
      { type: 'attendance-request', by: 'initiator', cites: ['valise#procedure'], says: plain },
      { type: 'attendance-answer', by: 'executor', cites: ['valise#procedure'], says: plain },
      { type: 'confirmation', by: 'initiator', cites: ['valise#procedure'], says: plain },
      { type: 'postponement', by: 'executor', cites: ['8.2.b'], says: reason },
      { type: 'conditions', by: 'executor', cites: ['8.2.b'], says: reason },
      { type: 'conditions-answer', by: 'initiator', cites: ['8.2.b'], says: plain },
      {
        type: 'refusal',
        by: 'executor',
        cites: ['8.3', '8.2.b'],
        says: { ...plain, refusal: { grounds: ['national-law'], reasons: true, extent: 'full' } },
      },
      { type: 'confidentiality-notice', by: 'executor', cites: ['8.4'], says: plain },
      { type: 'confidentiality-answer', by: 'initiator', cites: ['8.4'], says: plain },
      { type: 'consent-request', by: 'both', cites: ['7.2'], says: plain, alone: true },
      { type: 'consent-answer', by: 'both', cites: ['7.2'], says: plain, alone: true },
      { type: 'consent-revocation', by: 'both', cites: ['7.2'], says: plain, alone: true },
      { type: 'restriction', by: 'both', cites: ['4.1.b'], says: plain },
      { type: 'costs', by: 'both', cites: ['valise#procedure', '4.1.a'], says: plain, warns: ['4.1.a'] },
      { type: 'consultation', by: 'both', cites: ['14', '12'], says: plain, alone: true },
      ...[...UNSPOKEN, 'term-proposal' as const, 'term-answer' as const].map((type) => ({
        ...{ type, by: 'both' as const, cites: ['valise#procedure'], says: plain },
      })),
      { type: 'withdrawal', by: 'initiator', cites: ['valise#procedure'], says: plain },
    ],
    { common: PAPER, without: [], says: { signatures: [] }, warning: [], left: LEFT },
  );
  openers(table, [
    ['request', {}, 'permit', REQUEST],
    ['spontaneous', plain, 'permit', [...ALL, '7.1.c']],
    ['standing-request', { grounds: 'any new entry' }, 'permit', [...ALL, '7.1.b', '8.2']],
  ]);
  openersAfterwards(table, LEFT, [
    ['request', {}, [...PAPER, '7.1.a']],
    ['spontaneous', plain, [...PAPER, '7.1.c']],
    ['standing-request', { grounds: 'any new entry' }, [...PAPER, '7.1.b']],
  ]);
  listing(table, { message: { ...plain, type: 'consultation' } }, { all: [...ALL, '14', '12'], listed: '5.1', unlisted: '5.1' });
  const executor = { from: 'by-a', to: 'kz-a', case: openedBy('kz-a') };
  for (const type of ['postponement', 'conditions'] as const)
    table.send('execution', `${type}-no-reason`, 'its reason is stated', { ...executor, message: { ...plain, type } }, 'deny', [...ALL, '8.2.b']);
  for (const type of ['postponement', 'conditions'] as const)
    table.send('execution', `${type}-explicit`, 'in the text’s own words', { ...executor, message: { ...reason, type } }, 'permit', [...ALL, '8.2.b'], {
      inferred: [],
    });
  const answer = { case: openedBy('kz-a'), message: { ...plain, type: 'conditions-answer' as const } };
  table.send('execution', 'conditions-answer-inferred', 'of an answer it has no word', answer, 'permit', [...ALL, '8.2.b'], { inferred: ['8.2.b'] });
  const passed = { ...executor, message: { ...plain, type: 'forwarded' as const } };
  table.send('execution', 'forwarded-own', 'to an authority of the same state', { ...passed, to: 'by-b' }, 'permit', [...ALL, '12']);
  table.send('execution', 'forwarded-abroad', 'to one of another', { ...passed, to: 'ru-a' }, 'deny', [...ALL, '12']);
  table.send('execution', 'forwarded-unlisted', 'to one that is not listed', { ...passed, to: 'by-off' }, 'deny', [...ALL, '12']);
  const grounds = [
    'national-interests',
    'sovereignty',
    'security',
    'public-order',
    'national-law',
    'international-obligations',
    'not-compliant',
  ] as const;
  const others = ['rights-of-citizens'] as const;
  type Ground = (typeof grounds)[number] | (typeof others)[number];
  const refuse = (from: string, named: Ground[], warned: boolean, why: string): void => {
    const refusal = { grounds: named, reasons: true, extent: 'partial' as const };
    const by = from === 'by-a' ? [] : [ORGAN];
    table.send(
      'refusal',
      `refusal-${from}-${named.join('-')}`,
      why,
      { ...executor, from, message: { ...plain, type: 'refusal', refusal } },
      'permit',
      [...ALL, ...by, '8.3', '8.2.b', ...(warned ? ['14'] : [])],
      { warns: warned ? ['8.3', '14'] : [], inferred: from === 'by-a' ? [] : ['5.1', '8.3'] },
    );
  };
  for (const ground of grounds) refuse('by-a', [ground], false, 'a ground of article 8.3');
  for (const ground of others) refuse('by-a', [ground], true, 'a ground that it lacks: a warning');
  for (const ground of [...grounds, ...others]) refuse('cis-centre', [ground], ground !== 'not-compliant', 'an organ has the last ground only');
  const silent = { grounds: ['national-law' as const], reasons: false, extent: 'full' as const };
  table.send('refusal', 'refusal-no-reasons', 'its reason is due', { ...executor, message: { ...plain, type: 'refusal', refusal: silent } }, 'deny', [
    ...ALL,
    '8.3',
    '8.2.b',
  ]);
}

function organs(): void {
  table.send('organs', 'organ', 'an organ is asked', organ, 'permit', [...REQUEST, ORGAN], {
    ...term('2026-04-09T21:00:00Z'),
    inferred: ['5.1'],
  });
  table.send('organs', 'organ-asks', 'and asks', { from: 'cis-centre', to: 'kz-a' }, 'permit', [...REQUEST, ORGAN], term('2026-04-09T19:00:00Z'));
  const consulting = { message: { ...plain, type: 'consultation' as const } };
  const consulted = { inferred: ['5.1', '12', '14'] };
  table.send('organs', 'organ-consults', 'the text has authorities consult', { ...consulting, from: 'cis-centre', to: 'kz-a' }, 'permit', [...ALL, ORGAN, '14', '12'], consulted);
  table.send('organs', 'organ-consulted', 'on either side', { ...consulting, ...organ }, 'permit', [...ALL, ORGAN, '14', '12'], consulted);
  table.send('organs', 'authorities-consult', 'as here', consulting, 'permit', [...ALL, '14', '12'], { inferred: [] });
  table.send('organs', 'organ-unlisted', 'and writes to listed authorities only', { from: 'cis-centre', to: 'by-off' }, 'deny', [
    ...WITHOUT_TERM,
    ORGAN,
  ], { inferred: ['5.1'] });
  table.send('organs', 'organs', 'two organs', { from: 'cis-centre', to: 'cis-bureau' }, 'permit', [
    ...REQUEST.filter((cite) => cite !== '16'),
    ORGAN,
  ]);
}

function secrets(): void {
  const message = { type: 'spontaneous' as const, ...plain, level: 'secret' as const, releaseDecision: true };
  const SENT = [...ALL, '7.1.c'];
  const secret = (id: string, why: string, change: Send, outcome: 'permit' | 'off-bus' | 'decision-required' | 'deny', cites: string[]): void => {
    table.send('level', id, why, { ...change, message: { ...message, ...change.message } }, outcome, cites);
  };
  const kept = ['4.1.c', '4.2', '9.2'];
  secret('restricted', 'restricted information needs no decision', { message: { level: 'restricted', releaseDecision: false } }, 'permit', SENT);
  secret('secret-2004', 'an agreement that binds both, clearance and channel under it', {}, 'permit', [...SENT, ...kept]);
  secret('secret-1993', 'that of 1993', { to: 'uz-a' }, 'permit', [...SENT, ...kept]);
  secret('secret-bilateral', 'a bilateral one', { to: 'az-a' }, 'permit', [...SENT, ...kept, '17']);
  secret('secret-bilateral-over', 'which is over', { to: 'az-a', at: '2026-07-01T00:00:00Z' }, 'deny', [...SENT, ...kept, '17']);
  secret('other-channel', 'bound and cleared by one, the channel by another', { to: 'kg-a' }, 'off-bus', [...SENT, ...kept, '6.1']);
  secret('other-channel-courier', 'by courier', { to: 'kg-a', channel: 'off-bus' }, 'permit', [...PAPER, '7.1.c', ...kept]);
  secret('no-decision', 'no decision to release it', { message: { releaseDecision: false } }, 'decision-required', [...SENT, ...kept]);
  secret('not-cleared', 'the receiver is cleared under none', { to: 'by-b' }, 'deny', [...SENT, ...kept]);
  secret('not-bound', 'no agreement binds both', { to: 'am-a' }, 'deny', [...SENT, ...kept]);
  const withOrgan = [...SENT, ORGAN, ...kept, '9.4'];
  secret('secret-organ', 'with an organ by that of 2013', organ, 'permit', withOrgan);
  const kept92 = withOrgan.filter((cite) => cite !== '9.2');
  secret('secret-from-organ', 'what an organ sends leaves no national system', { from: 'cis-centre', to: 'kz-a' }, 'permit', kept92);
  const undecided = { from: 'cis-centre', to: 'kz-a', message: { releaseDecision: false } };
  secret('secret-from-organ-undecided', 'and is decided on all the same', undecided, 'decision-required', kept92);
  const inside = { from: 'kz-b', to: 'kz-a', channel: 'off-bus' as const, message: { type: 'consultation' as const } };
  secret('secret-inside', 'nor what stays in the state', inside, 'permit', [...PAPER, '14', '12', '4.1.c', '4.2']);
  secret('organ-not-cleared', 'an organ cleared under another only', { to: 'cis-bureau' }, 'deny', withOrgan);
  secret('organ-state-not-bound', 'a state that it does not bind', { ...organ, from: 'by-a' }, 'deny', withOrgan);
}

function received(): void {
  information(
    table,
    {
      given: '7.2',
      consented: '7.2',
      wanted: ['7.2'],
      writtenUse: false,
      noThird: '7.2',
      passed: ['7.2', '4.1.b'],
      spontaneous: ['7.2', '4.1.b'],
      writtenOnward: false,
      conditions: '4.1.b',
      limits: '7.2',
      onwardLimits: '7.2',
    },
    'any',
  );
  disclosure(table, { cite: '8.4', always: true, written: true });
}

inForce();
scope();
request();
execution();
organs();
secrets();
received();
export const cisCounterterror2017 = table.vectors;
