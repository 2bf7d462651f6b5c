import { disclosure, information } from './information.js';
import { UNSPOKEN, listing, openers, openersAfterwards, procedure } from './procedure.js';
import { HEAD, IN_72_HOURS, NOW, SEAL, Table, openedBy, type More, type Send } from './vector.js';

const ID = 'cis-it-crime-2018';
const MANDATORY = ['6.3.a', '6.3.b', '6.3.c', '6.3.d', '6.3.e', '6.3.g'];
const table = new Table(ID, {
  from: 'kz-a',
  to: 'by-a',
  channel: 'bus',
  message: {
    type: 'request',
    urgent: false,
    language: 'kk',
    level: 'open',
    form: '5.d',
    offence: null,
    contents: MANDATORY,
    signatures: [HEAD, SEAL],
    grounds: null,
    refusal: null,
    nexus: null,
    releaseDecision: false,
  },
});
/** What every message rests on, and a request besides: signed, sealed, and by an arrangement on the technical channel. */
const ALL = ['17.1', '4.1'];
const REQUEST = [...ALL, '6.1', '6.4.a', '6.2.2'];
const PAPER = [...ALL, '6.1', '6.4.a'];
const spontaneous: Send = {
  message: { type: 'spontaneous', grounds: 'the same intrusion in your networks', contents: [] },
};
const plain = { contents: [], signatures: [SEAL] };
const noArrangement = { to: 'am-a' };
/** Uzbekistan has left. */
const LEFT = { id: 'uz-a', by: '18' };

function inForce(): void {
  const t = table;
  const third = 'the third notification is a day of receipt, and 30 days';
  for (const state of ['BY', 'RU', 'KZ']) t.edge(state, 'enters', '2020-01-30', '2020-01-29', ['17.1', '17.1'], third);
  const own = '30 days from its own document';
  t.edge('AM', 'enters', '2020-03-01', '2020-02-29', ['17.1', '17.1'], `${own}, over a leap day`);
  t.edge('UA', 'enters', '2020-07-01', '2020-06-30', ['17.1', '17.1'], own);
  t.edge('TM', 'enters', '2021-03-31', '2021-03-30', ['17.1', '17.1'], own);
  t.edge('UZ', 'enters', '2023-03-02', '2023-03-01', ['17.1', '17.1'], own);
  t.edge('TJ', 'enters', '2024-03-01', '2024-02-29', ['17.1', '17.1'], own);
  t.edge('AZ', 'enters', '2020-07-02', '2020-07-01', ['17.1', '17.1'], own);
  t.edge('MD', 'enters', '2024-03-02', '2024-03-01', ['16', '16'], '30 days from its document of accession');
  t.edge('KG', 'enters', '2021-05-01', '2021-04-30', ['16', '16'], 'open once in force: its first document bound nobody');
  t.edge('UA', 'leaves', '2024-02-29', '2024-02-28', ['17.1', '18'], 'six months from 31 August of a year before a leap year');
  t.edge('UZ', 'leaves', '2026-02-28', '2026-02-27', ['17.1', '18'], 'six months from 31 August');
  t.edge('AZ', 'leaves', '2025-07-15', '2025-07-14', ['17.1', '18'], 'this agreement lets no state name the day');
  t.inForce('tm-again', 'notified again: the old notice does not end the new stay', '2022-07-10T00:00:00Z', ['TM'], 'permit', ['17.1']);
  t.inForce('stranger', 'no state of the CIS', '2026-03-10T00:00:00Z', ['EE'], 'deny', ['17.1', '16']);
  t.inForce('pair', 'both are bound', '2026-03-10T00:00:00Z', ['KZ', 'MD'], 'permit', ['17.1', '16']);
  t.inForce('pair-one-left', 'one of the two has left', '2026-03-10T00:00:00Z', ['KZ', 'UZ'], 'deny', ['17.1', '18']);
  t.inForce('one-state-twice', 'before there was an agreement', '1990-01-01T00:00:00Z', ['KZ', 'KZ'], 'deny', ['17.1']);
}

