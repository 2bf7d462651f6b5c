import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import {
  createRequest,
  generateKey,
  issueCertificate,
  issueIntermediate,
  loadCertificate,
  loadPrivateKey,
  parseCrl,
  validatePath,
} from '#trust';
import { main } from '../main.js';
import { RootFolder } from '../certificates/root-folder.js';
import { rotate } from './rotate.js';

const DAY_MS = 86_400_000;
const PASSPHRASE = 'several random words';

let folder: string;
const at = (name: string): string => join(folder, name);

/** Runs `valise`, as its executable does. */
async function valise(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const told = { out: '', err: '' };
  const hear = (to: 'out' | 'err') => (text: unknown) => {
    told[to] += String(text);
    return true;
  };
  const spies = [
    jest.spyOn(console, 'log').mockImplementation((...parts) => void hear('out')(`${parts.join(' ')}\n`)),
    jest.spyOn(process.stdout, 'write').mockImplementation(hear('out')),
    jest.spyOn(process.stderr, 'write').mockImplementation(hear('err')),
  ];
  process.exitCode = 0;
  await main(args);
  const code = process.exitCode;
  process.exitCode = 0;
  for (const spy of spies) spy.mockRestore();
  return { code, ...told };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'valise-keys-'));
  writeFileSync(at('passphrase'), `${PASSPHRASE}\n`, { mode: 0o600 });
  writeFileSync(at('wrong'), 'something else entirely\n', { mode: 0o600 });
  await valise('certs', 'root', at('root'), '--name', 'KZ root', '--country', 'KZ');
  await valise('keys', 'new', at('seal.key.pem'));
  await valise('certs', 'request', '--key', at('seal.key.pem'), ...forSeal, '--out', at('seal.csr.pem'));
  await valise('certs', 'issue', at('seal.csr.pem'), ...byRoot(), ...asked, '--out', at('seal.crt.pem'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const asked = ['--authority', 'kz-knb', '--role', 'seal'];
const forSeal = ['--name', 'Committee, seal', ...asked];
const byRoot = (): string[] => ['--root', at('root')];
const byAnchor = (): string[] => ['--anchor', at('root/root.crt.pem')];

describe('valise certs', () => {
  it('takes an office from its own key to a valid certificate', async () => {
    const check = ['keys', 'check', at('seal.key.pem'), '--certificate', at('seal.crt.pem'), ...asked];
    expect(await valise(...check, ...byAnchor())).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^ok /) as unknown,
    });
    expect(statSync(at('seal.key.pem')).mode & 0o777).toBe(0o600);
    const shown = await valise('certs', 'show', at('seal.crt.pem'));
    expect(shown.out).toMatch(
      /urn:valise:authority:kz-knb\nroles +seal\n[^]*\(36[45] days left\)\nsuite +P-256/,
    );
    const { out } = await valise('certs', 'show', at('seal.crt.pem'), '--json');
    expect(JSON.parse(out)).toMatchObject({
      kind: 'certificate',
      thumbprint: loadCertificate(at('seal.crt.pem')).thumbprint,
    });
  });

  it('does not issue what the root did not verify', async () => {
    const issue = ['certs', 'issue', at('seal.csr.pem'), ...byRoot(), '--role', 'seal'];
    const answer = await valise(...issue, '--authority', 'kz-mvd');
    expect(answer).toMatchObject({ code: 1, err: expect.stringContaining('kz-knb, not kz-mvd') as unknown });
    expect((await valise(...issue)).code).toBe(2);
  });

  it('renews for a new key, and not for the same', async () => {
    const renew = ['certs', 'renew', at('seal.crt.pem'), ...byRoot(), '--days', '700'];
    expect((await valise(...renew, '--request', at('seal.csr.pem'))).err).toContain('same key');
    const { request } = await createRequest({ subject: { name: 'New' }, authority: 'kz-knb', role: 'seal' });
    writeFileSync(at('new.csr.pem'), request.pem);
    const answer = await valise(...renew, '--request', at('new.csr.pem'), '--out', at('new.crt.pem'));
    expect(answer).toMatchObject({ code: 0, out: '' });
    expect(loadCertificate(at('new.crt.pem'))).toMatchObject({
      subject: loadCertificate(at('seal.crt.pem')).subject,
      roles: ['seal'],
    });
  });

  it('revokes, counts its lists, and the next judge knows', async () => {
    const verify = ['certs', 'verify', at('seal.crt.pem'), ...byAnchor(), ...asked];
    const list = ['--crl', at('root/crl.pem'), '--crl-hours', '24'];
    await valise('certs', 'crl', ...byRoot());
    expect((await valise(...verify, ...list)).code).toBe(0);
    await valise('certs', 'revoke', at('seal.crt.pem'), ...byRoot(), '--reason', 'key-compromise');
    expect(await valise(...verify, ...list)).toMatchObject({
      code: 1,
      out: expect.stringContaining('revoked') as unknown,
    });
    await valise('certs', 'crl', ...byRoot());
    const crl = parseCrl(readFileSync(at('root/crl.pem'), 'utf8'));
    expect([crl.number, crl.entries.length]).toEqual([3, 1]);
    expect(readdirSync(at('root/crl')).sort()).toEqual(['1.crl.pem', '2.crl.pem', '3.crl.pem']);
    const again = await valise('certs', 'revoke', at('seal.crt.pem'), ...byRoot(), '--reason', 'superseded');
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('revoked already') as unknown });
  });

  it('does not publish a second list of one number', async () => {
    writeFileSync(at('root/crl/4.crl.pem'), 'half-way');
    const answer = await valise('certs', 'crl', ...byRoot());
    expect(answer).toMatchObject({
      code: 1,
      err: expect.stringContaining('number 4 exists already') as unknown,
    });
  });
});

