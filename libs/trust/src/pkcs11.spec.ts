import { spawnSync } from 'node:child_process';
import { constants, createPrivateKey, sign, verify } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SHARE_ENV, Worker } from 'node:worker_threads';
import { AT, NOT_AFTER, NOT_BEFORE } from '../testing/chains.js';
import { RSA_PAIRS } from '../testing/published-keys.js';
import {
  createRequest,
  createRoot,
  generateKey,
  issueCertificate,
  issueFromRequest,
  openToken,
  parseRequest,
  softwareSigner,
  validatePath,
  type Certificate,
  type Signer,
  type Suite,
  type Token,
} from './index.js';

const SUITES: Suite[] = ['P-256', 'RSA'];
const PIN = '48151623';
const DATA = Buffer.from('protected.payload');
const validity = { notBefore: NOT_BEFORE, notAfter: NOT_AFTER };

function verifies(signer: Signer, data: Buffer, signature: Buffer): boolean {
  const key =
    signer.suite === 'P-256'
      ? { key: signer.publicKey, dsaEncoding: 'ieee-p1363' as const }
      : { key: signer.publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  return verify('sha256', data, key, signature);
}

describe.each(SUITES)('a key of %s in memory', (suite) => {
  it('signs as JOSE requires', async () => {
    const { privateKey } = suite === 'RSA' ? RSA_PAIRS[0] : await generateKey(suite);
    const signer = softwareSigner(privateKey);
    const signature = signer.sign(DATA);
    expect(signature).toHaveLength(suite === 'P-256' ? 64 : 384);
    expect(verifies(signer, DATA, signature)).toBe(true);
    expect(verifies(signer, Buffer.from('another'), signature)).toBe(false);
  }, 60_000);
});

const LIBRARY = ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so'].find(
  (path) => existsSync(path),
);
const missing =
  LIBRARY === undefined || spawnSync('softhsm2-util', ['--version']).status !== 0
    ? 'softhsm2 is absent (Debian: softhsm2)'
    : !isInstalled()
      ? 'pkcs11js is absent: it could not be compiled (Debian: g++ make python3)'
      : undefined;
if (missing !== undefined) process.stderr.write(`${missing}: keys in hardware modules are not tested\n`);

/**
 * Sets what `getenv` sees, where the library looks for its configuration. In a test `process.env` is a copy, and a thread that
 * shares the environment writes to the real one.
 */
async function setEnvironment(name: string, value: string | undefined): Promise<void> {
  const [key, text] = [JSON.stringify(name), JSON.stringify(value)];
  const code = value === undefined ? `delete process.env[${key}]` : `process.env[${key}] = ${text}`;
  await once(new Worker(code, { eval: true, env: SHARE_ENV }), 'exit');
}

function isInstalled(): boolean {
  try {
    createRequire(import.meta.url)('pkcs11js');
    return true;
  } catch {
    return false;
  }
}

