import { ValiseError } from '#core';
import { explain } from '#policy';
import { INSTRUMENTS, instrumentOf, rulesOf, type ArticleRules, type Instrument } from '#treaties';
import { linesIn, type Language } from './languages.js';
import { shown } from './malformed.js';

/** Rules of this product that no article states. */
const HOUSE = 'valise';

/** One version of an instrument, for a list of them. */
export function summaryOf({ id, title, done, version, organisation, authentic, exchange }: Instrument) {
  return { id, title, done, version, organisation, authentic, exchange: exchange !== null };
}

/** `valise explain`: every instrument in a line. */
export function listInstruments(languages: readonly Language[]): string {
  const width = Math.max(...INSTRUMENTS.map(({ id }) => id.length));
  return INSTRUMENTS.flatMap(({ id, version, title }) => {
    const [first, ...more] = linesIn(title, languages);
    const head = `${id.padEnd(width)}  ${version.from} – ${version.until ?? ''.padEnd(10)}  `;
    return [`${head}${first ?? ''}`, ...more.map((line) => `${' '.repeat(head.length)}${line}`)];
  }).join('\n');
}

/**
 * The units that a citation names, with those beneath them.
 *
 * @param citation `INSTRUMENT` or `INSTRUMENT#ARTICLE`
 * @throws ValiseError INPUT_INVALID where there is none, naming those that there are
 */
export function unitsAt(citation: string): { instrument: string; units: ArticleRules[] } {
  const [instrument = '', ...rest] = citation.split('#');
  const article = rest.length === 0 ? undefined : rest.join('#');
  const ids = [...new Set([...INSTRUMENTS.map(({ id }) => id), HOUSE])];
  if (!ids.includes(instrument)) throw unknown(`no instrument ${shown(instrument)}`, ids);
  const units = explain(instrument, article);
  if (units.length > 0) return { instrument, units };
  const all = rulesOf(instrument).map((unit) => unit.article);
  const under = all.filter((code) => code.split('.')[0] === article?.split('.')[0]);
  const known = under.length > 0 ? under : [...new Set(all.map((code) => code.split('.')[0] ?? ''))];
  throw unknown(`no article ${shown(article ?? '')} of ${instrument}`, known);
}

function unknown(what: string, known: readonly string[]): ValiseError {
  return new ValiseError('INPUT_INVALID', `there is ${what}; known: ${known.filter(Boolean).join(', ')}`);
}

/** For people: the articles' own words, and the rules made of them. */
export function describeUnits(
  instrument: string,
  units: readonly ArticleRules[],
  languages: readonly Language[],
): string {
  const known = instrumentOf(instrument);
  const heading = known
    ? [instrument, ...linesIn(known.title, languages)]
    : ['rules of this product, by no article'];
  return [heading.join('\n'), ...units.map((unit) => describeUnit(instrument, unit, languages))].join('\n\n');
}

function describeUnit(instrument: string, unit: ArticleRules, languages: readonly Language[]): string {
  const indented = (lines: readonly string[]): string[] => lines.map((line) => `    ${line}`);
  const lines = [unit.article === '' ? instrument : `${instrument}#${unit.article}`];
  for (const { lang, authentic, value } of wordsIn(unit, languages))
    if (value !== '') lines.push(`  ${lang}${authentic ? '' : ', a translation'}: ${value}`);
  if (unit.code) {
    const { kind, text, mandatory } = unit.code;
    lines.push(`  a code of messages: ${kind}${mandatory === true ? ', mandatory' : ''}`);
    lines.push(...indented(linesIn(text, languages)));
  }
  for (const { effects, basis, where, text } of unit.rules)
    lines.push(`  ${effects.join(' or ')} (${basis})  ${where}`, ...indented(linesIn(text, languages)));
  if (unit.undecided) lines.push('  not machine-decidable', ...indented(linesIn(unit.undecided, languages)));
  return lines.join('\n');
}

/** The words in the languages chosen; where we have none of these, in the one that we have. */
function wordsIn({ text }: ArticleRules, languages: readonly Language[]) {
  const chosen = text.filter(({ lang }) => languages.includes(lang));
  return chosen.length > 0 ? chosen : text.slice(0, 1);
}
