import { NOW, SEAL, Table, openedBy, type More, type Outcome } from './vector.js';

const table = new Table('cis-computer-crime-2001', {
  from: 'kz-a',
  to: 'by-a',
  channel: 'bus',
  message: {
    type: 'request',
    urgent: false,
    language: 'ru',
    level: 'open',
    form: null,
    offence: null,
    contents: [],
    signatures: [SEAL],
    grounds: null,
    refusal: null,
    nexus: null,
    releaseDecision: false,
  },
});
const CIS = ['AZ', 'AM', 'BY', 'KG', 'RU', 'TJ', 'TM', 'UZ', 'UA'];
const CSTO = ['AM', 'BY', 'KG', 'RU'];
const REPLACED = 'cis-it-crime-2018#17.2';

/** Those that the four refer to bind from the day of each state's own document; who does not stay leaves in 2010. */
function referenced(instrument: string, others: string[], acceding: string, staying: string[]): void {
  const force = (id: string, why: string, day: string, state: string, bound: boolean): void => {
    const input = { action: 'in-force' as const, at: day, instrument, between: [state] };
    table.add('in-force', `${instrument}-${id}`, why, input, bound ? 'permit' : 'deny', [instrument]);
  };
  force('first-before', 'the day before the first', '1994-04-30T23:59:59Z', 'KZ', false);
  force('first', 'the day of the first', '1994-05-01T00:00:00Z', 'KZ', true);
  for (const state of others) {
    force(`${state}-before`, 'the day before its own', '1995-04-30T23:59:59Z', state, false);
    force(state, 'the day of its own', '1995-05-01T00:00:00Z', state, true);
  }
  force('accession-before', 'the day before its document', '1996-04-30T23:59:59Z', acceding, false);
  force('accession', 'the day of its document', '1996-05-01T00:00:00Z', acceding, true);
  force('named-day-before', 'leaving on the day that it named', '2010-11-30T23:59:59Z', acceding, true);
  force('named-day', 'leaving on the day that it named', '2010-12-01T00:00:00Z', acceding, false);
  const leaver = others.find((state) => !staying.includes(state));
  if (leaver === undefined) return;
  force('leaves-before', 'six months after its notice', '2010-07-09T23:59:59Z', leaver, true);
  force('leaves', 'six months after its notice', '2010-07-10T00:00:00Z', leaver, false);
}

function replaced(): void {
  const { instrument } = table;
  const between = (id: string, why: string, at: string, states: string[], outcome: 'permit' | 'deny', cites: string[]): void => {
    table.add('in-force', id, why, { action: 'in-force', at, instrument, between: states }, outcome, cites);
  };
  between('2001-before-2018', 'the old agreement, before the new one', '2020-01-29T23:59:59Z', ['KZ', 'BY'], 'permit', [instrument]);
  between('2001-after-2018', 'replaced between parties to both', '2020-01-30T00:00:00Z', ['KZ', 'BY'], 'deny', [instrument, REPLACED]);
  between('2001-ended', 'what has ended does not begin again when one leaves the new one', '2026-03-01T00:00:00Z', ['KZ', 'UZ'], 'deny', [
    instrument,
    REPLACED,
  ]);
  between('2001-alone', 'one state by itself is still a party', '2020-01-30T00:00:00Z', ['KZ'], 'permit', [instrument]);
  table.send('in-force', 'no-rules', 'no rules of exchange are known of it', {}, 'deny', ['valise#no-rule']);
  const agreement = 'az-kz-secrets-2009';
  const named = (id: string, at: string, bound: boolean): void => {
    const input = { action: 'in-force' as const, at, instrument: agreement, between: ['AZ', 'KZ'] };
    table.add('in-force', id, 'the days of an agreement that the register names', input, bound ? 'permit' : 'deny', [agreement]);
  };
  named('bilateral-before', '2009-08-31T23:59:59Z', false);
  named('bilateral-first', '2009-09-01T00:00:00Z', true);
  named('bilateral-last', '2026-06-30T23:59:59Z', true);
  named('bilateral-over', '2026-07-01T00:00:00Z', false);
}

