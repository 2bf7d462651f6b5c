import {
  canonical,
  instrumentOf,
  LAW,
  PUBLISHED,
  rulesOf,
  unitCodes,
  type Instrument,
  type Law,
} from './index.js';

const CRIME = 'cis-it-crime-2018';
const rule = (cite: string, en = 'Said.', basis: 'explicit' | 'inferred' = 'explicit') => ({
  cite,
  basis,
  text: { ru: en, kk: en, en },
});

/** The law, or another one, with more operations under one instrument. */
function lawWith(
  instrument: string,
  operations: NonNullable<Instrument['exchange']>['operations'],
  law: Law = LAW,
): Law {
  const instruments = law.instruments.map((one) =>
    one.id === instrument && one.exchange
      ? { ...one, exchange: { ...one.exchange, operations: [...one.exchange.operations, ...operations] } }
      : one,
  );
  return { ...law, instruments };
}

describe('rulesOf', () => {
  it('tells of a unit what it says, the rules that cite it, and what code it is', () => {
    expect(rulesOf(CRIME, '5.i')).toEqual([
      {
        article: '5.i',
        text: [{ lang: 'ru', value: expect.stringMatching(/сохранност/) as unknown, authentic: true }],
        rules: [],
        code: { kind: 'form', text: instrumentOf(CRIME)?.codes.forms['5.i'] },
      },
    ]);
    expect(rulesOf(CRIME, '3.1.a')[0]?.code).toEqual({
      kind: 'offence',
      text: instrumentOf(CRIME)?.codes.offences['3.1.a'],
    });
    const { text } = instrumentOf(CRIME)?.codes.contents['6.3.b'] ?? {};
    expect(rulesOf(CRIME, '6.3.b')[0]?.code).toEqual({ kind: 'content', text, mandatory: true });
    expect(rulesOf(CRIME, '16')[0]).toEqual({
      article: '16',
      text: [expect.objectContaining({ lang: 'ru' })],
      rules: [
        {
          ...instrumentOf(CRIME)?.binding.accession?.rule,
          where: 'in-force: accession.rule',
          instrument: CRIME,
          on: null,
          effects: ['permit', 'deny'],
        },
      ],
    });
  });

  it('tells of an article that makes no rule why it makes none', () => {
    const { undecided = [] } = instrumentOf(CRIME) ?? {};
    for (const { article, reason } of undecided) {
      const [unit] = rulesOf(CRIME, article);
      expect(unit).toMatchObject({ article, rules: [], undecided: reason });
      expect(unit).not.toHaveProperty('code');
    }
    expect(rulesOf(CRIME, '16')[0]).not.toHaveProperty('undecided');
  });

  it('tells of each defined term why it makes no rule', () => {
    const terms = rulesOf('cis-infosec-2013', '2').filter(({ article }) => article !== '2');
    expect(terms).toHaveLength(26);
    for (const term of terms) expect(term).toHaveProperty('undecided');
  });

  it('tells the whole place of a rule that decisions do not look at', () => {
    const instruments = LAW.instruments.map((one) =>
      one.id === CRIME ? { ...one, preamble: { binding: { rule: rule(`${CRIME}#99`) } } } : one,
    );
    const [unit] = rulesOf(CRIME, '99', { ...LAW, instruments });
    expect(unit?.rules.map(({ where }) => where)).toEqual(['all: preamble.binding.rule']);
  });

  it.each(['constructor', '__proto__', 'toString', 'no-such-instrument'])(
    'has nothing of an instrument that does not exist: %s',
    (name) => {
      expect(rulesOf(name)).toEqual([]);
      expect(rulesOf(name, '6.3')).toEqual([]);
      expect(rulesOf(CRIME, name)).toEqual([]);
    },
  );

  it('has the words of every unit in every language that we have', () => {
    for (const [instrument, texts] of Object.entries(PUBLISHED))
      for (const { article, text } of rulesOf(instrument)) {
        expect(text.map(({ lang, authentic }) => [lang, authentic])).toEqual(
          texts.map(({ lang, authentic }) => [lang, authentic]),
        );
        for (const { lang, value } of text) {
          const unit = texts.find((one) => one.lang === lang)?.units.find((one) => one.article === article);
          if (unit !== undefined) expect(value).toBe(unit.text);
          else expect(value).toMatch(/^[\p{L} ,-]+$/u);
        }
      }
  });

  it('lists a part of a sentence after that sentence, in the order of the text', () => {
    const after = (instrument: string, code: string): string[] =>
      unitCodes(instrument).slice(unitCodes(instrument).indexOf(code)).slice(0, 8);
    expect(after(CRIME, '5.b')).toEqual(['5.b', '5.b.1', '5.b.2', '5.c', '5.d', '5.e', '5.f', '5.g']);
    expect(after('csto-infosphere-2014', '6.2')).toEqual([
      '6.2',
      '6.2.a',
      '6.2.b',
      '6.2.c',
      '6.2.d',
      '6.2.e',
      '6.2.f',
      '6.3',
    ]);
    expect(unitCodes('cis-secrets-2013')).toEqual([]);
  });

  it('finds what is beneath an article by whole numbers and letters only', () => {
    const found = (article: string): string[] =>
      rulesOf('cis-infosec-2013', article).map((unit) => unit.article);
    expect(found('3')[0]).toBe('3');
    expect(found('3')).toHaveLength(20);
    expect(found('3.2')).toEqual(['3.2']);
    expect(found('3.20')).toEqual([]);
    expect(found('1')).toEqual(['1']);
  });

  it('lists a rule once for all places where it says and does the same, and otherwise each', () => {
    const allow = (by: ReturnType<typeof rule>, ...on: ('costs' | 'result')[]) =>
      ({ op: 'allow', on, by: [by, by] }) as const;
    const told = rule(`${CRIME}#15`);
    const rulesAt = (law: Law) =>
      (rulesOf(CRIME, '15', law)[0]?.rules ?? []).map(({ where, instrument, text }) => [
        instrument,
        where,
        text.en,
      ]);
    expect(rulesAt(lawWith(CRIME, [allow(told, 'costs'), allow(told, 'costs')]))).toEqual([
      [CRIME, 'send: allow.by (costs)', 'Said.'],
    ]);
    expect(
      rulesAt(
        lawWith(CRIME, [
          allow(told, 'costs'),
          allow(told, 'result'),
          allow(rule(`${CRIME}#15`, 'Not said.'), 'costs'),
        ]),
      ),
    ).toEqual([
      [CRIME, 'send: allow.by (costs)', 'Said.'],
      [CRIME, 'send: allow.by (result)', 'Said.'],
      [CRIME, 'send: allow.by (costs)', 'Not said.'],
    ]);
    const elsewhere = lawWith('cis-infosec-2013', [allow(told, 'costs')]);
    expect(rulesAt(elsewhere)).toEqual([['cis-infosec-2013', 'send: allow.by (costs)', 'Said.']]);
    expect(rulesAt(lawWith(CRIME, [allow(told, 'costs')], elsewhere))).toEqual([
      [CRIME, 'send: allow.by (costs)', 'Said.'],
      ['cis-infosec-2013', 'send: allow.by (costs)', 'Said.'],
    ]);
  });

  it.each([CRIME, 'cis-infosec-2013'])(
    'of %s lists after the text what it does not have, without words: a citation that is wrong',
    (instrument) => {
      const wrong = rule(`${instrument}#99.x`);
      const units = rulesOf(
        instrument,
        undefined,
        lawWith(instrument, [{ op: 'allow', on: ['costs'], by: [wrong] }]),
      );
      expect(units.at(-1)).toMatchObject({ article: '99.x', text: [], rules: [wrong] });
      expect(units.length).toBe(rulesOf(instrument).length + 1);
    },
  );

  it('takes its reasons and codes from the newest version, whatever the order of the law', () => {
    const old = LAW.instruments.filter(({ id }) => id === CRIME);
    const newer = old.map((one) => ({
      ...one,
      version: { from: '2030-01-01', until: null },
      undecided: [],
    }));
    for (const instruments of [
      [...old, ...newer],
      [...newer, ...old],
    ])
      expect(rulesOf(CRIME, '1', { ...LAW, instruments })[0]).not.toHaveProperty('undecided');
  });

  it('lists an instrument that is cited as a whole under no article', () => {
    const units = rulesOf('cis-secrets-2013');
    expect(units.map(({ article, text, rules }) => [article, text, rules.length])).toEqual([['', [], 3]]);
    expect(units[0]).not.toHaveProperty('code');
  });
});

it.each([
  ['5', ['5', '6'], '5'],
  ['5.1', ['5', '6'], '5'],
  ['5.1', ['5', '5.1'], '5.1'],
  ['5.10', ['5', '6'], '5.10'],
  ['5.2', ['5', '6'], '5.2'],
  ['7.1', ['5', '6'], '7.1'],
  ['5.1.a', ['5.a', '5'], '5.1.a'],
])('%s is, of the units %j, %s', (article, units, unit) => {
  expect(canonical(article, units)).toBe(unit);
});