function scope(): void {
  const forms: [string, 'offence' | null][] = [
    ['5.a', 'offence'],
    ['5.a.1', 'offence'],
    ['5.a.2', null],
    ['5.a.3', null],
    ['5.a.4', null],
    ['5.b.2', 'offence'],
    ['5.c', 'offence'],
    ['5.d', null],
    ['5.e', null],
    ['5.f', null],
    ['5.g', null],
    ['5.h', null],
    ['5.i', 'offence'],
    ['5.j', null],
  ];
  for (const [form, wants] of forms) {
    const message = { form, offence: wants === null ? null : '3.1.a' };
    table.send('form', `form-${form}`, 'a form of article 5', { message }, 'permit', REQUEST);
    if (wants !== null)
      table.send('offence', `form-${form}-no-offence`, 'a concrete case names its offence', { message: { form } }, 'deny', [...REQUEST, '3.1']);
  }
  table.send('form', 'form-unknown', 'no form of article 5', { message: { form: '5.z' } }, 'deny', [...REQUEST, '5']);
  table.send('form', 'form-none', 'no form named', { message: { form: null } }, 'deny', [...REQUEST, '5']);
  const eight = ['3.1.a', '3.1.b', '3.1.c', '3.1.d', '3.1.e', '3.1.f', '3.1.g', '3.1.h'];
  table.send('offence', 'offences-all', 'all eight', { message: { form: '5.c', offence: eight } }, 'permit', REQUEST);
  table.send('offence', 'offence-unknown', 'one that article 3 lacks', { message: { form: '5.c', offence: ['3.1.a', '3.1.i'] } }, 'deny', [
    ...REQUEST,
    '3.1',
  ]);
  const assistance = { form: '5.b', offence: '3.1.d' };
  table.send('nexus', 'nexus-citizen', 'against a citizen', { message: { ...assistance, nexus: 'citizen' } }, 'permit', [...REQUEST, '5.b']);
  table.send('nexus', 'nexus-territory', 'on its territory', { message: { ...assistance, nexus: 'territory' } }, 'permit', [...REQUEST, '5.b']);
  const limb = { ...assistance, form: '5.b.1' };
  table.send('nexus', 'nexus-first-limb', 'information on a crime', { message: { ...limb, nexus: 'citizen' } }, 'permit', [...REQUEST, '5.b']);
  table.send('nexus', 'nexus-first-limb-none', 'without a nexus', { message: limb }, 'deny', [...REQUEST, '5.b']);
  table.send('offence', 'nexus-first-limb-no-offence', 'without an offence', { message: { form: '5.b.1', nexus: 'citizen' } }, 'deny', [
    ...REQUEST,
    '5.b',
    '3.1',
  ]);
  table.send('nexus', 'nexus-none', 'neither', { message: assistance }, 'deny', [...REQUEST, '5.b']);
  table.send('nexus', 'nexus-no-offence', 'and no offence', { message: { form: '5.b', nexus: 'citizen' } }, 'deny', [...REQUEST, '5.b', '3.1']);
  table.send('scope', 'own-state', 'between authorities of one state', { to: 'kz-b', channel: 'off-bus' }, 'deny', PAPER);
  table.send('scope', 'own-state-spontaneous', 'spontaneous information neither', { ...spontaneous, to: 'kz-b' }, 'deny', [...ALL, '6.1']);
  table.send('scope', 'organ', 'an organ takes no part', { to: 'cis-centre', channel: 'off-bus' }, 'deny', ['17.1', '4.2', '6.1', '6.4.a']);
  table.send('mode', 'spontaneous', 'its ground is stated', spontaneous, 'permit', [...ALL, '6.1']);
  table.send(
    'mode',
    'spontaneous-assistance',
    'spontaneous information has no nexus to state',
    { message: { ...spontaneous.message, form: '5.b', offence: '3.1.a' } },
    'permit',
    [...ALL, '6.1'],
  );
  table.send('mode', 'spontaneous-no-ground', 'no ground', { message: { ...spontaneous.message, grounds: ' ' } }, 'deny', [...ALL, '6.1']);
  table.send('mode', 'standing', 'the agreement knows none', { message: { type: 'standing-request' } }, 'deny', REQUEST);
  table.send(
    'mode',
    'standing-empty',
    'and all that is wrong with it is told at once',
    {
      ...noArrangement,
      message: { type: 'standing-request', form: '5.b', contents: [], signatures: [SEAL] },
    },
    'deny',
    [...ALL, '6.1', '3.1', '5.b', ...MANDATORY, '6.4.a', '6.2.2', '6.2'],
  );
  table.send(
    'mode',
    'standing-own-state',
    'nor inside one state',
    { to: 'kz-b', channel: 'off-bus', message: { type: 'standing-request' } },
    'deny',
    PAPER,
  );
}

