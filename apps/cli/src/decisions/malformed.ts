import { ValiseError } from '#core';
import type { z } from 'zod';

/** What a line on a terminal shows of the input: it is not ours, and may be long or hold control characters. */
const SHOWN_MAX = 200;
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** Input that cannot be read: one line, which begins with the JSON path of what is at fault. */
export function malformed(path: string, problem: string): ValiseError {
  return new ValiseError('INPUT_INVALID', `${path}: ${problem}`, { path });
}

/** One step deeper: `$.cases[3]`, `$.cases[3].input`, `$.x["no identifier"]`. */
export function stepInto(path: string, step: PropertyKey): string {
  if (typeof step === 'number') return `${path}[${step}]`;
  const key = String(step);
  return IDENTIFIER.test(key) ? `${path}.${key}` : `${path}[${shown(key)}]`;
}

/** Text of the input, quoted and shortened, in printable characters of one line. */
export function shown(text: string): string {
  const short = text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
  return JSON.stringify(short).replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** What a schema said first, as one line with its path below `root`. */
export function invalid(root: string, error: z.ZodError): ValiseError {
  const { path, problem } = firstProblem(error.issues);
  return malformed(path.reduce<string>(stepInto, root), problem);
}

interface Problem {
  readonly path: readonly PropertyKey[];
  readonly problem: string;
}

function firstProblem(issues: readonly z.core.$ZodIssue[]): Problem {
  const [issue] = issues;
  if (issue === undefined) return { path: [], problem: 'invalid' };
  if (issue.code === 'unrecognized_keys')
    return { path: [...issue.path, ...issue.keys.slice(0, 1)], problem: 'unknown field' };
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const [closest] = issue.errors
      .map((alternative) => firstProblem(alternative))
      .sort((a, b) => b.path.length - a.path.length);
    if (closest !== undefined && closest.path.length > 0)
      return { path: [...issue.path, ...closest.path], problem: closest.problem };
    const kinds = issue.errors.flatMap(([first]) => (first?.code === 'invalid_type' ? first.expected : []));
    if (kinds.length > 0)
      return { path: issue.path, problem: `Invalid input: expected ${kinds.join(' or ')}` };
  }
  const missing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  return { path: issue.path, problem: missing ? 'is missing' : issue.message };
}
