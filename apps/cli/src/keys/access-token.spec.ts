import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashToken } from '#service';
import { makeToken } from './access-token.js';

it('makes a token that only its owner can read, prints its hash, and overwrites none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'valise-token-'));
  try {
    const file = join(folder, 'officer.token');
    const sha256 = makeToken(file);
    const token = readFileSync(file, 'utf8').trim();
    expect([hashToken(token), statSync(file).mode & 0o777]).toEqual([sha256, 0o600]);
    expect(() => makeToken(file)).toThrow('cannot write');
    expect(readFileSync(file, 'utf8').trim()).toBe(token);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