function request(): void {
  for (const item of MANDATORY) {
    const contents = MANDATORY.filter((code) => code !== item);
    table.send('contents', `lacks-${item}`, 'a mandatory item is missing', { message: { contents } }, 'deny', [...REQUEST, item]);
  }
  table.send('contents', 'with-6.3.f', 'and anything else useful', { message: { contents: [...MANDATORY, '6.3.f'] } }, 'permit', REQUEST);
  table.send('contents', 'unknown-item', 'no item of article 6.3', { message: { contents: [...MANDATORY, '6.3.z'] } }, 'deny', [...REQUEST, '6.3']);
  table.send('contents', 'empty', 'every missing item is named', { message: { contents: [] } }, 'deny', [...REQUEST, ...MANDATORY]);
  const signed = (id: string, why: string, signatures: NonNullable<Send['message']>['signatures'], good: boolean): void => {
    table.send('signature', id, why, { message: { signatures: signatures ?? [] } }, good ? 'permit' : 'deny', REQUEST, { inferred: [] });
  };
  signed('deputy', 'the deputy head', [{ by: 'deputy-head' }, SEAL], true);
  signed('no-head', 'nobody signed', [SEAL], false);
  signed('unit-head', 'the head of a unit', [{ by: 'unit-head' }, SEAL], false);
  signed('authorised', 'an authorised person', [{ by: 'authorised-person' }, SEAL], false);
  table.send('signature', 'unsealed-paper', 'no seal on paper', { channel: 'off-bus', message: { signatures: [HEAD] } }, 'deny', PAPER);
  const units = { from: 'kz-unit', to: 'by-unit' };
  const b = [...ALL, '6.1', '6.4.b', '6.2.2'];
  const between = (id: string, why: string, signatures: Send['message'], outcome: 'permit' | 'deny', cites: string[], more: More = {}): void => {
    table.send('signature', id, why, { ...units, message: { ...signatures } }, outcome, cites, more);
  };
  between('units', 'between central specialised units', { signatures: [{ by: 'unit-head' }, { seal: 'unit' }] }, 'permit', b, { inferred: [] });
  between('units-authority-seal', 'or the authority’s seal', { signatures: [{ by: 'unit-head' }, SEAL] }, 'permit', b, { inferred: ['6.4.b'] });
  between('units-head', 'the head is always sufficient', {}, 'permit', REQUEST, { inferred: ['6.4.a'] });
  between('units-authorised-seal', 'an authorised person is not', { signatures: [{ by: 'authorised-person' }, SEAL] }, 'deny', [...b, '6.4.a']);
  const unsealed = { ...units, channel: 'off-bus' as const, message: { signatures: [{ by: 'unit-head' as const }] } };
  table.send('signature', 'units-unsealed-paper', 'no seal on paper', unsealed, 'deny', [...PAPER, '6.4.b']);
  between('units-nobody', 'nobody signed', { signatures: [{ seal: 'unit' }] }, 'deny', [...b, '6.4.a']);
  between('units-head-unit-seal', 'the head signs with the authority’s seal', { signatures: [HEAD, { seal: 'unit' }] }, 'deny', [...b, '6.4.a']);
  between('units-authorised', 'an authorised person', { signatures: [{ by: 'authorised-person' }, { seal: 'unit' }] }, 'deny', [...b, '6.4.a']);
  between(
    'units-reminder',
    'a reminder without a case, sealed by the unit',
    { ...plain, type: 'reminder', signatures: [{ seal: 'unit' }] },
    'permit',
    [...ALL, 'valise#procedure'],
    { warns: ['valise#procedure'] },
  );
  const unitHead = [{ by: 'unit-head' as const }, { seal: 'unit' as const }];
  table.send('signature', 'to-a-unit', 'the unit that is asked need not be central', { from: 'kz-unit', to: 'by-desk', message: { signatures: unitHead } }, 'permit', b, { inferred: ['6.4.b'] });
  table.send('signature', 'to-a-unit-nobody', 'nobody signed', { from: 'kz-unit', to: 'by-desk', message: { signatures: [{ seal: 'unit' }] } }, 'deny', [
    ...b,
    '6.4.a',
  ]);
  const toDesk = (id: string, why: string, signatures: NonNullable<Send['message']>['signatures'], outcome: 'permit' | 'deny', cites: string[], more: More = {}): void => {
    table.send('signature', `to-a-unit-${id}`, why, { from: 'kz-unit', to: 'by-desk', message: { signatures: signatures ?? [] } }, outcome, cites, more);
  };
  toDesk('head', 'the head is sufficient there too', [HEAD, SEAL], 'permit', REQUEST, { inferred: ['6.4.a'] });
  for (const by of ['head', 'deputy-head', 'authorised-person'] as const)
    toDesk(`${by}-unit-seal`, 'not under the unit’s seal', [{ by }, { seal: 'unit' }], 'deny', [...b, '6.4.a']);
  toDesk('authority-seal', 'or its authority’s seal', [{ by: 'unit-head' }, SEAL], 'permit', b, { inferred: ['6.4.b'] });
  const bare = { from: 'kz-unit', to: 'by-desk', channel: 'off-bus' as const, message: { signatures: [{ by: 'unit-head' as const }] } };
  table.send('signature', 'to-a-unit-unsealed-paper', 'no seal on paper', bare, 'deny', [...PAPER, '6.4.b']);
  const mixed = { from: 'kz-unit', message: { signatures: [HEAD, SEAL] } };
  table.send('signature', 'from-unit-to-authority', 'where one of the two is a unit', mixed, 'permit', REQUEST, { inferred: ['6.4.a'] });
  const paperUnitSeal = { channel: 'off-bus' as const, message: { signatures: [HEAD, { seal: 'unit' as const }] } };
  table.send('signature', 'unit-seal-paper', 'an authority has no unit’s seal', paperUnitSeal, 'deny', PAPER);
  table.send('signature', 'from-a-unit', 'the one that asks must', { from: 'kz-desk', to: 'by-unit', message: { signatures: unitHead } }, 'deny', REQUEST);
  table.send('signature', 'one-unit', 'with one unit it is not enough', { from: 'kz-unit', message: { signatures: unitHead } }, 'deny', REQUEST);
  const headOnly = { signatures: [HEAD, { seal: 'unit' as const }] };
  table.send('signature', 'head-unit-seal', 'the head signs with the authority’s seal', { from: 'kz-unit', message: headOnly }, 'deny', REQUEST);
  const desk = { from: 'kz-desk', message: { ...plain, type: 'consultation' as const, signatures: [{ seal: 'unit' as const }] } };
  table.send('signature', 'unit-sends', 'what a listed unit sends it seals itself', desk, 'permit', [...ALL, '14']);
  table.send('signature', 'authority-with-unit-seal', 'its authority does not send under the unit’s seal', { ...desk, from: 'kz-a' }, 'deny', [
    ...ALL,
    '14',
    'valise#seal',
  ]);
}

