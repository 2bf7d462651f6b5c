import { disclosure, information } from './information.js';
import { UNSPOKEN, listing, openers, openersAfterwards, procedure } from './procedure.js';
import { HEAD, IN_72_HOURS, NOW, SEAL, Table, openedBy, type Send } from './vector.js';

type Type = NonNullable<NonNullable<Send['message']>['type']>;

const ID = 'csto-infosphere-2014';
const MANDATORY = ['6.2.a', '6.2.b', '6.2.c', '6.2.d', '6.2.e'];
const table = new Table(ID, {
  from: 'kz-a',
  to: 'by-a',
  channel: 'bus',
  message: {
    type: 'request',
    urgent: false,
    language: 'ru',
    level: 'open',
    form: '5.1',
    offence: null,
    contents: MANDATORY,
    signatures: [HEAD, SEAL],
    grounds: null,
    refusal: null,
    nexus: null,
    releaseDecision: false,
  },
});
const ALL = ['16', '4.1', '13'];
/** In electronic form; on paper without #6.3; a request that goes starts the term of #7.2. */
const WITHOUT_TERM = [...ALL, '6.1', '6.5', '6.3'];
const REQUEST = [...WITHOUT_TERM, '7.2'];
const PAPER = [...ALL, '6.1', '6.5'];
const plain = { contents: [], signatures: [SEAL] };
/** 10 March in Minsk, and thirty days: the midnight that closes 9 April, at +03:00. */
const IN_30_DAYS_MINSK = '2026-04-09T21:00:00Z';
const term = (by: string) => ({ obligations: [{ do: 'execute', by, rule: `${ID}#7.2` }] });
const confirm = (by: string) => ({ do: 'confirm-in-writing', by, rule: `${ID}#6.4` });
/** Only a plain arrangement, and none. */
const plainArrangement = { to: 'ru-a' };
const none = { from: 'am-a', to: 'kz-a' };

/** Tajikistan has left. */
const LEFT = { id: 'tj-a', by: '18' };

const OFF = ['16', '13', '4.2'];
/** #4.2 holds for each type of message but the one that is passed on. */
const UNLISTED = {
  request: [...OFF, '6.1', '6.5', '6.3', '6.4'],
  'standing-request': [...OFF, '6.1', '6.5', '6.3', '6.4'],
  spontaneous: [...OFF, '6.1'],
  confirmation: [...OFF, '6.4', '6.5', '6.3'],
  result: [...OFF, '7.7'],
  obstacle: [...OFF, '7.3'],
  'additional-information-request': [...OFF, '7.5'],
  'additional-information': [...OFF, '7.5'],
  'attendance-request': [...OFF, '8'],
  'attendance-answer': [...OFF, '8'],
  postponement: [...OFF, '7.6'],
  conditions: [...OFF, '7.6'],
  'conditions-answer': [...OFF, '7.6'],
  refusal: [...OFF, '9.1', '9.2'],
  'confidentiality-notice': [...OFF, '10.1'],
  'confidentiality-answer': [...OFF, '10.1'],
  'consent-request': [...OFF, '10.2'],
  'consent-answer': [...OFF, '10.2'],
  'consent-revocation': [...OFF, '10.2'],
  restriction: [...OFF, '10.2'],
  consultation: [...OFF, '11'],
  costs: [...OFF, '12'],
  return: [...OFF, 'valise#procedure'],
  reminder: [...OFF, 'valise#procedure'],
  recall: [...OFF, 'valise#procedure'],
  account: [...OFF, 'valise#procedure'],
  supplement: [...OFF, 'valise#procedure'],
  'paper-notice': [...OFF, 'valise#procedure'],
  correction: [...OFF, 'valise#procedure'],
  'erasure-request': [...OFF, 'valise#procedure'],
  feedback: [...OFF, 'valise#procedure'],
  'term-proposal': [...OFF, '7.2'],
  'term-answer': [...OFF, '7.2'],
  withdrawal: [...OFF, 'valise#procedure'],
} satisfies Partial<Record<Type, string[]>>;

