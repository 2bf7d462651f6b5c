import { writeFileSync } from 'node:fs';
import { messageOf, ValiseError } from '#core';
import { newToken } from '#service';

/** Makes an access token and keeps it in a new file that only its owner can read. @returns its hash */
export function makeToken(file: string): string {
  const { token, sha256 } = newToken();
  try {
    writeFileSync(file, `${token}\n`, { mode: 0o600, flag: 'wx' });
  } catch (thrown) {
    throw new ValiseError('CONFIGURATION', `cannot write ${file}: ${messageOf(thrown)}`, {
      remedy: 'name a file that does not exist yet, in a folder that is yours',
    });
  }
  return sha256;
}