function writing(): void {
  table.send('channel', 'arrangement', 'a bilateral arrangement', {}, 'permit', REQUEST);
  table.send('channel', 'no-arrangement', 'none: on paper', noArrangement, 'off-bus', [...REQUEST, '6.2']);
  table.send('channel', 'no-arrangement-paper', 'which it is', { ...noArrangement, channel: 'off-bus' }, 'permit', PAPER);
  table.send(
    'channel',
    'other-treaty',
    'another treaty sets the channel',
    { ...noArrangement, message: { otherTreaty: 'am-kz-channel-2019' } },
    'permit',
    REQUEST,
  );
  const others: [string, string, string, string][] = [
    ['free-text', 'words are no treaty', 'on a secure line', NOW],
    ['over', 'whose last day is over', 'am-kz-channel-2019', '2026-03-11T00:00:00Z'],
    ['of-others', 'that binds one of the two', 'am-by-channel-2019', NOW],
    ['of-another-kind', 'on legal assistance', 'am-kz-assistance-2002', NOW],
    ['instrument', 'an instrument by itself sets no channel', 'cis-infosec-2013', NOW],
  ];
  for (const [id, why, otherTreaty, at] of others)
    table.send('channel', `other-treaty-${id}`, why, { ...noArrangement, at, message: { otherTreaty } }, 'off-bus', [...REQUEST, '6.2']);
  for (const [at, open] of [
    ['2026-02-28T23:59:59Z', false],
    ['2026-03-01T00:00:00Z', true],
    ['2026-03-10T23:59:59Z', true],
    ['2026-03-11T00:00:00Z', false],
  ] as const)
    table.send(
      'channel',
      `arrangement-${at}`,
      'the days of an arrangement',
      { from: 'kz-b', at },
      open ? 'permit' : 'off-bus',
      open ? REQUEST : [...REQUEST, '6.2'],
    );
  table.send(
    'channel',
    'secretless-reminder',
    'nothing restricts the rest',
    { ...noArrangement, case: openedBy('am-a'), message: { ...plain, type: 'reminder' } },
    'permit',
    [...ALL, 'valise#procedure'],
  );
  const confirm = (by: string) => ({ obligations: [{ do: 'confirm-in-writing', by, rule: `${ID}#6.2.1` }] });
  const unsigned = { urgent: true, signatures: [SEAL] };
  table.send(
    'urgent',
    'urgent',
    'without an arrangement, to be confirmed',
    { ...noArrangement, message: unsigned },
    'permit',
    [...ALL, '6.1', '6.2.1'],
    confirm(IN_72_HOURS),
  );
  table.send(
    'urgent',
    'urgent-second',
    'three days to the second',
    { ...noArrangement, at: '2026-03-10T09:00:01Z', message: unsigned },
    'permit',
    [...ALL, '6.1', '6.2.1'],
    confirm('2026-03-13T09:00:01Z'),
  );
  table.send(
    'urgent',
    'urgent-signed',
    'signed, and still to be confirmed',
    { ...noArrangement, message: { urgent: true } },
    'permit',
    [...PAPER, '6.2.1'],
    confirm(IN_72_HOURS),
  );
  table.send('urgent', 'urgent-arrangement', 'with one and signed, it is written', { message: { urgent: true } }, 'permit', REQUEST, {
    obligations: [],
  });
  table.send(
    'urgent',
    'urgent-arrangement-unsigned',
    'with one and unsigned it is not',
    { message: unsigned },
    'permit',
    [...ALL, '6.1', '6.2.2', '6.2.1'],
    confirm(IN_72_HOURS),
  );
  const confirmation = {
    case: openedBy('am-a'),
    from: 'am-a',
    to: 'kz-a',
    message: { type: 'confirmation' as const },
  };
  const confirmed = [...ALL, '6.2.1', '6.4.a', '6.2.2'];
  table.send('urgent', 'confirmation-no-arrangement', 'the confirmation goes on paper', confirmation, 'off-bus', [...confirmed, '6.2']);
  const relying = { ...confirmation, message: { type: 'confirmation' as const, otherTreaty: 'am-kz-channel-2019' } };
  table.send('urgent', 'confirmation-other-treaty', 'or as another treaty says', relying, 'permit', confirmed, { inferred: ['6.2.2'] });
  const wrongKind = { ...confirmation, message: { type: 'confirmation' as const, otherTreaty: 'am-kz-assistance-2002' } };
  table.send('urgent', 'confirmation-other-kind', 'which sets a channel', wrongKind, 'off-bus', [...confirmed, '6.2']);
  table.send(
    'urgent',
    'confirmation-urgent',
    'and is not urgent itself',
    { ...confirmation, message: { type: 'confirmation', ...unsigned } },
    'deny',
    [...confirmed, '6.2'],
  );
  table.send(
    'urgent',
    'confirmation-empty',
    'it is the request in writing',
    { ...confirmation, message: { type: 'confirmation', form: '5.b', offence: '3.1.a', contents: [] } },
    'deny',
    [...confirmed, '6.2', '5.b', ...MANDATORY],
  );
  const result = { from: 'by-a', to: 'kz-a', message: { ...plain, type: 'result' as const } };
  const unconfirmed = (sentAt: string) => openedBy('kz-a', { confirmed: false, sentAt });
  table.send('urgent', 'result-in-time', '72 hours are not over', { ...result, case: unconfirmed('2026-03-07T09:00:00Z') }, 'permit', [
    ...ALL,
    '7.7',
    '6.2.2',
  ]);
  table.send(
    'urgent',
    'result-too-late',
    'they are over: a warning',
    { ...result, case: unconfirmed('2026-03-07T08:59:59Z') },
    'permit',
    [...ALL, '7.7', '6.2.2', '6.2.1'],
    { warns: ['6.2.1'] },
  );
  table.send('urgent', 'result-confirmed', 'confirmed, however late', { ...result, case: openedBy('kz-a') }, 'permit', [...ALL, '7.7', '6.2.2']);
  table.send('channel', 'result-no-arrangement', 'a result goes on paper', { ...result, from: 'am-a', case: openedBy('kz-a') }, 'off-bus', [
    ...ALL,
    '7.7',
    '6.2.2',
    '6.2',
  ]);
  table.send(
    'channel',
    'result-other-treaty',
    'or as another treaty says',
    { ...result, from: 'am-a', case: openedBy('kz-a'), message: { ...plain, type: 'result', otherTreaty: 'am-kz-channel-2019' } },
    'permit',
    [...ALL, '7.7', '6.2.2'],
  );
  const oral = { ...noArrangement, channel: 'off-bus' as const };
  table.send(
    'urgent',
    'urgent-oral',
    'told orally, to be confirmed',
    { ...oral, message: unsigned },
    'permit',
    [...ALL, '6.1', '6.2.1'],
    confirm(IN_72_HOURS),
  );
  table.send(
    'urgent',
    'urgent-paper-signed',
    'signed on paper there is nothing to confirm',
    { ...oral, message: { urgent: true } },
    'permit',
    PAPER,
    { obligations: [] },
  );
  table.send('channel', 'result-paper', 'which it is', { ...result, from: 'am-a', channel: 'off-bus', case: openedBy('kz-a') }, 'permit', [
    ...ALL,
    '7.7',
  ]);
}

