import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot, randomPassword, writeSecret } from './index.js';

describe('a secret in a file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'valise-secrets-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('is for its owner alone, in a folder that is made for it, and nothing else is left there', () => {
    writeSecret(join(folder, 'new/bus.url'), 'amqp://kz\n');
    expect(readFileSync(join(folder, 'new/bus.url'), 'utf8')).toBe('amqp://kz\n');
    expect(statSync(join(folder, 'new/bus.url')).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'new'))).toEqual(['bus.url']);
  });

  it('replaces a file that others could read', () => {
    const file = join(folder, 'password');
    writeFileSync(file, 'old', { mode: 0o644 });
    writeSecret(file, 'new');
    expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual(['new', 0o600]);
  });

  it('has 24 random bytes that need no escaping', () => {
    expect(randomPassword()).toMatch(/^[\w-]{32}$/);
    expect(randomPassword()).not.toBe(randomPassword());
  });
});

it('finds the folder of the installation', () => {
  expect(projectRoot()).toBe(process.cwd());
});
