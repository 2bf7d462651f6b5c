import { instrumentOf, LAW, type Law } from './catalogue.js';
import { NO_CODES, type Instrument } from './instrument.js';
import type { Basis, Types } from './operations.js';
import { provisionsIn, type Placed, type RuleEffect } from './provisions.js';
import { divisionsOf, textsOf } from './published.js';
import type { Text } from './text.js';

/** One rule of the law under one article: what it says, where it works and with what effect. */
export interface Rule {
  /** `INSTRUMENT#ARTICLE` */
  readonly cite: string;
  readonly basis: Basis;
  readonly text: Text;
  /** Which operation, and on which types of message: `send: form.unmet (all)`, `in-force: entry`. */
  readonly where: string;
  /** The instrument that the rule belongs to; another than the article's where one instrument ends another. */
  readonly instrument: string;
  /** null: not about messages. */
  readonly on: Types | null;
  readonly effects: readonly RuleEffect[];
}

/** An article, paragraph or item with its words in the languages that we have, and what the law makes of it. */
export interface ArticleRules {
  /** Without the instrument: `6.3.c`. Empty where an instrument is cited as a whole. */
  readonly article: string;
  readonly text: readonly {
    readonly lang: 'ru' | 'kk';
    readonly value: string;
    readonly authentic: boolean;
  }[];
  /** Those that cite exactly this unit. */
  readonly rules: readonly Rule[];
  /** What a message names by this code, where it is one: the operations `form`, `offence` and `contents-known` know it. */
  readonly code?: {
    readonly kind: 'form' | 'offence' | 'content';
    readonly text: Text;
    readonly mandatory?: boolean;
  };
  /** Why no rule is made of it, where none is. */
  readonly undecided?: Text;
}

/**
 * The units of an instrument in the order of its text, each with its rules; with `article`, that one and all beneath it.
 * `valise` lists the house rules by their names. An unknown instrument or article: an empty list.
 *
 * @param article without the instrument, for example `6.3` (an article of one paragraph is found as `5` and as `5.1`)
 */
export function rulesOf(instrument: string, article?: string, law: Law = LAW): ArticleRules[] {
  const rules = rulesByArticle(instrument, law);
  const newest = instrumentOf(instrument, law);
  const undecided = new Map(newest?.undecided.map(({ article: code, reason }) => [code, reason]));
  const codes = [...new Set([...unitCodes(instrument), ...rules.keys(), ...undecided.keys()])];
  const wanted = article === undefined ? null : canonical(article, codes);
  return codes
    .filter((code) => wanted === null || code === wanted || code.startsWith(`${wanted}.`))
    .map((article) => {
      const reason = undecided.get(article);
      const code = codeOf(newest, article);
      return {
        article,
        text: wordsOf(instrument, article),
        rules: rules.get(article) ?? [],
        ...(code === undefined ? {} : { code }),
        ...(reason === undefined ? {} : { undecided: reason }),
      };
    });
}

/** The codes of all units of an instrument that can be cited, in the order of its text. */
export function unitCodes(instrument: string): string[] {
  const first = textsOf(instrument).slice(0, 1);
  const codes = first.flatMap(({ units }) => units.map(({ article }) => article));
  for (const code of Object.keys(divisionsOf(instrument)).reverse()) {
    codes.splice(codes.indexOf(code.slice(0, code.lastIndexOf('.'))) + 1, 0, code);
  }
  return codes;
}

/** A paragraph that is the whole article may be cited as the article or as its first paragraph. */
export function canonical(article: string, codes: readonly string[]): string {
  const whole = article.replace(/\.1$/, '');
  return !codes.includes(article) && codes.includes(whole) ? whole : article;
}

function rulesByArticle(instrument: string, law: Law): Map<string, Rule[]> {
  const codes = unitCodes(instrument);
  const rules = new Map<string, Rule[]>();
  for (const placed of provisionsIn(law)) {
    const { cite, basis, text } = placed.provision;
    const [of, code = ''] = cite.split('#');
    if (of !== instrument) continue;
    const unit = canonical(code, codes);
    const rule: Rule = {
      cite,
      basis,
      text,
      where: whereOf(placed),
      instrument: placed.instrument,
      on: placed.on,
      effects: placed.effects,
    };
    const list = rules.get(unit) ?? [];
    if (!list.some((known) => sameRule(known, rule))) list.push(rule);
    rules.set(unit, list);
  }
  return rules;
}

function sameRule(a: Rule, b: Rule): boolean {
  return a.instrument === b.instrument && a.where === b.where && a.text.en === b.text.en;
}

/** What a code of an instrument names: a form of cooperation, an offence, an item of contents. */
function codeOf(instrument: Instrument | undefined, article: string): ArticleRules['code'] {
  const { forms, offences, contents } = instrument?.codes ?? NO_CODES;
  const form = forms[article];
  if (form !== undefined) return { kind: 'form', text: form };
  const offence = offences[article];
  if (offence !== undefined) return { kind: 'offence', text: offence };
  const content = contents[article];
  return content && { kind: 'content', text: content.text, mandatory: content.mandatory };
}

function wordsOf(instrument: string, code: string): ArticleRules['text'] {
  return textsOf(instrument).flatMap(({ lang, authentic, units }) => {
    const value =
      units.find(({ article }) => article === code)?.text ?? divisionsOf(instrument)[code]?.[lang];
    return value === undefined ? [] : [{ lang, value, authentic }];
  });
}

/** The action of `decide` that looks at a place, by how the place begins, the longest first; `all` at any other place. */
const ACTIONS: readonly (readonly [string, string])[] = [
  ['binding', 'in-force'],
  ['exchange.operations', 'send'],
  ['exchange.continuing', 'send'],
  ['exchange.stateSecrets', 'send, transfer'],
  ['exchange.information.disclosure', 'disclose'],
  ['exchange.information.onward', 'transfer, send, use'],
  ['exchange.information.purpose', 'use, transfer'],
  ['exchange.information', 'use, transfer, send'],
];

/** That action, the place within what it looks at, and the types of message. */
function whereOf({ place, on }: Placed): string {
  const action = ACTIONS.find(([start]) => place.startsWith(start))?.[1] ?? 'all';
  const within = place.replace(/^(binding|exchange\.(operations|information|stateSecrets)|exchange)\./, '');
  return `${action}: ${within}${on === null ? '' : ` (${on === 'all' ? on : on.join(', ')})`}`;
}