function inForce(): void {
  const day = 'the day of the fourth notification';
  for (const state of ['BY', 'RU', 'AM', 'KZ']) table.edge(state, 'enters', '2016-12-02', '2016-12-01', ['16', '16'], day);
  table.edge('KG', 'enters', '2017-05-18', '2017-05-17', ['16', '16'], 'the day of its own');
  table.edge('TJ', 'enters', '2018-01-01', '2017-12-31', ['16', '16'], 'the day of its own');
  table.edge('AM', 'leaves', '2026-06-30', '2026-06-29', ['16', '18'], 'the day that it named');
  table.edge('KG', 'leaves', '2026-06-30', '2026-06-29', ['16', '18'], 'it named one too early: six months, 31 December to 30 June');
  table.edge('TJ', 'leaves', '2025-02-28', '2025-02-27', ['16', '18'], 'it named none: six months from 30 August');
  table.edge('BY', 'leaves', '2040-01-01', '2039-12-31', ['16', '17'], 'with the Collective Security Treaty itself');
  table.inForce('no-accession', 'the Protocol knows none', '2026-03-10T00:00:00Z', ['UZ'], 'deny', ['16']);
  table.inForce('pair', 'both are bound', '2026-03-10T00:00:00Z', ['KZ', 'AM'], 'permit', ['16']);
}

function scope(): void {
  for (const form of ['5.1', '5.3', '5.4', '5.5', '5.6', '5.7'])
    table.send('form', `form-${form}`, 'a form of article 5', { message: { form } }, 'permit', REQUEST);
  table.send('form', 'form-unknown', 'no form of article 5', { message: { form: '5.a' } }, 'deny', [...WITHOUT_TERM, '5']);
  table.send('form', 'form-none', 'no form named', { message: { form: null } }, 'deny', [...WITHOUT_TERM, '5']);
  table.send('offence', 'offences-all', 'all three kinds', { message: { offence: ['3.1.a', '3.1.b', '3.1.c'] } }, 'permit', REQUEST);
  table.send('offence', 'offence-unknown', 'a code of another agreement', { message: { offence: '3.1.d' } }, 'deny', [...WITHOUT_TERM, '3.1']);
  const procedural = { form: '5.2', procedural: true };
  const treaty = { otherTreaty: 'three-assistance-2002' };
  table.send('procedural', 'procedural', 'a treaty that binds both is named', { message: { ...procedural, ...treaty } }, 'permit', [...REQUEST, '5.2']);
  const wrong: [string, string, string, string][] = [
    ['free-text', 'words are no treaty', 'Minsk, 22 January 1993', NOW],
    ['over', 'its last day is over', 'three-assistance-2002', '2026-03-11T00:00:00Z'],
    ['of-others', 'it binds one of the two', 'am-kz-assistance-2002', NOW],
    ['of-another-kind', 'it sets a channel', 'by-kz-channel-2019', NOW],
  ];
  for (const [id, why, otherTreaty, at] of wrong)
    table.send('procedural', `procedural-${id}`, why, { at, message: { ...procedural, otherTreaty } }, 'deny', [...WITHOUT_TERM, '5.2']);
  const measures = { message: { form: '5.2' } };
  table.send('procedural', 'measures', 'operational-search measures without a treaty: a warning', measures, 'permit', [...REQUEST, '5.2'], {
    warns: ['5.2'],
  });
  table.send('procedural', 'measures-treaty', 'with one', { message: { form: '5.2', ...treaty } }, 'permit', [...REQUEST, '5.2']);
  table.send('procedural', 'procedural-unnamed', 'it is not', { message: procedural }, 'deny', [...WITHOUT_TERM, '5.2']);
  table.send('language', 'kazakh', 'the working language is Russian', { message: { language: 'kk' } }, 'deny', WITHOUT_TERM);
  table.send('language', 'russian-of-kazakhstan', 'Russian, wherever it is spoken', { message: { language: 'ru-KZ' } }, 'permit', REQUEST);
  table.send('language', 'no-language', 'indicators are no language', { message: { language: 'zxx' } }, 'permit', REQUEST);
  table.send('scope', 'own-state', 'between bodies of one state', { to: 'kz-b', channel: 'off-bus' }, 'deny', PAPER);
  table.send('scope', 'organ', 'an organ takes no part', { to: 'cis-centre', channel: 'off-bus' }, 'deny', ['16', '4.2', '13', '6.1', '6.5']);
  const spontaneous = { ...plain, type: 'spontaneous' as const, grounds: 'the same intrusion in your networks' };
  table.send('mode', 'spontaneous', 'cooperation rests on a request', { message: spontaneous }, 'deny', [...ALL, '6.1']);
  table.send('mode', 'spontaneous-procedural', 'whatever its form', { message: { ...spontaneous, form: '5.2', procedural: true } }, 'deny', [...ALL, '6.1']);
  table.send('mode', 'spontaneous-own-state', 'inside one state too', { to: 'kz-b', message: spontaneous }, 'deny', [...ALL, '6.1']);
  table.send('mode', 'standing', 'the Protocol knows none', { message: { type: 'standing-request' } }, 'deny', WITHOUT_TERM);
  table.send(
    'mode',
    'standing-empty',
    'and all that is wrong with it is told at once',
    { to: 'kz-b', message: { type: 'standing-request', ...plain, ...procedural } },
    'deny',
    [...ALL, '6.1', '5.2', ...MANDATORY, '6.5', '6.3', '6.4'],
  );
}