describe('valise keys', () => {
  it('protects, exports, imports and shows a key without showing it', async () => {
    const [protectedKey, p12] = [at('protected.pem'), at('seal.p12')];
    const pass = ['--passphrase-file', at('passphrase')];
    await valise('keys', 'new', protectedKey, ...pass);
    expect(readFileSync(protectedKey, 'utf8')).toContain('ENCRYPTED');
    const bundle = ['--certificate', at('seal.crt.pem'), '--new-passphrase-file', at('passphrase')];
    expect((await valise('keys', 'export', at('seal.key.pem'), p12, ...bundle)).code).toBe(0);
    const to = ['--key', at('back.key.pem'), '--certificate', at('back.crt.pem')];
    expect((await valise('keys', 'import', p12, ...pass, ...to)).code).toBe(0);
    expect(loadPrivateKey(at('back.key.pem')).equals(loadPrivateKey(at('seal.key.pem')))).toBe(true);
    const shown = await valise('keys', 'show', at('back.key.pem'), '--json');
    const { d = '' } = loadPrivateKey(at('back.key.pem')).export({ format: 'jwk' });
    expect(shown.out).toContain('publicKeySha256');
    expect(shown.out + shown.err).not.toContain(d);
  });

  it.each([
    [
      'a wrong passphrase',
      () => ['keys', 'show', at('protected.pem'), '--passphrase-file', at('wrong')],
      'passphrase',
    ],
    ['no passphrase', () => ['keys', 'show', at('protected.pem')], 'protected by a passphrase'],
    ['a key that exists', () => ['keys', 'new', at('seal.key.pem')], 'exists already'],
    ['an open mode', () => ['keys', 'show', at('open.pem')], 'chmod 600'],
    [
      'an open passphrase',
      () => ['keys', 'new', at('x.pem'), '--passphrase-file', at('open.pem')],
      'chmod 600',
    ],
    ['a short passphrase', () => ['keys', 'new', at('x.pem'), '--passphrase-file', at('short')], 'too short'],
    ['what is no key', () => ['keys', 'show', at('text')], 'holds no private key'],
    ['what is not a certificate', () => ['certs', 'show', at('text')], 'is not a certificate'],
    ['a key for a certificate', () => ['certs', 'show', at('seal.key.pem')], 'is a private key'],
    ['a missing file', () => ['certs', 'show', at('missing')], 'cannot be read'],
    ['another key', () => check('other.pem', []), 'not that of the certificate'],
    ['another owner', () => check('seal.key.pem', ['--authority', 'by-kgb']), 'not of by-kgb'],
    ['another role', () => check('seal.key.pem', ['--role', 'head']), 'not head'],
    ['a past date', () => verify(['--at', '2040-01-01']), 'expired'],
    ['an early date', () => verify(['--at', '2020-01-01']), 'not valid before'],
    ['lists that are wanted and absent', () => verify(['--crl-hours', '24']), 'is absent'],
  ])('refuses %s in one line, with what to do', async (what, args, expected) => {
    writeFileSync(at('open.pem'), readFileSync(at('seal.key.pem')));
    chmodSync(at('open.pem'), 0o644);
    writeFileSync(at('short'), 'short', { mode: 0o600 });
    writeFileSync(at('text'), 'text', { mode: 0o600 });
    const { code, out, err } = await valise(...args());
    expect(`${out}${err}`).toContain(expected);
    expect(`${out}${err}`).toMatch(/ — |what to do: /);
    // 2: a file that was named is not what it should be.
    const isUnreadable = /^(what is no|a key (that|for)|a missing)/.test(what);
    expect([code, `${out}${err}`.trim().split('\n').length <= 2]).toEqual([isUnreadable ? 2 : 1, true]);
  });
  const check = (key: string, more: string[]): string[] => {
    if (key === 'other.pem') writeFileSync(at(key), readFileSync(at('root/root.key.pem')), { mode: 0o600 });
    return ['keys', 'check', at(key), '--certificate', at('seal.crt.pem'), ...more];
  };
  const verify = (more: string[]): string[] => [
    'certs',
    'verify',
    at('seal.crt.pem'),
    ...byAnchor(),
    '--role',
    'seal',
    ...more,
  ];

  it.each([
    ['an unknown role', ['certs', 'verify', 'x', '--anchor', 'y', '--role', 'sael']],
    [
      'a malformed authority',
      ['certs', 'issue', 'x', '--root', 'y', '--role', 'seal', '--authority', 'kz_knb'],
    ],
    ['a passphrase among the arguments', ['keys', 'new', 'x', '--passphrase', 'secret']],
    ['an unknown suite', ['keys', 'new', 'x', '--suite', 'RSA-1024']],
  ])('takes %s for a malformed command', async (_, args) => {
    expect((await valise(...args)).code).toBe(2);
  });
});

