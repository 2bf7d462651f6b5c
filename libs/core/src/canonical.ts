import canonicalize from 'canonicalize';
import { ValiseError } from './errors.js';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A member for one reader and a prototype for another. As a text it is like any other. */
const PROTOTYPE = '__proto__';

/**
 * RFC 8785 (JCS), narrowed: integers must be safe, so that no reader rounds what another signed; strings must be
 * well-formed UTF-16; no member is named `__proto__`; `undefined` does not exist.
 *
 * @throws ValiseError INPUT_INVALID with the path of what cannot be written canonically
 */
export function canonicalJson(value: unknown): string {
  requireCanonical(value, '$');
  return (canonicalize as unknown as (input: unknown) => string)(value);
}

export function canonicalBytes(value: unknown): Buffer {
  return Buffer.from(canonicalJson(value), 'utf8');
}

/**
 * Whether a text is the canonical form of the value that it was parsed to. A text whose members are in order and that
 * writing again gives back is: the general way, which sorts and writes anew, is only for what fails that.
 */
export function isCanonicalJson(text: string, value: unknown): boolean {
  if (isOrdered(value) && JSON.stringify(value) === text) return true;
  try {
    return canonicalJson(value) === text;
  } catch (thrown) {
    if (thrown instanceof ValiseError) return false;
    throw thrown;
  }
}

/** Members in the order of their UTF-16 code units, integers safe, strings well-formed: all that `JSON.stringify` leaves as it is. */
function isOrdered(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isOrdered);
  let before = '';
  for (const key of Object.keys(value)) {
    if (
      key < before ||
      key === PROTOTYPE ||
      !key.isWellFormed() ||
      !isOrdered((value as Record<string, unknown>)[key])
    )
      return false;
    before = key;
  }
  return true;
}

function requireCanonical(value: unknown, path: string): void {
  if (value === null || typeof value === 'boolean') return;
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw refusal(path, 'a string with a lone surrogate');
    return;
  }
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0))
      throw refusal(path, 'a number that is no safe integer');
    return;
  }
  if (Array.isArray(value)) {
    value.forEach((element, index) => {
      requireCanonical(element, `${path}[${index}]`);
    });
    return;
  }
  if (
    typeof value === 'object' &&
    (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null)
  ) {
    for (const [key, member] of Object.entries(value)) {
      requireCanonical(key, `${path} (a key)`);
      if (key === PROTOTYPE) throw refusal(path, `a member named ${PROTOTYPE}`);
      requireCanonical(member, `${path}.${key}`);
    }
    return;
  }
  throw refusal(path, `a value of type ${typeof value}`);
}

function refusal(path: string, what: string): ValiseError {
  return new ValiseError(
    'INPUT_INVALID',
    `${path}: ${what} has no canonical form (RFC 8785, safe integers)`,
    { path },
  );
}

/**
 * The deepest nesting of arrays and objects in a JSON text, found without parsing it: a parser would recurse
 * on what an attacker nested. One pass; strings, which are most of any envelope, are leapt over by the engine's own search.
 */
export function jsonDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === QUOTE) i = closingQuote(text, i);
    else if (c === 0x7b || c === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (c === 0x7d || c === 0x5d) depth--;
  }
  return deepest;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Where the string ends that opens there: at a quote before which an even number of backslashes stands. */
function closingQuote(text: string, opening: number): number {
  let end = opening;
  do {
    end = text.indexOf('"', end + 1);
    if (end === -1) return text.length;
  } while (backslashesBefore(text, end) % 2 === 1);
  return end;
}

function backslashesBefore(text: string, end: number): number {
  let start = end;
  while (text.charCodeAt(start - 1) === BACKSLASH) start--;
  return end - start;
}