function execution(): void {
  const reason = { ...plain, grounds: 'proceedings of our own' };
  const request = { signatures: [HEAD, SEAL] };
  procedure(
    table,
    ALL,
    [
      { type: 'confirmation', by: 'initiator', cites: ['6.2.1', '6.4.a', '6.2.2'], says: request },
      { type: 'result', by: 'executor', cites: ['7.7', '6.2.2'], says: plain },
      { type: 'obstacle', by: 'executor', cites: ['7.2'], says: plain },
      { type: 'forwarded', by: 'executor', cites: ['7.3'], says: plain },
      { type: 'additional-information-request', by: 'executor', cites: ['7.1'], says: plain },
      { type: 'additional-information', by: 'initiator', cites: ['7.1'], says: plain },
      { type: 'attendance-request', by: 'initiator', cites: ['7.5'], says: plain },
      { type: 'attendance-answer', by: 'executor', cites: ['7.5'], says: plain },
      { type: 'postponement', by: 'executor', cites: ['7.6'], says: reason },
      { type: 'conditions', by: 'executor', cites: ['7.6'], says: reason },
      { type: 'conditions-answer', by: 'initiator', cites: ['7.6'], says: plain },
      {
        type: 'refusal',
        by: 'executor',
        cites: ['11.2', '11.1'],
        says: { ...plain, refusal: { grounds: ['security'], reasons: false, extent: 'full' } },
      },
      { type: 'confidentiality-notice', by: 'executor', cites: ['8.2'], says: plain },
      { type: 'confidentiality-answer', by: 'initiator', cites: ['8.3'], says: plain },
      { type: 'consent-request', by: 'both', cites: ['9.2', '10'], says: plain, alone: true },
      { type: 'consent-answer', by: 'both', cites: ['9.2', '10'], says: plain, alone: true },
      { type: 'consent-revocation', by: 'both', cites: ['9.2', '10'], says: plain, alone: true },
      { type: 'restriction', by: 'both', cites: ['9.2'], says: plain },
      { type: 'costs', by: 'both', cites: ['12'], says: plain },
      { type: 'consultation', by: 'both', cites: ['14'], says: plain, alone: true },
      ...[...UNSPOKEN, 'term-proposal' as const, 'term-answer' as const].map((type) => ({
        ...{ type, by: 'both' as const, cites: ['valise#procedure'], says: plain },
      })),
      { type: 'withdrawal', by: 'initiator', cites: ['valise#procedure'], says: plain },
    ],
    { common: ALL, without: ['6.2.2'], says: { form: '5.b', offence: '3.1.a' }, warning: ['6.2.1'], left: LEFT },
  );
  openers(table, [
    ['request', {}, 'permit', REQUEST],
    ['spontaneous', spontaneous.message ?? {}, 'permit', [...ALL, '6.1']],
    ['standing-request', {}, 'deny', REQUEST],
  ]);
  openersAfterwards(table, LEFT, [
    ['request', {}, PAPER],
    ['spontaneous', spontaneous.message ?? {}, [...ALL, '6.1']],
    ['standing-request', {}, PAPER],
  ]);
  const revocation = { message: { ...plain, type: 'consent-revocation' as const } };
  const revoked = [...ALL, '9.2', '10', '18', 'valise#continuing'];
  table.send('afterwards', 'listed-to-the-last', 'its list ended when its state left', { ...revocation, from: 'uz-last', to: 'kz-a' }, 'permit', revoked, {
    warns: ['18'],
  });
  table.send('afterwards', 'listed-no-more', 'it was on no list by then', { ...revocation, from: 'uz-gone', to: 'kz-a' }, 'deny', [
    ...revoked.filter((cite) => cite !== '4.1'),
    '4.2',
  ], { warns: ['18'] });
  table.send('afterwards', 'never-bound', 'there is nothing to go on where one was never bound', { ...revocation, to: 'kz-a', from: 'md-a', at: '2024-02-20T00:00:00Z' }, 'deny', [...ALL, '9.2', '10', '16']);
  listing(table, { message: { ...plain, type: 'consultation' } }, { all: [...ALL, '14'], listed: '4.1', unlisted: '4.2' });
  const units = {
    from: 'kz-unit',
    to: 'by-unit',
    message: { ...plain, type: 'consultation' as const, signatures: [{ seal: 'unit' as const }] },
  };
  table.send('listing', 'unit-seal-between-units', 'between central units it is enough', units, 'permit', [...ALL, '14']);
  const executor = { from: 'by-a', to: 'kz-a', case: openedBy('kz-a') };
  table.send('execution', 'postponement-no-ground', 'its ground is stated', { ...executor, message: { ...plain, type: 'postponement' } }, 'deny', [
    ...ALL,
    '7.6',
  ]);
  table.send('execution', 'conditions-no-reason', 'their reason should be', { ...executor, message: { ...plain, type: 'conditions' } }, 'permit', [
    ...ALL,
    '7.6',
  ], { warns: ['7.6'] });
  const passed = { ...executor, message: { ...plain, type: 'forwarded' as const } };
  table.send('execution', 'forwarded-own', 'to an authority of the same state', { ...passed, to: 'by-b' }, 'permit', [...ALL, '7.3']);
  table.send('execution', 'forwarded-abroad', 'to one of another', { ...passed, to: 'ru-a' }, 'deny', [...ALL, '7.3']);
  table.send('execution', 'forwarded-unlisted', 'to one that is not listed', { ...passed, to: 'by-off' }, 'deny', ['17.1', '4.2', '7.3']);
  const grounds = [
    'sovereignty',
    'security',
    'national-interests',
    'public-order',
    'rights-of-citizens',
    'national-law',
    'international-obligations',
  ] as const;
  const refuse = (id: string, why: string, named: readonly ((typeof grounds)[number] | 'not-compliant')[], cites: string[]): void => {
    const refusal = { grounds: [...named], reasons: true, extent: 'partial' as const };
    table.send(
      'refusal',
      `refusal-${id}`,
      why,
      { ...executor, message: { ...plain, type: 'refusal', refusal } },
      'permit',
      [...ALL, '11.2', ...cites],
      { warns: cites.includes('14') ? cites : [] },
    );
  };
  for (const ground of grounds) refuse(ground, 'a ground of article 11.1', [ground], ['11.1']);
  refuse('not-compliant', 'a ground that article 11 lacks: a warning', ['not-compliant'], ['11.1', '14']);
  refuse('mixed', 'one that it has and one that it lacks', ['national-law', 'not-compliant'], ['11.1', '14']);
  refuse('no-ground', 'no ground at all', [], ['11.1', '14']);
}