describe('valise keys rotate', () => {
  const START = Date.now();
  const on = (day: number): Date => new Date(START + day * DAY_MS);
  const run = (keys: string, day: number, over: object = {}) =>
    rotate({
      folder: keys,
      authority: 'kz-knb',
      now: on(day),
      expDaysMax: 30,
      suite: 'P-256',
      name: 'Committee, encryption',
      dryRun: false,
      root: RootFolder.open(at('root'), undefined, on(day)),
      ...over,
    });
  const keysIn = (keys: string): string[] => readdirSync(keys).filter((name) => name.endsWith('.key.pem'));

  it('run daily for months keeps three keys at most, one valid always, and destroys the rest', async () => {
    const keys = mkdtempSync(join(folder, 'rotation-'));
    let most = 0;
    for (let day = 0; day <= 150; day++) {
      await run(keys, day);
      const certificates = readdirSync(keys)
        .filter((name) => name.endsWith('.crt.pem'))
        .map((name) => loadCertificate(join(keys, name)));
      const root = loadCertificate(at('root/root.crt.pem'));
      const holds = certificates.some(
        (leaf) => validatePath({ leaf, root, at: on(day), role: 'encryption' }).ok,
      );
      expect([day, holds]).toEqual([day, true]);
      most = Math.max(most, keysIn(keys).length);
    }
    expect(most).toBe(3);
    expect(readdirSync(keys).filter((name) => name.endsWith('.crt.pem')).length).toBeGreaterThan(4);
  });

  it('without the root leaves one request, and waits for its answer', async () => {
    const keys = mkdtempSync(join(folder, 'asking-'));
    const first = await run(keys, 0, { root: undefined });
    const second = await run(keys, 1, { root: undefined });
    expect(keysIn(keys)).toHaveLength(1);
    for (const lines of [first, second]) expect(lines.join('\n')).toMatch(/to do: have .*csr.pem certified/);
    const [base = ''] = keysIn(keys).map((name) => name.replace('.key.pem', ''));
    await run(keys, 1);
    expect(loadCertificate(join(keys, `${base}.crt.pem`)).roles).toEqual(['encryption']);
    expect((await run(keys, 1)).join('\n')).toContain(`/${base}.key.pem`);
  });

  it('only reports what it would do, when asked for that', async () => {
    const keys = mkdtempSync(join(folder, 'dry-'));
    const lines = await run(keys, 0, { dryRun: true });
    expect(lines.join('\n')).toContain('would make kz-knb.encryption-');
    expect(readdirSync(keys)).toEqual([]);
  });

  describe('beside a node.yaml', () => {
    const ENDED = 120;
    /** A folder whose first key is past its time, and the name of that key. */
    async function ended(): Promise<{ node: string; keys: string; old: string }> {
      const node = mkdtempSync(join(folder, 'node-'));
      const keys = join(node, 'keys');
      mkdirSync(keys);
      await run(keys, 0);
      const [old = ''] = keysIn(keys);
      return { node, keys, old };
    }
    const naming = (name: string): string =>
      `authorities:\n  kz-knb:\n    encryption:\n      - key: ${name}\n`;

    it('does not destroy what it still names, says so, and destroys it once it is taken out', async () => {
      const { node, keys, old } = await ended();
      writeFileSync(join(node, 'node.yaml'), naming(`keys/${old}`));
      const told = (await run(keys, ENDED)).join('\n');
      expect(told).toContain(`NOT DESTROYED: ${old}`);
      expect(told).not.toContain(`\ndestroyed ${old}`);
      expect((await run(keys, ENDED, { dryRun: true })).join('\n')).toContain(`NOT DESTROYED: ${old}`);
      expect(keysIn(keys)).toContain(old);
      writeFileSync(join(node, 'node.yaml'), naming('keys/another.key.pem'));
      expect((await run(keys, ENDED)).join('\n')).toContain(`destroyed ${old}`);
      expect(keysIn(keys)).not.toContain(old);
    });

    it('uses the one that is given instead', async () => {
      const { keys, old } = await ended();
      const configuration = join(mkdtempSync(join(folder, 'elsewhere-')), 'gateway.yaml');
      await expect(run(keys, ENDED, { configuration })).rejects.toMatchObject({ code: 'KEY_FILE' });
      writeFileSync(configuration, naming(join(keys, old)));
      await run(keys, ENDED, { configuration });
      expect(keysIn(keys)).toContain(old);
    });

    it('does nothing where it cannot be understood', async () => {
      const { node, keys } = await ended();
      const before = readdirSync(keys);
      writeFileSync(join(node, 'node.yaml'), 'a: [');
      await expect(run(keys, ENDED)).rejects.toMatchObject({ code: 'CONFIGURATION' });
      expect(readdirSync(keys)).toEqual(before);
    });
  });

  it('leaves other authorities’ and other roles’ keys alone', async () => {
    const keys = mkdtempSync(join(folder, 'others-'));
    const root = RootFolder.open(at('root'), undefined, on(0));
    const dates = { notBefore: on(-200), notAfter: on(-100) };
    for (const [name, role, authority] of [
      ['a.seal', 'seal', 'kz-knb'],
      ['b.encryption', 'encryption', 'kz-mvd'],
    ] as const) {
      const { privateKeyPem, publicKey } = await generateKey('P-256');
      const subject = { name, authority };
      const { certificate } = await issueCertificate({
        issuer: root.issuer,
        role,
        subject,
        publicKey,
        ...dates,
      });
      writeFileSync(join(keys, `${name}.key.pem`), privateKeyPem, { mode: 0o600 });
      writeFileSync(join(keys, `${name}.crt.pem`), certificate.pem);
    }
    await run(keys, 0);
    expect(keysIn(keys)).toEqual(expect.arrayContaining(['a.seal.key.pem', 'b.encryption.key.pem']));
  });
});

describe('a chain with an intermediate', () => {
  it('is verified with it, and not without', async () => {
    const root = RootFolder.open(at('root'), undefined, new Date());
    const dates = {
      notBefore: root.issuer.certificate.notBefore,
      notAfter: root.issuer.certificate.notAfter,
    };
    const middle = await issueIntermediate({ issuer: root.issuer, name: 'Issuer', suite: 'P-256', ...dates });
    const subject = { name: 'Head', authority: 'kz-knb' };
    const { certificate } = await issueCertificate({ issuer: middle, role: 'head', subject, ...dates });
    writeFileSync(at('head.pem'), certificate.pem);
    writeFileSync(at('middle.pem'), middle.certificate.pem);
    const verify = ['certs', 'verify', at('head.pem'), ...byAnchor(), '--role', 'head'];
    expect((await valise(...verify)).code).toBe(1);
    expect((await valise(...verify, '--intermediate', at('middle.pem'))).code).toBe(0);
  });
});