function request(): void {
  for (const item of MANDATORY) {
    const contents = MANDATORY.filter((code) => code !== item);
    table.send('contents', `lacks-${item}`, 'a mandatory item is missing', { message: { contents } }, 'deny', [...WITHOUT_TERM, item]);
  }
  table.send('contents', 'with-6.2.f', 'and anything else useful', { message: { contents: [...MANDATORY, '6.2.f'] } }, 'permit', REQUEST);
  table.send('contents', 'unknown-item', 'no item of article 6', { message: { contents: [...MANDATORY, '6.3.g'] } }, 'deny', [
    ...WITHOUT_TERM,
    '6.2',
  ]);
  table.send('signature', 'deputy', 'the deputy', { message: { signatures: [{ by: 'deputy-head' }, SEAL] } }, 'permit', REQUEST);
  table.send('signature', 'unit-head', 'the head of a unit', { message: { signatures: [{ by: 'unit-head' }, SEAL] } }, 'deny', WITHOUT_TERM);
  table.send(
    'signature',
    'authorised',
    'an authorised person',
    { message: { signatures: [{ by: 'authorised-person' }, SEAL] } },
    'deny',
    WITHOUT_TERM,
  );
  table.send('signature', 'unsealed-paper', 'the article requires no seal', { channel: 'off-bus', message: { signatures: [HEAD] } }, 'permit', PAPER);
  const units = {
    from: 'kz-unit',
    to: 'by-unit',
    message: { ...plain, type: 'consultation' as const, signatures: [{ seal: 'unit' as const }] },
  };
  for (const [from, to] of [['kz-unit', 'by-desk'], ['kz-a', 'by-unit']] as const)
    table.send('signature', `from-${from}-to-${to}`, 'whichever of the two is a unit', { from, to, channel: 'off-bus' }, 'permit', PAPER);
  const paper = { from: 'kz-unit', to: 'by-unit', channel: 'off-bus' as const };
  table.send('signature', 'units-paper', 'between units the head of the body signs too', paper, 'permit', PAPER);
  table.send('signature', 'units', 'a listed unit’s seal is its own', units, 'permit', [...ALL, '11']);
}

