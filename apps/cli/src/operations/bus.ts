import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type BusNode, isNodeId, rabbitPasswordHash } from '#topology';
import { ValiseError } from '#core';
import { randomPassword, writeSecret } from '#setup';

export interface OrderedPair {
  readonly from: string;
  readonly to: string;
}

/** @param text ids with commas between, as on the command line @throws ValiseError CONFIGURATION */
export function parseNodes(text: string): string[] {
  const ids = text
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  const wrong = ids.find((id) => !isNodeId(id));
  if (ids.length === 0 || wrong !== undefined)
    throw new ValiseError(
      'CONFIGURATION',
      wrong === undefined ? '--nodes names no node' : `--nodes: "${wrong}" cannot name a node on the bus`,
      { remedy: 'give lower-case ids with commas between, for example kz,by,cis-depositary' },
    );
  if (new Set(ids).size !== ids.length)
    throw new ValiseError('CONFIGURATION', '--nodes names a node twice', { remedy: 'name each once' });
  return ids;
}

/**
 * Everybody to everybody, themselves included: the authorities of one node are third parties to each other and exchange
 * over the bus like any others.
 */
export function everyPair(ids: readonly string[]): OrderedPair[] {
  return ids.flatMap((from) => ids.map((to) => ({ from, to })));
}

/**
 * Pairs from a file: two ids a line, both directions; the same id twice where a node exchanges with itself. What comes
 * after a # is a comment.
 *
 * @throws ValiseError CONFIGURATION naming the line
 */
export function parsePairs(text: string, ids: readonly string[]): OrderedPair[] {
  const pairs = new Map<string, OrderedPair>();
  text.split('\n').forEach((raw, index) => {
    const words = raw
      .replace(/#.*/, '')
      .split(/\s+/)
      .filter((word) => word !== '');
    if (words.length === 0) return;
    const [a, b] = words;
    const stranger = words.find((word) => !ids.includes(word));
    if (words.length !== 2 || a === undefined || b === undefined || stranger !== undefined)
      throw new ValiseError(
        'CONFIGURATION',
        `line ${index + 1} of the pairs: ${stranger === undefined ? 'not two ids' : `"${stranger}" is not among --nodes`}`,
        { remedy: 'write two ids of --nodes on each line, for example: kz by' },
      );
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const)
      pairs.set(`${from} ${to}`, { from, to });
  });
  if (pairs.size === 0)
    throw new ValiseError('CONFIGURATION', 'the file of pairs names none', {
      remedy: 'write two ids of --nodes on each line, or leave --pairs out for everybody',
    });
  return [...pairs.values()];
}

/** Accounts that only a certificate opens (EXTERNAL); a password that was there before opens them no more. */
export function certificateAccounts(ids: readonly string[]): BusNode[] {
  return ids.map((id) => ({ id }));
}

/**
 * Accounts with passwords, each in a file NODE.password of mode 0600: read where it is there, made where it is not. The
 * broker and what is printed get hashes only.
 *
 * @returns the accounts, and the files that were made
 * @throws ValiseError KEY_PERMISSIONS where others may read a file, CONFIGURATION where it is empty
 */
export function passwordAccounts(
  ids: readonly string[],
  folder: string,
): { readonly accounts: BusNode[]; readonly made: string[] } {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const made: string[] = [];
  const accounts = ids.map((id) => {
    const file = join(folder, `${id}.password`);
    if (!existsSync(file)) {
      writeSecret(file, `${randomPassword()}\n`);
      made.push(file);
    }
    return { id, passwordHash: rabbitPasswordHash(readPassword(file)) };
  });
  return { accounts, made };
}

function readPassword(file: string): string {
  if ((statSync(file).mode & 0o077) !== 0)
    throw new ValiseError('KEY_PERMISSIONS', `others may read ${file}`, { remedy: `chmod 600 ${file}` });
  const password = readFileSync(file, 'utf8').trim();
  if (password === '')
    throw new ValiseError('CONFIGURATION', `${file} is empty`, {
      remedy: 'write the password into it, or delete it to have one made',
    });
  return password;
}
