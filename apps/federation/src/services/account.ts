import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { ValiseError } from '#core';

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL's own account where the machine has one, else the one that every Unix has. No account is created. */
const CANDIDATES = ['postgres', 'nobody'];

/**
 * The account under which PostgreSQL is to run: undefined (our own), or, since it refuses to run as root, another.
 * @throws ValiseError SERVICE_UNAVAILABLE if we are root and there is none.
 */
export function postgresAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of CANDIDATES) {
    try {
      const id = (flag: string): number =>
        Number(execFileSync('id', [flag, name], { stdio: 'pipe' }).toString());
      return { name, uid: id('-u'), gid: id('-g') };
    } catch {
      // No such account here.
    }
  }
  throw new ValiseError(
    'SERVICE_UNAVAILABLE',
    'PostgreSQL does not run as root, and there is no other account here',
    {
      remedy: 'run as an ordinary user, or set DATABASE_URL',
    },
  );
}

/** True if every other account can enter all folders on the way to `path` (a clone under /root is the usual exception). */
export function everyoneCanEnter(path: string): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