function secrets(): void {
  const secret = (id: string, why: string, change: Send, outcome: 'permit' | 'off-bus' | 'deny', cites: string[], warns: string[] = []): void => {
    const message = { ...spontaneous.message, level: 'secret' as const, ...change.message };
    table.send('level', id, why, { ...spontaneous, ...change, message }, outcome, cites, { warns });
  };
  const kept = [...ALL, '6.1', '13', '8.1'];
  secret('restricted', 'restricted information is protected by article 8', { message: { level: 'restricted' } }, 'permit', [...ALL, '6.1']);
  secret('secret-2004', 'both are bound by the agreement of 2004', {}, 'off-bus', kept);
  secret('secret-2004-paper', 'and it goes by courier', { channel: 'off-bus' }, 'permit', kept);
  secret('special', 'whatever the level', { message: { level: 'special-importance' } }, 'off-bus', kept, ['13']);
  secret('secret-uncleared', 'the register shows no clearance of the receiver: a warning', { to: 'by-b' }, 'off-bus', kept, ['13']);
  secret('secret-2013', 'by that of 2013', { to: 'kg-a' }, 'off-bus', [...kept, '16']);
  secret('secret-none', 'by none', noArrangement, 'deny', kept);
  secret('secret-1993', 'by that of 1993', { to: 'uz-a', at: '2026-02-27T12:00:00Z' }, 'off-bus', kept);
  secret('secret-bilateral', 'by a bilateral one', { to: 'az-a', at: '2025-07-14T12:00:00Z' }, 'off-bus', kept);
}

