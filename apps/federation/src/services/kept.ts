import { readFileSync } from 'node:fs';
import { randomPassword, writeSecret } from '#setup';
import { z } from 'zod';

const keptSchema = z.record(z.string(), z.string());

/**
 * Secrets kept in a file that only its owner reads: made at the first call, the same ever after.
 * @returns the secrets, and whether they are new (or the file was damaged and they had to be made again).
 */
export function keptSecrets<Name extends string>(
  file: string,
  names: readonly Name[],
): { readonly fresh: boolean; readonly secrets: Readonly<Record<Name, string>> } {
  const known = read(file);
  if (known !== undefined && names.every((name) => known[name] !== undefined)) {
    return { fresh: false, secrets: known as Record<Name, string> };
  }
  const secrets = Object.fromEntries(names.map((name) => [name, randomPassword()])) as Record<Name, string>;
  writeSecret(file, `${JSON.stringify(secrets, null, 2)}\n`);
  return { fresh: true, secrets };
}

function read(file: string): Record<string, string> | undefined {
  try {
    return keptSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}