function writing(): void {
  table.send('channel', 'electronic-form', 'the signed electronic document is the written form', {}, 'permit', REQUEST, term(IN_30_DAYS_MINSK));
  table.send('channel', 'plain-arrangement', 'it is not', plainArrangement, 'off-bus', [...WITHOUT_TERM, '6.4']);
  table.send('channel', 'no-arrangement', 'no arrangement', none, 'off-bus', [...WITHOUT_TERM, '6.4']);
  table.send(
    'channel',
    'other-treaty',
    'another treaty does not open it here',
    { from: 'kz-a', to: 'am-a', message: { otherTreaty: 'am-kz-channel-2019' } },
    'off-bus',
    [...WITHOUT_TERM, '6.4'],
  );
  table.send('channel', 'paper', 'on paper', { ...none, channel: 'off-bus' }, 'permit', PAPER, {
    obligations: [],
  });
  const urgent = { urgent: true, offence: '3.1.c', grounds: 'an attack that is being prepared for tonight' };
  const unsigned = { ...urgent, signatures: [SEAL] };
  const due = (by: string, until: string) => ({ obligations: [confirm(by), ...term(until).obligations] });
  table.send(
    'urgent',
    'urgent',
    'by a plain arrangement, to be confirmed',
    { ...plainArrangement, message: unsigned },
    'permit',
    [...ALL, '6.1', '6.4', '7.2'],
    due(IN_72_HOURS, IN_30_DAYS_MINSK),
  );
  table.send(
    'urgent',
    'urgent-second',
    'to the second',
    { ...plainArrangement, at: '2026-03-10T20:59:59Z', message: unsigned },
    'permit',
    [...ALL, '6.1', '6.4', '7.2'],
    due('2026-03-13T20:59:59Z', IN_30_DAYS_MINSK),
  );
  table.send(
    'urgent',
    'urgent-signed',
    'signed or not',
    { ...plainArrangement, message: urgent },
    'permit',
    [...PAPER, '6.4', '7.2'],
    due(IN_72_HOURS, IN_30_DAYS_MINSK),
  );
  table.send(
    'urgent',
    'urgent-no-ground',
    'why it is urgent is not stated: a warning',
    { ...plainArrangement, message: { ...unsigned, grounds: ' ' } },
    'permit',
    [...ALL, '6.1', '6.4', '7.2'],
    { ...due(IN_72_HOURS, IN_30_DAYS_MINSK), warns: ['6.4'] },
  );
  for (const form of ['5.2', '5.3'])
    table.send(
      'urgent',
      `urgent-form-${form}`,
      'on crimes in preparation',
      { ...plainArrangement, message: { ...unsigned, form, otherTreaty: 'three-assistance-2002' } },
      'permit',
      [...ALL, '6.1', '6.4', '7.2', ...(form === '5.2' ? ['5.2'] : [])],
    );
  for (const form of ['5.4', '5.5', '5.6', '5.7'])
    table.send('urgent', `urgent-form-${form}`, 'no operational information', { ...plainArrangement, message: { ...urgent, form } }, 'off-bus', [
      ...WITHOUT_TERM,
      '6.4',
    ]);
  table.send('urgent', 'urgent-no-offence', 'only for the crimes of article 3', { ...plainArrangement, message: { ...urgent, offence: null } }, 'off-bus', [
    ...WITHOUT_TERM,
    '6.4',
  ]);
  table.send('urgent', 'urgent-no-arrangement', 'only by agreement', { ...none, message: urgent }, 'off-bus', [...WITHOUT_TERM, '6.4']);
  table.send(
    'urgent',
    'urgent-oral',
    'the Protocol lets nothing be told orally',
    { ...plainArrangement, channel: 'off-bus', message: unsigned },
    'deny',
    [...ALL, '6.1', '6.5'],
  );
  table.send('urgent', 'urgent-electronic', 'in electronic form it is written', { message: urgent }, 'permit', REQUEST, term(IN_30_DAYS_MINSK));
  const confirmation = {
    from: 'ru-a',
    to: 'kz-a',
    case: openedBy('ru-a'),
    message: { type: 'confirmation' as const },
  };
  const confirmed = [...ALL, '6.4', '6.5', '6.3'];
  table.send('urgent', 'confirmation-plain', 'its confirmation goes on paper', confirmation, 'off-bus', confirmed);
  table.send(
    'urgent',
    'confirmation-empty',
    'it is the request in writing',
    {
      ...confirmation,
      message: {
        type: 'confirmation',
        ...plain,
        ...urgent,
        signatures: [SEAL],
        form: '5.2',
        procedural: true,
      },
    },
    'deny',
    [...confirmed, '5.2', ...MANDATORY],
  );
  const result = { from: 'by-a', to: 'kz-a', message: { ...plain, type: 'result' as const } };
  const unconfirmed = (sentAt: string) => openedBy('kz-a', { confirmed: false, sentAt });
  table.send('urgent', 'result-in-time', '72 hours are not over', { ...result, case: unconfirmed('2026-03-07T09:00:00Z') }, 'permit', [
    ...ALL,
    '7.7',
  ]);
  table.send(
    'urgent',
    'result-too-late',
    'they are over: a warning',
    { ...result, case: unconfirmed('2026-03-07T08:59:59Z') },
    'permit',
    [...ALL, '7.7', '6.4'],
    { warns: ['6.4'] },
  );
  const days: [string, string, string, string][] = [
    ['half-hour', 'kz-half', '2026-03-10T18:29:59Z', '2026-04-09T18:30:00Z'],
    ['half-hour-next-day', 'kz-half', '2026-03-10T18:30:00Z', '2026-04-10T18:30:00Z'],
    ['quarter-hour', 'kz-quarter', '2026-03-10T18:14:59Z', '2026-04-09T18:15:00Z'],
    ['quarter-hour-next-day', 'kz-quarter', '2026-03-10T18:15:00Z', '2026-04-10T18:15:00Z'],
    ['yerevan', 'am-a', '2026-03-10T19:59:59Z', '2026-04-09T20:00:00Z'],
    ['midnight-that-is-none', 'by-havana', '2026-02-05T12:00:00Z', '2026-03-08T05:00:00Z'],
    ['leap', 'am-a', '2024-02-10T09:00:00Z', '2024-03-11T20:00:00Z'],
  ];
  for (const [id, to, at, by] of days)
    table.send(
      'deadline',
      `term-${id}`,
      'whole days of the requested body’s own calendar',
      { from: to === 'by-havana' ? 'kz-a' : 'by-a', to, at },
      'permit',
      REQUEST,
      term(by),
    );
}

