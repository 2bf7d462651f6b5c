import { readFileSync, statSync } from 'node:fs';
import { ValiseError } from '#core';

/** Where a command's access token may stand; never among its arguments, which every process on the machine can read. */
export interface TokenPlace {
  readonly tokenFile?: string | undefined;
  /** The environment's VALISE_TOKEN. */
  readonly fromEnvironment?: string | undefined;
}

/** @throws ValiseError CONFIGURATION, KEY_FILE, KEY_PERMISSIONS */
export function readToken({ tokenFile, fromEnvironment }: TokenPlace): string {
  if (tokenFile === undefined) {
    if (fromEnvironment !== undefined && fromEnvironment !== '') return fromEnvironment;
    throw new ValiseError('CONFIGURATION', 'no access token was given', {
      remedy: 'set VALISE_TOKEN, or name a file that holds it with --token-file',
    });
  }
  try {
    if ((statSync(tokenFile).mode & 0o077) !== 0)
      throw new ValiseError('KEY_PERMISSIONS', `others may read the token in ${tokenFile}`, {
        remedy: `chmod 600 ${tokenFile}`,
      });
    return readFileSync(tokenFile, 'utf8').trim();
  } catch (thrown) {
    if (thrown instanceof ValiseError) throw thrown;
    throw new ValiseError('KEY_FILE', `the token in ${tokenFile} cannot be read`, {}, { cause: thrown });
  }
}
