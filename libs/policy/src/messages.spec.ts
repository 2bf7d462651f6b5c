import { registerSchema } from '#treaties';
import {
  AT,
  authority,
  facts,
  itemOf,
  judge,
  notified,
  organ,
  rulesOf as rules,
  send as sendOf,
} from '../testing/acts.js';
import { compileRegister, endOfLocalDays, type Decision } from './index.js';

/** Single rules of messages and of disclosures, each met and not met. */

const register = compileRegister(
  registerSchema.parse({
    events: notified(['KZ', 'BY', 'RU']),
    authorities: [
      ...['by-a', 'kz-a', 'kz-b', 'ru-a'].map((id) => authority(id)),
      authority('kz-unit', { unitOf: 'kz-a' }),
      ...['cis-centre', 'cis-bureau'].map((id) => organ(id)),
    ],
    arrangements: [],
    agreements: [
      { id: 'kz-by-help', kind: 'legal-assistance', between: ['KZ', 'BY'], from: '2016-01-01', until: null },
    ],
    channels: [],
  }),
);
const judged = (action: object): Decision => judge(register, action);
const send = (change: object, ofMessage: object = {}): Decision =>
  judged(sendOf(change, { type: 'request', contents: ['8.1.a', '8.1.b', '8.1.c', '8.1.d'], ...ofMessage }));

describe('a message', () => {
  it.each(['ru', 'ru-BY', 'ru-Cyrl-KZ', 'zxx', 'zxx-x'])('may be in %s', (language) => {
    expect(rules(send({}, { language }), 'permit')).toContain('cis-counterterror-2017#19');
  });

  it.each(['en', 'en-ru', 'kk', 'rus'])('may not be in %s under 2017', (language) => {
    expect(rules(send({}, { language }), 'deny')).toEqual(['cis-counterterror-2017#19']);
  });

  it('of the requested side goes to who asked, and to nobody else', () => {
    const answer = { from: 'by-a', case: facts };
    const result = { type: 'result', contents: [] };
    expect(send({ ...answer, to: 'kz-a' }, result).outcome).toBe('permit');
    expect(rules(send({ ...answer, to: 'ru-a' }, result), 'deny')).toEqual(['valise#no-rule']);
    expect(rules(send({ from: 'kz-a', to: 'by-a', case: facts }, result), 'deny')).toEqual([
      'valise#no-rule',
    ]);
  });

  it('is passed on inside a state, and by no organ to another', () => {
    const forwarded = { type: 'forwarded', contents: [] };
    const of = (initiator: string): object => ({ case: { ...facts, initiator } });
    expect(send({ from: 'kz-a', to: 'kz-b', ...of('by-a') }, forwarded).outcome).toBe('permit');
    for (const [from, to] of [
      ['kz-a', 'ru-a'],
      ['cis-centre', 'cis-bureau'],
      ['cis-centre', 'kz-a'],
    ] as const)
      expect(rules(send({ from, to, ...of('by-a') }, forwarded), 'deny')).toEqual([
        'cis-counterterror-2017#12',
      ]);
  });

  it('takes along to a body of the same state what came with the request, and only there', () => {
    const item = itemOf({ instrument: 'cis-counterterror-2017', conditions: ['kept'] });
    const with_ = (change: object, type: string): string =>
      send(
        { from: 'kz-a', to: 'kz-b', case: { ...facts, initiator: 'by-a' }, items: [item], ...change },
        { type, contents: [] },
      ).outcome;
    expect(with_({}, 'forwarded')).toBe('permit');
    expect(with_({ case: null }, 'forwarded')).toBe('deny');
    expect(with_({}, 'consultation')).toBe('consent-required');
    expect(with_({ case: { ...facts, initiator: 'ru-a' } }, 'forwarded')).toBe('consent-required');
    expect(with_({ from: 'kz-unit', to: 'by-a' }, 'consultation')).toBe('permit');
  });

  it('refuses with grounds of the instrument, or is told so', () => {
    const refusal = (grounds: string[] | null): Decision =>
      send(
        { from: 'by-a', to: 'kz-a', instrument: 'cis-it-crime-2018', case: facts },
        {
          ...{
            type: 'refusal',
            contents: [],
            form: '5.d',
            refusal: grounds && { grounds, reasons: true, extent: 'full' },
          },
        },
      );
    const ground = 'cis-it-crime-2018#11.1';
    expect(rules(refusal(['sovereignty']), 'permit')).toContain(ground);
    expect(rules(refusal(['sovereignty']), 'warn')).not.toContain(ground);
    expect(rules(refusal(['sovereignty', 'not-compliant']), 'permit')).toContain(ground);
    expect(rules(refusal(['sovereignty', 'not-compliant']), 'warn')).toContain(ground);
    for (const none of [['not-compliant'], [], null]) {
      expect(rules(refusal(none), 'permit')).not.toContain(ground);
      expect(rules(refusal(none), 'warn')).toContain(ground);
    }
    const unreasoned = { type: 'refusal', contents: [], refusal: null };
    expect(rules(send({ from: 'by-a', to: 'kz-a', case: facts }, unreasoned), 'deny')).toEqual([
      'cis-counterterror-2017#8.2.b',
    ]);
  });

  it('names the signatures that are missing, of authorities or where a unit writes or is asked', () => {
    const missing = (change: object): string[] => {
      const request = { form: '5.b', signatures: [{ seal: 'authority' }] };
      const { findings } = send({ instrument: 'cis-it-crime-2018', ...change }, request);
      const of = findings.filter(({ rule, effect }) => rule.includes('#6.4') && effect === 'deny');
      return of.map(({ rule, basis }) => `${rule} ${basis}`);
    };
    const ofUnits = ['cis-it-crime-2018#6.4.a inferred'];
    expect(missing({})).toEqual(['cis-it-crime-2018#6.4.a explicit']);
    expect(missing({ from: 'kz-unit' })).toEqual(ofUnits);
    expect(missing({ from: 'by-a', to: 'kz-unit' })).toEqual(ofUnits);
  });

  it('asks for procedural acts under the treaty that it names', () => {
    const procedural = 'csto-infosphere-2014#5.2';
    const asked = (change: object): Decision =>
      send(
        { instrument: 'csto-infosphere-2014', channel: 'off-bus' },
        { form: '5.1', offence: '3.1.a', ...change },
      );
    expect(rules(asked({ procedural: true }), 'deny')).toContain(procedural);
    expect(rules(asked({ procedural: true, otherTreaty: 'kz-by-help' }), 'permit')).toContain(procedural);
    for (const otherTreaty of [null, undefined, 'Minsk 1993'])
      expect(rules(asked({ procedural: true, otherTreaty }), 'deny')).toContain(procedural);
    for (const not of [false, null, undefined]) {
      const { findings } = asked({ procedural: not });
      expect(findings.filter(({ rule, effect }) => rule === procedural && effect !== 'permit')).toEqual([]);
    }
  });
});