function execution(): void {
  const reason = { ...plain, grounds: 'proceedings of our own' };
  procedure(
    table,
    ALL,
    [
      { type: 'confirmation', by: 'initiator', cites: ['6.4', '6.5', '6.3'] },
      { type: 'result', by: 'executor', cites: ['7.7'], says: plain },
      { type: 'obstacle', by: 'executor', cites: ['7.3'], says: plain },
      { type: 'forwarded', by: 'executor', cites: ['7.4'], says: plain },
      { type: 'additional-information-request', by: 'executor', cites: ['7.5'], says: plain },
      { type: 'additional-information', by: 'initiator', cites: ['7.5'], says: plain },
      { type: 'attendance-request', by: 'initiator', cites: ['8'], says: plain },
      { type: 'attendance-answer', by: 'executor', cites: ['8'], says: plain },
      { type: 'postponement', by: 'executor', cites: ['7.6'], says: reason },
      { type: 'conditions', by: 'executor', cites: ['7.6'], says: reason },
      { type: 'conditions-answer', by: 'initiator', cites: ['7.6'], says: plain },
      {
        type: 'refusal',
        by: 'executor',
        cites: ['9.1', '9.2'],
        says: { ...plain, refusal: { grounds: ['national-law'], reasons: true, extent: 'full' } },
      },
      { type: 'confidentiality-notice', by: 'executor', cites: ['10.1'], says: plain },
      { type: 'confidentiality-answer', by: 'initiator', cites: ['10.1'], says: plain },
      { type: 'consent-request', by: 'both', cites: ['10.2'], says: plain, alone: true },
      { type: 'consent-answer', by: 'both', cites: ['10.2'], says: plain, alone: true },
      { type: 'consent-revocation', by: 'both', cites: ['10.2'], says: plain, alone: true },
      { type: 'restriction', by: 'both', cites: ['10.2'], says: plain },
      { type: 'costs', by: 'both', cites: ['12'], says: plain },
      { type: 'consultation', by: 'both', cites: ['11'], says: plain, alone: true },
      ...UNSPOKEN.map((type) => ({ type, by: 'both' as const, cites: ['valise#procedure'], says: plain })),
      { type: 'term-proposal', by: 'both', cites: ['7.2'], says: plain },
      { type: 'term-answer', by: 'both', cites: ['7.2'], says: plain },
      { type: 'withdrawal', by: 'initiator', cites: ['valise#procedure'], says: plain },
    ],
    { common: ALL, without: ['6.3'], says: { form: '5.2', procedural: true }, warning: ['6.4'], left: LEFT },
  );
  openers(table, [
    ['request', {}, 'permit', REQUEST],
    ['spontaneous', plain, 'deny', [...ALL, '6.1']],
    ['standing-request', {}, 'deny', WITHOUT_TERM],
  ]);
  openersAfterwards(table, LEFT, [
    ['request', {}, PAPER],
    ['spontaneous', plain, [...ALL, '6.1']],
    ['standing-request', {}, PAPER],
  ]);
  const ended = { at: '2040-01-01T00:00:00Z', message: { ...plain, type: 'consent-answer' as const } };
  table.send('afterwards', 'ended', 'the Protocol has ended for all', ended, 'permit', ['17', '4.1', '13', '10.2', 'valise#continuing'], { warns: ['17'] });
  table.send('afterwards', 'never-bound', 'one was never bound', { ...ended, at: NOW, to: 'uz-a' }, 'deny', [...ALL, '10.2']);
  listing(table, { message: { ...plain, type: 'consultation' } }, { all: [...ALL, '11'], listed: '4.1', unlisted: '4.2' });
  const executor = { from: 'by-a', to: 'kz-a', case: openedBy('kz-a') };
  for (const type of Object.keys(UNLISTED) as (keyof typeof UNLISTED)[]) unlisted(type);
  table.send('execution', 'postponement-no-ground', 'its ground is stated', { ...executor, message: { ...plain, type: 'postponement' } }, 'deny', [
    ...ALL,
    '7.6',
  ]);
  const asked = { ...executor, message: { ...plain, type: 'additional-information-request' as const } };
  table.send('execution', 'more-asked', 'the text lets it be asked', asked, 'permit', [...ALL, '7.5'], { inferred: [] });
  const told = { case: openedBy('kz-a'), message: { ...plain, type: 'additional-information' as const } };
  table.send('execution', 'more-told', 'and so be told', told, 'permit', [...ALL, '7.5'], { inferred: ['7.5'] });
  table.send('execution', 'conditions-no-reason', 'their reason should be', { ...executor, message: { ...plain, type: 'conditions' } }, 'permit', [
    ...ALL,
    '7.6',
  ], { warns: ['7.6'] });
  const passed = { ...executor, message: { ...plain, type: 'forwarded' as const } };
  const nobody = { ...passed, to: 'by-nobody' };
  table.send('execution', 'forwarded-to-no-list', 'to a body that no list names: off the bus', nobody, 'off-bus', [...ALL, '7.4']);
  table.send('execution', 'forwarded-to-no-list-paper', 'on paper', { ...nobody, channel: 'off-bus' }, 'permit', [...ALL, '7.4']);
  table.send('execution', 'forwarded-to-organ', 'an organ is no body of its state', { ...passed, to: 'cis-centre' }, 'deny', [...ALL, '7.4']);
  table.send('execution', 'forwarded-own', 'to a body of the same state', { ...passed, to: 'by-b' }, 'permit', [...ALL, '7.4']);
  table.send('execution', 'forwarded-unlisted', 'listed or not: off the bus, which knows listed ones only', { ...passed, to: 'by-off' }, 'off-bus', [
    ...ALL,
    '7.4',
  ]);
  table.send('execution', 'forwarded-unlisted-paper', 'on paper', { ...passed, to: 'by-off', channel: 'off-bus' }, 'permit', [...ALL, '7.4']);
  table.send('execution', 'forwarded-abroad', 'to one of another state', { ...passed, to: 'ru-a' }, 'deny', [...ALL, '7.4']);
  table.send(
    'execution',
    'forwarded-unlisted-initiator',
    'the initiator is of another state, listed no more',
    { to: 'by-off', case: openedBy('by-off'), message: { ...plain, type: 'forwarded' } },
    'deny',
    [...ALL, '7.4'],
  );
  table.send('execution', 'forwarded-by-unlisted', 'by one that is not listed', { ...passed, from: 'by-off', to: 'by-b' }, 'deny', [
    '16',
    '13',
    '4.2',
    '7.4',
  ]);
  const others = [
    'sovereignty',
    'security',
    'national-interests',
    'public-order',
    'rights-of-citizens',
    'international-obligations',
    'not-compliant',
  ] as const;
  const refuse = (id: string, why: string, grounds: ('national-law' | (typeof others)[number])[], cites: string[]): void => {
    const refusal = { grounds, reasons: true, extent: 'partial' as const };
    table.send(
      'refusal',
      `refusal-${id}`,
      why,
      { ...executor, message: { ...plain, type: 'refusal', refusal } },
      'permit',
      [...ALL, '9.1', '9.2', ...cites],
      { warns: cites.length > 0 ? ['9.1', ...cites] : [] },
    );
  };
  refuse('national-law', 'the one ground', ['national-law'], []);
  for (const ground of others) refuse(ground, 'a ground that the Protocol lacks: a warning', [ground], ['11', '14']);
  refuse('mixed', 'the one and another', ['national-law', 'security'], ['11', '14']);
  const silent = { grounds: ['national-law' as const], reasons: false, extent: 'full' as const };
  table.send(
    'refusal',
    'refusal-no-reasons',
    'its reasons are due',
    { ...executor, message: { ...plain, type: 'refusal', refusal: silent } },
    'deny',
    [...ALL, '9.1', '9.2'],
  );
}

