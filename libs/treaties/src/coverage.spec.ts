import { LAW } from './catalogue.js';
import { provisionsIn } from './provisions.js';
import { PUBLISHED } from './published.js';
import { canonical, rulesOf, unitCodes } from './rules.js';

/** What the matrix of the treaties names, article by article. */
const MATRIX: Readonly<Record<string, string>> = {
  'cis-it-crime-2018':
    '3.1 4.1 4.2 4.3 5 5.a 5.a.1 5.a.2 5.a.3 5.a.4 5.b 5.c 5.d 5.e 5.f 5.g 5.h 5.i 5.j 6.1 6.2 6.2.1 6.2.2 6.3 6.3.a 6.3.b 6.3.c ' +
    '6.3.d 6.3.e 6.3.f 6.3.g 6.4 6.4.a 6.4.b 7.1 7.2 7.3 7.4 7.5 7.6 7.7 8.1 8.2 8.3 9.1 9.2 10 11.1 11.2 12 13 14 15 16 17.1 17.2 18',
  'csto-infosphere-2014':
    '3.1 4.1 4.2 4.3 5.1 5.2 5.3 5.4 5.5 5.6 5.7 6.1 6.2 6.2.a 6.2.b 6.2.c 6.2.d 6.2.e 6.2.f 6.3 6.4 6.5 7.2 7.3 7.4 7.5 7.6 7.7 8 ' +
    '9.1 9.2 10.1 10.2 10.3 11 12 13 14 15 16 17 18',
  'cis-infosec-2013':
    '2 3 3.1 3.2 3.3 3.4 3.5 3.6 3.7 3.8 3.9 3.10 3.11 3.12 3.13 3.14 3.15 3.16 3.17 3.18 3.19 6.1 6.2 7 8.1 8.2 9.1 9.2 11 12 13 14 15',
  'cis-counterterror-2017':
    '1 2 4.1.a 4.1.b 4.1.c 4.2 5.1 6.1 6.2 7.1.a 7.1.b 7.1.c 7.2 8 8.1.a 8.1.b 8.1.c 8.1.d 8.1.e 8.2 8.2.a 8.2.b 8.3 8.4 9.2 9.3 9.4 ' +
    '10 10.2 11 12 14 15 16 17 18 19',
};

const beneath = (code: string, of: string): boolean => code === of || code.startsWith(`${of}.`);
const near = (code: string, others: readonly string[]): boolean =>
  others.some((other) => beneath(code, other) || beneath(other, code));

/** By article: what rules or codes stand at, and what is left undecided. */
function standing(instrument: string): { cited: string[]; undecided: string[] } {
  const units = rulesOf(instrument);
  return {
    cited: units.filter(({ rules, code }) => rules.length > 0 || code !== undefined).map((u) => u.article),
    undecided: units.filter(({ undecided }) => undecided !== undefined).map(({ article }) => article),
  };
}

describe.each(Object.keys(PUBLISHED))('%s', (instrument) => {
  const { cited, undecided } = standing(instrument);
  const codes = unitCodes(instrument);

  it('has a rule for every article, paragraph and letter, or says why there is none', () => {
    const covered = [...cited, ...undecided];
    expect(codes.filter((code) => !near(code, covered))).toEqual([]);
  });

  it('cites no article that its text does not have', () => {
    expect([...cited, ...undecided].filter((code) => !codes.includes(code))).toEqual([]);
  });

  it('leaves nothing undecided that a rule decides', () => {
    const decided = (code: string): boolean => cited.some((other) => beneath(other, code));
    expect(undecided.filter(decided)).toEqual([]);
    expect(new Set(undecided).size).toBe(undecided.length);
  });

  it('misses nothing that the matrix names', () => {
    const named = (MATRIX[instrument] ?? '').split(' ').map((code) => canonical(code, codes));
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter((code) => !near(code, [...cited, ...undecided]))).toEqual([]);
  });

  it('gives every reason in the three languages', () => {
    for (const { reason } of LAW.instruments.find(({ id }) => id === instrument)?.undecided ?? [])
      for (const words of [reason.ru, reason.kk, reason.en]) expect(words.length).toBeGreaterThan(20);
  });
});

describe('the law', () => {
  it('has no provision with an unknown effect, and none without words', () => {
    const placed = provisionsIn(LAW);
    expect(placed.length).toBeGreaterThan(250);
    expect(placed.filter(({ effects }) => effects.length === 0).map(({ place }) => place)).toEqual([]);
    for (const { provision } of placed)
      for (const words of [provision.text.ru, provision.text.kk, provision.text.en])
        expect(words.trim().length).toBeGreaterThan(5);
  });

  it('says of every provision whether the text says so or it is inferred', () => {
    for (const { provision } of provisionsIn(LAW))
      expect(['explicit', 'inferred']).toContain(provision.basis);
  });

  it('says what is explicit in other words than what is inferred', () => {
    const basis = new Map<string, string>();
    for (const { provision } of provisionsIn(LAW)) {
      const key = `${provision.cite} ${provision.text.en}`;
      expect(basis.get(key) ?? provision.basis).toBe(provision.basis);
      basis.set(key, provision.basis);
    }
  });
});
