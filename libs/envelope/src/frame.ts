import { ValiseError } from '#core';
import { Refusal } from './rejected.js';

/**
 * Checks of what is read with every message: headers, the JWE, its plaintext, the payload. Each is one table of a dozen
 * small members. Whatever comes more rarely is checked by schemas.
 */

/** What is wrong with a value, and where in it. Never repeats the value. */
export interface Fault {
  readonly path: string;
  readonly problem: string;
}

/** The first fault of a value; undefined where it is a `T`. */
export type Check<T> = ((value: unknown) => Fault | undefined) & { readonly accepts?: T };

/** A stranger's value that passes, as it is. @throws Refusal ENVELOPE_FORMAT with the path of the first fault */
export function checkFrame<T>(check: Check<T>, value: unknown, what: string): T {
  const fault = check(value);
  if (fault !== undefined) throw new Refusal('ENVELOPE_FORMAT', `${what}${fault.path}: ${fault.problem}`);
  return value as T;
}

/** Our own value, where a fault is our caller's. @throws ValiseError INPUT_INVALID with the path of the first fault */
export function requireFrame<T>(check: Check<T>, value: T, what: string): T {
  const fault = check(value);
  if (fault === undefined) return value;
  const { path, problem } = fault;
  throw new ValiseError('INPUT_INVALID', `${what}${path}: ${problem}`, { path });
}

/** An object with these members and no other. */
export function strict<T extends object>(shape: { readonly [K in keyof T]-?: Check<T[K]> }): Check<T> {
  const checks = Object.entries<Check<unknown>>(shape);
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong('not an object');
    for (const [name, check] of checks) {
      const fault = check((value as Readonly<Record<string, unknown>>)[name]);
      if (fault !== undefined) return within(`.${name}`, fault);
    }
    const known = Object.keys(value).every((name) => Object.hasOwn(shape, name));
    return known ? undefined : wrong('unknown members');
  };
}

export function list<T>(check: Check<T>, least: number, most: number): Check<readonly T[]> {
  return (value) => {
    if (!Array.isArray(value)) return wrong('not an array');
    if (value.length < least || value.length > most) return wrong(`not ${least} to ${most} elements`);
    for (let index = 0; index < value.length; index++) {
      const fault = check(value[index]);
      if (fault !== undefined) return within(`[${index}]`, fault);
    }
    return undefined;
  };
}

/** An array of exactly one element. */
export function single<T>(check: Check<T>): Check<readonly [T]> {
  return list(check, 1, 1) as Check<readonly [T]>;
}

/** An object of at most `most` members with any names that `isName` takes. */
export function members<T>(
  isName: (name: string) => boolean,
  check: Check<T>,
  most: number,
): Check<Readonly<Record<string, T>>> {
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong('not an object');
    const names = Object.keys(value);
    if (names.length > most) return wrong(`more than ${most} members`);
    for (const name of names) {
      if (!isName(name)) return wrong('a name that is not allowed');
      const fault = check((value as Readonly<Record<string, unknown>>)[name]);
      if (fault !== undefined) return within('[…]', fault);
    }
    return undefined;
  };
}

/** @param most UTF-16 code units */
export function text(most: number, least = 0): Check<string> {
  return (value) =>
    typeof value === 'string' && value.length >= least && value.length <= most
      ? undefined
      : wrong(`not a text of ${least} to ${most} characters`);
}

export function matching(pattern: RegExp, problem: string): Check<string> {
  return (value) => (typeof value === 'string' && pattern.test(value) ? undefined : wrong(problem));
}

export function satisfying<T>(test: (value: unknown) => boolean, problem: string): Check<T> {
  return (value) => (test(value) ? undefined : wrong(problem));
}

/** What passes a check and a test of the whole besides. */
export function such<T>(check: Check<T>, test: (value: T) => boolean, problem: string): Check<T> {
  return (value) => check(value) ?? (test(value as T) ? undefined : wrong(problem));
}

export function whole(most: number): Check<number> {
  return (value) =>
    Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= most
      ? undefined
      : wrong(`not a whole number of 0 to ${most}`);
}

export function oneOf<const T>(...values: readonly T[]): Check<T> {
  return (value) => (values.includes(value as T) ? undefined : wrong(`none of ${values.join(', ')}`));
}

export function optional<T>(check: Check<T>): Check<T | undefined> {
  return (value) => (value === undefined ? undefined : check(value));
}

export function nullable<T>(check: Check<T>): Check<T | null> {
  return (value) => (value === null ? undefined : check(value));
}

function wrong(problem: string): Fault {
  return { path: '', problem };
}

function within(path: string, fault: Fault): Fault {
  return { path: path + fault.path, problem: fault.problem };
}