function secrets(): void {
  const message = { ...plain, type: 'consultation' as const };
  const secret = (
    id: string,
    why: string,
    change: Send,
    level: 'restricted' | 'secret' | 'top-secret',
    outcome: 'permit' | 'off-bus' | 'deny',
    cites: string[] = ['10.3'],
  ): void => {
    table.send('level', id, why, { ...change, message: { ...message, level } }, outcome, [...ALL, '11', ...cites]);
  };
  secret('restricted', 'restricted information goes as it is', {}, 'restricted', 'permit', []);
  secret('secret', 'both bound by the agreement of 2004, the receiver cleared, the channel accredited', {}, 'secret', 'permit');
  secret('above-clearance', 'the receiver is not cleared so high', {}, 'top-secret', 'deny');
  secret('above-channel', 'the channel is not', { to: 'ru-a' }, 'top-secret', 'off-bus');
  secret('above-channel-courier', 'so it goes by courier', { to: 'ru-a', channel: 'off-bus' }, 'top-secret', 'permit');
  secret('not-bound', 'one side is not bound, cleared though it be', { to: 'am-a' }, 'secret', 'deny');
  secret('not-cleared', 'the receiver is not cleared at all', { to: 'by-b' }, 'secret', 'deny');
}

function unlisted(type: keyof typeof UNLISTED): void {
  const opened = { case: openedBy('by-off') };
  const answers = [
    'result',
    'obstacle',
    'additional-information-request',
    'attendance-answer',
    'postponement',
    'conditions',
    'refusal',
    'confidentiality-notice',
  ];
  const sends = answers.includes(type) ? opened : { case: openedBy('kz-a') };
  const message = {
    type,
    contents: MANDATORY,
    grounds: 'a reason',
    refusal: { grounds: ['national-law' as const], reasons: true, extent: 'full' as const },
  };
  const opening = ['request', 'standing-request', 'spontaneous', 'consultation'].includes(type);
  table.send(
    'listing',
    `${type}-unlisted`,
    'the receiver is on no list',
    { to: 'by-off', ...(opening ? {} : sends), message },
    'deny',
    UNLISTED[type],
  );
}
function received(): void {
  information(table, {
    given: '10.2',
    consented: '10.2',
    wanted: ['10.2'],
    writtenUse: false,
    noThird: '10.2',
    passed: ['10.2'],
    spontaneous: ['10.2'],
    writtenOnward: false,
    conditions: '7.6',
    limits: '10.2',
    onwardLimits: '10.2',
  });
  disclosure(table, { cite: '10.1', always: true, written: false });
}

inForce();
scope();
request();
writing();
execution();
secrets();
received();
export const cstoInfosphere2014 = table.vectors;