(missing === undefined ? describe : describe.skip)('a key in a SoftHSM token', () => {
  let folder: string;
  const certified = new Map<Suite, { certificate: Certificate; privateKeyPem: string }>();
  const open: Token[] = [];
  const options = (suite: Suite, over: object = {}) => {
    const made = certified.get(suite);
    if (made === undefined) throw new Error('made before');
    const { certificate } = made;
    return {
      library: LIBRARY ?? '',
      token: 'valise',
      pin: PIN,
      label: `seal ${suite}`,
      certificate,
      ...over,
    };
  };
  const opened = (...given: Parameters<typeof options>): Token => {
    const token = openToken(options(...given));
    open.push(token);
    return token;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'valise-token-'));
    mkdirSync(join(folder, 'tokens'));
    const configuration = join(folder, 'softhsm2.conf');
    writeFileSync(configuration, `directories.tokendir = ${join(folder, 'tokens')}\nlog.level = ERROR\n`);
    await setEnvironment('SOFTHSM2_CONF', configuration);
    // A login is the whole process's, so a wrong PIN shows on a token that nobody has opened: the second. One
    // that refused it is not asked again in this process: hence the third.
    for (const label of ['valise', 'second', 'third'])
      softhsm('--init-token', '--free', '--label', label, '--pin', PIN, '--so-pin', '31415926');
    for (const [index, suite] of SUITES.entries()) {
      const root = await createRoot({ name: 'Root', suite: 'P-256', ...validity });
      const { privateKey, publicKey } = suite === 'RSA' ? RSA_PAIRS[0] : await generateKey(suite);
      const privateKeyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
      const subject = { name: 'Seal', authority: 'kz-knb' };
      const { certificate } = await issueCertificate({
        issuer: root,
        role: 'seal',
        subject,
        publicKey,
        ...validity,
      });
      certified.set(suite, { certificate, privateKeyPem });
      const file = join(folder, `${suite}.pem`);
      writeFileSync(file, privateKeyPem, { mode: 0o600 });
      for (const token of ['valise', 'third'])
        softhsm(
          '--import',
          file,
          '--token',
          token,
          '--label',
          `seal ${suite}`,
          '--id',
          `a${index}`,
          '--pin',
          PIN,
        );
    }
  }, 120_000);
  afterAll(async () => {
    for (const token of open) token.close();
    await setEnvironment('SOFTHSM2_CONF', undefined);
    rmSync(folder, { recursive: true });
  });

  function softhsm(...args: string[]): void {
    const env = { ...process.env, SOFTHSM2_CONF: join(folder, 'softhsm2.conf') };
    const { status, stderr } = spawnSync('softhsm2-util', args, { env });
    if (status !== 0) throw new Error(`softhsm2-util ${args[0] ?? ''}: ${stderr.toString()}`);
  }

  it.each(SUITES)('signs with %s as one in memory does', (suite) => {
    const token = opened(suite);
    const signature = token.sign(DATA);
    expect(signature).toHaveLength(suite === 'P-256' ? 64 : 384);
    expect(verifies(token, DATA, signature)).toBe(true);
    expect(verifies(token, Buffer.from('another'), signature)).toBe(false);
    const software = softwareSigner(createPrivateKey(certified.get(suite)?.privateKeyPem ?? ''));
    expect(verifies(software, DATA, signature)).toBe(true);
    expect(verifies(token, DATA, software.sign(DATA))).toBe(true);
  });

  it.each(SUITES)('of %s asks for a certificate without leaving the token', async (suite) => {
    const signer = opened(suite);
    const made = await createRequest({
      subject: { name: 'Seal' },
      authority: 'kz-knb',
      role: 'seal',
      signer,
    });
    expect(made.privateKeyPem).toBeUndefined();
    const root = await createRoot({ name: 'Root', suite: 'P-256', ...validity });
    const request = parseRequest(made.request.pem);
    const leaf = await issueFromRequest({
      issuer: root,
      request,
      authority: 'kz-knb',
      role: 'seal',
      ...validity,
    });
    expect(validatePath({ leaf, root: root.certificate, at: AT, role: 'seal' })).toEqual({ ok: true });
    expect(leaf.publicKey.equals(signer.publicKey)).toBe(true);
  });

  it('continues when its session ended unnoticed', () => {
    const [token, other] = [opened('P-256'), opened('P-256')];
    other.close();
    open.pop();
    expect(verifies(token, DATA, token.sign(DATA))).toBe(true);
    token.close();
    expect(verifies(token, DATA, token.sign(DATA))).toBe(true);
  });

  it('is not tried again once its token refused the PIN', () => {
    let pins = 0;
    // The PIN is read at each login: right the first time, changed later without our knowledge.
    const changing = { ...options('P-256', { token: 'third' }) };
    Object.defineProperty(changing, 'pin', { get: () => (pins++ === 0 ? PIN : '00000000') });
    const unread = { ...options('RSA', { token: 'third' }) };
    const token = openToken(changing);
    token.close();
    for (let time = 0; time < 5; time++)
      expect(catching(() => token.sign(DATA))).toMatchObject({
        code: 'SERVICE_UNAVAILABLE',
        message: expect.stringContaining('CKR_PIN_INCORRECT') as unknown,
        details: { remedy: expect.stringContaining('give the right PIN') as unknown },
      });
    expect(pins).toBe(2);
    expect(catching(() => openToken(unread))).toMatchObject({ code: 'KEY_PASSPHRASE' });
    token.close();
  });

  it.each([
    ['a wrong PIN', { pin: '00000000', token: 'second' }, 'KEY_PASSPHRASE'],
    ['an unknown token', { token: 'absent' }, 'KEY_FILE'],
    ['an unknown key', { label: 'absent' }, 'KEY_FILE'],
    ['a library that is none', { library: '/bin/true' }, 'CONFIGURATION'],
  ])('is refused with %s', (_, over, code) => {
    const thrown = catching(() => openToken(options('P-256', over)));
    expect(thrown).toMatchObject({ code, details: { remedy: expect.any(String) as unknown } });
    for (const pin of [PIN, '00000000']) expect(JSON.stringify(thrown)).not.toContain(pin);
  });

  it('is refused beside the certificate of another key', async () => {
    const other = await createRoot({ name: 'Other', suite: 'P-256', ...validity });
    expect(catching(() => openToken(options('P-256', { certificate: other.certificate })))).toMatchObject({
      code: 'KEY_FILE',
      message: expect.stringContaining('not that of the certificate') as unknown,
    });
  });

  function catching(attempt: () => unknown): unknown {
    try {
      return attempt();
    } catch (error) {
      return error;
    }
  }
});

it('the two encodings of ECDSA are not mixed up', async () => {
  const { privateKey } = await generateKey('P-256');
  const der = sign('sha256', DATA, privateKey);
  expect(verifies(softwareSigner(privateKey), DATA, der)).toBe(false);
});
