import { MESSAGE_TYPES } from '#treaties';
import { information } from './information.js';
import { listing } from './procedure.js';
import { NOW, SEAL, Table, openedBy, type Send } from './vector.js';

const ID = 'cis-infosec-2013';
const table = new Table(ID, {
  from: 'kz-a',
  to: 'by-a',
  channel: 'bus',
  message: {
    type: 'spontaneous',
    urgent: false,
    language: 'kk',
    level: 'open',
    form: '3.9',
    offence: null,
    contents: [],
    signatures: [SEAL],
    grounds: null,
    refusal: null,
    nexus: null,
    releaseDecision: false,
  },
});
const ALL = ['13', '8.1'];
const EXCHANGE = [...ALL, '9.1'];

function inForce(): void {
  const third = 'the third notification is a day of receipt, and 30 days';
  for (const state of ['RU', 'BY', 'KZ']) table.edge(state, 'enters', '2015-10-21', '2015-10-20', ['13', '13'], third);
  table.edge('AM', 'enters', '2016-03-31', '2016-03-30', ['13', '13'], '30 days from its own document');
  table.edge('MD', 'enters', '2017-02-09', '2017-02-08', ['13', '13'], '30 days from its own document');
  for (const state of ['TJ', 'TM', 'UA', 'AZ'])
    table.edge(state, 'enters', '2018-03-30', '2018-03-29', ['13', '13'], '30 days from its own document');
  table.edge('UZ', 'enters', '2019-08-01', '2019-07-31', ['14', '14'], '30 days from its document of accession');
  table.edge('KG', 'enters', '2015-11-20', '2015-11-19', ['14', '14'], 'the document of the day before the agreement was open bound nobody');
  table.edge('MD', 'leaves', '2024-09-01', '2024-08-31', ['13', '15'], 'the day that it named');
  table.edge('TJ', 'leaves', '2025-09-30', '2025-09-29', ['13', '15'], 'it named one too early: six months');
  table.edge('BY', 'leaves', '2045-01-01', '2044-12-31', ['13', '15'], 'ended as a whole');
}

function scope(): void {
  for (let direction = 1; direction <= 19; direction++) {
    const form = `3.${String(direction)}`;
    const acts = direction <= 3 ? ['5.2'] : [];
    table.send('form', `form-${form}`, 'a direction of article 3', { message: { form } }, 'permit', [...EXCHANGE, ...acts]);
  }
  table.send('form', 'form-9.2', 'exchange of experience', { message: { form: '9.2' } }, 'permit', [...EXCHANGE, '9.2']);
  table.send('form', 'form-unknown', 'no direction of article 3', { message: { form: '3.20' } }, 'deny', [...EXCHANGE, '3']);
  table.send('form', 'form-none', 'none named', { message: { form: null } }, 'deny', [...EXCHANGE, '3']);
  table.send('offence', 'offence', 'the agreement lists none', { message: { offence: '3.1.a' } }, 'deny', [...EXCHANGE, '2']);
  table.send('contents', 'contents', 'nor items of contents', { message: { contents: ['6.3.a'] } }, 'deny', EXCHANGE);
  table.send('language', 'language', 'no working language is set', { message: { language: 'be' } }, 'permit', EXCHANGE);
  const inside = { to: 'kz-b' };
  table.send('scope', 'own-state', 'between bodies of one state', inside, 'deny', EXCHANGE);
  table.send('scope', 'own-state-request', 'between bodies of one state', { ...inside, message: { type: 'request' } }, 'deny', EXCHANGE);
  table.send('scope', 'own-state-standing', 'between bodies of one state', { ...inside, message: { type: 'standing-request' } }, 'deny', EXCHANGE);
  table.send('scope', 'organ', 'an organ takes no part', { to: 'cis-centre' }, 'deny', EXCHANGE);
}

