import { readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { ValiseError, messageOf } from '#core';
import { parse } from 'yaml';
import { z } from 'zod';

const CONFIGURATION_BYTES_MAX = 256 * 1024;

/** A file named in the configuration; relative names count from the configuration file's own folder. */
export const filePath = z.string().min(1).max(1024).meta({ valiseFile: true });

/** A secret is never written in the configuration itself: it comes from the environment or from a file of mode 0600. */
export const secret = z.union([
  z.strictObject({ env: z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/) }),
  z.strictObject({ file: z.string().min(1).max(1024) }),
]);
export type Secret = z.infer<typeof secret>;

/**
 * The only reader of configuration: reads a YAML file once, validates it whole, and says everything that is wrong in
 * one message, so that an operator can correct everything at once.
 *
 * @throws ValiseError CONFIGURATION
 */
export function loadConfiguration<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(parseYaml(file, readText(file)));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || '(top)'}: ${issue.message}`);
  throw new ValiseError('CONFIGURATION', `${file}: ${problems.join('; ')}`, {
    remedy: 'correct the named fields; config/node.example.yaml shows every one with comments',
  });
}

/** The value behind a secret's reference. @throws ValiseError CONFIGURATION */
export function readSecret(reference: Secret, relativeTo: string): string {
  if ('env' in reference) {
    const value = process.env[reference.env];
    if (value === undefined || value === '')
      throw new ValiseError('CONFIGURATION', `the environment variable ${reference.env} is not set`, {
        remedy: `set ${reference.env}, or name a file in the configuration instead`,
      });
    return value;
  }
  return readSecretFile(resolveFrom(relativeTo, reference.file));
}

/** Others on the machine must not be able to read a secret; Windows has no such modes. */
function readSecretFile(file: string): string {
  const text = readText(file).trim();
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0)
    throw new ValiseError('KEY_PERMISSIONS', `${file} can be read by others than its owner`, {
      remedy: `run: chmod 600 ${file}`,
    });
  return text;
}

/** Resolves a name in a configuration file against that file's folder. */
export function resolveFrom(configurationFile: string, name: string): string {
  return isAbsolute(name) ? name : resolve(dirname(configurationFile), name);
}

function readText(file: string): string {
  try {
    const bytes = readFileSync(file);
    if (bytes.length > CONFIGURATION_BYTES_MAX)
      throw new Error(`it has ${bytes.length} bytes, the limit is ${CONFIGURATION_BYTES_MAX}`);
    return bytes.toString('utf8');
  } catch (thrown) {
    throw new ValiseError('CONFIGURATION', `cannot read ${file}: ${messageOf(thrown)}`, {
      remedy: 'check that the file is there and that this user may read it',
    });
  }
}

function parseYaml(file: string, text: string): unknown {
  try {
    return parse(text);
  } catch (thrown) {
    throw new ValiseError('CONFIGURATION', `${file} is not valid YAML: ${messageOf(thrown)}`);
  }
}
