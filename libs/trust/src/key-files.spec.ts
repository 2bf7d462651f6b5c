import { execFileSync, spawnSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { make, NOT_AFTER, NOT_BEFORE } from '../testing/chains.js';
import { RSA_PAIRS } from '../testing/published-keys.js';
import {
  createRoot,
  exportPkcs12,
  generateKey,
  importPkcs12,
  loadCertificate,
  loadPrivateKey,
  writePrivateKey,
  type Certificate,
  type Suite,
} from './index.js';

let folder: string;
let own: { certificate: Certificate; privateKeyPem: string };
const pathOf = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'valise-keys-'));
  own = await createRoot({ name: 'Root', suite: 'P-256', notBefore: NOT_BEFORE, notAfter: NOT_AFTER });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl)
  process.stderr.write('openssl is absent: the exchange of PKCS#12 files with it is skipped\n');

const remedied = (remedy: string): unknown =>
  expect.objectContaining({ code: 'KEY_FILE', details: expect.objectContaining({ remedy }) as object });

describe('a key file', () => {
  it('is written for its owner only, once, and read again', () => {
    const file = pathOf('seal.key');
    writePrivateKey(file, own.privateKeyPem);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(loadPrivateKey(file).equals(createPrivateKey(own.privateKeyPem))).toBe(true);
    expect(() => {
      writePrivateKey(file, own.privateKeyPem);
    }).toThrow(remedied('name a file that does not exist yet'));
    expect(() => {
      writePrivateKey(pathOf('nowhere/seal.key'), own.privateKeyPem);
    }).toThrow(remedied('make the folder first'));
    expect(() => loadCertificate(pathOf('missing'))).toThrow(remedied('name a certificate (PEM or DER)'));
  });

  it.each([0o640, 0o604, 0o660, 0o700, 0o777])('of mode %o is refused with what to do', (mode) => {
    const file = pathOf(`mode-${mode}.key`);
    writePrivateKey(file, own.privateKeyPem);
    chmodSync(file, mode);
    expect(() => loadPrivateKey(file)).toThrow(
      expect.objectContaining({
        code: 'KEY_PERMISSIONS',
        details: expect.objectContaining({ remedy: `chmod 600 ${file}` }) as object,
      }),
    );
  });

  it('that is missing, is no key or holds another curve is told apart from a wrong passphrase', () => {
    const code = (expected: string) => expect.objectContaining({ code: expected });
    expect(() => loadPrivateKey(pathOf('missing'))).toThrow(code('KEY_FILE'));
    writePrivateKey(pathOf('none'), 'no key');
    expect(() => loadPrivateKey(pathOf('none'), 'x')).toThrow(code('KEY_FILE'));
    const key = createPrivateKey(own.privateKeyPem);
    const encrypted = key.export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: 'right',
    });
    writePrivateKey(pathOf('encrypted'), encrypted);
    expect(() => loadPrivateKey(pathOf('encrypted'))).toThrow(code('KEY_PASSPHRASE'));
    expect(() => loadPrivateKey(pathOf('encrypted'), 'wrong')).toThrow(code('KEY_PASSPHRASE'));
    expect(loadPrivateKey(pathOf('encrypted'), 'right').equals(key)).toBe(true);
  });

  it('of a certificate is read as PEM or DER', () => {
    writeFileSync(pathOf('root.pem'), own.certificate.pem);
    writeFileSync(pathOf('root.der'), own.certificate.der);
    expect(loadCertificate(pathOf('root.pem'))).toBe(own.certificate);
    expect(loadCertificate(pathOf('root.der'))).toBe(own.certificate);
    expect(() => loadCertificate(pathOf('missing'))).toThrow(expect.objectContaining({ code: 'KEY_FILE' }));
  });
});

describe.each(['P-256', 'RSA'] as Suite[])('PKCS#12 with a key of %s', (suite) => {
  let made: { certificate: Certificate; privateKeyPem: string };
  beforeAll(async () => {
    const { privateKey, publicKey } = suite === 'RSA' ? RSA_PAIRS[0] : await generateKey(suite);
    const { certificate } = await make({ name: 'Root', extensions: [], pair: { privateKey, publicKey } });
    made = { certificate, privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string };
  });

  it('comes back as it was written, with the right passphrase only', () => {
    const bytes = exportPkcs12(
      { privateKey: createPrivateKey(made.privateKeyPem), certificates: [made.certificate] },
      'right',
    );
    const read = importPkcs12(bytes, 'right');
    expect(read.privateKey.equals(createPrivateKey(made.privateKeyPem))).toBe(true);
    expect(read.certificates).toEqual([made.certificate]);
    expect(() => importPkcs12(bytes, 'wrong')).toThrow(expect.objectContaining({ code: 'KEY_PASSPHRASE' }));
    writeFileSync(pathOf(`${suite}.p12`), bytes, { mode: 0o600 });
    expect(loadPrivateKey(pathOf(`${suite}.p12`), 'right').equals(read.privateKey)).toBe(true);
  }, 60_000);

  (hasOpenssl ? it : it.skip)(
    'is read by openssl, and read from openssl',
    () => {
      const words = 'Пароль 1';
      const [pem, p12, ours] = [
        pathOf(`${suite}.pem`),
        pathOf(`${suite}-openssl.p12`),
        pathOf(`${suite}-ours.p12`),
      ];
      writeFileSync(pem, made.privateKeyPem + made.certificate.pem, { mode: 0o600 });
      execFileSync('openssl', ['pkcs12', '-export', '-in', pem, '-out', p12, '-passout', `pass:${words}`], {
        stdio: 'pipe',
      });
      const key = createPrivateKey(made.privateKeyPem);
      expect(loadPrivateKey(p12, words).equals(key)).toBe(true);
      writeFileSync(
        ours,
        exportPkcs12(
          { privateKey: createPrivateKey(made.privateKeyPem), certificates: [made.certificate] },
          words,
        ),
      );
      const text = execFileSync('openssl', ['pkcs12', '-in', ours, '-nodes', '-passin', `pass:${words}`], {
        stdio: 'pipe',
      });
      expect(createPrivateKey(text).equals(key)).toBe(true);
    },
    60_000,
  );
});
