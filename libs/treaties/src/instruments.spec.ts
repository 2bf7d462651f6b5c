import {
  BY_EXECUTOR,
  BY_INITIATOR,
  CIS_STATES,
  compileRegister,
  CSTO_STATES,
  INSTRUMENTS,
  instrumentAt,
  instrumentOf,
  isStateSecret,
  LAW,
  LEVELS,
  LEVEL_TEXTS,
  levelRank,
  MESSAGE_TYPES,
  PUBLISHED,
  SECRECY_AGREEMENTS,
  type Instrument,
  type Operation,
  type Text,
} from './index.js';

const CIS = 'CIS Executive Committee';
const CSTO = 'CSTO Secretariat';
const governing = INSTRUMENTS.filter(({ exchange }) => exchange !== null);
const operationsOf = ({ exchange }: Instrument): readonly Operation[] => exchange?.operations ?? [];
const of = <Op extends Operation['op']>(instrument: Instrument, op: Op) =>
  operationsOf(instrument).filter((one): one is Extract<Operation, { op: Op }> => one.op === op);
/** How often operations are on a type of message. */
const timesOn = (operations: readonly Operation[], type: string): number =>
  operations.filter(({ on }) => on === 'all' || (on as readonly string[]).includes(type)).length;
const words = ({ ru, kk, en }: Text): string[] => [ru, kk, en];

describe('an instrument', () => {
  it.each<[string, string, string, string, string, boolean]>([
    ['cis-it-crime-2018', 'CIS', CIS, 'Dushanbe', '2018-09-28', false],
    ['csto-infosphere-2014', 'CSTO', CSTO, 'Moscow', '2014-12-23', false],
    ['cis-infosec-2013', 'CIS', CIS, 'St Petersburg', '2013-11-20', false],
    ['cis-counterterror-2017', 'CIS', CIS, 'Tashkent', '2017-11-03', true],
    ['csto-secrets-2004', 'CSTO', CSTO, '', '2004-06-18', false],
    ['cis-secrets-1993', 'CIS', CIS, '', '1993-01-22', false],
    ['cis-secrets-2013', 'CIS', CIS, '', '2013-10-25', false],
    ['cis-computer-crime-2001', 'CIS', CIS, '', '2001-06-01', false],
    ['collective-security-treaty-1992', 'CSTO', CSTO, '', '1992-05-15', false],
  ])(
    '%s says what it is, where and when it was done, and who keeps it',
    (id, organisation, depositary, place, on, organs) => {
      expect(instrumentOf(id)).toMatchObject({
        id,
        organisation,
        depositary,
        authentic: ['ru'],
        done: { place, on },
        version: { from: on, until: null },
        organs,
      });
      expect(INSTRUMENTS.filter((instrument) => instrument.id === id)).toHaveLength(1);
    },
  );

  it('is found in its newest version, whatever the order of the law; an unknown one is not', () => {
    const old = INSTRUMENTS.filter(({ id }) => id === 'cis-it-crime-2018');
    const newer = old.map((one) => ({ ...one, version: { from: '2030-01-01', until: null } }));
    for (const instruments of [
      [...old, ...newer],
      [...newer, ...old],
    ])
      expect(instrumentOf('cis-it-crime-2018', { ...LAW, instruments })?.version.from).toBe('2030-01-01');
    expect(instrumentOf('cis-trade-1994')).toBeUndefined();
  });

  it('is of two versions from one day the same that decisions take', () => {
    const twice = INSTRUMENTS.filter(({ id }) => id === 'cis-it-crime-2018').flatMap((one) => [
      one,
      { ...one, undecided: [] },
    ]);
    const law = { ...LAW, instruments: twice };
    const register = compileRegister({ events: [], authorities: [], arrangements: [], channels: [] }, law);
    const decides = instrumentAt(register, 'cis-it-crime-2018', Date.parse('2026-01-01T00:00:00Z'));
    expect(instrumentOf('cis-it-crime-2018', law)).toBe(decides);
  });

  it('is published as the law only in a language in which it is authentic', () => {
    for (const [id, texts] of Object.entries(PUBLISHED))
      for (const { lang, authentic } of texts)
        expect(authentic).toBe(instrumentOf(id)?.authentic.includes(lang));
    expect(Object.entries(PUBLISHED).map(([id, texts]) => [id, ...texts.map(({ lang }) => lang)])).toEqual([
      ['cis-it-crime-2018', 'ru'],
      ['csto-infosphere-2014', 'ru', 'kk'],
      ['cis-infosec-2013', 'kk'],
      ['cis-counterterror-2017', 'kk'],
    ]);
  });

  it('that others only refer to binds from the day of a state’s own notification, and has no rules of exchange', () => {
    for (const { id, organisation, binding, codes, exchange, undecided } of INSTRUMENTS) {
      if (governing.some((one) => one.id === id)) continue;
      expect(binding).toMatchObject({
        openTo: organisation === 'CIS' ? CIS_STATES : CSTO_STATES,
        entry: { notifications: 1, days: 0, rule: { cite: id, basis: 'inferred' } },
        accession: { days: 0, rule: { cite: id } },
        withdrawal: { months: 6, stateNamesDate: true, rule: { cite: id } },
        lastsAsLongAs: null,
      });
      expect({ codes, exchange, undecided }).toEqual({
        codes: { forms: {}, offences: {}, contents: {} },
        exchange: null,
        undecided: [],
      });
    }
  });

  it('of 2001 alone is replaced by another; three are on secrecy', () => {
    const replaced = INSTRUMENTS.filter(({ binding }) => binding.replacedBy !== null);
    expect(replaced.map(({ id, binding }) => [id, binding.replacedBy?.instrument])).toEqual([
      ['cis-computer-crime-2001', 'cis-it-crime-2018'],
    ]);
    expect(SECRECY_AGREEMENTS).toEqual(['csto-secrets-2004', 'cis-secrets-1993', 'cis-secrets-2013']);
    expect(LAW).toMatchObject({ instruments: INSTRUMENTS, secrecyAgreements: SECRECY_AGREEMENTS });
  });
});

