import { readFileSync } from 'node:fs';
import { articlesOf } from './articles.js';
import { DIVISIONS, PUBLISHED } from './published.js';
import { rulesOf, unitCodes } from './rules.js';

const textOf = (instrument: string, lang: string): string =>
  readFileSync(new URL(`../texts/${instrument}.${lang}.txt`, import.meta.url), 'utf8');
const published = Object.entries(PUBLISHED).flatMap(([instrument, texts]) =>
  texts.map(({ lang, units }) => ({ instrument, lang, units })),
);

describe('articlesOf', () => {
  it('keeps the numbers and letters of a text, counts what has none and leaves out what frames it', () => {
    const text = [
      'Преамбула',
      'Статья 1',
      'Название',
      '      Для целей настоящего Соглашения:',
      '      - первое;',
      '      - второе, в двух',
      '',
      'строках; третье.',
      'Статья 2',
      '      1. Первый абзац.',
      '      Второй абзац.',
      '      2. Формы:',
      '      а) одна, в том числе:',
      '      такая;',
      '      сякая;',
      '      к) другая.',
      'Статья 3',
      '      Стороны:',
      '      делают;',
      '      поручают.',
      '      И ещё.',
      '      Совершено в городе Н.',
    ].join('\n');
    expect(articlesOf(text).map(({ article, text: words }) => `${article} ${words}`.trim())).toEqual([
      '1 Название. Для целей настоящего Соглашения:',
      '1.1 первое;',
      '1.2 второе, в двух строках;',
      '1.3 третье.',
      '2',
      '2.1',
      '2.1.1 Первый абзац.',
      '2.1.2 Второй абзац.',
      '2.2 Формы:',
      '2.2.a одна, в том числе:',
      '2.2.a.1 такая;',
      '2.2.a.2 сякая;',
      '2.2.j другая.',
      '3',
      '3.1 Стороны:',
      '3.1.a делают;',
      '3.1.b поручают.',
      '3.2 И ещё.',
    ]);
  });

  it.each<[string, string[], string[]]>([
    [
      'takes no number or letter within a paragraph for its own, but every number before it',
      ['      10. Закон от 9.12.2019.', '      Закон № 5. Прочее.', '      Как (в) и другое.'],
      ['1', '1.10', '1.10.1 Закон от 9.12.2019.', '1.10.2 Закон № 5. Прочее.', '1.10.3 Как (в) и другое.'],
    ],
    [
      'ends a list with a lettered item that introduces none',
      ['      1. Формы:', '      а) одна;', '      б) другая.', '      Ещё абзац.'],
      ['1', '1.1', '1.1.1 Формы:', '1.1.2 Ещё абзац.', '1.1.a одна;', '1.1.b другая.'],
    ],
    [
      'takes the dash off an item, with a space or without',
      ['      Стороны:', '      -делают;', '      —  поручают.'],
      ['1 Стороны:', '1.1 делают;', '1.2 поручают.'],
    ],
    ['keeps a letter with no paragraph above it', ['      а) одна;'], ['1 а) одна;']],
    ['knows an article of a title alone', ['Название'], ['1 Название']],
    [
      'takes no line that only names an article for a heading',
      ['      Применяются', 'Статья 5 Устава и', 'также Статья 6'],
      ['1 Применяются Статья 5 Устава и также Статья 6'],
    ],
    [
      'takes no paragraph that only speaks of the closing formula for it',
      ['      Слова «Совершено в городе Н.» стоят в конце.', '      И ещё.'],
      ['1', '1.1 Слова «Совершено в городе Н.» стоят в конце.', '1.2 И ещё.'],
    ],
    [
      'reads a heading with spaces after it',
      ['      Раз.', 'Статья 2  ', '      Два.'],
      ['1 Раз.', '2 Два.'],
    ],
  ])('%s', (_, lines, units) => {
    const found = articlesOf(['Статья 1', ...lines].join('\n'));
    expect(found.map(({ article, text }) => `${article} ${text}`.trim())).toEqual(units);
  });

  it.each(published)('$instrument.$lang is what the library reads', ({ instrument, lang, units }) => {
    expect(articlesOf(textOf(instrument, lang))).toEqual(units);
    expect(new Set(units.map(({ article }) => article)).size).toBe(units.length);
  });

  it.each([
    ['cis-it-crime-2018', 18],
    ['csto-infosphere-2014', 18],
    ['cis-infosec-2013', 15],
    ['cis-counterterror-2017', 19],
  ])('%s has %i articles', (instrument, articles) => {
    const found = unitCodes(instrument).filter((code) => !code.includes('.'));
    expect(found).toEqual(Array.from({ length: articles }, (_, index) => String(index + 1)));
  });

  it('cuts two languages of one text into the same units', () => {
    const [ru = [], kk = []] = (PUBLISHED['csto-infosphere-2014'] ?? []).map(({ units }) =>
      units.map(({ article }) => article),
    );
    expect(ru.length).toBeGreaterThan(60);
    expect(kk).toEqual(ru);
  });

  it('finds the parts of a sentence that have codes in that sentence', () => {
    for (const [instrument, parts] of Object.entries(DIVISIONS))
      for (const [code, phrases] of Object.entries(parts))
        for (const { lang, units } of PUBLISHED[instrument] ?? []) {
          const sentence = units.find(({ article }) => article === code.slice(0, code.lastIndexOf('.')));
          expect(sentence?.text).toContain(phrases[lang]);
        }
  });
});

