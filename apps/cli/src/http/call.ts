import { readFileSync } from 'node:fs';
import { ValiseError } from '#core';
import { parse } from 'yaml';
import { readInput } from '../envelopes/read-input.js';

/** What is sent: JSON, or YAML for people. @throws ValiseError INPUT_INVALID */
export function readBody(file: string): unknown {
  const text = (file === '-' ? readFileSync(0) : readInput(file)).toString('utf8');
  try {
    // An alias may not multiply what was written.
    return parse(text, { maxAliasCount: 0 }) as unknown;
  } catch (cause) {
    throw new ValiseError('INPUT_INVALID', `${file} is neither JSON nor YAML`, {}, { cause });
  }
}

/** A part of an answer by its path, `items.0.id`; text as it is, all else as JSON. @throws ValiseError NOT_FOUND */
export function fieldOf(answer: unknown, path: string | undefined): string {
  let value = answer;
  for (const name of path?.split('.') ?? []) {
    value =
      typeof value === 'object' && value !== null && Object.hasOwn(value, name)
        ? (value as Record<string, unknown>)[name]
        : undefined;
    if (value === undefined)
      throw new ValiseError('NOT_FOUND', `the answer has no ${path ?? ''}`, {
        remedy: 'leave --field out to see all of it',
      });
  }
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}