function received(): void {
  information(table, {
    given: '9.1',
    consented: '9.2',
    wanted: ['9.2'],
    writtenUse: true,
    noThird: '10',
    passed: ['10'],
    spontaneous: ['10'],
    writtenOnward: true,
    conditions: '7.6',
    limits: '9.2',
    onwardLimits: '9.2',
  });
  givenSpontaneously();
  disclosure(table, { cite: '8.1', always: false, written: false });
}

/** #9 and #10 speak of what a request brought; for spontaneous information the same holds by inference. */
function givenSpontaneously(): void {
  const purpose = { instrument: ID, activity: 'investigation' as const, offences: 'any' as const, caseId: null };
  const items = [
    {
      id: 'i1',
      instrument: ID,
      provider: 'by-a',
      receiver: 'kz-a',
      level: 'restricted' as const,
      purposes: [purpose],
      conditions: [],
      spontaneous: true,
    },
  ];
  const other = { ...purpose, activity: 'prevention' as const };
  const consent = {
    id: 'c1',
    by: 'by-a',
    to: 'kz-a',
    items: 'all' as const,
    written: true,
    from: '2026-03-01T00:00:00Z',
    until: null,
    revokedAt: null,
    conditions: ['once'],
  };
  const once = { inferred: ['9.2'], obligations: [{ do: 'observe-condition', condition: 'once', rule: `${ID}#9.2` }] };
  const ask = { inferred: ['9.1', '9.2', '10'], consentFrom: ['by-a'] };
  const use = { action: 'use' as const, at: NOW, by: 'kz-a', items, consents: [] };
  const agreed = { ...consent, kind: 'purpose' as const, purposes: [other] };
  table.add('spontaneous', 'spontaneous-use', 'the purpose that it was given for', { ...use, purpose }, 'permit', ['9.1'], { inferred: ['9.1'] });
  const bound = { ...use, purpose, items: items.map((one) => ({ ...one, conditions: ['no-court-use'] })) };
  table.add('spontaneous', 'spontaneous-conditions', 'what was set with it', bound, 'permit', ['9.1', '7.6'], {
    obligations: [{ do: 'observe-condition', condition: 'no-court-use', rule: `${ID}#7.6` }],
  });
  table.add('spontaneous', 'spontaneous-other', 'another', { ...use, purpose: other }, 'consent-required', ['9.2'], ask);
  table.add('spontaneous', 'spontaneous-agreed', 'agreed', { ...use, purpose: other, consents: [agreed] }, 'permit', ['9.2'], once);
  const spoken = [{ ...agreed, written: false }];
  table.add('spontaneous', 'spontaneous-spoken', 'but not in writing', { ...use, purpose: other, consents: spoken }, 'consent-required', ['9.2'], ask);
  const passing = { action: 'transfer' as const, at: NOW, instrument: ID, from: 'kz-a', to: 'am-a', channel: 'off-bus' as const };
  const pass = { ...passing, level: 'restricted' as const, releaseDecision: false, items, consents: [] };
  const onward = { ...consent, kind: 'onward-transfer' as const, recipient: 'am-a' };
  table.add('spontaneous', 'spontaneous-passed', 'to a third party', pass, 'consent-required', ['10'], ask);
  table.add('spontaneous', 'spontaneous-passed-agreed', 'with consent', { ...pass, consents: [onward] }, 'permit', ['10', '9.2'], { ...once, inferred: ['10', '9.2'] });
  table.add('spontaneous', 'spontaneous-passed-spoken', 'not in writing', { ...pass, consents: [{ ...onward, written: false }] }, 'consent-required', ['10'], ask);
  table.add('spontaneous', 'spontaneous-back', 'back to its provider', { ...pass, to: 'by-a' }, 'permit', ['10'], { inferred: ['10'] });
}

inForce();
scope();
request();
writing();
execution();
secrets();
received();
export const cisItCrime2018 = table.vectors;
