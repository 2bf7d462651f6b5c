import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const PASSWORD_BYTES = 24;
const keptSchema = z.record(z.string(), z.string());

/** A random password that needs no escaping in URLs, configuration files or SQL. */
export function randomPassword(): string {
  return randomBytes(PASSWORD_BYTES).toString('base64url');
}

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

/** Writes a file of mode 0600 in one step: nobody sees half of it, and never with a wider mode. */
export function writeSecret(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}.new`;
  writeFileSync(fresh, text, { mode: 0o600 });
  chmodSync(fresh, 0o600);
  renameSync(fresh, file);
}

function read(file: string): Record<string, string> | undefined {
  try {
    return keptSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}
