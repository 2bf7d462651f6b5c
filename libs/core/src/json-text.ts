/** What a JSON parser hides of the text that it was given. */
export interface JsonText {
  /** The deepest nesting of arrays and objects. */
  readonly depth: number;
  /** Surely the text that `JSON.stringify` makes of its value, if it is JSON at all. */
  readonly compact: boolean;
  /** Surely the canonical form (RFC 8785) of its value, if it is JSON at all. */
  readonly canonical: boolean;
}

/** Looking for a name among more than these is left to the general way. */
const UNORDERED_NAMES_MAX = 32;

/**
 * Looks at a JSON text in one pass, without recursing and before anything parses it: a parser would recurse on what an
 * attacker nested. Strings, which are most of any text, are leapt over by the engine's own search.
 *
 * Where `compact` or `canonical` is false nothing is said: escapes, long numbers and the like are for writing the value
 * again and comparing.
 */
export function scanJson(text: string): JsonText {
  let [depth, deepest] = [0, 0];
  // A text without escapes says what it means in one way only.
  const escapes = text.includes('\\');
  let plain = !escapes && text.isWellFormed();
  let [ordered, distinct] = [true, true];
  const outer: (string[] | undefined)[] = [];
  let names: string[] | undefined;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === QUOTE) {
      const end = closingQuote(text, i, escapes);
      if (text.charCodeAt(end + 1) === COLON && plain) {
        const name = text.slice(i + 1, end);
        const before = names?.at(-1);
        plain = name !== PROTOTYPE;
        ordered &&= before === undefined || before < name;
        distinct &&= isDistinct(name, names, ordered);
        (names ??= []).push(name);
      }
      i = end;
    } else if (c === OPENING_BRACE || c === OPENING_BRACKET) {
      deepest = Math.max(deepest, ++depth);
      if (c === OPENING_BRACE) {
        outer.push(names);
        names = undefined;
      }
    } else if (c === CLOSING_BRACE || c === CLOSING_BRACKET) {
      depth--;
      if (c === CLOSING_BRACE) names = outer.pop();
    } else if (c !== COMMA && c !== COLON) {
      const end = endOfWord(text, i);
      plain &&= isPlainWord(text.slice(i, end));
      i = end - 1;
    }
  }
  return { depth: deepest, compact: plain && distinct, canonical: plain && ordered };
}

/** Members that look like an index are written before all others, whatever their place was. */
function isDistinct(name: string, before: readonly string[] | undefined, ordered: boolean): boolean {
  if (name >= '0' && name < ':') return false;
  if (ordered || before === undefined) return true;
  return before.length < UNORDERED_NAMES_MAX && !before.includes(name);
}

/** Where the string ends that opens there: at a quote before which an even number of backslashes stands. */
function closingQuote(text: string, opening: number, escapes: boolean): number {
  let end = opening;
  do {
    end = text.indexOf('"', end + 1);
    if (end === -1) return text.length;
  } while (escapes && isEscaped(text, end));
  return end;
}

function isEscaped(text: string, quote: number): boolean {
  let escaped = false;
  for (let at = quote - 1; text.charCodeAt(at) === BACKSLASH; at--) escaped = !escaped;
  return escaped;
}

/** Of what stands outside strings and is no punctuation: numbers, literals, white space. */
function endOfWord(text: string, start: number): number {
  let end = start;
  while (end < text.length && !isPunctuation(text.charCodeAt(end))) end++;
  return end;
}

/** What can stand after such a word: a colon only after white space, with which the text is not plain anyway. */
function isPunctuation(c: number): boolean {
  return (
    c === COMMA ||
    c === CLOSING_BRACE ||
    c === CLOSING_BRACKET ||
    c === QUOTE ||
    c === OPENING_BRACE ||
    c === OPENING_BRACKET
  );
}

/** Integers of 15 digits are safe, and written so by everybody. */
const isPlainWord = (word: string): boolean => /^(?:true|false|null|0|-?[1-9][0-9]{0,14})$/.test(word);

const PROTOTYPE = '__proto__';
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
