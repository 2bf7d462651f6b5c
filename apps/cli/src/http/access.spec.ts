import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localOffice } from './access.js';

describe('an office of the local federation', () => {
  const before = process.env.VALISE_DATA;
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'valise-local-'));
    process.env.VALISE_DATA = folder;
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    if (before === undefined) delete process.env.VALISE_DATA;
    else process.env.VALISE_DATA = before;
  });

  function leave(name: string, content: unknown): void {
    writeFileSync(join(folder, name), JSON.stringify(content));
  }
  function federation(): void {
    leave('tokens.json', { 'kz-knb officer': 'of an officer', 'kz-mvd officer': 'of another' });
    leave('ports.json', { kz: 8001, by: 8002 });
    for (const [node, authority] of [
      ['by', 'by-mvd'],
      ['kz', 'kz-knb'],
    ] as const) {
      mkdirSync(join(folder, 'nodes', node, 'officers'), { recursive: true });
      writeFileSync(join(folder, 'nodes', node, 'officers', `${authority}.head.crt.pem`), '');
    }
  }

  it('is at the node that has its head’s certificate', () => {
    federation();
    const office = join(folder, 'nodes/kz/officers/kz-knb.head');
    expect(localOffice('kz-knb/officer')).toEqual({
      url: 'http://127.0.0.1:8001',
      token: 'of an officer',
      certificate: `${office}.crt.pem`,
      key: `${office}.key.pem`,
    });
  });

  it.each(['kz-knb/auditor', 'by-mvd/officer', 'kz-mvd/officer', 'kz-knb', ''])('is not there: %j', (who) => {
    federation();
    expect(() => localOffice(who)).toThrow(`the local federation has no office ${who}`);
  });

  it('is nowhere without a federation', () => {
    expect(() => localOffice('kz-knb/officer')).toThrow(`there is no local federation in ${folder}`);
  });
});