/** No request procedure: either may send any of them, in a case and without. */
function exchange(): void {
  const types = MESSAGE_TYPES.filter((type) => !['costs', 'consultation'].includes(type));
  for (const type of types) {
    const message: Send['message'] = { type };
    // The article speaks of exchanging information; what goes with that it does not spell out.
    const inferred = ['spontaneous', 'result', 'additional-information', 'supplement'].includes(type) ? [] : ['9.1'];
    table.send('exchange', `${type}-alone`, 'of any kind', { message }, 'permit', EXCHANGE, {
      obligations: [],
      inferred,
    });
    table.send('exchange', `${type}-in-case`, 'by either side', { from: 'by-a', to: 'kz-a', case: openedBy('by-a'), message }, 'permit', EXCHANGE);
  }
  // Moldova has left; what concerns the information that was given goes on.
  const continuing = ['consent-request', 'consent-answer', 'consent-revocation', 'restriction', 'recall', 'account', 'correction', 'erasure-request', 'return'];
  for (const type of [...types, 'costs', 'consultation'] as const) {
    const own = type === 'costs' ? [...ALL, '7'] : type === 'consultation' ? [...ALL, '12', '4.6'] : EXCHANGE;
    const continues = continuing.includes(type);
    table.send(
      'afterwards',
      `${type}-afterwards`,
      continues ? 'it concerns what was given' : 'one of the two has left',
      { from: 'md-a', to: 'kz-a', message: { type } },
      continues ? 'permit' : 'deny',
      [...own, '15', ...(continues ? ['valise#continuing'] : [])],
      { warns: continues ? ['15'] : [] },
    );
  }
  table.send('exchange', 'costs', 'each bears its own', { message: { type: 'costs' } }, 'permit', [...ALL, '7']);
  table.send('exchange', 'consultation', 'on disputes, and to coordinate', { message: { type: 'consultation' } }, 'permit', [...ALL, '12', '4.6']);
  for (const type of [...types, 'costs', 'consultation'] as const) {
    if (type === 'request' || type === 'standing-request' || type === 'spontaneous') continue;
    const own = type === 'costs' ? [...ALL, '7'] : type === 'consultation' ? [...ALL, '12', '4.6'] : EXCHANGE;
    table.send(
      'exchange',
      `${type}-inside`,
      'what goes with an exchange may be sent inside the state',
      { to: 'kz-b', message: { type } },
      'permit',
      own,
    );
  }
  table.send('listing', 'unsealed-paper', 'paper needs no seal', { channel: 'off-bus', message: { signatures: [] } }, 'permit', EXCHANGE);
  const units = { from: 'kz-unit', to: 'by-unit', message: { signatures: [{ seal: 'unit' as const }] } };
  table.send('listing', 'units', 'a listed unit’s seal is its own', units, 'permit', EXCHANGE);
  listing(table, {}, { all: EXCHANGE, listed: '8.1', unlisted: '8.1' });
}

function secrets(): void {
  table.send('level', 'restricted', 'restricted information is exchanged', { message: { level: 'restricted' } }, 'permit', EXCHANGE);
  for (const level of ['secret', 'top-secret', 'special-importance'] as const)
    for (const channel of ['bus', 'off-bus'] as const)
      table.send('level', `${level}-${channel}`, 'never under this agreement', { channel, message: { level, releaseDecision: true } }, 'deny', [
        ...EXCHANGE,
        '6.2',
      ]);
}

function received(): void {
  information(
    table,
    {
      given: '3',
      consented: '3',
      wanted: ['3', '6.1'],
      writtenUse: false,
      noThird: '6.1',
      passed: ['6.1'],
      spontaneous: ['6.1'],
      writtenOnward: false,
      conditions: '6.1',
      limits: '3',
      onwardLimits: '6.1',
    },
    'any',
  );
  const open = {
    id: 'i1',
    instrument: ID,
    provider: 'by-a',
    receiver: 'kz-a',
    level: 'open' as const,
    purposes: [],
    conditions: [],
  };
  const purpose = {
    instrument: ID,
    activity: 'information-security' as const,
    offences: 'any' as const,
    caseId: null,
  };
  table.add('use', 'use-open', 'open information is free', { action: 'use', at: NOW, by: 'kz-a', purpose, items: [open], consents: [] }, 'permit', [
    '6.1',
  ]);
  table.add(
    'transfer',
    'transfer-open',
    'and free to pass on',
    {
      action: 'transfer',
      at: NOW,
      instrument: ID,
      from: 'kz-a',
      to: 'am-a',
      channel: 'off-bus',
      level: 'open',
      releaseDecision: false,
      items: [open],
      consents: [],
    },
    'permit',
    ['6.1'],
  );
  table.add(
    'disclosure',
    'disclose',
    'the agreement says nothing of the fact of a request',
    {
      action: 'disclose',
      at: NOW,
      instrument: ID,
      requester: 'kz-a',
      by: 'by-a',
      to: 'ru-a',
      confidentialityAsked: false,
      consents: [],
    },
    'deny',
    ['valise#no-rule'],
  );
}

inForce();
scope();
exchange();
secrets();
received();
export const cisInfosec2013 = table.vectors;