describe.each(governing)('$id', (instrument) => {
  it('lets every type of message be sent by one rule, or forbids it by one', () => {
    const permissions = [...of(instrument, 'allow'), ...of(instrument, 'forbid')];
    expect(MESSAGE_TYPES.filter((type) => timesOn(permissions, type) !== 1)).toEqual([]);
  });

  it('holds every message against the lists once', () => {
    expect(MESSAGE_TYPES.filter((type) => timesOn(of(instrument, 'listed'), type) !== 1)).toEqual([]);
  });

  it('requires of a request the items of contents that are mandatory, each by its own article', () => {
    const { contents } = instrument.codes;
    const mandatory = Object.keys(contents).filter((code) => contents[code]?.mandatory);
    const required = of(instrument, 'content');
    expect(required.map(({ code, unmet }) => [code, unmet.cite])).toEqual(
      mandatory.map((code) => [code, `${instrument.id}#${code}`]),
    );
    for (const { code, unmet } of required)
      words(unmet.text).forEach((told, index) => {
        expect(told).toContain(words(contents[code]?.text ?? unmet.text)[index]);
      });
    for (const { on } of required) expect(on).toContain('request');
    expect(of(instrument, 'contents-known').flatMap(({ known }) => known)).toEqual(Object.keys(contents));
  });

  it('has words in three languages for every code', () => {
    const { forms, offences, contents } = instrument.codes;
    const texts = [forms, offences].flatMap((codes) => Object.values(codes));
    for (const text of [...texts, ...Object.values(contents).map((item) => item.text)])
      for (const told of words(text)) expect(told).toMatch(/\p{L}/u);
  });
});

it('one item of contents of each request is left to the requester, of the rest none', () => {
  const left = governing.map(({ id, codes }) => [
    id,
    ...Object.keys(codes.contents).filter((code) => !codes.contents[code]?.mandatory),
  ]);
  expect(left).toEqual([
    ['cis-it-crime-2018', '6.3.f'],
    ['csto-infosphere-2014', '6.2.f'],
    ['cis-infosec-2013'],
    ['cis-counterterror-2017', '8.1.e'],
  ]);
});

describe('the vocabulary', () => {
  it('knows the levels from the lowest to the highest, state secrets from `secret` on', () => {
    expect(LEVELS.map(levelRank)).toEqual([0, 1, 2, 3, 4]);
    expect(LEVELS.filter(isStateSecret)).toEqual(['secret', 'top-secret', 'special-importance']);
  });

  it('has different words for every level in three languages', () => {
    const told = LEVELS.flatMap((level) => words(LEVEL_TEXTS[level]));
    for (const one of told) expect(one).toMatch(/\p{L}/u);
    expect(new Set(told).size).toBe(3 * LEVELS.length);
  });

  it('knows who sends what inside a case that asks for execution', () => {
    expect(BY_INITIATOR).toEqual([
      'confirmation',
      'conditions-answer',
      'additional-information',
      'confidentiality-answer',
      'attendance-request',
      'withdrawal',
    ]);
    expect([...BY_EXECUTOR].sort()).toEqual([
      'additional-information-request',
      'attendance-answer',
      'conditions',
      'confidentiality-notice',
      'forwarded',
      'obstacle',
      'postponement',
      'refusal',
      'result',
    ]);
    for (const instrument of governing) {
      const by = (who: 'initiator' | 'executor') =>
        of(instrument, 'sent-by').flatMap((one) => (one.who === who && one.on !== 'all' ? one.on : []));
      if (of(instrument, 'sent-by').length === 0) continue;
      expect([by('initiator'), by('executor')]).toEqual([BY_INITIATOR, BY_EXECUTOR]);
    }
  });
});
