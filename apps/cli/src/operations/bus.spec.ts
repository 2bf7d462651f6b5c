import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rabbitPasswordHash } from '#topology';
import { certificateAccounts, everyPair, parseNodes, parsePairs, passwordAccounts } from './bus.js';

describe('nodes of a broker', () => {
  it('are read from a list', () => {
    expect(parseNodes('kz, by,cis-depositary')).toEqual(['kz', 'by', 'cis-depositary']);
  });

  it.each(['', ' , ', 'KZ', 'kz,b y', 'kz,kz', 'kz,out.by'])('are refused as "%s"', (text) => {
    expect(() => parseNodes(text)).toThrow(expect.objectContaining({ code: 'CONFIGURATION' }));
  });

  it('exchange with everybody and with themselves', () => {
    expect(everyPair(['kz', 'by'])).toEqual([
      { from: 'kz', to: 'kz' },
      { from: 'kz', to: 'by' },
      { from: 'by', to: 'kz' },
      { from: 'by', to: 'by' },
    ]);
  });
});

describe('a file of pairs', () => {
  const ids = ['kz', 'by', 'am'];

  it('means both directions of each line, once', () => {
    expect(parsePairs('# neighbours\nkz by\n\n by  kz # again\nkz kz\n', ids)).toEqual([
      { from: 'kz', to: 'by' },
      { from: 'by', to: 'kz' },
      { from: 'kz', to: 'kz' },
    ]);
  });

  it.each([
    ['line 2', 'kz by\nkz\n'],
    ['line 1', 'kz by am\n'],
    ['"ru" is not among', 'kz ru\n'],
    ['names none', '# nobody\n'],
  ])('says where it is wrong: %s', (said, text) => {
    expect(() => parsePairs(text, ids)).toThrow(said);
  });
});

describe('accounts', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'valise-bus-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('have no password where certificates are the login', () => {
    expect(certificateAccounts(['kz'])).toEqual([{ id: 'kz' }]);
  });

  it('get passwords that only the operator may read, and keep them', () => {
    const { accounts, made } = passwordAccounts(['kz', 'by'], folder);
    const [file = ''] = made;
    expect(made).toHaveLength(2);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const password = readFileSync(file, 'utf8').trim();
    expect(JSON.stringify(accounts)).not.toContain(password);
    const salt = Buffer.from(accounts[0]?.passwordHash ?? '', 'base64').subarray(0, 4);
    expect(accounts[0]?.passwordHash).toBe(rabbitPasswordHash(password, salt));
    expect(passwordAccounts(['kz', 'by'], folder).made).toEqual([]);
    expect(readFileSync(file, 'utf8').trim()).toBe(password);
  });

  it('take a password that was given, unless others may read it', () => {
    const file = join(folder, 'kz.password');
    writeFileSync(file, 'given\n', { mode: 0o600 });
    const { accounts, made } = passwordAccounts(['kz'], folder);
    const salt = Buffer.from(accounts[0]?.passwordHash ?? '', 'base64').subarray(0, 4);
    expect([accounts[0]?.passwordHash, made]).toEqual([rabbitPasswordHash('given', salt), []]);
    chmodSync(file, 0o644);
    expect(() => passwordAccounts(['kz'], folder)).toThrow(
      expect.objectContaining({ code: 'KEY_PERMISSIONS' }),
    );
  });
});