describe('rulesOf', () => {
  it('tells of one article its words, marked as authentic or translated, and its rules with their effects', () => {
    const [unit] = rulesOf('csto-infosphere-2014', '13');
    expect(unit?.text.map(({ lang, authentic }) => [lang, authentic])).toEqual([
      ['ru', true],
      ['kk', false],
    ]);
    expect(unit?.text[0]?.value).toMatch(/в качестве рабочего русский язык/);
    expect(unit?.rules.map(({ where, effects }) => [where, effects])).toEqual([
      ['send: language.met (all)', ['permit']],
      ['send: language.unmet (all)', ['deny']],
    ]);
  });

  it('lists all that is beneath an article, in the order of the text', () => {
    const units = rulesOf('cis-it-crime-2018', '6.3').map(({ article }) => article);
    expect(units).toEqual(['6.3', '6.3.a', '6.3.b', '6.3.c', '6.3.d', '6.3.e', '6.3.f', '6.3.g']);
    expect(rulesOf('csto-infosphere-2014', '6.2').map(({ article }) => article)).toHaveLength(7);
  });

  it('finds an article of one paragraph as its first paragraph too', () => {
    expect(rulesOf('cis-counterterror-2017', '5.1')).toEqual(rulesOf('cis-counterterror-2017', '5'));
    expect(rulesOf('cis-counterterror-2017', '5.1')[0]?.rules.length).toBeGreaterThan(1);
  });

  it('knows which codes a message may name', () => {
    expect(rulesOf('cis-it-crime-2018', '5.i')[0]?.code).toMatchObject({ kind: 'form' });
    expect(rulesOf('cis-it-crime-2018', '3.1.a')[0]?.code).toMatchObject({ kind: 'offence' });
    expect(rulesOf('cis-it-crime-2018', '6.3.f')[0]?.code).toMatchObject({
      kind: 'content',
      mandatory: false,
    });
  });

  it('tells where one instrument ends another', () => {
    const rules = rulesOf('cis-it-crime-2018', '17.2')[0]?.rules ?? [];
    expect(rules.map(({ instrument, effects }) => [instrument, effects])).toEqual([
      ['cis-computer-crime-2001', ['deny']],
    ]);
  });

  it('lists the rules of this product, and nothing that does not exist', () => {
    expect(
      rulesOf('valise')
        .map(({ article }) => article)
        .sort(),
    ).toEqual(['account', 'conduct', 'continuing', 'level', 'no-rule', 'procedure', 'seal']);
    expect(rulesOf('cis-trade-1994')).toEqual([]);
    expect(rulesOf('cis-it-crime-2018', '99')).toEqual([]);
  });
});
