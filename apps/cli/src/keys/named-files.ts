import { existsSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { messageOf, ValiseError } from '#core';
import { parse } from 'yaml';
import { readText } from './key-files.js';

/**
 * Tells whether a gateway's configuration names a file, in whatever field: names count from the configuration's folder, and
 * symbolic links are followed.
 *
 * @throws ValiseError KEY_FILE (it cannot be read), CONFIGURATION (it is no YAML)
 */
export function namedIn(configuration: string): (file: string) => boolean {
  let content: unknown;
  try {
    content = parse(Buffer.from(readText(configuration), 'latin1').toString());
  } catch (cause) {
    if (cause instanceof ValiseError) throw cause;
    throw new ValiseError(
      'CONFIGURATION',
      `${configuration} cannot be understood: ${messageOf(cause)}`,
      { path: configuration, remedy: 'correct it: keys that it still names are not destroyed' },
      { cause },
    );
  }
  const folder = dirname(realpathSync(configuration));
  const named = new Set<string>();
  for (const text of textsIn(content))
    // Its folder as it is given, and as it is: the gateway may be started with either.
    for (const from of [folder, dirname(resolve(configuration))]) named.add(whereIs(resolve(from, text)));
  return (file) => named.has(whereIs(file));
}

function whereIs(file: string): string {
  // Also for texts that are no names at all.
  return existsSync(file) ? realpathSync(file) : resolve(file);
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
