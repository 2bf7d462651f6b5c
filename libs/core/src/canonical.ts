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
  return Buffer.from(canonicalJson(value));
}

/** Whether a text is the canonical form of the value that it was parsed to. */
export function isCanonicalJson(text: string, value: unknown): boolean {
  try {
    return canonicalJson(value) === text;
  } catch (thrown) {
    if (thrown instanceof ValiseError) return false;
    throw thrown;
  }
}

function requireCanonical(value: unknown, path: string): void {
  if (value === null || typeof value === 'boolean') return;
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw refusal(path, 'a string with a lone surrogate');
    return;
  }
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0))
      throw refusal(path, 'a number that is not a safe integer');
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