describe('a disclosure of a request', () => {
  const consent = {
    ...{
      id: 'c1',
      kind: 'disclosure',
      by: 'kz-a',
      to: 'by-a',
      items: 'all',
      recipient: 'a court',
      written: true,
    },
    ...{
      from: '2026-03-01T00:00:00Z',
      until: null,
      revokedAt: null,
      conditions: ['z', 'a'],
      conditionCodes: ['m'],
    },
  };
  const disclosed = (change: object, consents: object[] = []): Decision =>
    judged({
      ...{ action: 'disclose', at: AT, instrument: 'cis-counterterror-2017', requester: 'kz-a', by: 'by-a' },
      ...{ to: 'a court', confidentialityAsked: true, consents, ...change },
    });

  it('is the requester’s own affair, and that of its units', () => {
    for (const change of [
      { by: 'kz-a' },
      { by: 'kz-unit' },
      { to: 'kz-a' },
      { to: 'kz-unit' },
      { requester: 'kz-unit', by: 'kz-a' },
    ])
      expect(disclosed(change).outcome).toBe('permit');
    expect(disclosed({ by: 'kz-b' }).outcome).toBe('consent-required');
  });

  it('observes the conditions of the consent, each once and in order', () => {
    const { outcome, obligations } = disclosed({}, [consent, { ...consent, id: 'c2' }]);
    expect(outcome).toBe('permit');
    expect(obligations.map((duty) => 'condition' in duty && duty.condition)).toEqual(['a', 'm', 'z']);
  });

  it.each<[string, object]>([
    ['of another kind', { kind: 'purpose' }],
    ['of another', { by: 'kz-b' }],
    ['to another', { to: 'kz-b' }],
    ['for another', { recipient: 'a newspaper' }],
    ['for nobody', { recipient: null }],
    ['for single items', { items: ['i1'] }],
    ['that is not written', { written: false }],
    ['that has ended', { until: AT }],
    ['that is spent', { usesMax: 1, usesDone: 1 }],
  ])('is not opened by a consent %s', (_, change) => {
    const { outcome, consentFrom, obligations } = disclosed({}, [{ ...consent, ...change }]);
    expect([outcome, consentFrom, obligations]).toEqual(['consent-required', ['kz-a'], []]);
  });

  it('needs no consent where confidentiality was not asked for and is not owed otherwise', () => {
    const notAsked = { confidentialityAsked: false };
    expect(disclosed({ ...notAsked, instrument: 'cis-it-crime-2018' }).outcome).toBe('permit');
    expect(disclosed({ instrument: 'cis-it-crime-2018' }).outcome).toBe('consent-required');
    expect(disclosed(notAsked).outcome).toBe('consent-required');
  });
});

describe('the end of local days', () => {
  /** From the database of time zones, by another way: the minute at which the local date becomes the wanted one. */
  const dateAt = (at: number, timeZone: string): string =>
    new Intl.DateTimeFormat('en-CA', { timeZone }).format(at);

  it.each([
    ['America/Sao_Paulo', '2018-11-02T12:00:00Z', 1],
    ['America/Sao_Paulo', '2018-02-16T12:00:00Z', 0],
    ['America/Sao_Paulo', '2018-02-17T12:00:00Z', 0],
    ['Asia/Beirut', '2021-03-26T12:00:00Z', 1],
    ['Asia/Beirut', '2021-10-30T12:00:00Z', 0],
    ['Asia/Amman', '2021-10-28T12:00:00Z', 0],
    ['Europe/London', '2026-03-28T12:00:00Z', 0],
    ['America/Havana', '2026-03-07T12:00:00Z', 0],
    ['America/Havana', '2026-10-31T12:00:00Z', 0],
    ['Asia/Kathmandu', '2026-03-10T20:00:00Z', 29],
    ['Pacific/Apia', '2011-12-29T12:00:00Z', 0],
  ])('is the first instant of the next day in %s from %s and %i days', (timeZone, received, days) => {
    const end = Date.parse(endOfLocalDays(Date.parse(received), days, timeZone));
    expect(dateAt(end, timeZone) > dateAt(end - 1000, timeZone)).toBe(true);
  });
});