/** Sources under several instruments: each keeps its own rules. */
function together(): void {
  const item = (id: string, instrument: string, provider: string) => ({
    id,
    instrument,
    provider,
    receiver: 'kz-a',
    level: 'restricted' as const,
    purposes: [],
    conditions: [],
  });
  const items = [item('i1', 'cis-it-crime-2018', 'by-a'), item('i2', 'csto-infosphere-2014', 'ru-a'), item('i3', 'cis-infosec-2013', 'am-a')];
  const pass = {
    action: 'transfer' as const,
    at: NOW,
    from: 'kz-a',
    channel: 'off-bus' as const,
    releaseDecision: false,
    consents: [],
  };
  table.add(
    'together',
    'three-instruments',
    'providers who must agree add up over instruments',
    { ...pass, instrument: 'cis-it-crime-2018', to: 'uz-a', level: 'restricted', items },
    'consent-required',
    ['cis-it-crime-2018#10', 'csto-infosphere-2014#10.2', 'cis-infosec-2013#6.1'],
    { consentFrom: ['am-a', 'by-a', 'ru-a'] },
  );
  const secret = (id: string, why: string, instrument: string, from: string, outcome: 'permit' | 'deny', cites: string[]): void => {
    const own = [{ ...item('i1', instrument, from), level: 'secret' as const }];
    table.add(
      'together',
      id,
      why,
      { ...pass, instrument, from, to: 'cis-centre', level: 'secret', items: own },
      outcome,
      cites.map((cite) => `${instrument}#${cite}`),
    );
  };
  secret('2018-secret-to-organ', 'with an organ only the agreement of 2013 counts', 'cis-it-crime-2018', 'kz-a', 'permit', ['10', '13', '8.1']);
  secret('2018-secret-to-organ-unbound', 'one state’s agreement with others is none with an organ', 'cis-it-crime-2018', 'by-a', 'deny', [
    '10',
    '13',
    '8.1',
  ]);
  secret('2014-secret-to-organ', 'the agreement of 2004 binds no organ', 'csto-infosphere-2014', 'kz-a', 'deny', ['10.2', '10.3']);
  const bus = (id: string, why: string, to: string, outcome: 'permit' | 'deny', cites: string[]): void => {
    const own = [item('i1', 'cis-it-crime-2018', 'kz-a')];
    table.add('together', id, why, { ...pass, instrument: 'cis-it-crime-2018', channel: 'bus', to, level: 'restricted', items: own }, outcome, cites);
  };
  bus('bus-listed', 'on the bus the recipient is listed', 'by-a', 'permit', ['cis-it-crime-2018#17.1', 'cis-it-crime-2018#10']);
  bus('bus-unlisted', 'or it does not go', 'by-off', 'deny', ['cis-it-crime-2018#17.1', 'cis-it-crime-2018#4.2', 'cis-it-crime-2018#10']);
  bus('bus-organ', 'an organ takes no part', 'cis-centre', 'deny', ['cis-it-crime-2018#17.1', 'cis-it-crime-2018#4.2', 'cis-it-crime-2018#10']);
}

/** Items in a message: what was given with a request may be passed on with it, and what the sender asks goes with its own. */
function inMessages(): void {
  const given = (instrument: string, provider: string, conditions: string[] = []) => ({
    id: 'i1',
    instrument,
    provider,
    receiver: 'by-a',
    level: 'open' as const,
    purposes: [],
    conditions,
  });
  const opened = openedBy('kz-a');
  const rows: [string, string[], string][] = [
    ['cis-it-crime-2018', ['17.1', '4.1', '7.3'], '10'],
    ['csto-infosphere-2014', ['16', '4.1', '13', '7.4'], '10.2'],
  ];
  for (const [instrument, all, onward] of rows) {
    const full = [...all, onward].map((cite) => `${instrument}#${cite}`);
    const form = instrument === 'cis-it-crime-2018' ? '5.d' : '5.1';
    const passed = { instrument, from: 'by-a', to: 'by-b', case: opened, message: { type: 'forwarded' as const, form } };
    const row = (id: string, why: string, provider: string, outcome: Outcome, more: More): void => {
      table.send('in-message', `${instrument}-${id}`, why, { ...passed, items: [given(instrument, provider)] }, outcome, full, more);
    };
    row('forwarded-with', 'what the initiator gave goes with its request', 'kz-a', 'permit', {});
    if (instrument === 'csto-infosphere-2014') {
      const nobody = { ...passed, to: 'by-nobody', channel: 'off-bus' as const, items: [given(instrument, 'kz-a')] };
      table.send('in-message', `${instrument}-forwarded-to-no-list`, 'to a body on no list too', nobody, 'permit', full);
    }
    row('forwarded-with-other', 'what others gave does not', 'ru-a', 'consent-required', { consentFrom: ['ru-a'] });
  }
  const instrument = 'cis-it-crime-2018';
  const answer = { instrument, from: 'by-a', to: 'kz-a', case: opened, message: { type: 'reminder' as const, form: '5.d' } };
  table.send(
    'in-message',
    'own-conditions',
    'the sender’s own limits go with what it gives',
    { ...answer, items: [given(instrument, 'by-a', ['no-court-use'])] },
    'permit',
    [...['17.1', '4.1', '10', '7.6'].map((cite) => `${instrument}#${cite}`), 'valise#procedure'],
    { obligations: [{ do: 'observe-condition', condition: 'no-court-use', rule: `${instrument}#7.6` }] },
  );
}

referenced('csto-secrets-2004', CSTO, 'TJ', ['KZ', 'BY', 'RU']);
referenced('cis-secrets-1993', CIS, 'MD', ['KZ', 'UZ']);
referenced('cis-secrets-2013', CIS, 'MD', ['KZ', 'KG', 'RU']);
referenced('cis-computer-crime-2001', CIS, 'MD', ['KZ', 'BY', 'RU', 'UZ']);
referenced('collective-security-treaty-1992', CSTO, 'TJ', ['KZ', 'BY', 'RU', 'AM']);
replaced();
together();
inMessages();
export const crossing = table.vectors;
